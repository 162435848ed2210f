"""Sessions of a committee: the list, one session, calling and cancelling it, its roll and attendance."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from flask import url_for
from pydantic import Field

from web.actor import actor
from web.api.actions import REPLAYED, IdempotencyKey, Replayed
from web.api.blueprint import bp, documented
from web.api.shapes import LARGEST_ROW, Created, Day, Input, Line, Shape, Words
from web.auth.access import me
from web.context import reading, runtime
from workflow.queries.sessions import list_sessions, seen_session, session_page
from workflow.sessions import (
    Mark,
    Plan,
    Request,
    SessionOutcome,
    cancel_session,
    change_session,
    plan_session,
    record_attendance,
    set_roll,
    set_sign,
    summon,
)

RowNumber = Annotated[int, Field(ge=1, le=LARGEST_ROW)]
Name = Annotated[Line, Field(min_length=1, max_length=60)]
Particular = Annotated[Line, Field(min_length=1, max_length=100)]


class SessionLineShape(Shape):
    """A session in the list."""

    id: int
    body: str
    held_on: date
    place: str
    status: str
    cases: int
    decided: int


class SessionListing(Shape):
    items: list[SessionLineShape]


class SeatShape(Shape):
    """Somebody who ought to attend; `user_id` is null for a member without an account."""

    id: int
    user_id: int | None
    name: str
    attendance: str
    reason: str | None


class AgendaLineShape(Shape):
    """A case on the agenda. `has_moved`: it is to be put on anew.

    `tally` and `reply_no` come with the closing, the latter for every paper issued: reply, return or refusal.
    """

    case_id: int
    enterprise: str
    chamber: str
    state: str
    state_name: Words
    since: datetime
    has_moved: bool
    answer: str | None
    reason: str | None
    yes: int | None
    no: int | None
    abstain: int | None
    reply_no: str | None
    tally: dict[str, Any] | None
    paper: int | None = Field(description="The `seq` by which getDecisionPaper answers it; null where none was issued.")


class SessionShape(Shape):
    """`quorum` is how many must attend; `waiting` counts cases that could still be put on the agenda."""

    id: int
    version: int
    body_id: int
    body: str
    held_on: date
    place: str
    chair: str
    recorder: str
    status: str
    closed_at: datetime | None
    closed_by: str | None
    seats: list[SeatShape]
    ought: int
    attending: int
    quorum: int
    quorum_clause: Words
    has_quorum: bool
    agenda: list[AgendaLineShape]
    waiting: int
    unobjected: int = Field(description="Undecided cases nothing stands against.")
    sign: str | None = Field(description="Under which its papers are numbered; null: numbers are typed.")


class SessionOutcomeShape(Shape):
    """Where the session stands; `count` is how many cases the request was about."""

    session_id: int
    status: str
    version: int
    count: int


class PlanRequest(Input):
    held_on: Day
    place: Particular
    chair: Particular
    recorder: Particular

    def plan(self) -> Plan:
        return Plan(self.held_on, self.place, self.chair, self.recorder)


class CallRequest(PlanRequest):
    organisation_id: RowNumber = Field(description="A committee you are the clerk or approver of.")


class RollRequest(Input):
    users: list[RowNumber] = Field([], max_length=200, description="Accounts of the committee.")
    names: list[Name] = Field([], max_length=200, description="Members without an account.")


class MarkRequest(Input):
    seat: RowNumber
    attendance: Literal["expected", "attending", "excused", "absent"]
    reason: Annotated[Line, Field(max_length=200)] = Field("", description="Needed where somebody is excused.")


class AttendanceRequest(Input):
    marks: list[MarkRequest] = Field(max_length=200)


class SignRequest(Input):
    organisation_id: RowNumber
    sign: Annotated[Line, Field(max_length=20)] = Field(description="Such as 商党; empty: numbers are typed by hand.")


Answer = tuple[SessionOutcomeShape, int, dict[str, str]]


def requested(headers: IdempotencyKey) -> Request:
    return Request(me().id, headers.idempotency_key)


def answered(outcome: SessionOutcome) -> Answer:
    shape = SessionOutcomeShape(
        session_id=outcome.session_id, status=outcome.status, version=outcome.version, count=outcome.count
    )
    return shape, 200, {REPLAYED: "true"} if outcome.replayed else {}


@bp.get("/sessions")
@bp.output(SessionListing)
@documented("sessions", "listSessions")
def get_sessions() -> SessionListing:
    """The newest hundred you may see: officers those of their committee, managers those of their area."""
    found = list_sessions(reading(), actor())
    return SessionListing(items=[SessionLineShape.model_validate(line) for line in found])


@bp.get("/sessions/<int:session_id>")
@bp.output(SessionShape)
@documented("sessions", "getSession")
def get_session(session_id: int) -> SessionShape:
    """One session: its roll, its agenda, what was decided."""
    return SessionShape.model_validate(session_page(seen_session(reading(), runtime(), actor(), session_id)))


@bp.post("/sessions")
@bp.input(CallRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, 201, headers=Created)
@documented("sessions", "callSession", 403, 404)
def post_session(json_data: CallRequest, headers_data: IdempotencyKey) -> Answer:
    """Call a committee to a session.

    Its roll is that of the committee's last session, else all its accounts.
    """
    asked = requested(headers_data)
    shape, _, _ = answered(plan_session(runtime(), json_data.organisation_id, asked, json_data.plan()))
    return shape, 201, {"Location": url_for("api.get_session", session_id=shape.session_id)}


@bp.put("/sessions/<int:session_id>/plan")
@bp.input(PlanRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "changeSession", 403, 409)
def put_plan(session_id: int, json_data: PlanRequest, headers_data: IdempotencyKey) -> Answer:
    """Change day, place, chair and recorder."""
    return answered(change_session(runtime(), session_id, requested(headers_data), json_data.plan()))


@bp.put("/sessions/<int:session_id>/roll")
@bp.input(RollRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "setRoll", 403, 409)
def put_roll(session_id: int, json_data: RollRequest, headers_data: IdempotencyKey) -> Answer:
    """Say who ought to attend; whoever stays keeps the attendance."""
    return answered(set_roll(runtime(), session_id, requested(headers_data), json_data.users, json_data.names))


@bp.put("/sessions/<int:session_id>/attendance")
@bp.input(AttendanceRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "recordAttendance", 403, 409)
def put_attendance(session_id: int, json_data: AttendanceRequest, headers_data: IdempotencyKey) -> Answer:
    """Mark who attends; the others stay as they are marked."""
    marks = {mark.seat: Mark(mark.attendance, mark.reason) for mark in json_data.marks}
    return answered(record_attendance(runtime(), session_id, requested(headers_data), marks))


@bp.post("/sessions/<int:session_id>/cancellation")
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "cancelSession", 403, 409)
def post_cancellation(session_id: int, headers_data: IdempotencyKey) -> Answer:
    """End a session without deciding anything."""
    return answered(cancel_session(runtime(), session_id, requested(headers_data)))


@bp.post("/sessions/<int:session_id>/summons")
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "summonMembers", 403, 409)
def post_summons(session_id: int, headers_data: IdempotencyKey) -> Answer:
    """Tell everybody on the roll who has an account; `count` is how many were told."""
    return answered(summon(runtime(), session_id, requested(headers_data)))


@bp.put("/sessions/numbering")
@bp.input(SignRequest)
@bp.output({}, 204)
@documented("sessions", "setSign", 403, 404)
def put_numbering(json_data: SignRequest) -> tuple[str, int]:
    """Set the sign (代字) under which a committee's papers are numbered."""
    set_sign(runtime(), json_data.organisation_id, me().id, json_data.sign)
    return "", 204
