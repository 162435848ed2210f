"""Conditions of a query that mean something else in each version of the process."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, or_, select

from workflow.definition.model import Definition
from workflow.definition.versions import Versions
from workflow.models import Case, WorkItem

Key = TypeVar("Key", bound=Hashable)
Condition = ColumnElement[bool]


def for_versions(
    versions: Versions,
    meaning: Callable[[Definition], Key],
    condition: Callable[[Key], Condition],
    lives_by: Callable[[Sequence[int]], Condition],
) -> Condition:
    """One condition where all versions mean the same, as they mostly do; else each version's own, on its own rows."""
    groups = versions.alike(meaning)
    if len(groups) == 1:
        return condition(meaning(groups[0][0]))
    return or_(*(and_(lives_by(numbers), condition(meaning(definition))) for definition, numbers in groups))


def item_lives_by(numbers: Sequence[int]) -> Condition:
    """The condition on `WorkItem`: its case lives by one of these versions."""
    return WorkItem.case_id.in_(select(Case.id).where(Case.definition_version.in_(numbers)))
