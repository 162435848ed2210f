"""The height of each level run: those that would touch each other in a channel lie on lanes of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflow.diagram.measures import CORRIDOR, LEFT, SMALL, sheet_width, width_of
from workflow.diagram.trips import Slots, Trip, is_left

_APART = 8.0


@dataclass(frozen=True, slots=True)
class Run:
    """A level piece of a trip in a channel, as wide as the line and its words need."""

    trip: Trip
    channel: int
    start: float
    finish: float
    words: str

    @property
    def low(self) -> float:
        return min(self.start, self.finish, self._words[0])

    @property
    def high(self) -> float:
        return max(self.start, self.finish, self._words[1])

    @property
    def middle(self) -> float:
        return (self.start + self.finish) / 2

    @property
    def _words(self) -> tuple[float, float]:
        width = width_of(self.words, SMALL)
        if self.trip.arrow.is_stub:
            return self.start, self.start + width + 2 * _APART
        return self.middle - width / 2, self.middle + width / 2


Lanes = dict[tuple[Trip, int], int]


def runs(trips: Sequence[Trip], slots: Slots, columns: int, words: Mapping[Trip, str]) -> list[Run]:
    """Every level piece; the words of a trip stand on its longest one."""
    corridors = corridor_places(trips, columns)
    found: list[Run] = []
    for trip in trips:
        pieces = sorted(_pieces(trip, slots, corridors), key=lambda piece: -abs(piece[1] - piece[2]))
        found.extend(Run(trip, *piece, words[trip] if piece is pieces[0] else "") for piece in pieces)
    return found


def _pieces(trip: Trip, slots: Slots, corridors: Mapping[Trip, float]) -> Iterator[tuple[int, float, float]]:
    """Channel, where the piece begins and where it ends."""
    if trip.is_level or trip.is_straight:
        return
    start, finish = slots.get((trip, True)), slots.get((trip, False))
    if trip.has_corridor:
        side = corridors[trip]
        if trip.start is not None and start is not None:
            yield trip.start.channel, start, side
        if trip.finish is not None and finish is not None:
            yield trip.finish.channel, side, finish
    else:
        end, here = trip.start or trip.finish, start if start is not None else finish
        if end is not None and here is not None:
            yield end.channel, here, here if finish is None else finish


def corridor_places(trips: Sequence[Trip], columns: int) -> dict[Trip, float]:
    places: dict[Trip, float] = {}
    left = right = 0
    for trip in trips:
        if trip.has_corridor:
            if is_left(trip, columns):
                left += 1
                places[trip] = LEFT - CORRIDOR * left
            else:
                right += 1
                places[trip] = sheet_width(columns) - CORRIDOR * right
    return places


def lanes(found: Sequence[Run]) -> Lanes:
    """Short runs first, on the upper lanes; stubs last, just above their boxes."""
    taken: dict[tuple[int, int], list[Run]] = defaultdict(list)
    chosen: Lanes = {}
    for run in sorted(found, key=lambda run: (run.trip.arrow.is_stub, run.high - run.low, run.channel, run.low)):
        lane = 0
        while any(
            run.low < other.high + _APART and other.low < run.high + _APART for other in taken[run.channel, lane]
        ):
            lane += 1
        taken[run.channel, lane].append(run)
        chosen[run.trip, run.channel] = lane
    return chosen
