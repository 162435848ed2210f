"""Where people can be reached outside the application."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from workflow.channels import CHANNELS
from workflow.models import Contact, User
from workflow.text import Text

EMAIL = "email"
CHANNEL_NAMES = {EMAIL: Text("邮件", "E-mail"), **{kind.name: kind.label for kind in CHANNELS.values()}}


def reached(session: Session, people: Iterable[int]) -> dict[int, set[str]]:
    """The channels in which each active person has an address; people without any are left out."""
    wanted = sorted(set(people))
    mail = select(User.id, literal(EMAIL)).where(User.id.in_(wanted), User.is_active, User.email.is_not(None))
    others = (
        select(Contact.user_id, Contact.channel)
        .join(User, User.id == Contact.user_id)
        .where(Contact.user_id.in_(wanted), User.is_active)
    )
    found: dict[int, set[str]] = {}
    for user_id, channel in session.execute(union_all(mail, others)):
        found.setdefault(user_id, set()).add(channel)
    return found


def channel_name(channel: str) -> Text:
    return CHANNEL_NAMES.get(channel) or Text(channel, channel)
