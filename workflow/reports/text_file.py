"""A report as plain text: its words, its figures with definitions, and where asked for the lists behind them."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.reports import wording
from workflow.reports.figure import Listing
from workflow.reports.report import Report, Table


def as_text(report: Report, locale: str = "zh", *, with_lists: bool = True) -> str:
    """Ends with a line break; columns of lists are parted by tabs."""
    return "\n".join(_lines(report, locale, with_lists)) + "\n"


def _lines(report: Report, locale: str, with_lists: bool) -> Iterator[str]:
    yield report.name.within(locale)
    yield from (line.within(locale) for line in wording.head(report))
    for section in report.sections:
        yield ""
        yield section.title.within(locale)
        if section.words is not None:
            yield section.words.within(locale)
        for figure in section.figures:
            yield f"{figure.name.within(locale)}\t{figure.shown.within(locale)}\t{figure.definition.within(locale)}"
    for table in report.tables:
        yield ""
        yield from _table(table, locale)
    yield from (remark.within(locale) for remark in report.remarks)
    if with_lists:
        yield from _lists(report, locale)


def _table(table: Table, locale: str) -> Iterator[str]:
    yield table.title.within(locale)
    yield "\t".join(title.within(locale) for title in (table.corner, *table.columns))
    for line in table.lines:
        shown = (figure.shown.within(locale) if figure else "" for figure in line.figures)
        yield "\t".join(["  " * line.depth + line.name.within(locale), *shown])


def _lists(report: Report, locale: str) -> Iterator[str]:
    for named in wording.lists_of(report):
        yield ""
        yield named.title.within(locale)
        yield from _list(named.listing, locale)


def _list(listing: Listing, locale: str) -> Iterator[str]:
    yield "\t".join(title.within(locale) for title in listing.columns)
    for row in listing.rows:
        yield "\t".join(wording.written(cell, locale) for cell in row.cells)
