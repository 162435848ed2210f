"""Where and how a person is told outside the application, and what became of each attempt."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class Contact(Base):
    """A person's address in one channel (the account's e-mail is kept with the account).

    `address` is sealed (`workflow/contacts.py`): a phone number, a name, an address with a secret in it.
    """

    __tablename__ = "contact"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    address: Mapped[str]
    changed_at: Mapped[datetime]


class NoticeWish(Base):
    """How fast notices of a kind go out through a channel: at_once, hourly, daily or off. No row: the default."""

    __tablename__ = "notice_wish"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    pace: Mapped[str]


class NoticeHours(Base):
    """A person's quiet hours and the hour of the daily digest: minutes of the local day."""

    __tablename__ = "notice_hours"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    quiet_from: Mapped[int | None]
    quiet_to: Mapped[int | None]
    digest_at: Mapped[int]


class DeliveryAttempt(Base):
    """One attempt to tell one row; without `result` it is under way, or its worker ended in it.

    `answer` is a code of the channel's own, never a quotation.
    """

    __tablename__ = "delivery_attempt"

    outbox_id: Mapped[str] = mapped_column(ForeignKey("outbox.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    result: Mapped[str | None]
    answer: Mapped[str | None]


class ChannelPace(Base):
    """When the next message may go through a channel: to one person, or (`person` 0) to anybody at all."""

    __tablename__ = "channel_pace"

    channel: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[int] = mapped_column(Key, primary_key=True, autoincrement=False)
    next_at: Mapped[datetime]
