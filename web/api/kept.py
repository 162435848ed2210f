"""What a person keeps for themselves over HTTP: drafts of actions (暂存) and wordings (常用意见)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from flask import Response
from pydantic import Field

from web.actor import actor
from web.api.blueprint import bp, documented
from web.api.shapes import Input, Line, Shape
from web.auth.access import me
from web.context import now, reading, runtime
from workflow.drafts import draft_of, drop_draft, save_draft
from workflow.engine.examining import permitted_role
from workflow.errors import NotFound
from workflow.machine import machine_for
from workflow.opinions import LONGEST, keep_opinion, opinions_for, remove_opinion
from workflow.queries.seen import seen_work


class DraftRequest(Input):
    values: dict[str, Any] = Field(description="What was typed so far, as it is: nothing of it is judged.")


class DraftShape(Shape):
    values: dict[str, Any]
    saved_at: datetime


class OpinionRequest(Input):
    text: Annotated[Line, Field(max_length=LONGEST)]
    organisation_id: int | None = Field(None, description="For everybody of this body; yours alone where left out.")


class OpinionShape(Shape):
    id: int
    text: str
    is_own: bool
    may_remove: bool


class OpinionListing(Shape):
    items: list[OpinionShape]


@bp.get("/cases/<int:case_id>/drafts/<action>")
@bp.output(DraftShape)
@documented("cases", "getDraft", 403)
def get_draft(case_id: int, action: str) -> DraftShape:
    """What you put aside for an action on a case; 404 where there is nothing."""
    _require_form(case_id, action)
    draft = draft_of(reading(), me().id, case_id, action)
    if draft is None:
        raise NotFound("draft", action)
    return DraftShape.model_validate(draft)


@bp.put("/cases/<int:case_id>/drafts/<action>")
@bp.input(DraftRequest)
@bp.output(DraftShape)
@documented("cases", "putDraft", 403)
def put_draft(case_id: int, action: str, json_data: DraftRequest) -> DraftShape:
    """Put aside what you typed for an action; the newest of each is kept."""
    _require_form(case_id, action)
    saved_at = now()
    with runtime().db.unit_of_work() as session:
        save_draft(session, me().id, case_id, action, json_data.values, saved_at)
    return DraftShape(values=json_data.values, saved_at=saved_at)


@bp.delete("/cases/<int:case_id>/drafts/<action>")
@bp.output({}, 204)
@documented("cases", "deleteDraft", 403)
def delete_draft(case_id: int, action: str) -> Response:
    """Throw away what you put aside, if anything."""
    _require_form(case_id, action)
    with runtime().db.unit_of_work() as session:
        drop_draft(session, me().id, case_id, action)
    return Response(status=204)


def _require_form(case_id: int, action: str) -> None:
    """Drafts belong to people who can take the action."""
    work = seen_work(reading(), runtime(), actor(), case_id)
    permitted_role(actor(), work, machine_for(work.definition).transition(action))


@bp.get("/opinions")
@bp.output(OpinionListing)
@documented("me", "listOpinions")
def get_opinions() -> OpinionListing:
    """Your kept wordings, and those of the bodies you work for."""
    return OpinionListing(items=[OpinionShape.model_validate(o) for o in opinions_for(reading(), actor())])


@bp.post("/opinions")
@bp.input(OpinionRequest)
@bp.output(OpinionShape, 201)
@documented("me", "keepOpinion", 403)
def post_opinion(json_data: OpinionRequest) -> OpinionShape:
    """Keep a wording."""
    with runtime().db.unit_of_work() as session:
        kept = keep_opinion(session, actor(), json_data.text, now(), json_data.organisation_id)
    return OpinionShape(id=kept, text=json_data.text.strip(), is_own=json_data.organisation_id is None, may_remove=True)


@bp.delete("/opinions/<int:opinion_id>")
@bp.output({}, 204)
@documented("me", "removeOpinion")
def delete_opinion(opinion_id: int) -> Response:
    """Remove a wording of yours, or of a body you work for."""
    with runtime().db.unit_of_work() as session:
        remove_opinion(session, actor(), opinion_id)
    return Response(status=204)
