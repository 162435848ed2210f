"""All that decides whether an action is taken: may this person, is it fresh, was it entered right, do the guards hold.

Nothing here changes anything; `perform` writes down what was granted, and a rehearsal stops after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.definition.entry import read_entry
from workflow.definition.model import Transition
from workflow.engine.actors import Actor, HeldRole, actor_of, question_about
from workflow.engine.command import Command, Outcome
from workflow.engine.hindrances import claimed_words
from workflow.engine.shown import refuse_changed_view
from workflow.engine.work import CaseWork, Deed, load_instructor, questions_of, work_of
from workflow.errors import Conflict, InvalidInput, KeyReused, NotFound, NotPermitted
from workflow.guards import GUARDS, Attempt
from workflow.machine import Moved, machine_for
from workflow.models import LedgerEntry
from workflow.prepared import read_together
from workflow.runtime import Runtime
from workflow.text import Text

MAX_REASON = 4000
MAX_KEY = 255


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
    *found, roles = read_together(
        session.connection(),
        *questions_of(command.case_id, lock=lock),
        question_about(command.actor_id, today),
    )
    actor = actor_of(command.actor_id, roles)
    return judge(work_of(session, runtime, command.case_id, found, now, today), actor, command)


def judge(work: CaseWork, actor: Actor, command: Command) -> Granted | Outcome:
    """The same for a case and a person that were loaded already."""
    if not actor.sees(work.case):
        return _answered_out_of_sight(work.session, command)
    if (earlier := answered_before(work.session, command)) is not None:
        return earlier
    refuse_stale(work, command.expected_version)
    refuse_changed_view(work, command)
    transition = machine_for(work.definition).transition(command.action)
    held = permitted_role(actor, work, transition)
    refuse_claimed(work, actor, transition)
    deed = _read_deed(work, command, transition, actor, held)
    return Granted(work, transition, deed, _fire(work, command, transition, deed))


def answered_before(session: Session, command: Command) -> Outcome | None:
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


def _answered_out_of_sight(session: Session, command: Command) -> Outcome:
    """The action may have taken the case out of the person's sight: the same request is still answered as at first.

    Anything else is NotFound, so that nobody learns from a key which cases there are.
    """
    if command.idempotency_key and len(command.idempotency_key) <= MAX_KEY:
        mine = select(LedgerEntry.case_id).where(
            LedgerEntry.actor_id == command.actor_id,
            LedgerEntry.idempotency_key == command.idempotency_key,
            LedgerEntry.request_digest == command.request_digest(),
        )
        if session.scalar(mine) == command.case_id and (earlier := answered_before(session, command)) is not None:
            return earlier
    raise NotFound("case", command.case_id)


def _last_of_the_same(session: Session, entry: LedgerEntry) -> LedgerEntry:
    """The entry, or the last one that followed it by itself in the same transaction."""
    followed = select(LedgerEntry).where(
        LedgerEntry.case_id == entry.case_id,
        LedgerEntry.seq > entry.seq,
        LedgerEntry.actor_id.is_(None),
        LedgerEntry.recorded_at == entry.recorded_at,
    )
    return session.scalars(followed.order_by(LedgerEntry.seq.desc()).limit(1)).first() or entry


def refuse_stale(work: CaseWork, expected_version: int | None) -> None:
    """Raises Conflict where somebody was faster than what the person saw."""
    if expected_version is None or expected_version == work.case.version:
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


def refuse_claimed(work: CaseWork, actor: Actor, transition: Transition) -> None:
    """Raises NotPermitted where somebody else has taken this step upon themselves."""
    if (claimed := claimed_words(work, actor, transition)) is not None:
        raise NotPermitted(transition.action, claimed)


def _read_deed(work: CaseWork, command: Command, transition: Transition, actor: Actor, held: HeldRole) -> Deed:
    occurred_on = command.occurred_on or work.today
    reason = clean_reason(command.reason)
    faults = {**_date_faults(work, occurred_on), **reason_faults(transition.reason, reason)}
    if faults:
        raise InvalidInput(faults)
    data = read_entry(transition.fields, command.data, work.today)
    instructor = load_instructor(work, data["instructor"]) if "instructor" in data else None
    return Deed(actor, held, occurred_on, reason or None, data, instructor)


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


def clean_reason(reason: str | None) -> str:
    """Without blanks around it, nor a NUL, which not every store keeps."""
    return (reason or "").replace("\x00", "").strip()


def reason_faults(wanted: str, reason: str) -> dict[str, Text]:
    """`wanted`: required, optional or none."""
    if wanted == "required" and not reason:
        return {"reason": Text("请填写理由", "Give a reason")}
    if len(reason) > MAX_REASON:
        return {"reason": Text(f"理由最长 {MAX_REASON} 个字", f"The reason has at most {MAX_REASON} characters")}
    return {}


def attempt_of(work: CaseWork, transition: Transition, deed: Deed | None, actor: Actor) -> Attempt:
    """What the guards are asked about; without a deed, only whether the action is open."""
    held = deed.held if deed else actor.role_for(transition, work.definition, work.case, work.committee.path)
    return Attempt(
        transition=transition,
        rules=work.runtime.rules,
        occurred_on=deed.occurred_on if deed else work.today,
        today=work.today,
        actor_id=actor.id,
        principal_id=held.principal_id if held else None,
        data=deed.data if deed else None,
        instructor=deed.instructor if deed else None,
        paper_names={code: work.definition.documents[code].name for code in transition.papers},
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
