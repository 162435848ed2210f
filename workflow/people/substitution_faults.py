"""Why a substitution cannot be set up: each its own sentence that says who can mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Definition
from workflow.engine.actors import Actor, HeldRole
from workflow.engine.lending import WAITS_AT
from workflow.models import Leave, Organisation, RoleAssignment, Substitution, SubstitutionState, User
from workflow.people.days import Span
from workflow.queries.posts import posts
from workflow.roles import ROLE_NAMES
from workflow.text import Text

# Those who run or watch the system stand in for nobody: watching and doing stay apart.
APART = frozenset({"admin", "auditor"})


@dataclass(frozen=True, slots=True)
class Proposed:
    """A substitution as it is asked for, with everything it names found. `states` are never empty."""

    principal: Actor
    substitute: User
    held: tuple[HeldRole, ...]
    role: str
    states: frozenset[str]
    area: Organisation
    span: Span


def states_of_role(definition: Definition, role: str) -> list[str]:
    """The states in which a case waits for holders of a role, in the order of the road."""
    waiting = {state for post in posts(definition) if role in post.roles for state in post.states}
    return [code for code in definition.states if code in waiting]


def role_fault(actor: Actor, role: str) -> Text | None:
    if role not in ROLE_NAMES or role not in WAITS_AT:
        return Text(
            "这个角色没有待办事项，不需要代理：请选择指导员、经办、审批人或主管部门的角色",
            "Nothing waits for this role, so nobody has to stand in: choose one that works on cases",
        )
    if not any(held.role == role for held in actor.roles):
        return Text(
            f"委托人没有“{ROLE_NAMES[role].zh}”这个角色：请选择本人的角色，或请系统管理员设置",
            f"The principal does not hold the role {ROLE_NAMES[role].en}: choose one that is held",
        )
    return None


def states_fault(definition: Definition, role: str, states: Iterable[str]) -> Text | None:
    known = states_of_role(definition, role)
    wrong = [state for state in states if state not in known]
    if not wrong:
        return None
    names = "、".join(definition.states[code].name.zh if code in definition.states else code for code in wrong)
    named = ", ".join(definition.states[code].name.en if code in definition.states else code for code in wrong)
    return Text(
        f"这些环节不由该角色办理：{names}。请去掉后再提交",
        f"These steps do not wait for that role: {named}. Leave them out",
    )


def substitute_fault(session: Session, principal_id: int | None, substitute: User | None) -> Text | None:
    if substitute is None:
        return Text(
            "没有这个账号：请核对用户名，或请系统管理员开户",
            "There is no such account: check the user name, or ask the administrator to open it",
        )
    if substitute.id == principal_id:
        return Text("代理人不能是本人：请另选一位同志", "Nobody stands in for themselves: name another person")
    if not substitute.is_active:
        return Text(
            "该账号已停用，不能代理：请另选一位同志，或请系统管理员启用",
            "This account is disabled: name another person, or ask the administrator to enable it",
        )
    roles = set(session.scalars(select(RoleAssignment.role).where(RoleAssignment.user_id == substitute.id)))
    if not roles or roles <= APART:
        return Text(
            "系统管理员和安全审计员不能代理业务工作：请另选一位业务人员",
            "Administrators and auditors stand in for nobody: name a person who works on cases",
        )
    return None


def area_fault(held: Iterable[HeldRole], area: Organisation | None) -> Text | None:
    if area is None:
        return Text("没有这个组织：请从列表中选择", "There is no such body: choose one from the list")
    if any(area.scope_path.startswith(h.scope_path) or h.scope_path.startswith(area.scope_path) for h in held):
        return None
    return Text(
        f"“{area.name}”不在委托人的范围内：请选择本人范围内的组织",
        f"{area.name} is outside the principal's area: choose a body within it",
    )


def conflicts(session: Session, proposed: Proposed) -> Iterator[tuple[str, Text]]:
    """What stands against it in view of other substitutions, leaves and roles."""
    if _would_be_pointless(session, proposed):
        yield (
            "substitute",
            Text(
                "对方本人就有同一组织的同一角色，无须代理：他（她）已能办理这些事项",
                "This person holds the same role at the same body already and needs no substitution to act",
            ),
        )
    if _is_away(session, proposed):
        yield (
            "substitute",
            Text(
                "对方在这段时间请假：请另选一位同志，或改日期",
                "This person is on leave in those days: name another, or change the days",
            ),
        )
    meeting = _meeting(session, proposed.span)
    if _closes_a_circle(meeting, proposed):
        yield (
            "substitute",
            Text(
                "会形成循环代理：对方（或其代理人）在这段时间已委托本人。请另选一位，或先由对方结束那项代理",
                "It would close a circle: this person (or a substitute of theirs) has named the principal for those "
                "days. Name another, or let them end that one first",
            ),
        )
    if _overlaps(session, meeting, proposed):
        yield (
            "from_on",
            Text(
                "同一角色、环节和范围在这段时间已有代理人：请先由委托人结束原来的代理，或改日期和范围",
                "For this role, steps and area there is a substitute in those days already: the principal ends that "
                "one first, or changes days or area",
            ),
        )


def _would_be_pointless(session: Session, proposed: Proposed) -> bool:
    """Cases of an instructor are one person's alone, so there the same role says nothing."""
    if WAITS_AT[proposed.role] == "case":
        return False
    theirs = set(
        session.scalars(
            select(RoleAssignment.organisation_id).where(
                RoleAssignment.user_id == proposed.substitute.id,
                RoleAssignment.role == proposed.role,
                RoleAssignment.valid_from <= proposed.span.from_on,
                RoleAssignment.valid_to.is_(None) | (RoleAssignment.valid_to >= proposed.span.to_on),
            )
        )
    )
    return {held.organisation_id for held in proposed.held} <= theirs


def _is_away(session: Session, proposed: Proposed) -> bool:
    away = select(Leave.id).where(
        Leave.person_id == proposed.substitute.id,
        Leave.ended_at.is_(None),
        Leave.from_on <= proposed.span.to_on,
        Leave.to_on >= proposed.span.from_on,
    )
    return session.scalar(away.limit(1)) is not None


def _meeting(session: Session, span: Span) -> list[Substitution]:
    """All substitutions that are in force on one of the days."""
    return list(
        session.scalars(
            select(Substitution).where(
                Substitution.ended_at.is_(None), Substitution.from_on <= span.to_on, Substitution.to_on >= span.from_on
            )
        )
    )


def _closes_a_circle(meeting: Iterable[Substitution], proposed: Proposed) -> bool:
    named: dict[int, set[int]] = {}
    for row in meeting:
        named.setdefault(row.principal_id, set()).add(row.substitute_id)
    seen: set[int] = set()
    waiting = [proposed.substitute.id]
    while waiting:
        person = waiting.pop()
        if person == proposed.principal.id:
            return True
        if person not in seen:
            seen.add(person)
            waiting.extend(named.get(person, ()))
    return False


def _overlaps(session: Session, meeting: Iterable[Substitution], proposed: Proposed) -> bool:
    mine = [row for row in meeting if row.principal_id == proposed.principal.id and row.role == proposed.role]
    for row in mine:
        area = session.get_one(Organisation, row.organisation_id).scope_path
        states = select(SubstitutionState.state).where(SubstitutionState.substitution_id == row.id)
        is_near = area.startswith(proposed.area.scope_path) or proposed.area.scope_path.startswith(area)
        if is_near and proposed.states & set(session.scalars(states)):
            return True
    return False
