"""The agenda: cases that wait for a decision of this committee, put on in one click, added and taken off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.definition.versions import Versions
from workflow.engine.work import CaseWork
from workflow.errors import InvalidInput, NotFound
from workflow.models import Case, CommitteeSession, Organisation, SessionItem
from workflow.models.case import founding
from workflow.runtime import Runtime
from workflow.sessions.acting import Request, SessionOutcome, act_again_if, act_on
from workflow.sessions.refusals import NotForSession, OnOtherAgenda
from workflow.sessions.work import SessionWork
from workflow.text import Text

# What the agenda can be ordered by: those that wait longest first, by themselves or within their chamber.
ORDERS = {"age": Text("按等待时间", "longest wait first"), "chamber": Text("按商会", "by chamber")}


def fill_agenda(runtime: Runtime, session_id: int, request: Request, order: str = "age") -> SessionOutcome:
    """Puts every case on that waits for this committee and lies before no other session; answers how many.

    Raises what `act_on` raises, InvalidInput for an unknown order.
    """
    if order not in ORDERS:
        raise InvalidInput({"order": Text("排序只能是 age 或 chamber", f"order is one of {', '.join(ORDERS)}")})

    def fill(work: SessionWork) -> int:
        found = [(row.id, row.state_since) for row in work.session.execute(_waiting(work, order))]
        _put_on(work, found)
        return len(found)

    return act_again_if(_is_race, lambda: act_on(runtime, session_id, request, "fill", {"order": order}, fill))


def add_case(runtime: Runtime, session_id: int, request: Request, case_id: int) -> SessionOutcome:
    """Puts a case on; one that is on already and moved since is put on anew, undecided.

    Raises what `act_on` raises, NotFound, NotForSession, OnOtherAgenda.
    """

    def add(work: SessionWork) -> int:
        case = _seen(work, case_id)
        if not _waits_here(work, case):
            raise NotForSession(case_id, case.definition.states[case.case.state].name)
        if (other := _other_session(work.session, case_id, session_id)) is not None:
            raise OnOtherAgenda(case_id, other.id, other.held_on)
        here = next((item for item in work.items if item.case_id == case_id), None)
        if here is None:
            _put_on(work, [(case_id, case.case.state_since)])
        elif here.case_since != case.case.state_since:
            _renew(here, case)
        return 1

    return act_again_if(_is_race, lambda: act_on(runtime, session_id, request, "add", {"case": case_id}, add))


def remove_case(runtime: Runtime, session_id: int, request: Request, case_id: int) -> SessionOutcome:
    """Takes a case off, with what was decided on it here. Raises what `act_on` raises and NotFound."""

    def remove(work: SessionWork) -> int:
        work.session.delete(work.item(case_id))
        return 1

    return act_on(runtime, session_id, request, "remove", {"case": case_id}, remove)


def waiting_for(versions: Versions, organisation_id: int) -> ColumnElement[bool]:
    """The condition on `Case`: a session of the body could decide it, and no open session has it."""
    on_an_agenda = exists().where(SessionItem.case_id == Case.id, SessionItem.is_open)
    return (
        (Case.committee_id == organisation_id)
        & Case.state.in_({state for version in versions.newest_first for state in version.session_states})
        & Case.finished_on.is_(None)
        & founding()
        & ~on_an_agenda
    )


def _waiting(work: SessionWork, order: str):  # type: ignore[no-untyped-def]  # a Select[...]
    query = select(Case.id, Case.state_since).where(
        waiting_for(work.runtime.versions(work.session), work.record.organisation_id)
    )
    if order == "chamber":
        query = query.join(Organisation, Organisation.id == Case.chamber_id).order_by(Organisation.name)
    return query.order_by(Case.state_since, Case.id)


def _put_on(work: SessionWork, cases: Sequence[tuple[int, datetime]]) -> None:
    """Cases with the moment they came to their step, put on in this order after those that are on."""
    last = max((item.position for item in work.items), default=0)
    work.session.add_all(
        SessionItem(
            session_id=work.record.id, case_id=case_id, case_since=since, position=last + place, is_open=True, data={}
        )
        for place, (case_id, since) in enumerate(cases, start=1)
    )


def _renew(item: SessionItem, case: CaseWork) -> None:
    item.case_since = case.case.state_since
    item.answer = item.reason = item.action = item.votes = None
    item.yes = item.no = item.abstain = None
    item.data = {}


def _seen(work: SessionWork, case_id: int) -> CaseWork:
    item = SessionItem(case_id=case_id)
    case = work.cases([item]).get(case_id)
    if case is None or not work.actor.sees(case.case):
        raise NotFound("case", case_id)
    return case


def _waits_here(work: SessionWork, case: CaseWork) -> bool:
    is_ours = case.case.committee_id == work.record.organisation_id
    return is_ours and bool(case.definition.session_answers(case.case.state)) and case.case.finished_on is None


def _other_session(session: Session, case_id: int, session_id: int) -> CommitteeSession | None:
    return session.scalar(
        select(CommitteeSession)
        .join(SessionItem, SessionItem.session_id == CommitteeSession.id)
        .where(SessionItem.case_id == case_id, SessionItem.is_open, CommitteeSession.id != session_id)
    )


def _is_race(error: IntegrityError) -> bool:
    """Two sessions took one case at the same instant: the database lets one have it."""
    return "session_item" in str(error.orig)
