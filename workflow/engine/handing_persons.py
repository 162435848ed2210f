"""An enterprise's branch is established: its persons are handed over to it, with papers and elapsed time counted on."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import OperationalError

from workflow.engine.routing import route
from workflow.engine.work import CaseWork, Deed, load_work
from workflow.engine.work_items import renew_work_item, state_due_on
from workflow.engine.writing import write_entry
from workflow.errors import Conflict
from workflow.machine import Moved
from workflow.members.counting import RECEIVED
from workflow.models import Case, Membership, Organisation, OrganisationKind, OrganisationType, Person
from workflow.organisations import insert_organisation
from workflow.text import Text

HAND_OVER = "hand_over_person"
FOLLOW = "follow_instructor"
BUSY = Text(
    "该企业有人员的案件正在办理：请稍候再办",
    "Somebody is acting on the case of a person of this enterprise: try again in a moment",
)


def hand_over_persons(work: CaseWork, deed: Deed) -> None:
    """Makes the branch a body of its own and the host of everybody of the enterprise; an entry on each open case.

    What this writes stands in tables of its own, so the establishment is not taken back once somebody was handed over.
    """
    branch = _branch(work)
    work.change_enterprise(branch_id=branch.id)
    work.session.flush()
    persons = list(work.session.scalars(select(Person).where(Person.employer_id == work.enterprise.id)))
    for person in persons:
        _join(work, deed, person, branch)
    for case_id in _open_cases(work):
        _hand_over(work, deed, case_id, branch)
    if persons:
        work.case.undo = None


def _branch(work: CaseWork) -> Organisation:
    """Below the chamber, which goes on seeing it; found again where it was made before."""
    if work.enterprise.branch_id is not None:
        return work.session.get_one(Organisation, work.enterprise.branch_id)
    chamber = work.session.get_one(Organisation, work.case.chamber_id)
    name = work.facts.get("branch_name") or f"中共{work.enterprise.name}支部"
    same = select(Organisation).where(Organisation.parent_id == chamber.id, Organisation.name == name)
    known = work.session.scalars(same).first()
    return known or insert_organisation(work.session, chamber, name, OrganisationType.BRANCH, OrganisationKind.BRANCH)


def _join(work: CaseWork, deed: Deed, person: Person, branch: Organisation) -> None:
    """Members whose membership has been received go over to the branch; the row of where they were is closed."""
    person.host_id, person.updated_at = branch.id, work.now
    mine = (Membership.person_id == person.id) & Membership.ended_on.is_(None)
    membership = work.session.scalars(select(Membership).where(mine)).first()
    if membership is None or membership.status != RECEIVED or membership.organisation_id == branch.id:
        return
    left = work.session.get_one(Organisation, membership.organisation_id)
    membership.ended_on, membership.ended_why = deed.occurred_on, branch.name
    work.session.flush()
    work.session.add(
        Membership(
            person_id=person.id,
            organisation_id=branch.id,
            status=RECEIVED,
            from_name=left.name,
            received_on=deed.occurred_on,
            recorded_by=deed.actor.id,
            recorded_at=work.now,
        )
    )
    work.session.flush()


def follow_instructor(work: CaseWork, deed: Deed, before: int | None, after: int) -> None:
    """The enterprise's new instructor takes over its persons from the one before, or from nobody."""
    held = Case.instructor_id.is_(None) if before is None else Case.instructor_id == before
    for case_id in _open_cases(work, held):
        own = _own_work(work, case_id)
        own.case.instructor_id = after
        _write(own, deed, FOLLOW, {})


def _open_cases(work: CaseWork, *which: ColumnElement[bool]) -> list[int]:
    """Locked without waiting: whoever acts on one of them holds it and waits for this enterprise."""
    wanted = select(Case.id).where(
        Case.enterprise_id == work.enterprise.id, Case.person_id.is_not(None), Case.finished_on.is_(None), *which
    )
    try:
        return list(work.session.scalars(wanted.order_by(Case.id).with_for_update(nowait=True)))
    except OperationalError as error:
        raise Conflict(BUSY) from error


def _hand_over(work: CaseWork, deed: Deed, case_id: int, branch: Organisation) -> None:
    own = _own_work(work, case_id)
    bodies = {body.id: body for body in work.session.scalars(select(Organisation))}
    from_body, case = bodies[own.case.chamber_id], own.case
    case.chamber_id, case.scope_path, case.committee_id = branch.id, branch.path, route(branch, bodies).id
    _write(own, deed, HAND_OVER, {"from": from_body.name, "to": branch.name})


def _own_work(work: CaseWork, case_id: int) -> CaseWork:
    """The person's case in the same unit of work; its row is locked already."""
    return load_work(work.session, work.runtime, case_id, work.now, work.today, lock=False)


def _write(own: CaseWork, deed: Deed, action: str, data: dict[str, str]) -> None:
    case = own.case
    case.undo, case.updated_at = None, own.now
    day = max(deed.occurred_on, case.last_occurred_on)
    moved, handing = Moved(case.state, case.state, ()), Deed(deed.actor, deed.held, day, None, {})
    write_entry(own, action, moved, handing, {"data": data, "reason": None})
    own.save()
    renew_work_item(own, state_due_on(own))
    own.send()
