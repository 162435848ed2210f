"""Where everything lies on the picture: from bands, slots and lanes to points."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from workflow.definition.model import Definition
from workflow.diagram.arrows import arrows
from workflow.diagram.lanes import Run, corridor_places, lanes, runs
from workflow.diagram.measures import (
    BOX_HEIGHT,
    BOX_WIDTH,
    CHANNEL,
    GAP,
    LANE,
    LINE,
    SMALL,
    TOP,
    column_left,
    sheet_width,
    wrapped,
)
from workflow.diagram.placing import Place, Placing, place
from workflow.diagram.svg import Point
from workflow.diagram.trips import End, Slots, Trip, slots, trips

_LEVEL_APART = 10
_STRAIGHT_CHANNEL = 46
# What of the words between neighbours still lies in the band's own margin.
_ROOM = 12


@dataclass
class Sheet:
    """All places, worked out once for one definition in one language."""

    definition: Definition
    locale: str
    placing: Placing = field(init=False)
    trips: list[Trip] = field(init=False)
    slots: Slots = field(init=False)
    runs: list[Run] = field(init=False)
    band_tops: list[float] = field(init=False)
    channel_tops: list[float] = field(init=False)
    width: float = field(init=False)
    height: float = field(init=False)

    def __post_init__(self) -> None:
        found = arrows(self.definition)
        self.placing = place(self.definition, found)
        columns = self.placing.columns
        self.trips = trips(self.placing, found)
        self.slots = slots(self.trips, columns)
        self.runs = runs(self.trips, self.slots, columns, {trip: self.words(trip) for trip in self.trips})
        self._lanes = lanes(self.runs)
        self._corridors = corridor_places(self.trips, columns)
        self._pairs = Counter(frozenset((t.arrow.source, t.arrow.target)) for t in self.trips if t.is_level)
        self.width = sheet_width(columns)
        self._stack()

    def words(self, trip: Trip) -> str:
        return " / ".join(label.within(self.locale) for label in trip.arrow.labels)

    def _stack(self) -> None:
        used: dict[int, int] = defaultdict(int)
        for (_, channel), lane in self._lanes.items():
            used[channel] = max(used[channel], lane + 1)
        straight = {trip.start.channel for trip in self.trips if trip.is_straight and trip.start}
        above, below = self._overhangs()
        self.band_tops, self.channel_tops = [], []
        y = float(TOP)
        for channel in range(len(self.placing.bands) + 1):
            y += below[channel]
            self.channel_tops.append(y)
            y += max(used[channel] * LANE + CHANNEL, _STRAIGHT_CHANNEL if channel in straight else CHANNEL)
            y += above[channel]
            if channel < len(self.placing.bands):
                self.band_tops.append(y)
                y += BOX_HEIGHT
        self.height = y

    def _overhangs(self) -> tuple[dict[int, float], dict[int, float]]:
        """By channel: how far words between neighbours reach out of the band below it, and out of the one above."""
        above: dict[int, float] = defaultdict(float)
        below: dict[int, float] = defaultdict(float)
        for trip in self.trips:
            if trip.is_level:
                band = self.placing.places[trip.arrow.source].band
                over = LINE * (len(self.lines(trip)) - 1) - _ROOM
                if self.level_shift(trip) > 0:
                    below[band + 1] = max(below[band + 1], over)
                else:
                    above[band] = max(above[band], over)
        return above, below

    def lines(self, trip: Trip) -> list[str]:
        """The words between two neighbours."""
        return wrapped(self.words(trip), SMALL, GAP - 18)

    def corner(self, place: Place) -> Point:
        return column_left(place.column), self.band_tops[place.band]

    def uprights(self, channel: int) -> list[float]:
        """Where upright lines run in a channel."""
        ends = ((trip.start if is_start else trip.finish, x) for (trip, is_start), x in self.slots.items())
        return [x for end, x in ends if end is not None and end.channel == channel]

    def lane_y(self, trip: Trip, channel: int) -> float:
        return self.channel_tops[channel] + CHANNEL / 2 + LANE * (self._lanes[trip, channel] + 0.5)

    def points(self, trip: Trip) -> list[Point]:
        """The corners of an arrow's way, from its start to its head."""
        if trip.is_level:
            return self._level(trip)
        if trip.has_corridor:
            return self._around(trip)
        start, finish = self.slots.get((trip, True)), self.slots.get((trip, False))
        if trip.start is None or start is None:
            return self._stub(trip, trip.finish, finish)[::-1]
        if trip.finish is None or finish is None:
            return self._stub(trip, trip.start, start)
        if trip.is_straight:
            return [(start, self._edge(trip.start)), (finish, self._edge(trip.finish))]
        y = self.lane_y(trip, trip.start.channel)
        return [(start, self._edge(trip.start)), (start, y), (finish, y), (finish, self._edge(trip.finish))]

    def _around(self, trip: Trip) -> list[Point]:
        """Past other bands along the side of the sheet."""
        side = self._corridors[trip]
        out = self._to_corridor(trip, trip.start, True, side)
        return [*out, *self._to_corridor(trip, trip.finish, False, side)[::-1]]

    def _to_corridor(self, trip: Trip, end: End | None, is_start: bool, side: float) -> list[Point]:
        if end is None:
            raise ValueError("only a trip between two boxes goes around")
        if end.at_side:
            left, top = self.corner(end.place)
            y = top + BOX_HEIGHT / 2
            return [(left if side < left else left + BOX_WIDTH, y), (side, y)]
        x, y = self.slots[trip, is_start], self.lane_y(trip, end.channel)
        return [(x, self._edge(end)), (x, y), (side, y)]

    def _edge(self, end: End) -> float:
        return self.band_tops[end.place.band] + (0 if end.is_top else BOX_HEIGHT)

    def _stub(self, trip: Trip, end: End | None, x: float | None) -> list[Point]:
        if end is None or x is None:
            raise ValueError("an arrow without any end")
        return [(x, self._edge(end)), (x, self.lane_y(trip, end.channel))]

    def _level(self, trip: Trip) -> list[Point]:
        source, target = self.placing.places[trip.arrow.source], self.placing.places[trip.arrow.target]
        (left, top), (right, _) = self.corner(source), self.corner(target)
        y = top + BOX_HEIGHT / 2 + self.level_shift(trip)
        if source.column < target.column:
            return [(left + BOX_WIDTH, y), (right, y)]
        return [(left, y), (right + BOX_WIDTH, y)]

    def level_shift(self, trip: Trip) -> float:
        """Two arrows between neighbours: the one to the right runs above the one to the left."""
        if self._pairs[frozenset((trip.arrow.source, trip.arrow.target))] < 2:
            return 0
        source, target = self.placing.places[trip.arrow.source], self.placing.places[trip.arrow.target]
        return -_LEVEL_APART if source.column < target.column else _LEVEL_APART
