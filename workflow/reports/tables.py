"""Tables of figures: the same list, parted by line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from workflow.reports.figure import Figure, Listing, Row, counted
from workflow.reports.report import Table, TableLine
from workflow.text import Text

CASES = Text("件", "")


def parted(
    title: Text,
    corner: Text,
    columns: Mapping[str, tuple[Text, Text, Listing]],
    place: Callable[[Row], str],
    names: Sequence[str] = (),
) -> Table:
    """A line for each place its rows name, in the order of `names` and then as they come; a column for each list.

    `columns` holds by code: the heading, the definition, the list.
    """
    places = list(dict.fromkeys((*names, *(place(row) for _, _, one in columns.values() for row in one.rows))))
    grouped = {code: _grouped(one, place) for code, (_, _, one) in columns.items()}
    lines = tuple(
        TableLine(
            Text(name, name),
            tuple(
                counted(
                    f"{code}@{corner.en}:{number}",
                    _of(heading, name),
                    CASES,
                    definition,
                    grouped[code].get(name, _none(listing)),
                )
                for code, (heading, definition, listing) in columns.items()
            ),
        )
        for number, name in enumerate(places, 1)
    )
    return Table(title, corner, tuple(heading for heading, _, _ in columns.values()), lines)


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
