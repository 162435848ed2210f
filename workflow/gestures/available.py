"""What gestures a person can make on a case now, and why not where they cannot."""

from __future__ import annotations

from dataclasses import dataclass, replace

from workflow.definition.model import Field
from workflow.engine.actors import Actor
from workflow.engine.command import Command
from workflow.engine.work import CaseWork
from workflow.errors import NotFound
from workflow.gestures.catalogue import GESTURES
from workflow.gestures.gesture import Gesture
from workflow.gestures.people import people_who_see
from workflow.gestures.scene import Scene
from workflow.guards import Problem
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class GestureView:
    """One gesture as a person sees it. Fields that name a person list who can be named as their choices."""

    gesture: str
    label: Text
    allowed: bool
    problems: tuple[Problem, ...]
    fields: tuple[Field, ...]
    reason: str
    undo: Text


def gestures_of(work: CaseWork, actor: Actor) -> list[GestureView]:
    """In the order of the catalogue; those that make no sense for this person here are left out.

    Whoever looks without an account (the operator at the console) makes none.
    """
    held = actor.role_on(work.case)
    if held is None:
        raise NotFound("case", work.case.id)
    if actor.id is None:
        return []
    scene = Scene(work, actor, held, Command(work.case.id, "", actor.id))
    return [_view(scene, gesture) for gesture in GESTURES.values() if gesture.offered(scene)]


def gesture_view(work: CaseWork, actor: Actor, name: str) -> GestureView:
    """One of them with the people who can be named; NotFound where it makes no sense here."""
    found = next((view for view in gestures_of(work, actor) if view.gesture == name), None)
    held = actor.role_on(work.case)
    if found is None or held is None or actor.id is None:
        raise NotFound("gesture", name)
    people = {
        c.username: c.words for c in people_who_see(Scene(work, actor, held, Command(work.case.id, "", actor.id)))
    }
    fields = tuple(replace(f, choices=people) if f.type == "person" else f for f in found.fields)
    return replace(found, fields=fields)


def why_not_offered(work: CaseWork, actor: Actor, name: str) -> tuple[Problem, ...]:
    """What stands against a gesture that is not among those of the case; empty where there is just no need of it."""
    held = actor.role_on(work.case)
    if held is None or actor.id is None or name not in GESTURES:
        raise NotFound("gesture", name)
    return tuple(GESTURES[name].problems(Scene(work, actor, held, Command(work.case.id, name, actor.id))))


def _view(scene: Scene, gesture: Gesture) -> GestureView:
    problems = tuple(gesture.problems(scene))
    return GestureView(
        gesture.name, gesture.label, not problems, problems, gesture.fields, gesture.reason, gesture.undo
    )
