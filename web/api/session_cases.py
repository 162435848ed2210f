"""The cases before a session: the agenda, decisions, recusals, and the closing that moves them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from web.actor import actor
from web.api.actions import IdempotencyKey, Replayed
from web.api.blueprint import bp, documented
from web.api.sessions import Answer, RowNumber, SessionOutcomeShape, answered, requested
from web.api.shapes import Input, Line, Shape, Words
from web.context import reading, runtime
from workflow.engine.examining import MAX_REASON
from workflow.errors import TransitionRefused
from workflow.queries.sessions import seen_session
from workflow.sessions import (
    Decision,
    add_case,
    close_session,
    decide,
    decide_rest,
    declare_interest,
    fill_agenda,
    preview,
    remove_case,
    withdraw_interest,
)
from workflow.sessions.acting import require_officer
from workflow.sessions.closing import Draft

Count = Annotated[int, Field(ge=0, le=1000)]


class FillRequest(Input):
    order: Literal["age", "chamber"] = Field("age", description="Those that wait longest first, or by chamber.")


class VoteRequest(Input):
    seat: RowNumber
    vote: Literal["yes", "no", "abstain"]


class DecisionRequest(Input):
    """Votes as counts, or by name in `votes`; what is postponed needs none."""

    answer: Literal["agree", "refuse", "return", "postpone"]
    reason: Annotated[str, Field(max_length=MAX_REASON)] = ""
    yes: Count | None = None
    no: Count | None = None
    abstain: Count | None = None
    votes: list[VoteRequest] = Field([], max_length=200)
    data: dict[str, Any] = Field({}, description="Facts of the action that differ from what the session proposes.")


class RecusalRequest(Input):
    case_id: RowNumber = Field(description="On the agenda; its enterprise is what the person is recused from.")
    seat: RowNumber
    kind: Literal["employed", "related", "other"]
    note: Annotated[Line, Field(max_length=200)] = ""


class DraftShape(Shape):
    """What the closing would do with a case: moves, not_passed, postponed, undecided or refused."""

    case_id: int
    fate: str
    reply_no: str | None
    refusal: Words | None = Field(description="Why it cannot be done, and who can mend it.")
    problems: list[dict[str, Any]]


class PreviewShape(Shape):
    """`is_clear`: the session could be closed now. `refusal` stands in the way of the session as a whole."""

    is_clear: bool
    refusal: Words | None
    items: list[DraftShape]


@bp.post("/sessions/<int:session_id>/agenda")
@bp.input(FillRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "fillAgenda", 403, 409)
def post_agenda(session_id: int, json_data: FillRequest, headers_data: IdempotencyKey) -> Answer:
    """Put every case on that waits for this committee and lies before no other session."""
    return answered(fill_agenda(runtime(), session_id, requested(headers_data), json_data.order))


@bp.put("/sessions/<int:session_id>/agenda/<int:case_id>")
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "addCase", 403, 409)
def put_agenda_case(session_id: int, case_id: int, headers_data: IdempotencyKey) -> Answer:
    """Put one case on; one that moved since it was put on is put on anew, undecided."""
    return answered(add_case(runtime(), session_id, requested(headers_data), case_id))


@bp.delete("/sessions/<int:session_id>/agenda/<int:case_id>")
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "removeCase", 403, 409)
def delete_agenda_case(session_id: int, case_id: int, headers_data: IdempotencyKey) -> Answer:
    """Take one case off, with what was decided on it here."""
    return answered(remove_case(runtime(), session_id, requested(headers_data), case_id))


@bp.put("/sessions/<int:session_id>/decisions/<int:case_id>")
@bp.input(DecisionRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "decideCase", 403, 409)
def put_decision(session_id: int, case_id: int, json_data: DecisionRequest, headers_data: IdempotencyKey) -> Answer:
    """Keep what the committee decided on a case; deciding again replaces it, and nothing moves before the closing."""
    asked = json_data.model_dump(exclude={"votes"})
    votes = tuple((vote.seat, vote.vote) for vote in json_data.votes)
    decision = Decision(case_id, **asked, votes=votes)
    return answered(decide(runtime(), session_id, requested(headers_data), decision))


@bp.post("/sessions/<int:session_id>/decisions")
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "decideRest", 403, 409)
def post_decisions(session_id: int, headers_data: IdempotencyKey) -> Answer:
    """Agree to every undecided case nothing stands against, with the votes of all who may vote."""
    return answered(decide_rest(runtime(), session_id, requested(headers_data)))


@bp.post("/sessions/<int:session_id>/recusals")
@bp.input(RecusalRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "declareInterest", 403, 409)
def post_recusal(session_id: int, json_data: RecusalRequest, headers_data: IdempotencyKey) -> Answer:
    """Note that somebody may not vote on the cases of an enterprise, here and in later sessions."""
    asked = json_data
    outcome = declare_interest(
        runtime(), session_id, requested(headers_data), asked.case_id, asked.seat, asked.kind, asked.note
    )
    return answered(outcome)


@bp.delete("/sessions/<int:session_id>/recusals/<int:interest_id>")
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "withdrawInterest", 403, 409)
def delete_recusal(session_id: int, interest_id: int, headers_data: IdempotencyKey) -> Answer:
    """Take back what was noted by mistake."""
    return answered(withdraw_interest(runtime(), session_id, requested(headers_data), interest_id))


@bp.get("/sessions/<int:session_id>/closing")
@bp.output(PreviewShape)
@documented("sessions", "previewClosing", 403)
def get_closing(session_id: int) -> PreviewShape:
    """What the closing would do with each case, and what stands in the way."""
    work = seen_session(reading(), runtime(), actor(), session_id)
    require_officer(work.actor, work.body)
    found = preview(work)
    return PreviewShape(
        is_clear=found.is_clear,
        refusal=Words.model_validate(found.refusal.text) if found.refusal else None,
        items=[_draft(draft) for draft in found.drafts],
    )


@bp.post("/sessions/<int:session_id>/closing")
@bp.input(IdempotencyKey, location="headers")
@bp.output(SessionOutcomeShape, headers=Replayed)
@documented("sessions", "closeSession", 403, 409, 422)
def post_closing(session_id: int, headers_data: IdempotencyKey) -> Answer:
    """Move every decided case in one transaction, or none.

    422 names each case that stands in the way under `cases`.
    """
    return answered(close_session(runtime(), session_id, requested(headers_data)))


def _draft(draft: Draft) -> DraftShape:
    refusal = draft.refusal
    return DraftShape(
        case_id=draft.item.case_id,
        fate=draft.fate,
        reply_no=draft.number,
        refusal=Words.model_validate(refusal.text) if refusal else None,
        problems=[p.as_dict() for p in refusal.problems] if isinstance(refusal, TransitionRefused) else [],
    )
