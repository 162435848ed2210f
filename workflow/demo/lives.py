"""What the straight road does not show: a joint branch on its way, and a branch whose term runs out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from workflow.demo.district import DemoDistrict, Town
from workflow.demo.names import Names
from workflow.demo.road import ROAD, walk_to
from workflow.engine import Command, available_actions, open_cases, perform
from workflow.guards.joint import PRINCIPLES
from workflow.models import Case, Enterprise
from workflow.runtime import Runtime

# A term of three years that began then has its reminder behind it and its end ahead.
TERM_BEGAN = timedelta(days=365 * 3 - 120)
ROAD_TAKES = timedelta(days=140)
SMALL = 3


def branches_live_on(runtime: Runtime, district: DemoDistrict, names: Names) -> None:
    _joint_branch(runtime, district.towns[0], district)
    _term_running_out(runtime, district, names)


def _joint_branch(runtime: Runtime, town: Town, district: DemoDistrict) -> None:
    """The lead unit in training with two members, and one more unit of one member that has joined it."""
    with runtime.db.reading() as session:
        waiting = select(Case).where(Case.chamber_id == town.chamber.id).order_by(Case.id)
        cases = list(session.scalars(waiting))
        lead = next((case for case in cases if case.state == "training"), None)
        small = select(Enterprise.id).where(Enterprise.full_members < SMALL)
        few = set(session.scalars(small))
        units = [case.id for case in cases if case.state == "no_branch" and case.enterprise_id in few]
    if lead is None or lead.instructor_id is None or not units:
        return
    _count(runtime, lead.id, lead.instructor_id)
    chosen = {"form": "joint", **dict.fromkeys(PRINCIPLES, True)}
    perform(runtime, Command(lead.id, "choose_form", lead.instructor_id, data=chosen))
    manager = district.people["social_work"].id
    why = "两家企业同在一个园区，行业相近"
    perform(runtime, Command(units[0], "join", manager, data={"joint_case": lead.id}, reason=why))


def _count(runtime: Runtime, case_id: int, instructor_id: int) -> None:
    with runtime.db.reading() as session:
        views = available_actions(session, runtime, case_id, instructor_id)
        example = next(dict(view.example) for view in views if view.action == "record_headcount")
    example |= {"full_members": 2, "members_in_transit": 0}
    example.pop("letter_issued_on", None)
    example.pop("blocked_reason", None)
    perform(runtime, Command(case_id, "record_headcount", instructor_id, data=example))


def _term_running_out(runtime: Runtime, district: DemoDistrict, names: Names) -> None:
    """One enterprise of the first town, surveyed years ago and long established."""
    town, done = district.towns[0], runtime.now() - TERM_BEGAN
    past = replace(runtime, clock=lambda: done - ROAD_TAKES)
    with past.db.unit_of_work() as session:
        firm = _firm(town, names, past.now())
        session.add(firm)
        session.flush()
        open_cases(session, [firm], runtime=past, actor_id=None, now=past.now())
        case_id = session.scalars(select(Case.id).where(Case.enterprise_id == firm.id)).one()
    walk_to(runtime, district, town, names, case_id, ROAD, done)


def _firm(town: Town, names: Names, now: datetime) -> Enterprise:
    return Enterprise(
        credit_code=names.credit_code(),
        name=names.firm(town.body.name[:2]),
        town_id=town.body.id,
        chamber_id=town.chamber.id,
        employees=120,
        full_members=4,
        probationary_members=1,
        activists=2,
        applicants=3,
        created_at=now,
        updated_at=now,
    )
