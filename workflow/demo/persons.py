"""The demo's persons: members who moved their membership in, and applicants at several steps, all by name invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from workflow.clock import add_months
from workflow.demo.district import DemoDistrict, Town
from workflow.demo.names import Names
from workflow.engine import Command, perform
from workflow.members.letters import Letter
from workflow.members.register import NewPerson, register_person
from workflow.members.training import Attended, NewTraining, hold_training, record_attendance
from workflow.models import Case, Standing
from workflow.models.case import founding
from workflow.runtime import Runtime

VOTE = {"meeting_roll": 5, "meeting_present": 4, "is_secret": True, "vote_yes": 4, "vote_no": 0, "vote_abstain": 0}
MENTOR = "党支部组织委员"
INTRODUCERS = ("党支部书记", "党支部组织委员")


# Since when each of a town's applicants has been on the road: who is to be talked with, filed as an activist, checked
# again, consented to as a target, admitted, and on probation.
APPLIED_DAYS_AGO = (10, 50, 250, 425, 480, 620)
# In the first town one has walked the whole of it.
FULL_DAYS_AGO = 1150
# Where the roster may take over from the reported figures: nothing was decided on those figures yet.
EARLY = ("training", "instructor_assigned")


@dataclass(frozen=True, slots=True)
class _Firm:
    """An enterprise at the beginning of its way, with the people who act there by role."""

    enterprise_id: int
    town: Town
    instructor_id: int

    def person(self, who: str) -> int:
        return self.instructor_id if who == "instructor" else self.town.people[who].id


def register_persons(runtime: Runtime, district: DemoDistrict, names: Names) -> None:
    """In every town, whether its chamber decides by itself or the town's committee does."""
    for number, town in enumerate(district.towns):
        firms = _early_firms(runtime, town)
        if not firms:
            continue
        _members(runtime, firms[0], names)
        for place, days_ago in enumerate((*APPLIED_DAYS_AGO, *([FULL_DAYS_AGO] if number == 0 else []))):
            firm = firms[place % min(len(firms), 2)]
            _applicant(runtime, firm, names, runtime.today() - timedelta(days=days_ago))
        _lecture(runtime, town)


def _early_firms(runtime: Runtime, town: Town) -> list[_Firm]:
    """Those in training first."""
    with runtime.db.reading() as session:
        rows = session.execute(
            select(Case.enterprise_id, Case.instructor_id, Case.state)
            .where(Case.chamber_id == town.chamber.id, Case.state.in_(EARLY), founding())
            .order_by(Case.id)
        ).all()
    in_order = sorted(rows, key=lambda row: EARLY.index(row.state))
    return [_Firm(row.enterprise_id, town, row.instructor_id) for row in in_order if row.instructor_id is not None]


def _members(runtime: Runtime, firm: _Firm, names: Names) -> None:
    """One who counts, one whose letter is on its way."""
    today = runtime.today()
    sent = today - timedelta(days=20)
    until = sent + timedelta(days=60)
    for received in (today - timedelta(days=12), None):
        letter = Letter("外地某街道党支部", f"介〔{sent.year}〕{names.number(10, 99)}号", sent, until, received)
        wanted = NewPerson(
            names.person(),
            firm.enterprise_id,
            Standing.FULL,
            post="车间主任",
            born_on=date(1982, 4, 12),
            phone=f"139{names.number(10000000, 99999999)}" if runtime.vault else "",
            joined_on=date(2012, 6, 20),
            full_on=date(2013, 6, 20),
            letter=letter,
        )
        register_person(runtime, firm.person("instructor"), wanted)


def _applicant(runtime: Runtime, firm: _Firm, names: Names, applied: date) -> None:
    """As far along the road as the days since the application allow; the newest waits for the first talk."""
    wanted = NewPerson(names.person(), firm.enterprise_id, post="技术员", born_on=date(1995, 8, 3), applied_on=applied)
    made = register_person(runtime, firm.person("instructor"), wanted)
    today = runtime.today()
    for day, who, action, data in _road(applied):
        if day > today:
            return
        if action == "prereview":
            _train(runtime, firm, made.data["person_id"], day)
        entered = {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()}
        perform(runtime, Command(made.data["case_id"], action, firm.person(who), data=entered))


