"""Many cases moved in one transaction, all or none, each judged by the same functions as one alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.actors import Actor, load_actor
from workflow.engine.command import Command, Outcome
from workflow.engine.examining import Granted, judge
from workflow.engine.loading import load_works
from workflow.engine.numbers import NumberTaken, is_taken, written_number
from workflow.engine.perform import apply_move, follow_up
from workflow.engine.work import CaseWork
from workflow.errors import InvalidInput, KeyReused, NotFound, SeveralRefused, WorkflowError
from workflow.runtime import Runtime
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Judged:
    """A command and what stands against it: `refusal` is what `perform` would have raised, None where nothing does."""

    command: Command
    found: Granted | Outcome | None
    refusal: WorkflowError | None


def perform_many(runtime: Runtime, commands: Sequence[Command]) -> list[Outcome]:
    """Takes all actions or none, in one transaction; answers in the order of the commands.

    Raises SeveralRefused, which names every case that stood in the way, InvalidInput where a case is named twice,
    KeyReused and NumberTaken as `perform` does.
    """
    now = runtime.now()
    try:
        with runtime.db.unit_of_work() as session, session.no_autoflush:
            return apply_all(judge_many(session, runtime, commands, now, lock=True))
    except IntegrityError as error:
        keys = [command.idempotency_key for command in commands if command.idempotency_key]
        if keys and "idempotency_key" in str(error.orig):
            raise KeyReused(keys[0]) from error
        if is_taken(error):
            raise NumberTaken("、".join(str(written_number(c.data)) for c in commands)) from error
        raise


def rehearse_many(session: Session, runtime: Runtime, commands: Sequence[Command]) -> list[Judged]:
    """The same judgement without the change; another person may still be faster."""
    with session.no_autoflush:
        return judge_many(session, runtime, commands, runtime.now(), lock=False)


def judge_many(
    session: Session, runtime: Runtime, commands: Sequence[Command], now: datetime, *, lock: bool
) -> list[Judged]:
    """Reads (and locks) the cases of all commands and judges each command by itself."""
    _require_each_once(commands)
    today = local_day(now)
    works = load_works(session, runtime, (command.case_id for command in commands), now, today, lock=lock)
    actors = {actor_id: load_actor(session, actor_id, today) for actor_id in {c.actor_id for c in commands}}
    return judge_loaded(works, actors, commands)


def judge_loaded(
    works: Mapping[int, CaseWork], actors: Mapping[int, Actor], commands: Iterable[Command]
) -> list[Judged]:
    """The same for cases and people that were loaded already."""
    return [_judged(works.get(command.case_id), actors[command.actor_id], command) for command in commands]


def apply_all(judged: Sequence[Judged]) -> list[Outcome]:
    """Writes every granted action down; raises SeveralRefused where anything stood against one, and writes nothing."""
    refusals = {one.command.case_id: one.refusal for one in judged if one.refusal is not None}
    if refusals:
        raise SeveralRefused(refusals)
    granted = [(one.command, one.found) for one in judged if isinstance(one.found, Granted)]
    for command, found in granted:
        apply_move(found.work, found.transition, found.deed, found.moved, command)
    if granted:
        # All works share one buffer.
        granted[0][1].work.send()
    for _, found in granted:
        follow_up(found.work, found.deed)
    return [_outcome(one) for one in judged]


def _judged(work: CaseWork | None, actor: Actor, command: Command) -> Judged:
    try:
        if work is None:
            raise NotFound("case", command.case_id)
        return Judged(command, judge(work, actor, command), None)
    except WorkflowError as refusal:
        return Judged(command, None, refusal)


def _outcome(judged: Judged) -> Outcome:
    if isinstance(judged.found, Outcome):
        return judged.found
    if judged.found is None:
        raise ValueError("a refused command has no outcome")
    case = judged.found.work.case
    return Outcome(case.id, judged.command.action, case.state, case.version)


def _require_each_once(commands: Iterable[Command]) -> None:
    twice = [case_id for case_id, times in Counter(c.case_id for c in commands).items() if times > 1]
    if twice:
        numbers = ", ".join(map(str, sorted(twice)))
        raise InvalidInput(
            {"cases": Text(f"案件 {numbers} 重复：每件只能出现一次", f"Case {numbers} is named twice: name each once")}
        )
