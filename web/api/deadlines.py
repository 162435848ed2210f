"""One deadline of a case, with how its day is counted."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from web.actor import actor
from web.api.blueprint import bp, documented
from web.api.shapes import Shape, Words, shaped
from web.context import reading, runtime
from workflow.queries.deadlines import explained_deadline
from workflow.queries.seen import seen_work


class CalendarMoveShape(Shape):
    """A calendar that moved the due day, or made it certain (`old` equals `new`)."""

    at: date
    year: int
    old: date
    new: date


class SpansShape(Shape):
    """After a pause: the due day with the whole time again, and with what was left. Null while it stands still."""

    whole: date | None
    left: date | None
    days_left: int
    unit: str = Field(description="Of `days_left`: days or working_days.")
    whole_holds: bool = Field(description="The setting in force is the whole time again.")


class ExplanationShape(Shape):
    """The newest deadline of the code; `steps` say in order how its day is counted."""

    code: str
    name: Words
    status: str = Field(description="running, paused or stopped.")
    starts_on: date
    due_on: date
    is_provisional: bool = Field(description="The official calendar of a year it runs through is not complete.")
    days_left: int | None = Field(description="While paused, in `left_unit`.")
    left_unit: str | None
    steps: list[Words]
    moves: list[CalendarMoveShape]
    spans: SpansShape | None = Field(description="Only of a deadline that was paused and has a setting for it.")


@bp.get("/cases/<int:case_id>/deadlines/<code>")
@bp.output(ExplanationShape)
@documented("cases", "getDeadline")
def get_deadline(case_id: int, code: str) -> ExplanationShape:
    """A deadline of a case, and how its day is counted.

    The steps go from the event it starts with to the due day: weekends and holidays that are passed over, make-up days
    that count, pauses, and years whose official calendar is not complete. 404 where the case never had it.
    """
    found = explained_deadline(seen_work(reading(), runtime(), actor(), case_id), code)
    return shaped(ExplanationShape, found)
