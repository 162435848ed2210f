"""Entering, correcting and withdrawing lines of a register: each is one more row, in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.campaign.standing import stands
from workflow.errors import Conflict, InvalidInput, KeyReused
from workflow.models import InstructorAssessment, Source
from workflow.registers.catalogue import RegisterKind
from workflow.registers.fields import REFERENCES, plain_value
from workflow.registers.lines import CHANGED, line_in_area
from workflow.registers.references import find
from workflow.reports.asking import areas_of
from workflow.reports.duty_lists import duty_of
from workflow.runtime import Runtime
from workflow.text import Text

REASON = "correction_reason"
_LONGEST_REASON = 500

GIVE_A_REASON = Text("请写明更正或撤回的理由", "Say why it is corrected or withdrawn")
TOO_LONG = Text("理由不超过 500 字", "The reason may have 500 characters")
NO_SUCH_FIELD = Text("没有这一栏", "There is no such field")
DAYS_CROSSED = Text("止日早于起日：请核对", "It ends before it begins: check the days")


def record_line(
    runtime: Runtime,
    actor_id: int,
    register: RegisterKind,
    typed: Mapping[str, str],
    *,
    key: str | None = None,
    replaces: int | None = None,
    reason: str = "",
) -> int:
    """Adds a line and answers its number; with `replaces` it corrects that one. The same `key` again adds nothing.

    Raises NotPermitted for all but managers, InvalidInput by field, NotFound for a line of another area, Conflict where
    the same line stands already or the one to be corrected no longer stands.
    """
    entry = _Entry(actor_id, register, typed, key, replaces, reason)
    try:
        with runtime.db.unit_of_work() as session:
            return _record(session, runtime, entry)
    except IntegrityError:
        # Somebody was there first: the second look finds what they wrote.
        with runtime.db.unit_of_work() as session:
            return _record(session, runtime, entry)


def withdraw_line(runtime: Runtime, actor_id: int, register: RegisterKind, line_id: int, reason: str) -> int:
    """Takes a line away by a further one; raises as `record_line`."""
    try:
        with runtime.db.unit_of_work() as session:
            old = line_in_area(session, register, areas_of(session, runtime, actor_id), line_id)
            _refuse_reason(reason)
            values = {one.name: getattr(old, one.name) for one in register.fields}
            if isinstance(old, InstructorAssessment):
                values["figures"] = old.figures
            about = {"replaces_id": old.id, "is_withdrawn": True, "reason": reason}
            return _add(session, runtime, actor_id, register, values, about)
    except IntegrityError as taken:
        raise Conflict(CHANGED) from taken


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a person sent."""

    actor_id: int
    register: RegisterKind
    typed: Mapping[str, str]
    key: str | None
    replaces: int | None
    reason: str

    @property
    def import_key(self) -> str | None:
        return f"entry {self.actor_id} {self.key}" if self.key else None

    @property
    def digest(self) -> str:
        whole = [sorted(self.typed.items()), self.replaces, self.reason]
        return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()


def _record(session: Session, runtime: Runtime, entry: _Entry) -> int:
    register, areas = entry.register, areas_of(session, runtime, entry.actor_id)
    if (done := _done_before(session, entry)) is not None:
        return done
    if entry.replaces is not None:
        line_in_area(session, register, areas, entry.replaces)
        _refuse_reason(entry.reason)
    values = _values(session, runtime, register, entry.typed, areas)
    if (done := _double(session, entry, values)) is not None:
        return done
    if register.model is InstructorAssessment:
        values["figures"] = duty_of(session, values["instructor_id"], values["half_year"])
    about = {
        "replaces_id": entry.replaces,
        "reason": entry.reason or None,
        "import_key": entry.import_key,
        "imported_digest": entry.digest if entry.key else None,
    }
    return _add(session, runtime, entry.actor_id, register, values, about)


def _add(
    session: Session,
    runtime: Runtime,
    actor_id: int,
    register: RegisterKind,
    values: Mapping[str, Any],
    about: Mapping[str, Any],
) -> int:
    reason, rest = about["reason"], {name: value for name, value in about.items() if name != "reason"}
    made = {"source": Source.ENTRY, "recorded_by": actor_id, "recorded_at": runtime.now(), REASON: reason}
    row = register.model(**values, **rest, **made)
    session.add(row)
    session.flush()
    number: int = row.id
    return number


def _done_before(session: Session, entry: _Entry) -> int | None:
    if entry.key is None:
        return None
    model = entry.register.model
    query = select(model.id, model.imported_digest).where(model.import_key == entry.import_key)
    found = session.execute(query).first()
    if found is None:
        return None
    if found.imported_digest != entry.digest:
        raise KeyReused(entry.key)
    return int(found.id)


def _values(
    session: Session, runtime: Runtime, register: RegisterKind, typed: Mapping[str, str], areas: tuple[str, ...]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    faults = dict.fromkeys(sorted(typed.keys() - {one.name for one in register.fields}), NO_SUCH_FIELD)
    for one in register.fields:
        given = typed.get(one.name, "")
        try:
            if one.is_optional and not given.strip():
                values[one.name] = None
            elif one.kind in REFERENCES:
                values[one.name] = find(session, one, given, areas)
            else:
                values[one.name] = plain_value(one, given, runtime.today())
        except ValueError as wrong:
            faults[one.name] = wrong.args[0]
    if register.days and not faults:
        first, last = (values[name] for name in register.days)
        if last is not None and last < first:
            faults[register.days[1]] = DAYS_CROSSED
    if faults:
        raise InvalidInput(faults)
    return values


def _double(session: Session, entry: _Entry, values: Mapping[str, Any]) -> int | None:
    """The line this very form made a moment ago; raises Conflict where another says the same."""
    model = entry.register.model
    same = [getattr(model, name).is_not_distinct_from(value) for name, value in values.items()]
    found = session.execute(select(model.id, model.import_key).where(stands(model), *same)).first()
    if found is None:
        return None
    if entry.import_key is not None and found.import_key == entry.import_key:
        return int(found.id)
    raise Conflict(
        Text("与第 {n} 条完全相同，没有登记", "It is the same as line {n}, and was not entered").filled(n=found.id)
    )


def _refuse_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput({REASON: GIVE_A_REASON})
    if len(reason) > _LONGEST_REASON:
        raise InvalidInput({REASON: TOO_LONG})
