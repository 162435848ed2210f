"""Finds the head of a sheet: one to three rows, with groups merged over columns (党员情况 over 正式党员 ...)."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.roster.cells import folded, text_in
from workflow.roster.census import column_letter
from workflow.roster.columns import ALL_FIGURES, TITLES, Column, column_named
from workflow.roster.workbook import Row, Sheet

_LAST_START = 30
_DEEPEST = 3
_ENOUGH = 3
_REPEATED = 2


@dataclass(frozen=True, slots=True)
class Head:
    """`columns` says where each known column stands; `titles` is what stands over every column of the sheet."""

    first_row: int
    depth: int
    columns: dict[Column, int]
    titles: dict[int, str]

    @property
    def next_row(self) -> int:
        return self.first_row + self.depth


def find_head(sheet: Sheet) -> Head | None:
    """The band of rows that names most columns, the shortest and topmost of equals; None below three columns."""
    groups = _groups(sheet)
    bands = (
        _band(sheet.rows, first, depth, groups)
        for first, row in enumerate(sheet.rows[:_LAST_START])
        if any(isinstance(cell, str) and column_named(cell) for cell in row)
        for depth in range(1, min(_DEEPEST, len(sheet.rows) - first) + 1)
    )
    best = max(bands, key=lambda head: (len(head.columns), -head.depth, -head.first_row), default=None)
    return best if best and len(best.columns) >= _ENOUGH else None


def usual_titles(head: Head) -> tuple[str, ...]:
    """For each place of the sheet the usual title of its column, its own where unknown, "" where it has none."""
    known = {place: TITLES[column].zh for column, place in head.columns.items()}
    titles: list[str] = []
    for place in range(max(head.titles) + 1):
        title = known.get(place) or head.titles.get(place, "")
        is_taken = title and (title in titles or (place not in known and title in known.values()))
        titles.append(f"{title} {column_letter(place)}" if is_taken else title)
    return tuple(titles)


def is_head_row(row: Row, head: Head) -> bool:
    """True for a head printed again further down, as on every page of a long table."""
    return sum(_stands_over(row, column, index) for column, index in head.columns.items()) >= _REPEATED


def _stands_over(row: Row, column: Column, index: int) -> bool:
    cell = row[index] if index < len(row) else ""
    return isinstance(cell, str) and column_named(cell) is column


def _groups(sheet: Sheet) -> dict[tuple[int, int], int]:
    """Where a cell is merged over several columns: its place, and the last column it covers."""
    return {(top, left): right for top, left, _bottom, right in sheet.merged if right > left}


def _band(rows: list[Row], first: int, depth: int, groups: dict[tuple[int, int], int]) -> Head:
    columns: dict[Column, int] = {}
    titles: dict[int, str] = {}
    over: dict[int, str] = {}
    for index in range(first, first + depth):
        for place, cell in enumerate(rows[index]):
            title = text_in(cell)
            if not folded(title):
                continue
            end = groups.get((index, place), place)
            over.update(dict.fromkeys(range(place + 1, end + 1), title))
            column = _column_for(title, over.get(place, ""), end > place)
            titles[place] = title
            if column is not None and column not in columns:
                columns[column] = place
            over[place] = title
    return Head(first, depth, columns, titles)


def _column_for(title: str, above: str, is_group: bool) -> Column | None:
    """The figure under a group has its own name; the group's name is never one figure (正式党员 over 男 and 女)."""
    column = column_named(title) or column_named(above + title)
    return None if is_group and column in ALL_FIGURES else column
