"""Tables of figures: the same list, parted by line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from workflow.reports.figure import Figure, Listing, Row, counted
from workflow.reports.report import Table, TableLine
from workflow.text import Text

CASES = Text("件", "")


def parted(
    title: Text,
    corner: Text,
    columns: Mapping[str, tuple[Text, Text, Listing]],
    place: Callable[[Row], str],
    unit: Text = CASES,
) -> Table:
    """A line for each place its rows name, in the order in which they come; a column for each list.

    `columns` holds by code: the heading, the definition, the list.
    """
    places = dict.fromkeys(place(row) for _, _, one in columns.values() for row in one.rows)
    grouped = {code: _grouped(one, place) for code, (_, _, one) in columns.items()}
    lines = tuple(
        TableLine(
            Text(name, name),
            tuple(
                counted(
                    code_at(code, name),
                    _of(heading, name),
                    unit,
                    definition,
                    grouped[code].get(name, _none(listing)),
                )
                for code, (heading, definition, listing) in columns.items()
            ),
        )
        for name in places
    )
    return Table(title, corner, tuple(heading for heading, _, _ in columns.values()), lines)


def code_at(code: str, place: str) -> str:
    """The code of a figure of one place: its name, so that the address stays right when lines come and go."""
    return f"{code}@{place.replace('/', '／')}"


def _grouped(listing: Listing, place: Callable[[Row], str]) -> dict[str, Listing]:
    rows: dict[str, list[Row]] = {}
    for row in listing.rows:
        rows.setdefault(place(row), []).append(row)
    return {name: Listing(listing.columns, tuple(found)) for name, found in rows.items()}


def _none(listing: Listing) -> Listing:
    return Listing(listing.columns, ())


def _of(heading: Text, place: str) -> Text:
    return Text(f"{place}：{heading.zh}", f"{place}: {heading.en}")


def line(name: Text, figures: Iterable[Figure | None], depth: int = 0) -> TableLine:
    return TableLine(name, tuple(figures), depth)
