"""The names of effects a definition may use. Kept apart from their code, so that the proof needs no database."""

EFFECT_NAMES = frozenset(
    {
        "add_headcount",
        "add_visit",
        "assign",
        "freeze_members",
        "note_candidates",
        "note_clearance",
        "note_closed",
        "note_direct_founding",
        "note_election",
        "note_established",
        "note_filing",
        "note_founding",
        "note_hold",
        "note_override",
        "note_reopening",
        "note_result",
        "note_resumed",
        "note_submitter",
        "note_void_election",
        "note_way_back",
        "take_number",
        "withdraw_reopening",
    }
)
