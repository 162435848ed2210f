"""Sessions of a committee (会议): who ought to attend, what is decided, who may not vote, and what was done when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key


class CommitteeSession(Base):
    """`status` is open, closed or cancelled; closed and cancelled ones never change. `version` counts its acts."""

    __tablename__ = "committee_session"
    __table_args__ = (Index("ix_committee_session_organisation_id_held_on", "organisation_id", "held_on"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    held_on: Mapped[date]
    place: Mapped[str]
    chair: Mapped[str]
    recorder: Mapped[str]
    status: Mapped[str] = mapped_column(default="open")
    version: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


class SessionSeat(Base):
    """Somebody on the roll (应到会). `attendance` is expected, attending, excused or absent."""

    __tablename__ = "session_seat"
    __table_args__ = (UniqueConstraint("session_id", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("committee_session.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    attendance: Mapped[str] = mapped_column(default="expected")
    reason: Mapped[str | None]


class SessionItem(Base):
    """A case on the agenda. `answer` is what was decided on (agree, refuse, return, postpone), None before that.

    `case_since` tells whether the case moved after it was put here. `votes` maps a seat's number to yes, no or abstain
    where they were cast by name. `data` holds facts of the action that were entered by hand. `tally` is kept with the
    closing. `is_open` ends with the session.
    """

    __tablename__ = "session_item"
    __table_args__ = (
        UniqueConstraint("session_id", "case_id"),
        # A case lies before one open session only, decided by the database.
        Index(
            "uq_session_item_open_case",
            "case_id",
            unique=True,
            sqlite_where=text("is_open"),
            postgresql_where=text("is_open"),
        ),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("committee_session.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    case_since: Mapped[datetime]
    position: Mapped[int]
    is_open: Mapped[bool] = mapped_column(default=True)
    answer: Mapped[str | None]
    reason: Mapped[str | None]
    data: Mapped[dict[str, Any]]
    yes: Mapped[int | None]
    no: Mapped[int | None]
    abstain: Mapped[int | None]
    votes: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    action: Mapped[str | None]
    reply_no: Mapped[str | None]
    tally: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class SessionAct(Base):
    """Who did what with a session, in order; the closing is the last. It also makes a repeated request harmless."""

    __tablename__ = "session_act"
    __table_args__ = (UniqueConstraint("session_id", "seq"), UniqueConstraint("actor_id", "idempotency_key"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("committee_session.id"))
    seq: Mapped[int]
    act: Mapped[str]
    actor_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    recorded_at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    idempotency_key: Mapped[str | None]
    request_digest: Mapped[str]


class Interest(Base):
    """A declared conflict of interest (回避事由): this person may not vote on cases of this enterprise."""

    __tablename__ = "interest"
    __table_args__ = (UniqueConstraint("enterprise_id", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    name: Mapped[str]
    kind: Mapped[str]
    note: Mapped[str | None]
    noted_by: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    noted_at: Mapped[datetime]


class PaperSign(Base):
    """The sign (代字) an organisation's papers are numbered under, such as 商党."""

    __tablename__ = "paper_sign"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    sign: Mapped[str]


class PaperSeries(Base):
    """The next number of a sign in a year; its row is locked by whoever takes numbers."""

    __tablename__ = "paper_series"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    sign: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_number: Mapped[int]


class PaperNumber(Base):
    """A number that was given out, and the case whose paper bears it."""

    __tablename__ = "paper_number"
    __table_args__ = (UniqueConstraint("organisation_id", "sign", "year", "number"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    sign: Mapped[str]
    year: Mapped[int]
    number: Mapped[int]
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"))
    given_at: Mapped[datetime]
