"""The picture of the process: complete, well-formed, safe in a page with a strict policy, and readable."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest

from workflow.definition.library import shipped_definitions
from workflow.definition.model import Definition
from workflow.diagram import draw_diagram
from workflow.diagram.arrows import arrows
from workflow.diagram.measures import BOX_HEIGHT, BOX_WIDTH, wrapped
from workflow.diagram.sheet import Sheet
from workflow.text import Text

PROCESS = shipped_definitions()["branch_formation"]
SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float]


def parsed(**options: object) -> ElementTree.Element:
    # Our own text, not a stranger's file.
    return ElementTree.fromstring(draw_diagram(PROCESS, **options))  # type: ignore[arg-type]  # noqa: S314


def words(picture: ElementTree.Element) -> str:
    return "".join(text for element in picture.iter(f"{SVG}text") for text in element.itertext())


def boxes(sheet: Sheet) -> dict[str, Box]:
    corners = {code: sheet.corner(place) for code, place in sheet.placing.places.items()}
    return {code: (x, y, x + BOX_WIDTH, y + BOX_HEIGHT) for code, (x, y) in corners.items()}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_state_and_stage_is_named(locale: str) -> None:
    shown = words(parsed(locale=locale)).replace(" ", "")
    for named in (*PROCESS.states.values(), *PROCESS.stages.values()):
        assert named.name.within(locale).replace(" ", "") in shown


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_action_that_moves_a_case_is_named(locale: str) -> None:
    shown = words(parsed(locale=locale)).replace(" ", "")
    for transition in PROCESS.transitions.values():
        name = re.sub(r"[（(].*", "", transition.label.within(locale)).replace(" ", "")
        assert (name in shown) is (transition.target != "same"), name


def test_the_picture_is_an_image_with_a_title_and_carries_its_own_size() -> None:
    picture = parsed()
    assert (picture.tag, picture.get("role")) == (f"{SVG}svg", "img")
    assert picture[0].tag == f"{SVG}title"
    assert picture[0].text == "党支部组建"
    assert picture.get("viewBox") == f"0 0 {picture.get('width')} {picture.get('height')}"


def test_nothing_in_it_needs_a_style_a_script_or_another_file() -> None:
    for element in parsed(counts={"training": 3}, current="training").iter():
        assert element.tag.removeprefix(SVG) in {"svg", "g", "title", "rect", "circle", "path", "text"}
        assert not [name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name]


def test_counts_stand_on_their_states_and_the_rest_have_none() -> None:
    picture = parsed(counts={"training": 31415, "closed": 27})
    groups = [group for group in picture.iter(f"{SVG}g") if group.get("data-state")]
    counted = {group.get("data-state"): [text.text for text in group.iter(f"{SVG}text")][-1] for group in groups}
    assert counted["training"] == "31415"
    assert counted["closed"] == "27"
    assert counted["submitted"] == "0"


def test_without_counts_no_number_stands_on_a_state() -> None:
    assert not re.search(r">\d+<", draw_diagram(PROCESS))


def test_the_current_state_alone_is_filled() -> None:
    filled = {
        group.get("data-state")
        for group in parsed(current="elected").iter(f"{SVG}g")
        for rect in group.iter(f"{SVG}rect")
        if rect.get("fill") != "#FFFFFF"
    }
    assert filled == {"elected"}


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_no_two_states_lie_on_each_other_and_all_lie_on_the_sheet(locale: str) -> None:
    sheet = Sheet(PROCESS, locale)
    for (left, top, right, bottom), (left2, top2, right2, bottom2) in combinations(boxes(sheet).values(), 2):
        assert right <= left2 or right2 <= left or bottom <= top2 or bottom2 <= top
    for left, top, right, bottom in boxes(sheet).values():
        assert left >= 0
        assert top >= 0
        assert right <= sheet.width
        assert bottom <= sheet.height


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_every_arrow_begins_and_ends_at_the_edge_of_its_states_and_crosses_none(locale: str) -> None:
    sheet = Sheet(PROCESS, locale)
    places = boxes(sheet)
    for trip in sheet.trips:
        points = sheet.points(trip)
        for state, point in ((trip.arrow.source, points[0]), (trip.arrow.target, points[-1])):
            assert not state or on_edge(point, places[state]), trip
        for before, after in pairwise(points):
            assert before[0] == after[0] or before[1] == after[1], trip
            assert not [code for code, box in places.items() if passes_through(before, after, box)], trip


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_no_two_arrows_run_along_each_other(locale: str) -> None:
    sheet = Sheet(PROCESS, locale)
    pieces = [
        (number, tuple(sorted(piece)))
        for number, trip in enumerate(sheet.trips)
        for piece in pairwise(sheet.points(trip))
    ]
    for (one, first), (other, second) in combinations(pieces, 2):
        assert one == other or not run_along(first, second), (sheet.trips[one], sheet.trips[other])


def on_edge(point: tuple[float, float], box: Box) -> bool:
    (x, y), (left, top, right, bottom) = point, box
    return (x in (left, right) and top < y < bottom) or (y in (top, bottom) and left < x < right)


def passes_through(before: tuple[float, float], after: tuple[float, float], box: Box) -> bool:
    left, top, right, bottom = box
    (x1, x2), (y1, y2) = sorted((before[0], after[0])), sorted((before[1], after[1]))
    return x1 < right and x2 > left and y1 < bottom and y2 > top


def run_along(first: tuple[tuple[float, float], ...], second: tuple[tuple[float, float], ...]) -> bool:
    """On one line, and with more than a point in common."""
    for along, across in ((0, 1), (1, 0)):
        lines = {point[across] for point in (*first, *second)}
        if len(lines) == 1:
            return max(first[0][along], second[0][along]) < min(first[1][along], second[1][along])
    return False


def test_an_action_open_at_many_states_is_one_arrow() -> None:
    closing = [arrow for arrow in arrows(PROCESS) if arrow.target == "closed"]
    assert [(arrow.source, arrow.labels[0].zh) for arrow in closing] == [("", "终止办理（16 个步骤可用）")]


def test_two_actions_between_the_same_states_share_an_arrow() -> None:
    shared = [
        arrow for arrow in arrows(PROCESS) if (arrow.source, arrow.target) == ("candidates_submitted", "approved")
    ]
    assert [[label.zh for label in arrow.labels] for arrow in shared] == [["退回候选人", "撤回候选人", "重新批复"]]


def test_words_of_the_definition_cannot_break_out_of_the_picture() -> None:
    state = PROCESS.states["training"]
    strange: Definition = replace(
        PROCESS,
        name=Text('</title><script>alert("1")</script>', "x"),
        states={**PROCESS.states, "training": replace(state, name=Text("<b>&", "<b>&"))},
    )
    drawn = draw_diagram(strange, counts={})
    ElementTree.fromstring(drawn)  # noqa: S314
    assert "<script" not in drawn
    assert "&lt;b&gt;&amp;" in drawn


def test_the_same_definition_gives_the_same_picture() -> None:
    assert draw_diagram(PROCESS, counts={"filed": 2}) == draw_diagram(PROCESS, counts={"filed": 2})


def test_a_smaller_process_is_drawn_too() -> None:
    codes = ("no_branch", "closed")
    small = replace(
        PROCESS,
        stages={code: PROCESS.stages[code] for code in ("none", "ended")},
        states={code: PROCESS.states[code] for code in codes},
        transitions={"close": replace(PROCESS.transitions["close"], sources=("no_branch",))},
    )
    picture = ElementTree.fromstring(draw_diagram(small))  # noqa: S314
    assert {group.get("data-state") for group in picture.iter(f"{SVG}g")} >= set(codes)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("受理", ["受理"]),
        ("报区委组织部备案", ["报区委组", "织部备案"]),
        ("备案回执，党支部成立", ["备案回执，", "党支部成立"]),
        ("Return for correction", ["Return for", "correction"]),
        ("", [""]),
    ],
)
def test_long_words_are_broken_into_lines_of_about_one_length(text: str, lines: list[str]) -> None:
    assert wrapped(text, 11, 78) == lines
