"""Taking one action on many cases, or only judging what would become of each."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from workflow.bulk.request import Bulk, Item
from workflow.engine import Command, Outcome, perform
from workflow.engine.rehearsal import rehearse
from workflow.errors import WorkflowError
from workflow.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one item: its outcome, or why it was refused."""

    item: Item
    outcome: Outcome | None
    refusal: WorkflowError | None

    @property
    def is_done(self) -> bool:
        return self.outcome is not None


def run_each(runtime: Runtime, bulk: Bulk, actor_id: int) -> list[Result]:
    """Each item in a transaction of its own, in the order given. Raises InvalidInput where none could be taken."""
    bulk.require_sound()
    return [_run(runtime, item, bulk.command(item, actor_id)) for item in bulk.items]


def _run(runtime: Runtime, item: Item, command: Command) -> Result:
    try:
        return Result(item, perform(runtime, command), None)
    except WorkflowError as refused:
        return Result(item, None, refused)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`refusal` None: it would be taken, as things stand."""

    item: Item
    refusal: WorkflowError | None


def foresee_each(session: Session, runtime: Runtime, bulk: Bulk, actor_id: int) -> list[Foreseen]:
    """The same judgement without the change. Raises InvalidInput where none could be taken."""
    bulk.require_sound()
    return [Foreseen(item, _refusal(session, runtime, bulk.command(item, actor_id))) for item in bulk.items]


def _refusal(session: Session, runtime: Runtime, command: Command) -> WorkflowError | None:
    try:
        rehearse(session, runtime, command)
    except WorkflowError as refused:
        return refused
    return None
