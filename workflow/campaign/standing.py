"""Which rows of a register stand: those that no later row replaces, and that take nothing away themselves."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists
from sqlalchemy.orm import aliased


def stands(model: Any) -> ColumnElement[bool]:
    """The condition on the rows of a register."""
    later = aliased(model)
    return and_(model.is_withdrawn.is_(False), ~exists().where(later.replaces_id == model.id))
