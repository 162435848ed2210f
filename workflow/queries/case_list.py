"""The list of cases a person may see, a page at a time; those that stand longest at their step come first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from workflow.definition.model import Definition
from workflow.definition.versions import Versions
from workflow.engine.actors import Actor
from workflow.models import Case, Enterprise, Organisation, User, WorkItem
from workflow.models.base import UTCDateTime
from workflow.queries.case_conditions import conditions
from workflow.queries.case_filter import CaseFilter
from workflow.queries.cursor import Page, bad_cursor, read_cursor, within, write_cursor
from workflow.queries.visibility import visible_cases
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A line of the list. `holder` is who has the next step: a person or a body; None where nobody has to act."""

    id: int
    version: int
    definition_version: int
    enterprise: str
    credit_code: str
    chamber: str
    chamber_id: int
    scope_path: str
    state: str
    state_name: Text
    stage: str
    holder: Text | None
    instructor: str | None
    since: datetime
    due_on: date | None


def list_cases(
    session: Session,
    actor: Actor,
    wanted: CaseFilter,
    *,
    versions: Versions,
    today: date,
    cursor: str = "",
    limit: int = 50,
) -> Page[CaseRow]:
    """Raises InvalidInput for a cursor that is not one of ours."""
    chosen = conditions(wanted, actor, versions, today)
    total = session.scalar(select(func.count()).select_from(Case).where(*chosen)) or 0
    query = select(Case.id, Case.state_since).where(*within(chosen, total))
    query = query.order_by(Case.state_since, Case.id).limit(limit + 1)
    if cursor:
        query = query.where(tuple_(Case.state_since, Case.id) > tuple_(*_place(cursor)))
    found = session.execute(query).all()
    kept = found[:limit]
    following = write_cursor(kept[-1].state_since.isoformat(), kept[-1].id) if len(found) > limit else None
    return Page(case_rows(session, [row.id for row in kept], versions), following, total)


def count_cases(session: Session, actor: Actor, wanted: CaseFilter, *, versions: Versions, today: date) -> int:
    chosen = conditions(wanted, actor, versions, today)
    return session.scalar(select(func.count()).select_from(Case).where(*chosen)) or 0


def _place(cursor: str) -> tuple[object, object]:
    since, case_id = read_cursor(cursor)
    try:
        moment = datetime.fromisoformat(since)
    except ValueError as error:
        raise bad_cursor() from error
    if moment.tzinfo is None:
        raise bad_cursor()
    return literal(moment, UTCDateTime()), literal(case_id)


def visible_rows(session: Session, actor: Actor, case_ids: Sequence[int], versions: Versions) -> tuple[CaseRow, ...]:
    """Those of the cases that the person may see, in the given order."""
    seen = set(session.scalars(select(Case.id).where(Case.id.in_(case_ids), visible_cases(actor))))
    return case_rows(session, [case_id for case_id in case_ids if case_id in seen], versions)


def case_rows(session: Session, case_ids: Sequence[int], versions: Versions) -> tuple[CaseRow, ...]:
    """The lines of these cases in their order; the caller has made sure that the person may see them."""
    if not case_ids:
        return ()
    chamber, place, holder, instructor = (aliased(Organisation), aliased(Organisation), aliased(User), aliased(User))
    query = (
        select(
            Case,
            Enterprise.name.label("enterprise"),
            Enterprise.credit_code,
            chamber.name.label("chamber"),
            WorkItem.role,
            WorkItem.due_on,
            place.name.label("place"),
            holder.display_name.label("holder"),
            instructor.display_name.label("instructor"),
        )
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(chamber, chamber.id == Case.chamber_id)
        .outerjoin(WorkItem, and_(WorkItem.case_id == Case.id, WorkItem.closed_at.is_(None)))
        .outerjoin(place, place.id == WorkItem.organisation_id)
        .outerjoin(holder, holder.id == WorkItem.user_id)
        .outerjoin(instructor, instructor.id == Case.instructor_id)
        .where(Case.id.in_(case_ids))
    )
    rows = {row.Case.id: row for row in session.execute(query)}
    return tuple(
        _line(rows[case_id], versions.of(rows[case_id].Case.definition_version))
        for case_id in case_ids
        if case_id in rows
    )


def _line(row, definition: Definition) -> CaseRow:  # type: ignore[no-untyped-def]  # a long Row[...]
    case: Case = row.Case
    state = definition.states[case.state]
    return CaseRow(
        id=case.id,
        version=case.version,
        definition_version=case.definition_version,
        enterprise=row.enterprise,
        credit_code=row.credit_code,
        chamber=row.chamber,
        chamber_id=case.chamber_id,
        scope_path=case.scope_path,
        state=case.state,
        state_name=state.name,
        stage=state.stage,
        holder=holder_words(definition, row.role, row.holder, row.place),
        instructor=row.instructor,
        since=case.state_since,
        due_on=row.due_on,
    )


def holder_words(definition: Definition, group: str | None, person: str | None, place: str | None) -> Text | None:
    """A named person where the step is one person's; the deciding body by its name; else the group's own words."""
    if group is None:
        return None
    if person is not None:
        return Text(person, person)
    owner = definition.groups[group]
    if owner.at == "committee" and place:
        return Text(place, place)
    return owner.name
