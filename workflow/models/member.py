"""Persons on their way into the Party and members at work in an enterprise: membership, and who read what of them.

Accounts are another thing: see `person.py`.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key
from workflow.text import Text


class Standing(StrEnum):
    REGISTERED = "registered"
    APPLICANT = "applicant"
    ACTIVIST = "activist"
    TARGET = "target"
    PROBATIONARY = "probationary"
    FULL = "full"
    ENDED = "ended"


STANDING_NAMES = {
    Standing.REGISTERED: Text("未申请", "no application yet"),
    Standing.APPLICANT: Text("入党申请人", "applicant"),
    Standing.ACTIVIST: Text("入党积极分子", "activist"),
    Standing.TARGET: Text("发展对象", "development target"),
    Standing.PROBATIONARY: Text("预备党员", "probationary member"),
    Standing.FULL: Text("正式党员", "full member"),
    Standing.ENDED: Text("已终止", "ended"),
}
MEMBERS = frozenset({Standing.PROBATIONARY, Standing.FULL})


class Person(Base):
    """`employer_id` is where the person works, `host_id` the Party organisation that has them in hand (domain 4.5).

    Identity and phone number are optional and never stand here in the clear: `*_sealed` is what `members/vault.py`
    makes of them, `*_mark` the keyed digest by which an equal number is found, `*_mask` what lists may show.
    """

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_employer_id_standing", "employer_id", "standing"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    employer_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    host_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    standing: Mapped[str]
    post: Mapped[str | None]
    born_on: Mapped[date | None]
    joined_on: Mapped[date | None]
    full_on: Mapped[date | None]
    identity_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    identity_mark: Mapped[str | None] = mapped_column(unique=True)
    identity_mask: Mapped[str | None]
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    phone_mark: Mapped[str | None] = mapped_column(index=True)
    phone_mask: Mapped[str | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Membership(Base):
    """Where a person's membership (组织关系) is, from when to when; a person has one that is not ended.

    `status` is in_transit or received. `organisation_id` is the body it is at or on its way to; `from_name` the one it
    left. Rows are closed, never removed.
    """

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("valid_until >= letter_on", name="letter_in_order"),
        Index(
            "uq_membership_open_person",
            "person_id",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    status: Mapped[str]
    from_name: Mapped[str | None]
    letter_no: Mapped[str | None]
    letter_on: Mapped[date | None]
    valid_until: Mapped[date | None]
    received_on: Mapped[date | None]
    receipt_no: Mapped[str | None]
    ended_on: Mapped[date | None]
    ended_why: Mapped[str | None]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]


class PersonReading(Base):
    """Somebody looked at a number in the clear, with their reason. Append-only, held by triggers."""

    __tablename__ = "person_reading"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    field: Mapped[str]
    reader_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    reason: Mapped[str]
    read_at: Mapped[datetime]
