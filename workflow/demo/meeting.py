"""The demo's committee session: called for today, its members known, with the cases that wait for it on the agenda."""

from __future__ import annotations

from workflow.demo.district import DemoDistrict
from workflow.demo.names import Names
from workflow.runtime import Runtime
from workflow.sessions import Plan, Request, fill_agenda, plan_session, set_roll, set_sign

MEMBERS_WITHOUT_ACCOUNT = 5


def call_session(runtime: Runtime, district: DemoDistrict, names: Names) -> None:
    """In the first town, whose chamber is a committee of its own."""
    town = district.towns[0]
    clerk, approver = town.people["clerk"], town.people["approver"]
    request, body = Request(clerk.id), town.chamber.id
    set_sign(runtime, body, clerk.id, f"{town.body.name[:1]}商党")
    plan = Plan(runtime.today(), "商会三楼会议室", approver.display_name, clerk.display_name)
    session_id = plan_session(runtime, body, request, plan).session_id
    others = [names.person() for _ in range(MEMBERS_WITHOUT_ACCOUNT)]
    set_roll(runtime, session_id, request, [clerk.id, approver.id], others)
    fill_agenda(runtime, session_id, request)
