"""A body's type changes, and with it who may approve: open cases that no committee has in hand follow."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.perform import SYSTEM_ACTOR
from workflow.engine.routing import route
from workflow.engine.work import CaseWork, Deed, load_work
from workflow.engine.writing import write_entry
from workflow.errors import NotFound
from workflow.machine import Moved
from workflow.models import Case, Organisation, OrganisationType
from workflow.runtime import Runtime

REROUTE = "reroute"


def set_organisation_type(runtime: Runtime, organisation_id: int, type_: OrganisationType) -> int:
    """Sets the type and answers how many cases were routed anew, each with an entry in its history.

    What a committee has before it, or has approved, stays where it is. Raises NotFound for an unknown body, and
    InvalidInput (changing nothing) where a case would be left with no body that may approve it.
    """
    now = runtime.now()
    with runtime.db.unit_of_work() as session, session.no_autoflush:
        organisation = session.get(Organisation, organisation_id)
        if organisation is None:
            raise NotFound("organisation", organisation_id)
        organisation.type = type_
        session.flush()
        return _reroute_below(session, runtime, organisation, now)


def _reroute_below(session: Session, runtime: Runtime, changed: Organisation, now: datetime) -> int:
    bodies = {body.id: body for body in session.scalars(select(Organisation))}
    below = [body.id for body in bodies.values() if body.path.startswith(changed.path)]
    cases = session.execute(
        select(Case.id, Case.chamber_id, Case.committee_id).where(
            Case.chamber_id.in_(below), Case.finished_on.is_(None)
        )
    ).all()
    moved = 0
    for case_id, chamber_id, committee_id in cases:
        committee = route(bodies[chamber_id], bodies)
        if committee.id != committee_id:
            moved += _move(load_work(session, runtime, case_id, now, local_day(now), lock=True), committee)
    return moved


def _move(work: CaseWork, committee: Organisation) -> bool:
    state = work.definition.states[work.case.held_from or work.case.state]
    if work.definition.groups[state.owner].at == "committee" or work.case.founding_approved_on is not None:
        return False
    work.case.committee_id = committee.id
    work.case.updated_at = work.now
    deed = Deed(SYSTEM_ACTOR, None, max(work.today, work.case.last_occurred_on), None, {})
    content = {"data": {"committee": committee.id}, "reason": None}
    write_entry(work, REROUTE, Moved(work.case.state, work.case.state, ()), deed, content)
    work.save()
    work.send()
    return True
