"""What every file of a report says the same: its head, its cells, its lists' names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from workflow.clock import LOCAL_ZONE
from workflow.reports.figure import Cell, Figure, Listing
from workflow.reports.report import Report
from workflow.text import Text

INDICATOR = Text("指标", "Indicator")
NUMBER = Text("数值", "Value")
DEFINITION = Text("口径", "Definition")
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


@dataclass(frozen=True, slots=True)
class NamedList:
    """A list, named after the first figure counted from it; `figures` are all of them, with their numbers."""

    name: Text
    figures: tuple[Text, ...]
    listing: Listing

    @property
    def title(self) -> Text:
        zh, en = "；".join(text.zh for text in self.figures), "; ".join(text.en for text in self.figures)
        return Text(f"清单：{zh}", f"List: {en}")


def lists_of(report: Report) -> Iterator[NamedList]:
    """Every list of the sections once, however many figures are counted from the same rows.

    Figures of tables are parts of these rows and stand in the tables alone.
    """
    found: dict[tuple[int, ...], tuple[Text, list[Text], Listing]] = {}
    for section in report.sections:
        for figure in section.figures:
            _, counted, _ = found.setdefault(_rows_of(figure.listing), (figure.name, [], figure.listing))
            counted.append(_with_number(figure))
            if figure.base is not None:
                name = DENOMINATOR.filled(name=figure.name)
                found.setdefault(_rows_of(figure.base), (name, [], figure.base))[1].append(name)
    for name, figures, listing in found.values():
        yield NamedList(name, tuple(figures), listing)


def _rows_of(listing: Listing) -> tuple[int, ...]:
    """The same rows are one list; empty lists stay apart, as their columns differ."""
    return tuple(id(row) for row in listing.rows) or (id(listing),)


def _with_number(figure: Figure) -> Text:
    return Text(f"{figure.name.zh} {figure.shown.zh}", f"{figure.name.en} {figure.shown.en}")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
