"""The members of a joint branch on its way: those of the lead unit and of the units that joined its case, together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.engine.work import CaseWork
from workflow.models import Case, Enterprise


@dataclass(frozen=True, slots=True)
class JointTotal:
    """`units` counts the enterprises, the lead unit among them."""

    units: int
    full_members: int
    probationary_members: int


def joint_total(work: CaseWork) -> JointTotal | None:
    """What counts for the case; None where no other unit joined it."""
    counted = work.head_count
    if not work.units:
        return None
    return JointTotal(1 + len(work.units), counted.full_members, counted.probationary_members)


def joint_totals(session: Session, leads: Iterable[tuple[int, Enterprise]]) -> dict[int, JointTotal]:
    """The same for many cases at once, each with its own enterprise; cases that nobody joined are left out."""
    own = dict(leads)
    joined = session.execute(
        select(
            Case.joint_case_id,
            func.count(),
            func.sum(Enterprise.full_members),
            func.sum(Enterprise.probationary_members),
        )
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(Case.joint_case_id.in_(own))
        .group_by(Case.joint_case_id)
    )
    return {
        lead: JointTotal(1 + units, own[lead].full_members + full, own[lead].probationary_members + probationary)
        for lead, units, full, probationary in joined
        if lead is not None
    }
