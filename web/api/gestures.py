"""What people do around an action over HTTP: sign, hand over, ask, copy, nudge, take back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from web.actor import actor
from web.api.actions import REPLAYED, IdempotencyKey, OutcomeShape, Replayed
from web.api.blueprint import bp, documented
from web.api.shapes import Input, Shape, Words, shaped
from web.auth.access import me
from web.context import reading, runtime
from workflow.engine import Command
from workflow.engine.examining import MAX_REASON
from workflow.gestures import take_gesture
from workflow.queries.asks import asks
from workflow.queries.round_page import questions, round_page
from workflow.queries.seen import seen_work


class GestureRequest(Input):
    reason: Annotated[str, Field(max_length=MAX_REASON)] | None = None
    data: dict[str, Any] = Field({}, description="What the gesture wants entered, such as `person` or `question`.")
    shown: Annotated[str, Field(max_length=10_000)] | None = Field(
        None, description="The `shown` of the case you decided on: 409 names what has changed since."
    )


class SignerShape(Shape):
    """One place in a round; `decision` is null while it is open."""

    name: str
    who: Words = Field(description="The name, and whoever stands in for that person while the answer is open.")
    weight: int
    status: str = Field(description="asked, waiting (for somebody before) or decided.")
    decision: str | None = Field(description="agree, refuse, abstain or object.")
    words: Words
    reason: str | None
    at: datetime | None
    added_by: str | None


class RoundShape(Shape):
    """A round of approval that runs: `action` counts once it has passed."""

    id: int
    action: str
    label: Words
    rule: Words = Field(description="How it is decided, abstention included.")
    opened_by: str
    opened_at: datetime
    signers: list[SignerShape]


class QuestionShape(Shape):
    asked_by: str
    asked_of: str
    text: str
    answer: str | None
    is_open: bool
    is_passed_on: bool = Field(description="A place in a round that was passed on and comes back with the answer.")
    asked_at: datetime


class SigningShape(Shape):
    """`round` is null where nothing is being signed."""

    round: RoundShape | None
    questions: list[QuestionShape]


class AskShape(Shape):
    """Something asked of you: to sign, to answer, or to read."""

    kind: str
    case_id: int
    enterprise: str
    state_name: Words
    about: Words
    asked_at: datetime


class AskListing(Shape):
    items: list[AskShape]


@bp.post("/cases/<int:case_id>/gestures/<gesture>")
@bp.input(GestureRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(OutcomeShape, headers=Replayed)
@documented("cases", "makeGesture", 403, 409)
def make_gesture(
    case_id: int, gesture: str, json_data: GestureRequest, headers_data: IdempotencyKey
) -> tuple[OutcomeShape, int, dict[str, str]]:
    """Make a gesture on a case: sign, add or remove a signer, hand over, pass on, claim, ask, copy, nudge, take back.

    `GET /cases/{id}` lists those open to you with what each wants entered. Whole or not at all; 422 lists what stands
    against it. A repeated request with the same `Idempotency-Key` answers the same body.
    """
    command = Command(case_id, gesture, me().id, idempotency_key=headers_data.idempotency_key, **json_data.model_dump())
    outcome = take_gesture(runtime(), command)
    return OutcomeShape.model_validate(outcome), 200, {REPLAYED: "true"} if outcome.replayed else {}


@bp.get("/cases/<int:case_id>/signing")
@bp.output(SigningShape)
@documented("cases", "getSigning")
def get_signing(case_id: int) -> SigningShape:
    """Who signs what on a case, and what was asked on it."""
    work = seen_work(reading(), runtime(), actor(), case_id)
    running = round_page(work)
    return SigningShape(
        round=shaped(RoundShape, running, signers=[shaped(SignerShape, line) for line in running.signers])
        if running
        else None,
        questions=[shaped(QuestionShape, line) for line in questions(work)],
    )


@bp.get("/asks")
@bp.output(AskListing)
@documented("me", "listAsks")
def list_asks() -> AskListing:
    """What others ask of you beside the steps of your inbox: to sign, to answer, to read."""
    return AskListing(items=[shaped(AskShape, ask) for ask in asks(reading(), runtime(), actor())])
