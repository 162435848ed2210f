"""Where people can be reached outside the application."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from workflow.channel_settings import ChannelSettings
from workflow.channels import CHANNELS, offered
from workflow.models import Contact, User
from workflow.text import Text

EMAIL = "email"
EMAIL_NAME = Text("邮件", "E-mail")


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


def set_up(settings: ChannelSettings) -> frozenset[str]:
    """The channels outside that this installation has: e-mail always."""
    return frozenset({EMAIL, *(kind.name for kind in offered(settings))})


def channel_name(channel: str) -> Text:
    return CHANNELS[channel].label if channel in CHANNELS else EMAIL_NAME
