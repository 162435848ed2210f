"""Who stands in, is away, or has just handed a case over in the demo, so that those pages have something on them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from workflow.demo.district import DemoDistrict
from workflow.engine import Command, perform
from workflow.engine.ranking import ranked_for
from workflow.engine.work import load_work
from workflow.models import Case, Enterprise, InstructorProfile, User
from workflow.people.leaves import LeaveWanted, take_leave
from workflow.people.packs import write_note
from workflow.people.substitutes import Wanted, name_substitute
from workflow.runtime import Runtime

WEEK = timedelta(days=7)
KNOWN = (["机电", "新材料"], ["纺织", "服饰"], ["食品", "包装"], ["物流", "贸易"], ["科技", "电子"], ["建材", "环保"])


def people_come_and_go(runtime: Runtime, district: DemoDistrict) -> None:
    _knowledge(runtime)
    today = runtime.today()
    first, second, third = district.towns[:3]
    absent, standing_in = first.people["approver"], second.people["approver"]
    name_substitute(runtime, absent.id, Wanted(standing_in.username, "approver", today, today + WEEK))
    *_, colleague, away = second.instructors
    take_leave(runtime, away.id, LeaveWanted(away.username, today, today + WEEK, colleague.username))
    _handed_over(runtime, third.instructors[0], district.people["social_work"])


def _knowledge(runtime: Runtime) -> None:
    """An invented name says the trade: two signs of the town, two of the brand, then the trade, then 有限公司."""
    with runtime.db.unit_of_work() as session:
        for firm in session.scalars(select(Enterprise)):
            firm.industry = firm.name.removesuffix("有限公司")[4:]
        for number, profile in enumerate(
            session.scalars(select(InstructorProfile).order_by(InstructorProfile.user_id))
        ):
            profile.expertise = KNOWN[number % len(KNOWN)]


def _handed_over(runtime: Runtime, leaver: User, manager: User) -> None:
    """One of the instructor's cases goes to the colleague who suits it best, and waits for a signature."""
    with runtime.db.reading() as session:
        own = select(Case.id).where(Case.instructor_id == leaver.id, Case.state == "training").order_by(Case.id)
        case_id = session.scalars(own).first()
        if case_id is None:
            return
        work = load_work(session, runtime, case_id, runtime.now(), runtime.today(), lock=False)
        receiver = next(iter(ranked_for(work)))
    write_note(runtime, leaver.id, case_id, "出资人周三、周五在厂；党员名册由综合部保管。")
    data = {"instructor": receiver.choice.username, "no_conflict": True}
    perform(runtime, Command(case_id, "reassign", manager.id, data=data, reason="片区调整"))
