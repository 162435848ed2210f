"""Who works on cases, by name and office, to choose a substitute or a successor from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from workflow.engine.actors import Actor
from workflow.models import Organisation, RoleAssignment, User
from workflow.people.reach import MANAGED
from workflow.queries.areas import in_tree_order
from workflow.roles import ROLE_NAMES
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Colleague:
    """`offices` are the roles held today, each with its body."""

    id: int
    username: str
    name: str
    offices: tuple[Text, ...]
    is_instructor: bool

    @property
    def words(self) -> Text:
        zh, en = "、".join(o.zh for o in self.offices), ", ".join(o.en for o in self.offices)
        return Text(f"{self.name}（{zh}）", f"{self.name} ({en})")


def colleagues(session: Session, today: date, *, ids: list[int] | None = None) -> list[Colleague]:
    """Active people with a role that works on cases, by account name; `ids` narrows it to these."""
    rows = session.execute(
        select(User.id, User.username, User.display_name, RoleAssignment.role, Organisation.name)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .where(
            User.is_active,
            RoleAssignment.role.in_(MANAGED),
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
            *([] if ids is None else [User.id.in_(ids)]),
        )
        .order_by(User.username, RoleAssignment.id)
    )
    found: dict[int, Colleague] = {}
    for row in rows:
        role = ROLE_NAMES[row.role]
        office = Text(f"{row.name}·{role.zh}", f"{row.name}, {role.en}")
        before = found.get(row.id)
        found[row.id] = Colleague(
            row.id,
            row.username,
            row.display_name,
            (*(before.offices if before else ()), office),
            row.role == "instructor" or (before is not None and before.is_instructor),
        )
    return list(found.values())


def bodies_of(session: Session, actor: Actor, roles: frozenset[str]) -> list[Organisation]:
    """The bodies a person's roles reach, in the order of the tree."""
    paths = sorted({held.scope_path for held in actor.roles if held.role in roles})
    if not paths:
        return []
    within = or_(*(Organisation.path.startswith(path, autoescape=True) for path in paths))
    found = session.scalars(select(Organisation).where(within, Organisation.kind != "department"))
    return sorted(found, key=lambda body: in_tree_order(body.path))


def names_of(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """The people's names by number."""
    rows = session.execute(select(User.id, User.display_name).where(User.id.in_(sorted(set(ids)))))
    return {row[0]: row[1] for row in rows}
