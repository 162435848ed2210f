"""Where the next page of a list begins: after a certain row, however many rows were added or left meanwhile."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import ColumnElement, and_, true

from workflow.errors import InvalidInput
from workflow.text import Text

Row = TypeVar("Row")

# A list longer than this is read along the index of its order until the page is full; a shorter one is gathered and
# sorted. SQLite keeps no figures to judge that by itself, and would always sort.
DENSE = 5000


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list; `total` counts all of them, `next_cursor` is None on the last page."""

    rows: tuple[Row, ...]
    next_cursor: str | None
    total: int


def within(conditions: Sequence[ColumnElement[bool]], total: int) -> Sequence[ColumnElement[bool]]:
    """The conditions for reading one page of a list of `total` rows."""
    # As one value they leave the store no index to use but that of the order.
    return [and_(*conditions).is_(true())] if total > DENSE else conditions


def write_cursor(place: str, row_id: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([place, row_id]).encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> tuple[str, int]:
    """Raises InvalidInput for anything that did not come from `write_cursor`."""
    try:
        place, row_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise bad_cursor() from error
    if not isinstance(place, str) or not isinstance(row_id, int) or not 0 <= row_id < 2**63:
        raise bad_cursor()
    return place, row_id


def bad_cursor() -> InvalidInput:
    return InvalidInput(
        {"cursor": Text("翻页位置无效：请从第一页重新开始", "The cursor is not valid: start again from the first page")}
    )
