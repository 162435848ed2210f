"""Who could be the instructor of a case, the best first, and the words by which they are found."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from web.actor import actor
from web.api.actions import IdempotencyKey, Replayed
from web.api.blueprint import bp, documented
from web.api.shapes import Input, Line, Shape, Words
from web.api.substitutions import Username, headers_of
from web.auth.access import me, roles
from web.context import reading, runtime
from workflow.engine.ranking import ranked_for
from workflow.people.knowledge import LONGEST_WORD, MOST_WORDS, set_expertise, set_industry
from workflow.queries.seen import seen_work

Word = Annotated[Line, Field(min_length=1, max_length=LONGEST_WORD)]


class CandidateShape(Shape):
    """`why` is the reason of the rank in words; it is stored with the assignment."""

    username: str
    name: str
    load: int
    cap: int
    has_room: bool
    is_away: bool
    distance: int = Field(description="Levels between the chamber of the case and the body that is served.")
    knows: str | None = Field(description="The word of their expertise that fits the enterprise's industry.")
    why: Words


class CandidateListing(Shape):
    items: list[CandidateShape]


class ExpertiseRequest(Input):
    person: Username
    expertise: Annotated[list[Word], Field(max_length=MOST_WORDS)]


class ExpertiseShape(Shape):
    person: str
    expertise: list[str]


class IndustryRequest(Input):
    credit_code: Annotated[Line, Field(min_length=1, max_length=40)]
    industry: Annotated[Line, Field(max_length=LONGEST_WORD)]


class IndustryShape(Shape):
    credit_code: str
    industry: str | None


@bp.get("/cases/<int:case_id>/instructors")
@roles("manager")
@bp.output(CandidateListing)
@documented("cases", "listCandidates", 403)
def get_candidates(case_id: int) -> CandidateListing:
    """Who could take the case on: by territory, load against the cap, and knowledge of the industry.

    For managers.
    """
    work = seen_work(reading(), runtime(), actor(), case_id)
    items = [
        CandidateShape(
            username=one.choice.username,
            name=one.choice.name,
            load=one.choice.load,
            cap=one.choice.cap,
            has_room=one.choice.has_room,
            is_away=one.choice.is_away,
            distance=one.distance,
            knows=one.knows,
            why=Words.model_validate(one.basis),
        )
        for one in ranked_for(work)
    ]
    return CandidateListing(items=items)


@bp.post("/expertise")
@bp.input(ExpertiseRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(ExpertiseShape, headers=Replayed)
@documented("people", "setExpertise", 404)
def post_expertise(
    json_data: ExpertiseRequest, headers_data: IdempotencyKey
) -> tuple[ExpertiseShape, int, dict[str, str]]:
    """Note the industries an instructor knows: your own, or for managers of somebody in their area."""
    key = headers_data.idempotency_key
    answer = set_expertise(runtime(), me().id, json_data.person, json_data.expertise, key)
    return ExpertiseShape.model_validate(answer.data), 200, headers_of(answer)


@bp.post("/industry")
@bp.input(IndustryRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(IndustryShape, headers=Replayed)
@documented("enterprises", "setIndustry", 403, 404)
def post_industry(
    json_data: IndustryRequest, headers_data: IdempotencyKey
) -> tuple[IndustryShape, int, dict[str, str]]:
    """Note the industry of an enterprise; empty takes it away. For managers."""
    answer = set_industry(runtime(), me().id, json_data.credit_code, json_data.industry, headers_data.idempotency_key)
    return IndustryShape.model_validate(answer.data), 200, headers_of(answer)
