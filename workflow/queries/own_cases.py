"""An instructor's own enterprises: where each stands, when it was last visited, when the next visit is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from workflow.engine.actors import Actor
from workflow.models import Case, Deadline, Enterprise, Organisation, Visit
from workflow.models.case import founding
from workflow.queries.joint import JointTotal, joint_totals
from workflow.runtime import Runtime
from workflow.text import Text

FIRST_VISIT, NEXT_VISIT = "T02", "T03"


@dataclass(frozen=True, slots=True)
class OwnCase:
    """`visit_due_on` is the first visit's day until there was one, the next visit's from then on."""

    case_id: int
    enterprise_id: int
    enterprise: str
    chamber: str
    stage: Text
    state: str
    state_name: Text
    full_members: int
    probationary_members: int
    applicants: int
    visited_on: date | None
    visit_due_on: date | None
    joint: JointTotal | None


def own_cases(session: Session, runtime: Runtime, actor: Actor, *, limit: int = 200) -> tuple[OwnCase, ...]:
    """Open cases of the instructor, the one to visit soonest first."""
    versions = runtime.versions(session)
    first, following = aliased(Deadline), aliased(Deadline)
    visited = select(func.max(Visit.visited_on)).where(Visit.case_id == Case.id).correlate(Case).scalar_subquery()
    due = func.coalesce(first.due_on, following.due_on)
    rows = session.execute(
        select(Case, Enterprise, Organisation.name, visited.label("visited_on"), due.label("visit_due_on"))
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(Organisation, Organisation.id == Case.chamber_id)
        .outerjoin(first, _running(first, FIRST_VISIT))
        .outerjoin(following, _running(following, NEXT_VISIT))
        .where(Case.instructor_id == actor.id, Case.finished_on.is_(None), founding())
        .order_by(func.coalesce(due, date.max), Case.id)
        .limit(limit)
    ).all()
    joint = joint_totals(session, ((row[0].id, row[1]) for row in rows))
    found = []
    for case, enterprise, chamber, visited_on, due_on in rows:
        definition = versions.of(case.definition_version)
        state = definition.states[case.state]
        found.append(
            OwnCase(
                case.id,
                enterprise.id,
                enterprise.name,
                chamber,
                definition.stages[state.stage].name,
                state.code,
                state.name,
                enterprise.full_members,
                enterprise.probationary_members,
                enterprise.applicants,
                visited_on,
                due_on,
                joint.get(case.id),
            )
        )
    return tuple(found)


def _running(deadline, code: str):  # type: ignore[no-untyped-def]  # an aliased class has no name of its own
    return and_(deadline.case_id == Case.id, deadline.code == code, deadline.status == "running")
