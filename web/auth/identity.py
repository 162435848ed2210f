"""The signed-in person with today's roles, loaded fresh for each request so that a change counts at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from workflow.models import RoleAssignment, User

# The words of pages and menus for one or more roles.
GROUPS = {
    "instructor": frozenset({"instructor"}),
    "committee": frozenset({"clerk", "approver"}),
    "manager": frozenset({"org_dept", "social_work"}),
    "federation": frozenset({"federation"}),
    "admin": frozenset({"admin"}),
    "auditor": frozenset({"auditor"}),
}


@dataclass(frozen=True, slots=True)
class Identity:
    """`account` is the row of the database; `assignments` are the roles in force on the day of the request."""

    account: User
    assignments: tuple[RoleAssignment, ...]

    # What Flask-Login asks of a user.
    is_authenticated = True
    is_anonymous = False
    is_active = True

    def get_id(self) -> str:
        """Account and security stamp: a changed password makes every older session's id wrong."""
        return f"{self.account.id}.{self.account.security_stamp}"

    @property
    def id(self) -> int:
        return self.account.id

    @property
    def display_name(self) -> str:
        return self.account.display_name

    @property
    def locale(self) -> str:
        return self.account.locale

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(assignment.role for assignment in self.assignments)

    @property
    def groups(self) -> frozenset[str]:
        return frozenset(group for group, members in GROUPS.items() if members & self.roles)


def load_identity(session: Session, user_id: int, security_stamp: int, on: date) -> Identity | None:
    """One query. Nobody where the account is gone, switched off, or its stamp has changed since sign-in."""
    account = (
        session.execute(
            select(User)
            .options(joinedload(User.roles).joinedload(RoleAssignment.organisation))
            .where(User.id == user_id, User.security_stamp == security_stamp, User.is_active)
        )
        .unique()
        .scalar_one_or_none()
    )
    if account is None:
        return None
    return Identity(account, tuple(role for role in account.roles if _in_force(role, on)))


def _in_force(role: RoleAssignment, on: date) -> bool:
    return role.valid_from <= on and (role.valid_to is None or on <= role.valid_to)
