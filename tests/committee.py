"""A session of the small district's chamber committee, for tests: planned, attended, with cases before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from tests.district import District
from workflow.clock import local_day
from workflow.models import CommitteeSession, SessionItem, SessionSeat
from workflow.sessions import (
    Decision,
    Mark,
    Plan,
    Request,
    SessionOutcome,
    add_case,
    close_session,
    decide,
    declare_interest,
    plan_session,
    record_attendance,
    set_roll,
    set_sign,
)

# With the clerk and the approver seven ought to attend.
OTHERS = ("张三", "李四", "王五", "赵六", "钱七")
SIGN = "甲商党"


@dataclass
class Committee:
    """The chamber's committee in session; people are named as in the district, members without account by name."""

    district: District
    session_id: int = 0

    def plan(self, days: int = 0, others: Sequence[str] = OTHERS, sign: str = SIGN) -> Committee:
        """Opens a session with seven on the roll, all of them there; its papers are numbered under a sign."""
        set_sign(self.district.runtime, self.district.bodies["chamber"], self.district.people["clerk"], sign)
        held_on = local_day(self.district.clock()) + timedelta(days=days)
        plan = Plan(held_on, "三楼会议室", "approver（测试）", "clerk（测试）")
        self.session_id = plan_session(
            self.district.runtime, self.district.bodies["chamber"], self.request("clerk"), plan
        ).session_id
        people = self.district.people
        set_roll(
            self.district.runtime, self.session_id, self.request("clerk"), [people["clerk"], people["approver"]], others
        )
        self.attend(len(others) + 2)
        return self

    def request(self, who: str, key: str | None = None) -> Request:
        return Request(self.district.people[who], key)

    def attend(self, number: int) -> None:
        """So many of the roll attend, the rest is absent."""
        marks = {seat.id: Mark("attending" if place < number else "absent") for place, seat in enumerate(self.seats())}
        record_attendance(self.district.runtime, self.session_id, self.request("clerk"), marks)

    def put(self, *firms: str, until: str = "under_review") -> list[int]:
        """Walks cases to where they wait for the committee and puts them on the agenda."""
        cases = [self.district.walk(self.district.open(firm), until=until) for firm in firms]
        for case_id in cases:
            add_case(self.district.runtime, self.session_id, self.request("clerk"), case_id)
        return cases

    def decide(self, case_id: int, answer: str = "agree", *, who: str = "clerk", **more: Any) -> SessionOutcome:
        votes = {"yes": 7, "no": 0, "abstain": 0} if "votes" not in more else {}
        return decide(
            self.district.runtime,
            self.session_id,
            self.request(who),
            Decision(case_id, answer, **{**votes, **more}),
        )

    def recuse(self, case_id: int, name: str, kind: str = "employed") -> None:
        seat = self.seat(name)
        declare_interest(self.district.runtime, self.session_id, self.request("clerk"), case_id, seat, kind)

    def close(self, who: str = "approver", key: str | None = None) -> SessionOutcome:
        return close_session(self.district.runtime, self.session_id, self.request(who, key))

    def seats(self) -> list[SessionSeat]:
        with self.district.db.reading() as session:
            query = select(SessionSeat).where(SessionSeat.session_id == self.session_id).order_by(SessionSeat.id)
            return list(session.scalars(query))

    def seat(self, name: str) -> int:
        return next(seat.id for seat in self.seats() if seat.name.startswith(name))

    def votes(self, **by_name: str) -> list[tuple[int, str]]:
        """`votes(张三="yes")`: votes by name."""
        return [(self.seat(name), vote) for name, vote in by_name.items()]

    def record(self) -> CommitteeSession:
        with self.district.db.reading() as session:
            return session.get_one(CommitteeSession, self.session_id)

    def items(self) -> Mapping[int, SessionItem]:
        with self.district.db.reading() as session:
            query = select(SessionItem).where(SessionItem.session_id == self.session_id)
            return {item.case_id: item for item in session.scalars(query.order_by(SessionItem.position))}
