"""The one way a case moves: load and lock, may this person, do the guards hold, change, write down, tell, commit.

One command is one transaction; nothing is sent before it is committed, and a repeated request does nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.definition.entry import read_entry
from workflow.definition.model import Transition
from workflow.engine.actors import Actor, HeldRole, load_actor
from workflow.engine.clocks import apply_clocks
from workflow.engine.command import Command, Outcome
from workflow.engine.effects import EFFECTS
from workflow.engine.telling import tell
from workflow.engine.work import CaseWork, Deed, load_instructor, load_work
from workflow.engine.work_items import renew_work_item, state_due_on
from workflow.errors import Conflict, InvalidInput, KeyReused, NotFound, NotPermitted
from workflow.guards import GUARDS, Attempt, Problem
from workflow.ledger import seal_entry
from workflow.machine import Moved, machine_for
from workflow.models import LedgerContent, LedgerEntry
from workflow.models.base import table_of
from workflow.runtime import Runtime
from workflow.text import Text

MAX_REASON = 4000
MAX_KEY = 255

ADD_ENTRY = insert(table_of(LedgerEntry))
ADD_CONTENT = insert(table_of(LedgerContent))


def perform(runtime: Runtime, command: Command) -> Outcome:
    """Takes one action, whole or not at all.

    Raises NotFound (also for what the person may not see), Conflict (somebody was there first), NotPermitted,
    InvalidInput (what was entered), TransitionRefused (with every problem), KeyReused.
    """
    now = runtime.now()
    try:
        with runtime.db.unit_of_work() as session, session.no_autoflush:
            return _perform(session, runtime, command, now)
    except IntegrityError as error:
        if command.idempotency_key and "idempotency_key" in str(error.orig):
            raise KeyReused(command.idempotency_key) from error
        raise


def _perform(session: Session, runtime: Runtime, command: Command, now: datetime) -> Outcome:
    found = examine(session, runtime, command, now, lock=True)
    if isinstance(found, Outcome):
        return found
    work = found.work
    apply_move(work, found.transition, found.deed, found.moved, command)
    _follow_up(work, found.deed)
    return Outcome(work.case.id, command.action, work.case.state, work.case.version)


@dataclass(frozen=True, slots=True)
class Granted:
    """An action nothing stands against: what is still to be written down."""

    work: CaseWork
    transition: Transition
    deed: Deed
    moved: Moved


def examine(session: Session, runtime: Runtime, command: Command, now: datetime, *, lock: bool) -> Granted | Outcome:
    """All that decides whether an action is taken, without taking it; raises what `perform` raises.

    An `Outcome` is the first answer to a repeated request.
    """
    today = local_day(now)
    actor = load_actor(session, command.actor_id, today)
    work = load_work(session, runtime, command.case_id, now, today, lock=lock)
    if not actor.sees(work.case):
        raise NotFound("case", command.case_id)
    if (earlier := _answered_before(session, command)) is not None:
        return earlier
    _refuse_stale(work, command)
    transition = machine_for(work.definition).transition(command.action)
    held = permitted_role(actor, work, transition)
    deed = _read_deed(work, command, transition, actor, held)
    return Granted(work, transition, deed, _fire(work, command, transition, deed))


def _answered_before(session: Session, command: Command) -> Outcome | None:
    """The first answer to the same key; KeyReused where the key came with another request."""
    if not command.idempotency_key:
        return None
    if len(command.idempotency_key) > MAX_KEY:
        raise InvalidInput({"idempotency_key": Text(f"幂等键最长 {MAX_KEY} 个字符", f"At most {MAX_KEY} characters")})
    entry = session.scalars(
        select(LedgerEntry).where(
            LedgerEntry.actor_id == command.actor_id, LedgerEntry.idempotency_key == command.idempotency_key
        )
    ).first()
    if entry is None:
        return None
    if entry.request_digest != command.request_digest():
        raise KeyReused(command.idempotency_key)
    last = _last_of_the_same(session, entry)
    return Outcome(entry.case_id, entry.action, last.to_state, last.seq, replayed=True)


def _last_of_the_same(session: Session, entry: LedgerEntry) -> LedgerEntry:
    """The entry, or the last one that followed it by itself in the same transaction."""
    followed = select(LedgerEntry).where(
        LedgerEntry.case_id == entry.case_id,
        LedgerEntry.seq > entry.seq,
        LedgerEntry.actor_id.is_(None),
        LedgerEntry.recorded_at == entry.recorded_at,
    )
    return session.scalars(followed.order_by(LedgerEntry.seq.desc()).limit(1)).first() or entry


def _refuse_stale(work: CaseWork, command: Command) -> None:
    if command.expected_version is None or command.expected_version == work.case.version:
        return
    state = work.definition.states[work.case.state]
    raise Conflict(
        Text(
            f"案件已被他人更新，现为“{state.name.zh}”：请刷新后再办",
            f'The case was changed meanwhile and is now "{state.name.en}": reload and decide again',
        ),
        {"state": work.case.state, "version": work.case.version, "since": work.case.state_since.isoformat()},
    )


def permitted_role(actor: Actor, work: CaseWork, transition: Transition) -> HeldRole:
    """The role by which the person may take the action; raises NotPermitted where there is none."""
    held = actor.role_for(transition, work.definition, work.case, work.committee.path)
    if held is not None:
        return held
    names = [work.definition.groups[g].name for g in transition.by]
    raise NotPermitted(
        transition.action,
        Text(
            f"“{transition.label.zh}”由{'、'.join(n.zh for n in names)}办理",
            f'"{transition.label.en}" is for: {", ".join(n.en for n in names)}',
        ),
    )


def _read_deed(work: CaseWork, command: Command, transition: Transition, actor: Actor, held: HeldRole) -> Deed:
    occurred_on = command.occurred_on or work.today
    faults = {**_date_faults(work, occurred_on), **_reason_faults(transition, command.reason)}
    if faults:
        raise InvalidInput(faults)
    data = read_entry(transition.fields, command.data, work.today)
    instructor = load_instructor(work, data["instructor"]) if "instructor" in data else None
    reason = (command.reason or "").strip() or None
    return Deed(actor, held, occurred_on, reason, data, instructor)


def _date_faults(work: CaseWork, occurred_on: date) -> dict[str, Text]:
    last = work.case.last_occurred_on
    if occurred_on > work.today:
        return {"occurred_on": Text("办理日期不能晚于今天", "The day cannot be later than today")}
    if occurred_on < last:
        return {
            "occurred_on": Text(
                f"办理日期 {occurred_on} 早于上一步 {last}", f"The day {occurred_on} is before the last step of {last}"
            )
        }
    return {}


def _reason_faults(transition: Transition, reason: str | None) -> dict[str, Text]:
    length = len((reason or "").strip())
    if transition.reason == "required" and not length:
        return {"reason": Text("请填写理由", "Give a reason")}
    if length > MAX_REASON:
        return {"reason": Text(f"理由最长 {MAX_REASON} 个字", f"The reason has at most {MAX_REASON} characters")}
    return {}


def attempt_of(work: CaseWork, transition: Transition, deed: Deed | None, actor: Actor) -> Attempt:
    """What the guards are asked about; without a deed, only whether the action is open."""
    return Attempt(
        transition=transition,
        rules=work.runtime.rules,
        occurred_on=deed.occurred_on if deed else work.today,
        today=work.today,
        actor_id=actor.id,
        data=deed.data if deed else None,
        instructor=deed.instructor if deed else None,
    )


def _fire(work: CaseWork, command: Command, transition: Transition, deed: Deed) -> Moved:
    overridden = frozenset(work.facts.get("overrides", {})) | _overrides_now(work, command, deed.actor)
    attempt = attempt_of(work, transition, deed, deed.actor)
    return machine_for(work.definition).fire(
        work.case_facts(), attempt, held_from=work.case.held_from, overridden=overridden
    )


def _overrides_now(work: CaseWork, command: Command, actor: Actor) -> frozenset[str]:
    """Soft conditions a manager overrides in the same breath; refused by name where that is not possible."""
    if not command.overrides:
        return frozenset()
    manager = work.definition.groups["manager"]
    if actor.may_act_as(manager, work.case, work.committee.path) is None:
        raise NotPermitted(
            command.action, Text("只有区级主管部门可以突破一般性条件", "Only managers may override a condition")
        )
    for name, reason in command.overrides.items():
        if name not in GUARDS or not GUARDS[name].is_soft:
            raise InvalidInput({"overrides": Text(f"{name} 不可突破", f"{name} cannot be overridden")})
        if not reason.strip():
            raise InvalidInput({"overrides": Text("突破须写明理由", "An override needs its reason")})
    return frozenset(command.overrides)


def apply_move(
    work: CaseWork, transition: Transition, deed: Deed, moved: Moved, command: Command | None = None
) -> None:
    """Writes a permitted move down: facts and clocks, effects, state, ledger, work items, outbox."""
    case, had_instructor = work.case, work.case.instructor_id
    if not transition.is_routine:
        work.facts |= deed.data
    apply_clocks(work, transition.clocks, deed.occurred_on)
    for name in transition.effects:
        EFFECTS[name](work, deed)
    has_moved = moved.target != moved.source
    if has_moved:
        case.state, case.state_since = moved.target, work.now
    case.facts = work.facts
    case.last_occurred_on = deed.occurred_on
    case.updated_at = work.now
    write_entry(work, transition.action, moved, deed, _content(deed, moved.overridden, command), command)
    work.save()
    due_on = state_due_on(work)
    if has_moved or case.instructor_id != had_instructor:
        renew_work_item(work, due_on)
    tell(work, deed, transition, has_moved=has_moved, due_on=due_on)


def _content(deed: Deed, overridden: tuple[Problem, ...], command: Command | None) -> dict[str, Any]:
    content: dict[str, Any] = {"data": deed.data, "reason": deed.reason}
    if overridden:
        reasons: Mapping[str, str] = command.overrides if command else {}
        content["overridden"] = [
            {"code": p.code, "guard": p.guard, "text": p.text.as_dict(), "reason": reasons.get(p.guard)}
            for p in overridden
        ]
    return content


def write_entry(
    work: CaseWork,
    action: str,
    moved: Moved,
    deed: Deed,
    content: Mapping[str, Any],
    command: Command | None = None,
) -> None:
    """Chains one ledger entry to the case's last one; the case's version and head follow it."""
    case = work.case
    entry, body = seal_entry(
        {
            "case_id": case.id,
            "seq": case.version + 1,
            "action": action,
            "from_state": moved.source,
            "to_state": moved.target,
            "actor_id": deed.actor.id,
            "role": deed.held.role if deed.held else "system",
            "organisation_id": deed.held.organisation_id if deed.held else None,
            "occurred_on": deed.occurred_on,
            "recorded_at": work.now,
            "definition_version": case.definition_version,
            "rules_version": work.runtime.rules.version,
            "idempotency_key": command.idempotency_key if command else None,
            "request_digest": command.request_digest() if command and command.idempotency_key else None,
            "prev_hash": case.ledger_head,
        },
        content,
    )
    work.run(ADD_ENTRY, entry)
    work.run(ADD_CONTENT, body)
    case.version, case.ledger_head = entry["seq"], entry["hash"]


SYSTEM_ACTOR = Actor(None, ())


def _follow_up(work: CaseWork, cause: Deed) -> None:
    """Takes the actions that follow by themselves, in the same transaction, in the system's name."""
    for transition in work.definition.automatic(work.case.state):
        guard = GUARDS[transition.automatic_when or ""]
        case = work.case_facts()
        deed = Deed(SYSTEM_ACTOR, None, cause.occurred_on, guard.title.zh, {})
        attempt = attempt_of(work, transition, deed, SYSTEM_ACTOR)
        if not guard.problems(case, attempt):
            moved = machine_for(work.definition).fire(case, attempt, held_from=work.case.held_from)
            apply_move(work, transition, deed, moved)
