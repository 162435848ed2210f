"""The paper of a decision on a case."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from web.actor import actor
from web.api.blueprint import bp, documented
from web.api.shapes import Shape
from web.context import reading, runtime
from workflow.queries.decision_papers import decision_paper


class DecisionPaperShape(Shape):
    """An official paper, in Chinese as it is issued. `seq` is the decision's entry in the history of the case."""

    case_id: int
    seq: int
    code: str = Field(description="D08, D10 and D16 are replies, D20 a return, D21 a refusal.")
    session_id: int | None = Field(description="Null where it was decided without a session.")
    was_taken_back: bool
    title: str
    number: str | None = Field(description="Null where the body numbers nothing.")
    addressee: str
    paragraphs: list[str]
    signed_by: str
    dated_on: date


@bp.get("/cases/<int:case_id>/decisions/<int:seq>")
@bp.output(DecisionPaperShape)
@documented("cases", "getDecisionPaper")
def get_decision_paper(case_id: int, seq: int) -> DecisionPaperShape:
    """The reply or notice written on a decision, as it was decided then."""
    found = decision_paper(reading(), runtime(), actor(), case_id, seq)
    names = ("title", "number", "addressee", "paragraphs", "signed_by", "dated_on")
    own = {name: getattr(found, name) for name in ("case_id", "seq", "code", "session_id", "was_taken_back")}
    return DecisionPaperShape.model_validate({**own, **{name: getattr(found.paper, name) for name in names}})
