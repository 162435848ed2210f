"""Naming a substitute (委托代理) and ending it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from workflow.accounts import normal_username
from workflow.clock import end_of_local_day, local_day
from workflow.engine.actors import Actor, HeldRole, load_actor
from workflow.errors import Conflict, InvalidInput, NotFound
from workflow.models import Organisation, OutboxRow, Substitution, SubstitutionState, User
from workflow.models.base import table_of
from workflow.outbox import Status
from workflow.people.days import Span
from workflow.people.once import Answer, Request, answer_once
from workflow.people.substitution_faults import (
    Proposed,
    area_fault,
    conflicts,
    role_fault,
    states_fault,
    states_of_role,
    substitute_fault,
)
from workflow.people.telling import tell_people
from workflow.roles import ROLE_NAMES
from workflow.runtime import Runtime
from workflow.text import Text

PAGE = "/me/substitutes"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who is to stand in, for which role; no states: all that wait for the role; no body: all of its area."""

    substitute: str
    role: str
    from_on: date
    to_on: date
    states: tuple[str, ...] = ()
    organisation_id: int | None = None


def name_substitute(runtime: Runtime, actor_id: int, wanted: Wanted, key: str | None = None) -> Answer:
    """The person names a substitute for one of their own roles; both are told. Answers the number of the substitution.

    Raises InvalidInput naming all that stands against it, and changes nothing then.
    """

    def act(session: Session, now: datetime) -> dict[str, Any]:
        lock_people(session, actor_id, wanted.substitute)
        principal = load_actor(session, actor_id, local_day(now))
        return {"id": insert_substitution(session, runtime, principal, wanted, by=actor_id, now=now).id}

    return answer_once(runtime, Request(actor_id, key, {"name_substitute": asdict(wanted)}), act)


def lock_people(session: Session, person_id: int, other: str) -> None:
    """Requests that concern one of the two wait for each other, so that none overlooks what another writes.

    In the order of their numbers, so that no two wait crosswise; without the key, so that actions go on meanwhile.
    """
    either = (User.id == person_id) | (User.username == normal_username(other))
    session.execute(select(User.id).where(either).order_by(User.id).with_for_update(key_share=True)).all()


def insert_substitution(
    session: Session,
    runtime: Runtime,
    principal: Actor,
    wanted: Wanted,
    *,
    by: int,
    now: datetime,
    leave_id: int | None = None,
) -> Substitution:
    """The caller's unit of work commits. Raises InvalidInput."""
    proposed = _judged(session, runtime, principal, wanted, local_day(now))
    row = Substitution(
        principal_id=principal.id,
        substitute_id=proposed.substitute.id,
        role=proposed.role,
        organisation_id=proposed.area.id,
        from_on=wanted.from_on,
        to_on=wanted.to_on,
        leave_id=leave_id,
        created_by=by,
        created_at=now,
    )
    session.add(row)
    session.flush()
    states = [{"substitution_id": row.id, "state": state} for state in sorted(proposed.states)]
    session.execute(insert(table_of(SubstitutionState)), states)
    _tell_of_beginning(session, row, proposed.held, now)
    return row


def _judged(session: Session, runtime: Runtime, principal: Actor, wanted: Wanted, today: date) -> Proposed:
    definition = runtime.branch_formation
    name = normal_username(wanted.substitute)
    substitute = session.scalars(select(User).where(User.username == name)).first()
    held = tuple(held for held in principal.roles if held.role == wanted.role)
    area = _area(session, wanted, held)
    faults = {
        **dict(Span(wanted.from_on, wanted.to_on).faults(today)),
        **_set({"substitute": substitute_fault(session, principal.id, substitute)}),
        **_set({"role": role_fault(principal, wanted.role)}),
    }
    if "role" not in faults:
        faults |= _set({"states": states_fault(definition, wanted.role, wanted.states)})
        faults |= _set({"organisation_id": area_fault(held, area)})
    if faults or substitute is None or area is None:
        raise InvalidInput(faults)
    states = frozenset(wanted.states or states_of_role(definition, wanted.role))
    proposed = Proposed(principal, substitute, held, wanted.role, states, area, Span(wanted.from_on, wanted.to_on))
    if found := dict(conflicts(session, proposed)):
        raise InvalidInput(found)
    return proposed


