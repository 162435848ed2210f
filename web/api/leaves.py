"""Leave: the caller's own, and for managers that of the people in their area."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from web.actor import actor
from web.api.actions import IdempotencyKey, Replayed
from web.api.blueprint import bp, documented
from web.api.shapes import Day, Input, Line, Shape
from web.api.substitutions import MadeShape, Username, headers_of
from web.auth.access import me
from web.context import reading, runtime, today
from workflow.people.leaves import LeaveWanted, end_leave, take_leave
from workflow.people.reach import people_managed
from workflow.queries.substitutions import leaves_of


class LeaveRequest(Input):
    person: Username = Field(description="Your own user name; for managers also that of somebody in their area.")
    from_on: Day
    to_on: Day
    substitute: Line = Field("", max_length=100, description="Acts in every role; left out: managers see what waits.")


class LeaveShape(Shape):
    id: int
    person: str
    username: str
    from_on: date
    to_on: date
    status: str = Field(description="ahead, running or over.")


class LeaveListing(Shape):
    items: list[LeaveShape]


class LeaveMadeShape(Shape):
    """The number of the leave, and of the substitutions that came with it."""

    id: int
    substitutions: list[int]


@bp.get("/leaves")
@bp.output(LeaveListing)
@documented("people", "listLeaves")
def get_leaves() -> LeaveListing:
    """Your leaves, and for managers those of their area."""
    managed = [user.id for user in people_managed(reading(), actor(), today())]
    found = leaves_of(reading(), [me().id, *managed], today())
    return LeaveListing(items=[LeaveShape.model_validate(line) for line in found])


@bp.post("/leaves")
@bp.input(LeaveRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(LeaveMadeShape, 201, headers=Replayed)
@documented("people", "takeLeave", 404, 409)
def post_leave(json_data: LeaveRequest, headers_data: IdempotencyKey) -> tuple[LeaveMadeShape, int, dict[str, str]]:
    """Enter a leave.

    With a substitute what waits for the person waits for them; without, it is held by nobody and managers see it.
    """
    answer = take_leave(runtime(), me().id, LeaveWanted(**json_data.model_dump()), headers_data.idempotency_key)
    return LeaveMadeShape.model_validate(answer.data), 201, headers_of(answer)


@bp.post("/leaves/<int:leave_id>/end")
@bp.input(IdempotencyKey, location="headers")
@bp.output(MadeShape, headers=Replayed)
@documented("people", "endLeave", 409)
def post_leave_end(leave_id: int, headers_data: IdempotencyKey) -> tuple[MadeShape, int, dict[str, str]]:
    """End a leave before its time, with the substitutions that came with it."""
    answer = end_leave(runtime(), me().id, leave_id, headers_data.idempotency_key)
    return MadeShape.model_validate(answer.data), 200, headers_of(answer)
