"""A committee decides on many cases in one session (会议): roll, agenda, votes, and one transaction that closes it."""

from workflow.sessions.acting import Request, SessionOutcome
from workflow.sessions.agenda import add_case, fill_agenda, remove_case
from workflow.sessions.closing import Preview, close_session, preview
from workflow.sessions.deciding import Decision, decide, decide_rest
from workflow.sessions.interests import declare_interest, withdraw_interest
from workflow.sessions.planning import Plan, cancel_session, change_session, plan_session
from workflow.sessions.roll import Mark, record_attendance, set_roll
from workflow.sessions.signs import set_sign
from workflow.sessions.summons import summon

__all__ = [
    "Decision",
    "Mark",
    "Plan",
    "Preview",
    "Request",
    "SessionOutcome",
    "add_case",
    "cancel_session",
    "change_session",
    "close_session",
    "decide",
    "decide_rest",
    "declare_interest",
    "fill_agenda",
    "plan_session",
    "preview",
    "record_attendance",
    "remove_case",
    "set_roll",
    "set_sign",
    "summon",
    "withdraw_interest",
]
