"""Days as they stand in a form of these pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workflow.errors import InvalidInput
from workflow.text import Text


def days_of(form: Mapping[str, str]) -> tuple[date, date]:
    """The first and the last day; raises InvalidInput naming each that is missing or unreadable."""
    found, faults = {}, {}
    for name, label in (("from_on", Text("开始日期", "The first day")), ("to_on", Text("结束日期", "The last day"))):
        try:
            found[name] = date.fromisoformat(form.get(name, "").strip())
        except ValueError:
            faults[name] = Text(f"请填写{label.zh}，如 2026-03-02", f"{label.en} must be a date such as 2026-03-02")
    if faults:
        raise InvalidInput(faults)
    return found["from_on"], found["to_on"]
