"""A person leaves for good: what would become of their cases, and doing it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from web.api.actions import IdempotencyKey, Replayed
from web.api.blueprint import bp, documented
from web.api.shapes import Input, Line, Shape, Words
from web.api.substitutions import Username, headers_of
from web.auth.access import me
from web.context import reading, runtime
from workflow.engine.examining import MAX_REASON
from workflow.people.leaving import foresee, leave_office
from workflow.people.leaving_faults import Leaving


class LeavingRequest(Input):
    person: Username
    reason: Annotated[Line, Field(min_length=1, max_length=MAX_REASON)]
    successor: Line = Field("", max_length=100, description="The instructor who takes the cases over.")
    no_conflict: bool = Field(False, description="Checked: the successor has no ties with the enterprises.")
    over_cap: Line = Field("", max_length=MAX_REASON, description="The reason to let the successor's cap pass.")


class CaseMoveShape(Shape):
    """`to_successor` false: back to the managers; `refusal` says why where a successor was named."""

    case_id: int
    enterprise: str
    to_successor: bool
    refusal: Words | None


class VacantShape(Shape):
    role: str
    name: Words
    organisation_id: int
    organisation: str


class ForeseenShape(Shape):
    moves: list[CaseMoveShape]


class LeftShape(Shape):
    """`vacant` are roles that nobody holds at their body now."""

    moves: list[CaseMoveShape]
    vacant: list[VacantShape]


@bp.post("/leavings/preview")
@bp.input(LeavingRequest)
@bp.output(ForeseenShape)
@documented("people", "foreseeLeaving", 403, 404, 409)
def post_leaving_preview(json_data: LeavingRequest) -> ForeseenShape:
    """What would become of the person's cases; changes nothing."""
    moves = foresee(reading(), runtime(), me().id, Leaving(**json_data.model_dump()))
    return ForeseenShape(moves=[CaseMoveShape.model_validate(move.as_dict()) for move in moves])


@bp.post("/leavings")
@bp.input(LeavingRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(LeftShape, headers=Replayed)
@documented("people", "leaveOffice", 403, 404, 409)
def post_leaving(json_data: LeavingRequest, headers_data: IdempotencyKey) -> tuple[LeftShape, int, dict[str, str]]:
    """Take a person out of office.

    For managers. Cases go to the successor or back to the managers, roles and account end, all in one step.
    """
    answer = leave_office(runtime(), me().id, Leaving(**json_data.model_dump()), headers_data.idempotency_key)
    return LeftShape.model_validate(answer.data), 200, headers_of(answer)
