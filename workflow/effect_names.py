"""The names of effects a definition may use, and what they note by themselves.

Kept apart from their code, so that the proof needs no database.
"""

EFFECT_NAMES = frozenset(
    {
        "add_check",
        "add_headcount",
        "add_visit",
        "assign",
        "begin_checks",
        "forget_consent",
        "forget_turn_meeting",
        "freeze_members",
        "join_joint",
        "leave_joint",
        "note_admission",
        "note_attached",
        "note_candidates",
        "note_clearance",
        "note_closed",
        "note_correction",
        "note_dissolved",
        "note_direct_founding",
        "note_election",
        "note_established",
        "note_extension",
        "note_term_extension",
        "note_filing",
        "note_founding",
        "note_full",
        "note_hold",
        "note_lateness",
        "note_left",
        "note_override",
        "note_renewal",
        "note_reopening",
        "note_result",
        "note_resumed",
        "note_rules",
        "note_standing",
        "note_submitter",
        "note_taken_over",
        "note_void_election",
        "note_way_back",
        "reopen",
        "set_form",
        "settle",
        "start_term",
        "take_number",
        "withdraw_reopening",
    }
)
# Dates a clock may run to that nobody enters.
DERIVED_FACTS = {"note_result": ("term_to",), "start_term": ("renewal_notice_on",)}
