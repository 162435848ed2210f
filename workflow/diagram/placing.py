"""Where each state stands: a band for each headline stage, the states of a stage side by side.

The stages beside the road share the last band. Each band is shifted to the columns its arrows come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workflow.definition.model import Definition, Stage
from workflow.diagram.arrows import Arrow


@dataclass(frozen=True, slots=True)
class Place:
    band: int
    column: int


@dataclass(frozen=True, slots=True)
class Placing:
    """`bands` are the stages of each band, top to bottom; `columns` is the width of the widest."""

    bands: tuple[tuple[Stage, ...], ...]
    places: dict[str, Place]
    columns: int


def place(definition: Definition, arrows: Sequence[Arrow]) -> Placing:
    road = [(stage,) for stage in definition.stages.values() if not stage.is_beside]
    beside = tuple(stage for stage in definition.stages.values() if stage.is_beside)
    bands = (*road, beside) if beside else tuple(road)
    members = [[code for stage in band for code in definition.states_of_stage(stage.code)] for band in bands]
    columns = max(len(states) for states in members)
    places: dict[str, Place] = {}
    for band, states in enumerate(members):
        shift = min(range(columns - len(states) + 1), key=lambda s: (_stretch(states, s, places, arrows), s))
        for index, code in enumerate(states):
            places[code] = Place(band, shift + index)
    return Placing(bands, places, columns)


def _stretch(states: Sequence[str], shift: int, places: dict[str, Place], arrows: Sequence[Arrow]) -> int:
    """How far the arrows to the bands above would lean, with the states shifted by so many columns."""
    column = {code: shift + index for index, code in enumerate(states)}
    return sum(
        abs(column[here] - places[there].column)
        for arrow in arrows
        for here, there in ((arrow.source, arrow.target), (arrow.target, arrow.source))
        if here in column and there in places
    )
