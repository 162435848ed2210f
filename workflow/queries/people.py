"""The people of a manager's area: offices, cases in hand, who is away, who leaves what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.definition.versions import Versions
from workflow.engine.actors import Actor
from workflow.errors import NotFound
from workflow.models import Case, InstructorProfile
from workflow.models.case import founding
from workflow.people.reach import people_managed
from workflow.queries.case_list import CaseRow, case_rows
from workflow.queries.colleagues import Colleague, colleagues
from workflow.queries.substitutions import LeaveLine, SubstitutionLine, leaves_of, substitutions_of


@dataclass(frozen=True, slots=True)
class PersonLine:
    """`away` is the leave of today, `cases` how many open ones the person instructs."""

    who: Colleague
    cases: int
    away: LeaveLine | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    who: Colleague
    cases: tuple[CaseRow, ...]
    leaves: tuple[LeaveLine, ...]
    substitutions: tuple[SubstitutionLine, ...]
    expertise: tuple[str, ...]


def people_lines(session: Session, actor: Actor, today: date) -> list[PersonLine]:
    ids = [user.id for user in people_managed(session, actor, today)]
    away = {line.username: line for line in leaves_of(session, ids, today) if line.status == "running"}
    rows = session.execute(
        select(Case.instructor_id, func.count())
        .where(Case.instructor_id.in_(ids), Case.finished_on.is_(None), founding())
        .group_by(Case.instructor_id)
    )
    carried = {row[0]: row[1] for row in rows}
    found = colleagues(session, today, ids=ids)
    return [PersonLine(who, carried.get(who.id, 0), away.get(who.username)) for who in found]


def person_page(session: Session, versions: Versions, actor: Actor, username: str, today: date) -> PersonPage:
    """Raises NotFound for everybody outside the managed area."""
    user = next((one for one in people_managed(session, actor, today) if one.username == username), None)
    if user is None:
        raise NotFound("user", username)
    ids = session.scalars(
        select(Case.id).where(Case.instructor_id == user.id, Case.finished_on.is_(None), founding()).order_by(Case.id)
    ).all()
    words = session.scalar(select(InstructorProfile.expertise).where(InstructorProfile.user_id == user.id))
    return PersonPage(
        who=colleagues(session, today, ids=[user.id])[0],
        cases=case_rows(session, ids, versions),
        leaves=tuple(leaves_of(session, [user.id], today)),
        substitutions=tuple(substitutions_of(session, versions.current, user.id, today)),
        expertise=tuple(words or ()),
    )
