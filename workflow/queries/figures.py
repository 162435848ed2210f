"""A number on a page, and which cases it counts."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.queries.case_filter import CaseFilter


@dataclass(frozen=True, slots=True)
class Figure:
    """Counted by the conditions of `wanted`, so that the list it opens is exactly as long."""

    number: int
    wanted: CaseFilter
