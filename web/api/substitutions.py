"""Substitutes of the caller, and those the caller stands in for."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from web.api.actions import REPLAYED, IdempotencyKey, Replayed
from web.api.blueprint import bp, documented
from web.api.shapes import LARGEST_ROW, Day, Input, Line, Shape, Words, shaped
from web.auth.access import me
from web.context import reading, runtime, today
from workflow.people.once import Answer
from workflow.people.substitutes import Wanted, end_substitution, name_substitute
from workflow.queries.substitutions import SubstitutionLine, substitutions_of

Username = Annotated[Line, Field(min_length=1, max_length=100)]
RowNumber = Annotated[int, Field(ge=1, le=LARGEST_ROW)]


class SubstitutionRequest(Input):
    substitute: Username = Field(description="The user name of whoever is to act.")
    role: Annotated[Line, Field(max_length=40)] = Field(description="One of your own roles.")
    from_on: Day
    to_on: Day = Field(description="The last day; it ends by itself after it.")
    states: Annotated[list[Annotated[Line, Field(max_length=60)]], Field(max_length=40)] = Field(
        [], description="Only these steps; left out: all that wait for the role."
    )
    organisation_id: RowNumber | None = Field(None, description="Only cases below this body.")


class SubstitutionShape(Shape):
    id: int
    principal: str
    substitute: str
    role: Words
    role_code: str
    states: list[Words] | None = Field(description="Null: every step of the role.")
    area: str
    from_on: date
    to_on: date
    status: str = Field(description="ahead, running or over.")
    is_mine: bool = Field(description="You are the principal, and may end it.")


class SubstitutionListing(Shape):
    items: list[SubstitutionShape]


class MadeShape(Shape):
    """The number of what was made or changed."""

    id: int


def headers_of(answer: Answer) -> dict[str, str]:
    return {REPLAYED: "true"} if answer.replayed else {}


@bp.get("/substitutions")
@bp.output(SubstitutionListing)
@documented("people", "listSubstitutions")
def get_substitutions() -> SubstitutionListing:
    """Who stands in for you, and for whom you stand in."""
    found = substitutions_of(reading(), runtime().branch_formation, me().id, today())
    return SubstitutionListing(items=[_shape(line) for line in found])


def _shape(line: SubstitutionLine) -> SubstitutionShape:
    return shaped(SubstitutionShape, line, is_mine=line.principal_id == me().id)


@bp.post("/substitutions")
@bp.input(SubstitutionRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(MadeShape, 201, headers=Replayed)
@documented("people", "nameSubstitute", 409)
def post_substitution(
    json_data: SubstitutionRequest, headers_data: IdempotencyKey
) -> tuple[MadeShape, int, dict[str, str]]:
    """Name a substitute for one of your roles.

    The substitute sees and does what waits for the role in those days, steps and area, and nothing else of yours.
    """
    asked = json_data.model_dump()
    wanted = Wanted(**{**asked, "states": tuple(asked["states"])})
    answer = name_substitute(runtime(), me().id, wanted, headers_data.idempotency_key)
    return MadeShape.model_validate(answer.data), 201, headers_of(answer)


@bp.post("/substitutions/<int:substitution_id>/end")
@bp.input(IdempotencyKey, location="headers")
@bp.output(MadeShape, headers=Replayed)
@documented("people", "endSubstitution", 409)
def post_substitution_end(substitution_id: int, headers_data: IdempotencyKey) -> tuple[MadeShape, int, dict[str, str]]:
    """End a substitution at once; both people are told."""
    answer = end_substitution(runtime(), me().id, substitution_id, headers_data.idempotency_key)
    return MadeShape.model_validate(answer.data), 200, headers_of(answer)
