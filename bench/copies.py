"""Further cases made by copying rows: for what needs many cases with their deadlines and nothing else of them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Insert, Integer, String, cast, func, insert, literal, select
from sqlalchemy.orm import Session

from workflow.models import Case, Deadline, Enterprise
from workflow.models.base import Base, table_of

# Further apart than the numbers of what is copied.
APART = 1_000_000


def copy_cases(session: Session, times: int) -> None:
    """Adds, so many times, each enterprise with its case and its deadlines again; without to-dos and history."""
    last = session.scalar(select(func.max(Deadline.id))) or 0
    for apart in range(APART, APART * (times + 1), APART):
        session.execute(_copied(Enterprise, apart, "credit_code"))
        session.execute(_copied(Case, apart, "enterprise_id"))
        session.execute(_copied(Deadline, apart, "case_id"))
    assert last < APART


def _copied(model: type[Base], apart: int, further: str) -> Insert:
    """Rows of the first numbers under numbers that are `apart` from theirs, and so in a further column."""
    table = table_of(model)
    values: dict[str, ColumnElement[object]] = {column.name: column for column in table.c}
    values["id"] = table.c.id + literal(apart, Integer)
    is_text = isinstance(table.c[further].type, String)
    values[further] = cast(values["id"], String) if is_text else table.c[further] + literal(apart, Integer)
    return insert(table).from_select(list(values), select(*values.values()).where(table.c.id < APART))
