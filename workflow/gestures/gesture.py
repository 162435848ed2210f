"""One kind of gesture, and the list of all there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from workflow.definition.model import Field
from workflow.gestures.scene import Scene
from workflow.guards import Problem
from workflow.text import Text

Problems = Iterator[Problem]


@dataclass(frozen=True, slots=True)
class Gesture:
    """`offered` says whether it makes sense for this person here at all; `problems` what stands against it.

    `act` changes what it is about; the entry in the history is written by whoever calls it. `undo` says in words how
    it is taken back. `reason` is required, optional or none, as of an action.
    """

    name: str
    label: Text
    undo: Text
    offered: Callable[[Scene], bool]
    problems: Callable[[Scene], Problems]
    act: Callable[[Scene], None]
    fields: tuple[Field, ...] = ()
    reason: str = "none"


_GESTURES: dict[str, Gesture] = {}
GESTURES: Mapping[str, Gesture] = _GESTURES


def register(gesture: Gesture) -> Gesture:
    if gesture.name in _GESTURES:
        raise ValueError(f"gesture {gesture.name} is registered twice")
    _GESTURES[gesture.name] = gesture
    return gesture


PERSON = Field("person", Text("谁", "Who"), "person")


def problem(code: str, zh: str, en: str, mender: Text, where: str = "entry") -> Problem:
    """Something that stands against a gesture; none of these can be overridden."""
    return Problem(code, code.lower(), Text(zh, en), mender, where)