def _set(faults: dict[str, Text | None]) -> dict[str, Text]:
    return {name: fault for name, fault in faults.items() if fault is not None}


def _area(session: Session, wanted: Wanted, held: tuple[HeldRole, ...]) -> Organisation | None:
    """The body that was named, else the one that holds all bodies of the role below it."""
    if wanted.organisation_id is not None:
        return session.get(Organisation, wanted.organisation_id)
    widest = min((h for h in held), key=lambda h: len(h.scope_path), default=None)
    if widest is None:
        return None
    if all(h.scope_path.startswith(widest.scope_path) for h in held):
        return session.get_one(Organisation, widest.organisation_id)
    root = int(widest.scope_path.strip("/").split("/")[0])
    return session.get_one(Organisation, root)


def end_substitution(runtime: Runtime, actor_id: int, substitution_id: int, key: str | None = None) -> Answer:
    """The principal ends it at once, and both are told. NotFound where it is not theirs, Conflict where it is over."""

    def act(session: Session, now: datetime) -> dict[str, Any]:
        row = session.get(Substitution, substitution_id, with_for_update=True)
        if row is None or actor_id not in (row.principal_id, row.created_by):
            raise NotFound("substitution", substitution_id)
        if row.ended_at is not None or row.to_on < local_day(now):
            raise Conflict(Text("这项代理已经结束，无须再办", "This substitution is over already"))
        close_substitutions(session, [row], by=actor_id, now=now)
        return {"id": row.id}

    return answer_once(runtime, Request(actor_id, key, {"end_substitution": substitution_id}), act)


def close_substitutions(session: Session, rows: Iterable[Substitution], *, by: int | None, now: datetime) -> None:
    """Ends each at this moment and tells both people; what was to be told at its own end is taken back."""
    for row in rows:
        row.ended_at, row.ended_by = now, by
        session.execute(delete(OutboxRow).where(OutboxRow.event == _event(row, "over"), OutboxRow.status == Status.NEW))
        where = session.get_one(Organisation, row.organisation_id).name
        tell_people(
            session,
            _event(row, "ended"),
            (row.principal_id, row.substitute_id),
            Text("代理已结束", "A substitution has ended"),
            Text(
                f"{where}（{ROLE_NAMES[row.role].zh}）的代理已提前结束，事项仍由委托人办理。",
                f"The substitution at {where} ({ROLE_NAMES[row.role].en}) was ended; the principal acts again.",
            ),
            PAGE,
            now,
        )


def in_force_or_ahead(session: Session, user_id: int, today: date) -> list[Substitution]:
    """Substitutions of a person, on either side, that are not over."""
    return list(
        session.scalars(
            select(Substitution).where(
                (Substitution.principal_id == user_id) | (Substitution.substitute_id == user_id),
                Substitution.ended_at.is_(None),
                Substitution.to_on >= today,
            )
        )
    )


def _event(row: Substitution, what: str) -> str:
    return f"substitution:{row.id}:{what}"


def _tell_of_beginning(session: Session, row: Substitution, held: tuple[HeldRole, ...], now: datetime) -> None:
    role, both = ROLE_NAMES[row.role], (row.principal_id, row.substitute_id)
    zh, en = "、".join(h.organisation_name for h in held), ", ".join(h.organisation_name for h in held)
    days = f"{row.from_on} 至 {row.to_on}"
    tell_people(
        session,
        _event(row, "named"),
        both,
        Text("代理已设定", "A substitute was named"),
        Text(
            f"{zh}（{role.zh}）的待办事项在 {days} 由代理人办理，到期自动结束。",
            f"From {row.from_on} to {row.to_on} a substitute acts for {en} ({role.en}); it ends by itself.",
        ),
        PAGE,
        now,
    )
    tell_people(
        session,
        _event(row, "over"),
        both,
        Text("代理到期", "A substitution is over"),
        Text(
            f"{zh}（{role.zh}）的代理已于 {row.to_on} 到期，事项由委托人办理。",
            f"The substitution for {en} ({role.en}) ended on {row.to_on}; the principal acts again.",
        ),
        PAGE,
        end_of_local_day(row.to_on) + timedelta(seconds=1),
    )
