"""Whether the chamber's own organisation can be heard on a case that another body decides."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, or_, select

from workflow.engine.records import CaseRecord
from workflow.models import RoleAssignment, User
from workflow.models.base import table_of

_USERS, _ROLES = table_of(User), table_of(RoleAssignment)
SPEAK_FOR_IT = ("clerk", "approver")


def has_chamber_people(connection: Connection, case: CaseRecord, today: date) -> bool:
    """The chamber is not the body that decides, and somebody speaks for it there."""
    if case.chamber_id == case.committee_id:
        return False
    speakers = (
        select(_ROLES.c.id)
        .join_from(_ROLES, _USERS, _USERS.c.id == _ROLES.c.user_id)
        .where(
            _ROLES.c.organisation_id == case.chamber_id,
            _ROLES.c.role.in_(SPEAK_FOR_IT),
            _ROLES.c.valid_from <= today,
            or_(_ROLES.c.valid_to.is_(None), _ROLES.c.valid_to >= today),
            _USERS.c.is_active,
        )
    )
    return connection.execute(speakers.limit(1)).first() is not None
