"""What each instructor carries: open cases against the cap, the longest wait, the last visit, what is late."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import Session

from workflow.definition.versions import Versions
from workflow.engine.actors import Actor
from workflow.models import Case, InstructorProfile, User, Visit, WorkItem
from workflow.queries.case_conditions import conditions
from workflow.queries.case_filter import CaseFilter
from workflow.queries.figures import Figure
from workflow.queries.instructors import instructor_accounts


@dataclass(frozen=True, slots=True)
class Load:
    """One instructor. `cases` are open ones in the viewer's area, `late` those whose next step is this person's;
    `in_service` is False for one who left and still has cases. `cap` None: the rule's number counts.
    """

    user_id: int
    username: str
    name: str
    in_service: bool
    cap: int
    cases: Figure
    late: Figure
    longest_since: datetime | None
    last_visit: date | None

    @property
    def is_full(self) -> bool:
        return self.cases.number >= self.cap

    @property
    def room(self) -> int:
        return max(0, self.cap - self.cases.number)


def workload(session: Session, actor: Actor, *, versions: Versions, usual_cap: int, today: date) -> list[Load]:
    """Everybody who serves the viewer's area or has an open case there; the fullest first."""
    carried = _carried(session, actor, versions, today)
    late = _late(session, actor, versions, today)
    serving = instructor_accounts(session, actor, today)
    last_visit = select(func.max(Visit.visited_on)).where(Visit.instructor_id == User.id).scalar_subquery()
    people = session.execute(
        select(User, InstructorProfile.load_cap, last_visit)
        .outerjoin(InstructorProfile, InstructorProfile.user_id == User.id)
        .where(or_(User.username.in_(serving), User.id.in_(carried)))
    )
    loads = [_load(row, carried, late, frozenset(serving), usual_cap) for row in people]
    return sorted(loads, key=lambda load: (-load.cases.number, load.username))


def _carried(session: Session, actor: Actor, versions: Versions, today: date) -> dict[int, tuple[int, datetime]]:
    chosen = conditions(CaseFilter(open=True), actor, versions, today)
    rows = session.execute(
        select(Case.instructor_id, func.count(), func.min(Case.state_since)).where(*chosen).group_by(Case.instructor_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows if row[0] is not None}


def _late(session: Session, actor: Actor, versions: Versions, today: date) -> dict[int, int]:
    chosen = conditions(CaseFilter(overdue=True), actor, versions, today)
    rows = session.execute(
        select(WorkItem.user_id, func.count())
        .join(Case, Case.id == WorkItem.case_id)
        .where(WorkItem.closed_at.is_(None), WorkItem.due_on < today, *chosen)
        .group_by(WorkItem.user_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def _load(
    row: Row[User, int | None, date | None],
    carried: dict[int, tuple[int, datetime]],
    late: dict[int, int],
    serving: frozenset[str],
    usual_cap: int,
) -> Load:
    user, cap, last_visit = row
    number, since = carried.get(user.id, (0, None))
    return Load(
        user_id=user.id,
        username=user.username,
        name=user.display_name,
        in_service=user.username in serving,
        cap=usual_cap if cap is None else cap,
        cases=Figure(number, CaseFilter(instructor=user.id, open=True)),
        late=Figure(late.get(user.id, 0), CaseFilter(holder=user.id, overdue=True)),
        longest_since=since,
        last_visit=last_visit,
    )
