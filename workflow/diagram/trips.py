"""The way each arrow takes: through the channels between the bands, at slots of its own along the boxes.

Channel n lies above band n. Ends of arrows at one column of a channel share the box's width, so that no two
vertical lines ever lie on each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from workflow.diagram.arrows import Arrow
from workflow.diagram.measures import BOX_WIDTH, column_left
from workflow.diagram.placing import Place, Placing


@dataclass(frozen=True, slots=True)
class End:
    """Where an arrow meets a box: at its top (channel above), its bottom (channel below), or the side of the sheet."""

    channel: int
    place: Place
    at_side: bool = False

    @property
    def is_top(self) -> bool:
        return self.channel == self.place.band


@dataclass(frozen=True, slots=True)
class Trip:
    """`start` or `finish` is None at the loose end of a stub; both are None for neighbours in a band."""

    arrow: Arrow
    start: End | None
    finish: End | None

    @property
    def is_level(self) -> bool:
        return self.start is None and self.finish is None

    @property
    def is_straight(self) -> bool:
        """Straight down or up to the next band."""
        return (
            self.start is not None
            and self.finish is not None
            and self.start.channel == self.finish.channel
            and self.start.place.column == self.finish.place.column
            and self.start.place.band != self.finish.place.band
        )

    @property
    def has_corridor(self) -> bool:
        """Past at least one band, along the side of the sheet."""
        return self.start is not None and self.finish is not None and self.start.channel != self.finish.channel


def trips(placing: Placing, arrows: Sequence[Arrow]) -> list[Trip]:
    found = (_trip(arrow, placing.places.get(arrow.source), placing.places.get(arrow.target)) for arrow in arrows)
    return [_to_the_side(trip, placing.columns) if trip.has_corridor else trip for trip in found]


def _to_the_side(trip: Trip, columns: int) -> Trip:
    """A box that stands at the corridor is met there, without a detour through a channel."""
    beside = 0 if is_left(trip, columns) else columns - 1
    start, finish = (
        replace(end, at_side=True) if end is not None and end.place.column == beside else end
        for end in (trip.start, trip.finish)
    )
    return Trip(trip.arrow, start, finish)


def _trip(arrow: Arrow, source: Place | None, target: Place | None) -> Trip:
    if source is None or target is None:
        return Trip(arrow, _top(source), _top(target))
    if source.band == target.band:
        if abs(source.column - target.column) == 1:
            return Trip(arrow, None, None)
        channel = source.band if source.column < target.column else source.band + 1
        return Trip(arrow, End(channel, source), End(channel, target))
    if source.band < target.band:
        return Trip(arrow, End(source.band + 1, source), End(target.band, target))
    return Trip(arrow, End(source.band, source), End(target.band + 1, target))


def _top(place: Place | None) -> End | None:
    return End(place.band, place) if place else None


Slots = dict[tuple[Trip, bool], float]


def slots(found: Sequence[Trip], columns: int) -> Slots:
    """The x of each end, by (trip, is it the start); a straight line has one x for both."""
    wanted: dict[tuple[int, int], list[tuple[float, int, Trip, bool]]] = defaultdict(list)
    for number, trip in enumerate(found):
        for end, other, is_start in ((trip.start, trip.finish, True), (trip.finish, trip.start, False)):
            if end is not None and not end.at_side and not (trip.is_straight and not is_start):
                key = (end.channel, end.place.column)
                wanted[key].append((_leaning(trip, end, other, columns), number, trip, is_start))
    placed: Slots = {}
    for (_, column), ends in wanted.items():
        for index, (_, _, trip, is_start) in enumerate(sorted(ends, key=lambda e: e[:2]), 1):
            placed[trip, is_start] = column_left(column) + BOX_WIDTH * index / (len(ends) + 1)
            if trip.is_straight:
                placed[trip, False] = placed[trip, True]
    return placed


def _leaning(trip: Trip, end: End, other: End | None, columns: int) -> float:
    """What comes from the left meets the box at its left; a stub stands last, where its words have room."""
    if other is None:
        return columns + 2.0
    if trip.has_corridor:
        return -1.0 if is_left(trip, columns) else columns + 1.0
    return float(other.place.column)


def is_left(trip: Trip, columns: int) -> bool:
    """Which side of the sheet is nearer for a way past other bands."""
    ends = [end.place.column for end in (trip.start, trip.finish) if end is not None]
    return sum(ends) <= sum(columns - 1 - column for column in ends)
