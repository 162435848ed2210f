"""Persons for tests: registered, trained and walked along the road of the Admission Rules by the product's commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from tests.district import District
from workflow.clock import LOCAL_ZONE, add_months
from workflow.engine import Outcome
from workflow.members.letters import Letter, receive_membership, send_letter
from workflow.members.register import NewPerson, register_person
from workflow.members.training import Attended, NewTraining, hold_training, record_attendance
from workflow.models import Case, Enterprise, Membership, Person
from workflow.vault import FieldKeys, Vault

KEYS = FieldKeys({"k1": bytes(range(32))}, bytes(range(32, 64)))
MENTORS = [{"name": "张三", "is_full_member": True}]
INTRODUCERS = [{"name": name, "is_full_member": True, "on_party_probation": False} for name in ("张三", "李四")]
VOTE = {"meeting_roll": 4, "meeting_present": 3, "is_secret": True, "vote_yes": 3, "vote_no": 0, "vote_abstain": 0}
MET = {"meeting_due": 7, "meeting_attending": 6}


@dataclass
class Members:
    """A district whose installation has keys; `on` moves its clock to a day."""

    district: District

    def __post_init__(self) -> None:
        self.district.runtime = replace(self.district.runtime, vault=Vault(KEYS))

    def on(self, day: date) -> None:
        self.district.clock.now = datetime.combine(day, time(10), LOCAL_ZONE).astimezone(UTC)

    def register(self, name: str, who: str = "instructor", enterprise: str = "first", **more: Any) -> Mapping[str, Any]:
        wanted = NewPerson(name, self.district.enterprises[enterprise], **{"born_on": date(1990, 5, 1), **more})
        return register_person(self.district.runtime, self.district.people[who], wanted).data

    def member(self, name: str, who: str = "clerk", **more: Any) -> int:
        """A full member whose membership has been received, for the roster."""
        letter = Letter("某街道党支部", "介〔2026〕1号", date(2026, 6, 1), date(2026, 7, 1), date(2026, 6, 10))
        usual = {"standing": "full", "joined_on": date(2015, 6, 1), "full_on": date(2016, 6, 1), "letter": letter}
        return int(self.register(name, who, **{**usual, **more})["person_id"])

    def send(self, person_id: int, to: str = "chamber", who: str = "instructor", **letter: Any) -> int:
        today = self.district.runtime.today()
        usual = {"from_name": "某街道党支部", "letter_no": "介〔2026〕2号", "letter_on": today, "valid_until": today}
        sent = send_letter(
            self.district.runtime,
            self.district.people[who],
            person_id,
            self.district.bodies[to],
            Letter(**{**usual, **letter}),
        )
        return int(sent.data["membership_id"])

    def receive(self, membership_id: int, who: str = "clerk") -> None:
        people, runtime = self.district.people, self.district.runtime
        receive_membership(runtime, people[who], membership_id, runtime.today(), "回〔2026〕1号")

    def train(self, person_id: int, hours: int = 24, days: int = 3, who: str = "clerk", **more: Any) -> None:
        runtime, people, today = self.district.runtime, self.district.people, self.district.runtime.today()
        first = today.fromordinal(today.toordinal() - 2)
        wanted = NewTraining("发展对象培训班", "党校", "activists", True, first, today, 24)
        held = hold_training(runtime, people[who], replace(wanted, **more))
        record_attendance(
            runtime, people[who], held.data["training_id"], Attended(person_id, days, hours, "结〔2026〕1号")
        )

    def person(self, person_id: int) -> Person:
        with self.district.db.reading() as session:
            return session.get_one(Person, person_id)

    def membership(self, person_id: int) -> Membership | None:
        with self.district.db.reading() as session:
            mine = (Membership.person_id == person_id) & Membership.ended_on.is_(None)
            return session.scalars(select(Membership).where(mine)).first()

    def enterprise(self, key: str = "first") -> Enterprise:
        with self.district.db.reading() as session:
            return session.get_one(Enterprise, self.district.enterprises[key])

    def case(self, case_id: int) -> Case:
        return self.district.case(case_id)

    def do(self, case_id: int, who: str, action: str, data: Mapping[str, Any], **more: Any) -> Outcome:
        return self.district.do(case_id, who, action, _plain(data), **more)

    def walk(self, case_id: int, person_id: int, since: date, until: str = "full") -> None:
        """The straight road from an applicant on, at the earliest days there are, with the clock moved along."""
        taken = self.district.actions(case_id)
        for day, who, action, data in road(since):
            if self.case(case_id).state == until:
                return
            if action in taken:
                taken.remove(action)
                continue
            self.on(day)
            if action == "prereview":
                self.train(person_id)
            self.do(case_id, who, action, data)


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in data.items()}


def road(since: date) -> list[tuple[date, str, str, dict[str, Any]]]:
    """Steps with the day each is taken: an activist a week after the application of `since`."""

    def week(number: int, base: date = since) -> date:
        return base.fromordinal(base.toordinal() + 7 * number)

    activist = week(1)
    year = add_months(activist, 12)
    met = week(6, year)
    over = add_months(met, 12)
    return [
        (week(0), "instructor", "talk", {"talked_on": week(0), "talked_by": "支部书记"}),
        (
            activist,
            "instructor",
            "name_activist",
            {"activist_on": activist, "decision_body": "支委会", "paper_no": "支记1号", "mentors": MENTORS},
        ),
        (week(2), "clerk", "file_activist", {"activist_filed_on": week(2), "activist_filing_no": "备1号"}),
        (
            add_months(activist, 6),
            "instructor",
            "record_check",
            {"checked_on": add_months(activist, 6), "check_opinion": "好"},
        ),
        (year, "instructor", "record_check", {"checked_on": year, "check_opinion": "好"}),
        (
            year,
            "instructor",
            "propose_target",
            {"target_decided_on": year, "decision_body": "支委会", "paper_no": "支记2号", "opinions_heard": "均同意"},
        ),
        (week(1, year), "approver", "consent_target", {"consent_on": week(1, year), "consent_no": "商党2号"}),
        (
            week(1, year),
            "instructor",
            "start_publicity",
            {"publicity_from": week(1, year), "publicity_until": week(3, year), "publicity_place": "公告栏"},
        ),
        (week(4, year), "instructor", "list_target", {"listed_on": week(4, year), "objections": "none"}),
        (
            week(4, year),
            "instructor",
            "record_review",
            {"review_result": "passed", "review_on": week(4, year), "review_body": "商会党委"},
        ),
        (
            week(5, year),
            "approver",
            "prereview",
            {
                "introducers": INTRODUCERS,
                "branch_checked_on": week(5, year),
                "prereview_on": week(5, year),
                "prereview_no": "预1号",
            },
        ),
        (
            met,
            "instructor",
            "record_admission_meeting",
            {"form_issued_on": week(5, year), "form_no": "001", "admission_meeting_on": met, **VOTE},
        ),
        (
            week(1, met),
            "approver",
            "approve_admission",
            {
                "talk_on": met,
                "talk_by": "组织委员",
                "meeting_on": week(1, met),
                **MET,
                "reply_no": "接1号",
                "reply_on": week(1, met),
            },
        ),
        (week(2, met), "instructor", "take_oath", {"oath_on": week(2, met)}),
        (over, "instructor", "request_turning", {"turn_requested_on": over}),
        (
            week(1, over),
            "instructor",
            "record_turn_meeting",
            {"turn_checked_on": over, "opinions_heard": "均同意", "turn_meeting_on": week(1, over), **VOTE},
        ),
        (
            week(2, over),
            "approver",
            "approve_full",
            {"meeting_on": week(2, over), **MET, "reply_no": "转1号", "reply_on": week(2, over)},
        ),
    ]
