"""Puts the picture together: bands, arrows, boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from workflow.definition.model import Definition, State
from workflow.diagram import svg
from workflow.diagram.labels import Label, trip_labels
from workflow.diagram.measures import BOX_HEIGHT, BOX_WIDTH, LEFT, NAME_SIZE, SMALL, width_of, wrapped
from workflow.diagram.sheet import Sheet
from workflow.diagram.trips import Trip
from workflow.text import Text

INK, MUTED, LINE = "#1F2329", "#5B6470", "#69727D"
BRAND, DONE, BACK = "#A8071A", "#1E7B4F", "#8A5C00"
BAND, PAPER = "#F6F7F9", "#FFFFFF"

LEGEND = (
    (Text("前进", "onwards"), MUTED, False),
    (Text("退回、恢复", "back"), BACK, True),
    (Text("尚未开放", "not open yet"), LINE, True),
)


def draw_diagram(
    definition: Definition,
    locale: str = "zh",
    *,
    counts: Mapping[str, int] | None = None,
    current: str | None = None,
) -> str:
    """The process as SVG text. `counts` are cases by state (a state left out has none), `current` is marked."""
    sheet = Sheet(definition, locale)
    title = definition.name.within(locale)
    parts = [
        svg.element("title", escape(title)),
        *_bands(sheet),
        *(_arrow(sheet, trip) for trip in sheet.trips),
        *(_label(label, _colour(trip)) for trip in sheet.trips for label in trip_labels(sheet, trip)),
        *(_box(sheet, state, counts, current) for state in definition.states.values()),
        *_legend(sheet),
    ]
    return svg.element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        class_="diagram",
        role="img",
        viewBox=f"0 0 {sheet.width:.0f} {sheet.height:.0f}",
        width=f"{sheet.width:.0f}",
        height=f"{sheet.height:.0f}",
        font_family=svg.FONTS,
    )


def _bands(sheet: Sheet) -> Iterator[str]:
    for stages, top in zip(sheet.placing.bands, sheet.band_tops, strict=True):
        yield svg.element(
            "rect", x=0, y=top - 7, width=sheet.width, height=BOX_HEIGHT + 14, rx=6, fill=BAND, class_="diagram-band"
        )
        names = [line for stage in stages for line in wrapped(stage.name.within(sheet.locale), NAME_SIZE, LEFT - 48)]
        first = top + BOX_HEIGHT / 2 + 5 - 9 * (len(names) - 1)
        for place, name in enumerate(names):
            yield svg.words(name, 14, first + 18 * place, NAME_SIZE, fill=BRAND, bold=True)


def _colour(trip: Trip) -> str:
    if trip.arrow.is_closed:
        return LINE
    return BACK if trip.arrow.is_back else MUTED


def _arrow(sheet: Sheet, trip: Trip) -> str:
    points = sheet.points(trip)
    drawn = svg.line(points, stroke=_colour(trip), dashed=trip.arrow.is_back or trip.arrow.is_closed)
    if not trip.arrow.source:
        drawn += svg.element("circle", cx=points[0][0], cy=points[0][1], r=3, fill=_colour(trip))
    return svg.element("g", svg.element("title", escape(_sentence(sheet, trip))), drawn)


def _label(label: Label, colour: str) -> str:
    return svg.label(label.words, label.x, label.y, SMALL, fill=colour, anchor=label.anchor)


def _sentence(sheet: Sheet, trip: Trip) -> str:
    ends = [
        sheet.definition.states[code].name.within(sheet.locale) if code else "…"
        for code in (trip.arrow.source, trip.arrow.target)
    ]
    return f"{ends[0]} → {ends[1]}: {sheet.words(trip)}"


def _box(sheet: Sheet, state: State, counts: Mapping[str, int] | None, current: str | None) -> str:
    x, y = sheet.corner(sheet.placing.places[state.code])
    is_here = state.code == current
    stage = sheet.definition.stages[state.stage]
    border = BRAND if is_here else MUTED if stage.is_beside else INK if state.is_open else DONE
    name = state.name.within(sheet.locale)
    lines = wrapped(name, NAME_SIZE, BOX_WIDTH - 6)
    owner = sheet.definition.groups[state.owner].name.within(sheet.locale)
    parts = [
        svg.element("title", escape(name)),
        svg.element(
            "rect",
            x=x,
            y=y,
            width=BOX_WIDTH,
            height=BOX_HEIGHT,
            rx=6,
            fill=BRAND if is_here else PAPER,
            stroke=border,
            stroke_width=1.25 if state.is_open else 2,
        ),
    ]
    room = BOX_HEIGHT - (18 if state.is_open else 0)
    first = y + room / 2 + 6 - 17 * (len(lines) - 1) / 2
    middle = x + BOX_WIDTH / 2
    for place, line in enumerate(lines):
        fill = PAPER if is_here else INK
        parts.append(svg.words(line, middle, first + 17 * place, NAME_SIZE, fill=fill, anchor="middle", bold=is_here))
    if state.is_open:
        fill = PAPER if is_here else MUTED
        parts.append(svg.words(owner, middle, y + BOX_HEIGHT - 8, SMALL, fill=fill, anchor="middle"))
    if counts is not None:
        parts.append(_count(x + BOX_WIDTH, y, counts.get(state.code, 0)))
    return svg.element("g", *parts, class_="diagram-state", data_state=state.code)


def _count(right: float, top: float, number: int) -> str:
    """On the corner of the box; quiet where there is nobody."""
    words = str(number)
    width = max(24.0, width_of(words, 13) + 14)
    fill = BRAND if number else PAPER
    pill = svg.element(
        "rect",
        x=right - width + 10,
        y=top - 11,
        width=width,
        height=22,
        rx=11,
        fill=fill,
        stroke=BRAND if number else LINE,
    )
    place = right - width / 2 + 10
    return pill + svg.words(words, place, top + 4.5, 13, fill=PAPER if number else MUTED, anchor="middle", bold=True)


def _legend(sheet: Sheet) -> Iterator[str]:
    """At the upper right, where the first stages leave room."""
    x, y = sheet.width - 190, sheet.band_tops[0] + 12.0
    for text, colour, is_dashed in LEGEND:
        yield svg.line([(x, y), (x + 46, y)], stroke=colour, dashed=is_dashed)
        yield svg.words(text.within(sheet.locale), x + 58, y + 4, 12, fill=MUTED)
        y += 20
