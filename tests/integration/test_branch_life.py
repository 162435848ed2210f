"""A branch after it is established, with the clock moved on: its term, its renewal, an adjustment and its end."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.district import District
from tests.integration.test_joint_founding import join, lead_case
from workflow.condition_watch import watch_conditions
from workflow.errors import TransitionRefused
from workflow.ledger import verify
from workflow.models import Deadline, Enterprise, OutboxRow
from workflow.reminders import remind
from workflow.reports import Wanted, read_report


def night(district: District) -> None:
    """What runs by itself, twice: nothing may come of the second time."""
    for _ in range(2):
        remind(district.runtime)
        watch_conditions(district.runtime)


def told(district: District, kind: str) -> Counter[str]:
    """How often each event of a kind was told to the committee's clerk."""
    with district.db.reading() as session:
        rows = session.scalars(
            select(OutboxRow.event).where(
                OutboxRow.kind == kind,
                OutboxRow.user_id == district.people["clerk"],
                OutboxRow.channel == "in_app",
            )
        )
        return Counter(rows)


def clocks(district: District, case_id: int) -> dict[str, str]:
    with district.db.reading() as session:
        running = select(Deadline).where(Deadline.case_id == case_id, Deadline.status == "running")
        return {d.code: d.due_on.isoformat() for d in session.scalars(running)}


def move_on(district: District, day: str) -> None:
    district.clock.now = district.clock.now.replace(year=int(day[:4]), month=int(day[5:7]), day=int(day[8:]))


def renewed(district: District, case_id: int, **changes: Any) -> None:
    district.do(case_id, "approver", "begin_renewal")
    election = district.example(case_id, "clerk", "record_renewal") | changes
    district.do(case_id, "clerk", "record_renewal", election)


def test_three_years_on_the_committee_is_reminded_each_month_and_told_of_the_end_once(district: District) -> None:
    case_id = district.walk(district.open())
    assert clocks(district, case_id) == {"T16": "2029-05-23", "T17": "2029-11-23"}
    before = set(told(district, "deadline"))
    end = district.clock.now + timedelta(days=365 * 3 + 40)
    while district.clock.now < end:
        night(district)
        district.clock.advance(days=7)
    notices = {event: n for event, n in told(district, "deadline").items() if event not in before}
    # Six reminders of the renewal, a month apart, and the end of the term on its day and a month later.
    assert (len(notices), set(notices.values())) == (8, {1})
    assert district.state(case_id) == "established"


def test_a_clock_that_jumps_over_the_whole_term_tells_the_newest_alone(district: District) -> None:
    district.walk(district.open())
    district.clock.advance(days=365 * 4)
    night(district)
    assert set(told(district, "deadline").values()) == {1}
    assert len(told(district, "deadline")) == 2


def test_a_renewal_by_the_rules_of_the_election_begins_a_new_term(district: District) -> None:
    case_id = district.walk(district.open())
    with pytest.raises(TransitionRefused) as early:
        district.do(case_id, "approver", "begin_renewal")
    assert "2028-11-23" in early.value.problems[0].text.zh

    move_on(district, "2029-10-08")
    renewed(district, case_id)
    assert district.state(case_id) == "established"
    assert clocks(district, case_id) == {"T16": "2032-04-08", "T17": "2032-10-08"}
    assert district.case(case_id).facts["renewals"] == 1


def test_a_renewal_without_quorum_is_refused(district: District) -> None:
    case_id = district.walk(district.open())
    move_on(district, "2029-10-08")
    district.do(case_id, "approver", "begin_renewal")
    election = district.example(case_id, "clerk", "record_renewal") | {"attending": 2}
    with pytest.raises(TransitionRefused) as caught:
        district.do(case_id, "clerk", "record_renewal", election)
    assert "quorum_is_met" in [p.guard for p in caught.value.problems]
    district.do(case_id, "clerk", "cancel_renewal", reason="改期")
    assert district.state(case_id) == "established"


def test_a_term_is_extended_by_a_year_at_most_however_often(district: District) -> None:
    case_id = district.walk(district.open())
    for wanted in ("2029-11-23", "2030-11-24"):
        with pytest.raises(TransitionRefused):
            extend(district, case_id, wanted)
    extend(district, case_id, "2030-06-30")
    assert clocks(district, case_id) == {"T16": "2029-12-30", "T17": "2030-06-30"}
    with pytest.raises(TransitionRefused) as again:
        extend(district, case_id, "2030-12-01")
    assert "2030-11-23" in again.value.problems[0].text.zh


def extend(district: District, case_id: int, day: str) -> None:
    district.do(
        case_id, "approver", "extend_term", {"term_to": day, "extension_no": "区组〔2029〕2号"}, reason="工作需要"
    )


def test_below_three_full_members_an_adjustment_is_opened_once(district: District) -> None:
    case_id = district.walk(district.open())
    district.set_members(2)
    night(district)
    assert district.state(case_id) == "adjusting"
    assert district.actions(case_id).count("begin_adjust") == 1

    with pytest.raises(TransitionRefused) as caught:
        district.do(case_id, "approver", "end_adjust", reason="已调整")
    assert [p.guard for p in caught.value.problems] == ["enough_full_members"]
    district.set_members(3)
    district.do(case_id, "approver", "end_adjust", reason="转入一名正式党员")
    night(district)
    assert district.state(case_id) == "established"


def test_a_branch_is_dissolved_only_when_every_member_has_somewhere_to_go(district: District) -> None:
    case_id = district.walk(district.open())
    district.set_members(2, 1)
    night(district)
    where = [{"name": name, "to_organisation": "中共示例村支部"} for name in ("张三", "李四")]
    entered = {"dissolution_no": "商党〔2026〕9号", "destinations": where}
    with pytest.raises(TransitionRefused) as caught:
        district.do(case_id, "approver", "dissolve", entered, reason="不再符合设立条件")
    assert [p.guard for p in caught.value.problems] == ["dissolution_papers", "destinations_are_complete"]
    assert "已列去向 2 名" in caught.value.problems[1].text.zh

    district.paper(case_id, "clerk", "D22")
    where.append({"name": "王五", "to_organisation": "中共示例村支部"})
    district.do(case_id, "approver", "dissolve", entered, reason="不再符合设立条件")
    with district.db.reading() as session:
        assert not session.get_one(Enterprise, district.enterprises["first"]).has_branch
        assert verify(session).ok
    assert clocks(district, case_id) == {}
    a_term_later = district.runtime.today() + timedelta(days=3 * 365)
    assert renewals(district, district.runtime.today() - timedelta(days=1), a_term_later) == [], (
        "there is nothing to renew"
    )


def renewals(district: District, from_on: date, to_on: date) -> list[str]:
    """The figures of the report on terms that are not nought."""
    wanted = Wanted("renewal", from_on=from_on, to_on=to_on)
    with district.db.reading() as session:
        report = read_report(session, district.runtime, district.people["org_dept"], wanted)
    return [code for code in ("soon", "over", "unknown") if report.figure(code).value]


def test_a_branch_that_stands_is_among_those_whose_term_ends(sqlite_district: District) -> None:
    district = sqlite_district
    district.walk(district.open())
    today = district.runtime.today()
    assert renewals(district, today, today + timedelta(days=3 * 365)) == ["soon"]


def test_a_unit_of_a_joint_branch_that_reaches_three_is_told_of_once(district: District) -> None:
    joint = lead_case(district)
    join(district, joint, "second")
    night(district)
    assert not told(district, "ripe_unit")
    district.set_members(3, enterprise="second")
    night(district)
    night(district)
    assert list(told(district, "ripe_unit").values()) == [1]
