"""How each person wishes to be told outside the application: how fast, when not, and what cannot be switched off."""

from workflow.wishes.keeping import Wanted, keep_wishes
from workflow.wishes.kinds import KINDS, NoticeKind, Subject, kind_of
from workflow.wishes.pace import Hours, Pace, time_for
from workflow.wishes.reading import Wishes, read_wishes

__all__ = [
    "KINDS",
    "Hours",
    "NoticeKind",
    "Pace",
    "Subject",
    "Wanted",
    "Wishes",
    "keep_wishes",
    "kind_of",
    "read_wishes",
    "time_for",
]
