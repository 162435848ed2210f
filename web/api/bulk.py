"""One action on many cases."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from web.api.actions import IdempotencyKey, OutcomeShape
from web.api.blueprint import bp, documented
from web.api.shapes import Day, Input, Line, Shape, Words
from web.api.substitutions import RowNumber
from web.auth.access import me
from web.context import reading, runtime, today
from web.errors import status_of
from workflow.bulk.plan import plan
from workflow.bulk.request import MOST, NAMES_INSTRUCTOR, Bulk, Item
from workflow.bulk.running import foresee_each, run_each
from workflow.engine.examining import MAX_REASON
from workflow.errors import NotFound, WorkflowError
from workflow.text import Text

# What one may not see and what is not there read the same.
OUT_OF_SIGHT = Text(
    "没有找到：它可能不存在，或不在您的范围内", "Not found: it may not exist, or lie outside what you see"
)


class ItemRequest(Input):
    case_id: RowNumber
    expected_version: Annotated[int, Field(ge=0)] | None = None
    data: dict[str, Any] = Field({}, description="What is entered for this case alone, such as its receipt number.")


class BulkRequest(Input):
    action: Annotated[Line, Field(max_length=60)]
    items: Annotated[list[ItemRequest], Field(min_length=1, max_length=MOST)]
    data: dict[str, Any] = Field({}, description="What is entered for all of them.")
    occurred_on: Day | None = None
    reason: Annotated[str, Field(max_length=MAX_REASON)] | None = None
    overrides: dict[str, str] = Field({}, description="Managers only, as with a single action.")


class ItemResultShape(Shape):
    """`status` is what a single request would have answered; `outcome` null: refused, and `refusal` says why."""

    case_id: int
    status: int
    outcome: OutcomeShape | None
    refusal: Words | None
    replayed: bool


class BulkShape(Shape):
    done: int
    refused: int
    items: list[ItemResultShape]


class ItemForeseenShape(Shape):
    """`instructor` and `why` where the action names one: the one in the request, else the best with room."""

    case_id: int
    refusal: Words | None
    instructor: str | None
    why: Words | None


class BulkForeseenShape(Shape):
    allowed: int
    refused: int
    items: list[ItemForeseenShape]


def _bulk(asked: BulkRequest, key: str | None) -> Bulk:
    return Bulk(
        asked.action,
        tuple(Item(item.case_id, item.expected_version, item.data) for item in asked.items),
        data=asked.data,
        reason=asked.reason,
        occurred_on=asked.occurred_on,
        overrides=asked.overrides,
        key=key,
    )


@bp.post("/bulk")
@bp.input(BulkRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(BulkShape)
@documented("cases", "takeActionOnMany")
def post_bulk(json_data: BulkRequest, headers_data: IdempotencyKey) -> BulkShape:
    """Take one action on many cases.

    Each as if it were alone: one refusal undoes none of the others. Sent again with the same `Idempotency-Key`, what
    was done is answered and not done twice, and what was refused is tried again.
    """
    results = run_each(runtime(), _bulk(json_data, headers_data.idempotency_key), me().id)
    done = sum(result.is_done for result in results)
    items = [
        ItemResultShape(
            case_id=result.item.case_id,
            status=200 if result.refusal is None else status_of(result.refusal),
            outcome=OutcomeShape.model_validate(result.outcome) if result.outcome else None,
            refusal=_words(result.refusal),
            replayed=bool(result.outcome and result.outcome.replayed),
        )
        for result in results
    ]
    return BulkShape(done=done, refused=len(results) - done, items=items)


@bp.post("/bulk/preview")
@bp.input(BulkRequest)
@bp.output(BulkForeseenShape)
@documented("cases", "foreseeActionOnMany")
def post_bulk_preview(json_data: BulkRequest) -> BulkForeseenShape:
    """What would become of each; changes nothing.

    Assigning without an instructor proposes the best one for each case, with the reason.
    """
    bulk = _bulk(json_data, None)
    named_in_items = any("instructor" in item.data for item in bulk.items)
    lines = _planned(bulk) if bulk.action in NAMES_INSTRUCTOR and not named_in_items else _foreseen(bulk)
    refused = sum(line.refusal is not None for line in lines)
    return BulkForeseenShape(allowed=len(lines) - refused, refused=refused, items=lines)


def _planned(bulk: Bulk) -> list[ItemForeseenShape]:
    return [
        ItemForeseenShape(
            case_id=line.case_id,
            refusal=Words.model_validate(line.refusal) if line.refusal else None,
            instructor=line.instructor.username if line.instructor else None,
            why=Words.model_validate(line.basis) if line.basis else None,
        )
        for line in plan(reading(), runtime(), bulk, me().id, today())
    ]


def _foreseen(bulk: Bulk) -> list[ItemForeseenShape]:
    return [
        ItemForeseenShape(case_id=line.item.case_id, refusal=_words(line.refusal), instructor=None, why=None)
        for line in foresee_each(reading(), runtime(), bulk, me().id)
    ]


def _words(refusal: WorkflowError | None) -> Words | None:
    if refusal is None:
        return None
    return Words.model_validate(OUT_OF_SIGHT if isinstance(refusal, NotFound) else refusal.text)
