"""What every file of a report says the same: its head, its cells, its lists' names."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from workflow.clock import LOCAL_ZONE
from workflow.reports.figure import Cell, Figure, Listing
from workflow.reports.report import Report
from workflow.text import Text

INDICATOR = Text("指标", "Indicator")
NUMBER = Text("数值", "Value")
DEFINITION = Text("口径", "Definition")
LISTS = Text("清单", "Lists")
DENOMINATOR = Text("{name}：分母", "{name}: denominator")


def period(report: Report) -> Text:
    first, last = report.from_on, report.to_on
    return Text(f"{_day(first)}至{_day(last)}", f"{first.isoformat()} to {last.isoformat()}")


def head(report: Report) -> tuple[Text, ...]:
    """Area, period, the moment it was counted, and the settings it was made by."""
    made = report.as_of.astimezone(LOCAL_ZONE)
    span = period(report)
    lines = [
        Text(f"范围：{report.area.zh}", f"Area: {report.area.en}"),
        Text(f"统计期：{span.zh}", f"Period: {span.en}"),
        Text(f"统计时间：{made:%Y-%m-%d %H:%M}", f"Counted at: {made:%Y-%m-%d %H:%M}"),
    ]
    lines += [
        Text(f"设置：{name.zh}：{value.zh}", f"Setting: {name.en}: {value.en}")
        for name, value in report.settings.items()
    ]
    return tuple(lines)


def written(cell: Cell, locale: str) -> str:
    """A cell as text."""
    if cell is None:
        return ""
    if isinstance(cell, Text):
        return cell.within(locale)
    if isinstance(cell, datetime):
        return f"{cell.astimezone(LOCAL_ZONE):%Y-%m-%d %H:%M}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def lists_of(report: Report) -> Iterator[tuple[Figure, Text, Listing]]:
    """Every list with its name; figures of tables are parts of the same rows and stand in the tables alone."""
    for section in report.sections:
        for figure in section.figures:
            yield figure, figure.name, figure.listing
            if figure.base is not None:
                yield figure, DENOMINATOR.filled(name=figure.name), figure.base


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
