"""What an operator has to know of the official calendar: which year is missing, and what that means."""

from __future__ import annotations

from datetime import date

from workflow.clock import WorkCalendar
from workflow.text import Text

MISSING = Text(
    "缺少 {years} 年的官方工作日历：跨入该年的工作日期限按周末推算，标为“暂算”。国务院办公厅公布放假安排后请导入。",
    "The official calendar of {years} is missing: working days in it are counted by weekends and marked provisional. "
    "Import it once the State Council has announced the holidays.",
)


def missing_words(calendar: WorkCalendar, today: date) -> Text | None:
    """None where this year is complete and, from October on, the next one too."""
    missing = calendar.missing_years(today)
    years = Text("、".join(map(str, missing)), ", ".join(map(str, missing)))
    return MISSING.filled(years=years) if missing else None
