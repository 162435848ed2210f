"""Whether somebody has each open case."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, or_, select

from workflow.clock import local_day
from workflow.incidents import Finding, Kind
from workflow.models import Case, Organisation, User, WorkItem
from workflow.queries.staffing import cases_nobody_holds
from workflow.reconciling.look import MOST_FINDINGS, Check, Look, covers_wide, of_case


def nobody_holds(look: Look) -> Iterator[Finding]:
    """Open cases without a to-do, or with one for an account or a body that is not there; then those whose office
    nobody holds.
    """
    seen: set[int] = set()
    for case_id, cause in (*_without_item(look), *_vacant(look)):
        if case_id not in seen:
            seen.add(case_id)
            yield of_case(Kind.NOBODY_HOLDS, case_id, cause)


def _without_item(look: Look) -> Iterator[tuple[int, str]]:
    is_its = and_(WorkItem.case_id == Case.id, WorkItem.closed_at.is_(None))
    is_gone = or_(
        WorkItem.id.is_(None),
        WorkItem.state != Case.state,
        and_(WorkItem.user_id.is_not(None), or_(User.id.is_(None), ~User.is_active)),
        and_(WorkItem.organisation_id.is_not(None), Organisation.id.is_(None)),
    )
    query = (
        select(Case.id, WorkItem.id.label("item"), WorkItem.state, Case.state.label("stands"))
        .outerjoin(WorkItem, is_its)
        .outerjoin(User, User.id == WorkItem.user_id)
        .outerjoin(Organisation, Organisation.id == WorkItem.organisation_id)
        .where(look.wide.of(Case.id), Case.finished_on.is_(None), is_gone)
    )
    for row in look.session.execute(query.order_by(Case.id).limit(MOST_FINDINGS)):
        yield row.id, "no to-do is open" if row.item is None else f"to-do {row.item} is for nobody who is there"


def _vacant(look: Look) -> Iterator[tuple[int, str]]:
    today = local_day(look.now)
    for process in look.runtime.processes(look.session).values():
        vacant = cases_nobody_holds(process, today).subquery()
        mine = select(Case.id).where(look.wide.of(Case.id), Case.process == process.current.process)
        query = mine.where(Case.id.in_(select(vacant.c[0]))).order_by(Case.id).limit(MOST_FINDINGS)
        for case_id in look.session.scalars(query):
            yield case_id, "nobody who is there holds the office whose step it is"


CHECKS = (Check((Kind.NOBODY_HOLDS,), nobody_holds, covers_wide),)
