"""The units of a joint branch as they stand in the database."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from workflow.guards.facts import JointFacts, Unit
from workflow.guards.joint import PRINCIPLES
from workflow.models import Case, Enterprise
from workflow.models.base import table_of

_CASES, _ENTERPRISES = table_of(Case), table_of(Enterprise)
FORM_PRINCIPLES = "form_principles"


@dataclass(frozen=True, slots=True)
class HeadCounted:
    """Members that count for a case."""

    full_members: int
    probationary_members: int


def units_of(connection: Connection, joint_case_id: int) -> tuple[Unit, ...]:
    """The enterprises whose cases joined this one, in the order of their cases."""
    rows = connection.execute(
        select(
            _CASES.c.id,
            _ENTERPRISES.c.id.label("enterprise_id"),
            _ENTERPRISES.c.name,
            _ENTERPRISES.c.full_members,
            _ENTERPRISES.c.probationary_members,
        )
        .join_from(_CASES, _ENTERPRISES, _ENTERPRISES.c.id == _CASES.c.enterprise_id)
        .where(_CASES.c.joint_case_id == joint_case_id)
        .order_by(_CASES.c.id)
    )
    return tuple(Unit(*row) for row in rows)


def read_joint(connection: Connection, case_id: int) -> JointFacts | None:
    row = connection.execute(
        select(
            _CASES.c.id, _CASES.c.version, _CASES.c.state, _CASES.c.form, _CASES.c.committee_id, _CASES.c.facts
        ).where(_CASES.c.id == case_id, _CASES.c.finished_on.is_(None))
    ).first()
    if row is None:
        return None
    joined = select(func.count()).select_from(_CASES).where(_CASES.c.joint_case_id == case_id)
    noted = row.facts.get(FORM_PRINCIPLES, {})
    principles = frozenset(name for name in PRINCIPLES if noted.get(name))
    units = 1 + connection.execute(joined).scalar_one()
    return JointFacts(row.id, row.version, row.state, row.form, row.committee_id, principles, units)


def is_founded(connection: Connection, joint_case_id: int | None) -> bool:
    """The joint branch a case belongs to is established and not dissolved."""
    if joint_case_id is None:
        return False
    founded = select(_CASES.c.id).where(
        _CASES.c.id == joint_case_id, _CASES.c.established_on.is_not(None), _CASES.c.state != "dissolved"
    )
    return connection.execute(founded).first() is not None
