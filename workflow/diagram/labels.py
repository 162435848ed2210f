"""The words on an arrow: where they stand, and in how many lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from workflow.diagram.lanes import Run
from workflow.diagram.measures import CORRIDOR, LEFT, LINE, SMALL, width_of, wrapped
from workflow.diagram.sheet import Sheet
from workflow.diagram.trips import Trip

_BESIDE = 7
_WIDEST = 130


class Label(NamedTuple):
    """`anchor` as SVG has it: which part of the words stands at x."""

    words: str
    x: float
    y: float
    anchor: str


def trip_labels(sheet: Sheet, trip: Trip) -> Iterator[Label]:
    if trip.is_level:
        return _between_neighbours(sheet, trip)
    return _beside(sheet, trip) if trip.is_straight else _on_run(sheet, trip)


def _between_neighbours(sheet: Sheet, trip: Trip) -> Iterator[Label]:
    """Above the line, or below it where another runs above."""
    (left, y), (right, _) = sheet.points(trip)
    lines = sheet.lines(trip)
    first = y + 14 if sheet.level_shift(trip) > 0 else y - 5 - LINE * (len(lines) - 1)
    for place, line in enumerate(lines):
        yield Label(line, (left + right) / 2, first + LINE * place, "middle")


def _beside(sheet: Sheet, trip: Trip) -> Iterator[Label]:
    """Right of the line, or left of it where another straight one is on its right."""
    (x, top), (_, bottom) = sheet.points(trip)
    is_left = any(sheet.slots[other, True] > x for other in sheet.trips if _is_beside(trip, other))
    room = x - LEFT + CORRIDOR if is_left else sheet.width - x
    lines = wrapped(sheet.words(trip), SMALL, min(_WIDEST, room - 2 * _BESIDE))
    first = (top + bottom) / 2 + 4 - LINE * (len(lines) - 1) / 2
    for place, line in enumerate(lines):
        y = first + LINE * place
        yield Label(line, x - _BESIDE, y, "end") if is_left else Label(line, x + _BESIDE, y, "start")


def _is_beside(trip: Trip, other: Trip) -> bool:
    if not (trip.start and other.start and other.is_straight):
        return False
    return (trip.start.channel, trip.start.place.column) == (other.start.channel, other.start.place.column)


def _on_run(sheet: Sheet, trip: Trip) -> Iterator[Label]:
    for run in sheet.runs:
        if run.trip == trip and run.words:
            y = sheet.lane_y(trip, run.channel)
            if trip.arrow.is_stub:
                yield Label(run.words, run.start + _BESIDE, y + 4, "start")
            else:
                yield Label(run.words, _clear_place(sheet, run), y - 4, "middle")


def _clear_place(sheet: Sheet, run: Run) -> float:
    """The place on a run where its words cover the fewest upright lines, as near to its middle as can be."""
    half = width_of(run.words, SMALL) / 2 + 3
    uprights = sheet.uprights(run.channel)
    low, high = min(run.start, run.finish) + half, max(run.start, run.finish) - half
    steps = [run.middle] if low >= high else [low + (high - low) * step / 12 for step in range(13)]
    return min(steps, key=lambda x: (sum(abs(x - u) < half for u in uprights), abs(x - run.middle)))
