"""One function for each command; the only writer of case state."""

from workflow.engine.available import ActionView, available_actions
from workflow.engine.batch import perform_many, rehearse_many
from workflow.engine.command import Command, Outcome
from workflow.engine.documents import attach_document
from workflow.engine.opening import open_case, open_cases
from workflow.engine.perform import perform

__all__ = [
    "ActionView",
    "Command",
    "Outcome",
    "attach_document",
    "available_actions",
    "open_case",
    "open_cases",
    "perform",
    "perform_many",
    "rehearse_many",
]