def _road(applied: date) -> list[tuple[date, str, str, Mapping[str, Any]]]:
    """What was decided on which day, from the first talk to full membership."""
    talked, activist = applied + timedelta(days=14), applied + timedelta(days=45)
    filed, half, year = activist + timedelta(days=10), add_months(activist, 6), add_months(activist, 12)
    proposed, consented = year + timedelta(days=5), year + timedelta(days=20)
    posted, listed = year + timedelta(days=22), year + timedelta(days=36)
    reviewed, passed, met = year + timedelta(days=45), year + timedelta(days=60), year + timedelta(days=75)
    approved, sworn, over = met + timedelta(days=30), met + timedelta(days=45), add_months(met, 12)
    turned, full = over + timedelta(days=10), over + timedelta(days=30)
    mentors = [{"name": MENTOR, "is_full_member": True}]
    introducers = [{"name": name, "is_full_member": True, "on_party_probation": False} for name in INTRODUCERS]
    body = {"decision_body": "商会党支部委员会"}
    return [
        (talked, "instructor", "talk", {"talked_on": talked, "talked_by": "党支部书记"}),
        (
            activist,
            "instructor",
            "name_activist",
            {"activist_on": activist, "paper_no": "支记3号", "mentors": mentors, **body},
        ),
        (filed, "clerk", "file_activist", {"activist_filed_on": filed, "activist_filing_no": "备3号"}),
        (half, "instructor", "record_check", {"checked_on": half, "check_opinion": "按期汇报思想，工作积极"}),
        (year, "instructor", "record_check", {"checked_on": year, "check_opinion": "同意继续培养"}),
        (
            proposed,
            "instructor",
            "propose_target",
            {"target_decided_on": proposed, "paper_no": "支记9号", "opinions_heard": "各方无不同意见", **body},
        ),
        (consented, "approver", "consent_target", {"consent_on": consented, "consent_no": "发21号"}),
        (
            posted,
            "instructor",
            "start_publicity",
            {"publicity_from": posted, "publicity_until": posted + timedelta(days=12), "publicity_place": "企业公告栏"},
        ),
        (listed, "instructor", "list_target", {"listed_on": listed, "objections": "none"}),
        (
            reviewed,
            "instructor",
            "record_review",
            {"review_result": "passed", "review_on": reviewed, "review_body": "商会党委"},
        ),
        (
            passed,
            "approver",
            "prereview",
            {
                "introducers": introducers,
                "branch_checked_on": passed,
                "prereview_on": passed,
                "prereview_no": "预4号",
            },
        ),
        (
            met,
            "instructor",
            "record_admission_meeting",
            {"form_issued_on": passed, "form_no": "0001", "admission_meeting_on": met, **VOTE},
        ),
        (
            approved,
            "approver",
            "approve_admission",
            {
                "talk_on": approved,
                "talk_by": "组织委员",
                "meeting_on": approved,
                "meeting_due": 7,
                "meeting_attending": 6,
                "reply_no": _number("党员", approved),
                "reply_on": approved,
            },
        ),
        (sworn, "instructor", "take_oath", {"oath_on": sworn}),
        (over, "instructor", "request_turning", {"turn_requested_on": over}),
        (
            turned,
            "instructor",
            "record_turn_meeting",
            {"turn_checked_on": over, "opinions_heard": "各方均同意转正", "turn_meeting_on": turned, **VOTE},
        ),
        (
            full,
            "approver",
            "approve_full",
            {
                "meeting_on": full,
                "meeting_due": 7,
                "meeting_attending": 6,
                "reply_no": _number("党员转", full),
                "reply_on": full,
            },
        ),
    ]


def _number(sign: str, day: date) -> str:
    """Papers of one body bear different numbers: here the day of the year, as few papers are invented."""
    return f"{sign}〔{day.year}〕{day.timetuple().tm_yday}号"


def _train(runtime: Runtime, firm: _Firm, person_id: int, until: date) -> None:
    clerk, first = firm.person("clerk"), until - timedelta(days=4)
    wanted = NewTraining("发展对象培训班", "镇党校", "activists", True, first, first + timedelta(days=2), 24)
    held = hold_training(runtime, clerk, wanted)
    record_attendance(runtime, clerk, held.data["training_id"], Attended(person_id, 3, 24, "结业12号"))


def _lecture(runtime: Runtime, town: Town) -> None:
    """A session with no minimum of hours, for members at work in the enterprises."""
    day = runtime.today() - timedelta(days=15)
    wanted = NewTraining("职工党员党课", f"{town.body.name}会议室", "employees", False, day, day, 2)
    hold_training(runtime, town.people["clerk"].id, wanted)
