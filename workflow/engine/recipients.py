"""Who belongs to a group on a case right now: the people to tell, or to hold a work item."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from workflow.definition.model import Definition, Group
from workflow.models import Case, Organisation, RoleAssignment, User
from workflow.models.organisation import MAY_APPROVE, scope_of
from workflow.outbox import Recipient

HOLDER = "holder"


def people_for(
    session: Session,
    case: Case,
    groups: Sequence[str],
    *,
    definition: Definition,
    today: date,
    leaving_out: Iterable[int | None] = (),
) -> list[Recipient]:
    """Active people of the groups on a case, each once, as (user id, e-mail). "holder" means the state's owner."""
    wanted = [definition.groups[g if g != HOLDER else definition.states[case.state].owner] for g in groups]
    rows = session.execute(_candidates(case, wanted, today)).all()
    left_out = set(leaving_out)
    found = {
        row.user_id: row.email
        for row in rows
        if row.user_id not in left_out and any(_is_in(row, group, case) for group in wanted)
    }
    return list(found.items())


def _candidates(case: Case, groups: Sequence[Group], today: date):  # type: ignore[no-untyped-def]  # a long Select[...]
    """Role holders at the bodies that can matter: those on the case's path, and departments beside that path."""
    on_path = [int(part) for part in case.scope_path.strip("/").split("/") if part]
    near = {*on_path, case.committee_id}
    roles = {role for group in groups for role in group.roles}
    return (
        select(
            User.id.label("user_id"),
            User.email,
            RoleAssignment.role,
            Organisation.id.label("organisation_id"),
            Organisation.path,
            Organisation.type,
        )
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .where(
            User.is_active,
            RoleAssignment.role.in_(roles),
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
            or_(Organisation.id.in_(near), Organisation.parent_id.in_(on_path), User.id == case.instructor_id),
        )
        .order_by(User.id)
    )


def _is_in(row: Row[tuple[object, ...]], group: Group, case: Case) -> bool:
    if row.role not in group.roles:
        return False
    if group.at == "case":
        return bool(row.user_id == case.instructor_id)
    if group.at == "committee":
        return bool(row.organisation_id == case.committee_id)
    if group.at == "area":
        return case.scope_path.startswith(scope_of(row.type, row.path))
    return row.type in MAY_APPROVE and row.organisation_id != case.committee_id
