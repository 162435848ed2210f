"""The entry a gesture leaves in the history."""

from __future__ import annotations

from typing import Any

from workflow.engine.actors import HeldRole
from workflow.engine.work import Deed
from workflow.engine.writing import write_entry
from workflow.gestures.scene import Scene
from workflow.machine import Moved


def record(
    scene: Scene,
    *,
    undo: dict[str, Any] | None = None,
    to_state: str | None = None,
    held: HeldRole | None = None,
    **content: Any,
) -> None:
    """Chains the entry and has the case written down; what is entered and the reason stand in its content.

    `held` is the role it was made by where that is not the one the case is seen by. `undo` is kept on the case as what
    this gesture found; without it there is nothing to be taken back.
    """
    work, case = scene.work, scene.work.case
    deed = Deed(scene.actor, held or scene.held, max(work.today, case.last_occurred_on), scene.reason, dict(scene.data))
    moved = Moved(case.state, to_state or case.state, ())
    case.state, case.undo, case.updated_at = moved.target, undo, work.now
    told = {"data": deed.data, "reason": deed.reason, **content}
    write_entry(work, scene.command.action, moved, deed, told, scene.command)
    work.save()
