"""Everything that is not the straight road: return, refuse, reopen, hold, direct decision, reassign, void election."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.district import District
from workflow.clock import add_months
from workflow.definition.library import shipped_definitions
from workflow.errors import NotPermitted, TransitionRefused
from workflow.models import Assignment, Case, Deadline, Enterprise, HeadCount, RoleAssignment, WorkItem

DEFINITION = shipped_definitions()["branch_formation"]


def clocks(district: District, case_id: int) -> dict[str, str]:
    with district.db.reading() as session:
        rows = session.scalars(select(Deadline).where(Deadline.case_id == case_id, Deadline.status != "stopped"))
        return {row.code: row.status for row in rows}


def test_a_returned_case_stops_the_committee_s_clock_and_a_full_month_runs_again(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    assert {"T07", "T09"} <= clocks(district, case_id).keys()

    district.do(case_id, "clerk", "return", {}, reason="花名册缺转入日期")
    assert clocks(district, case_id)["T09"] == "paused"
    assert "T08" in clocks(district, case_id)

    district.clock.advance(days=5)
    district.do(case_id, "instructor", "submit")
    with district.db.reading() as session:
        due = session.scalars(
            select(Deadline.due_on).where(
                Deadline.case_id == case_id, Deadline.code == "T09", Deadline.status == "running"
            )
        ).one()
    assert due == date(2026, 12, 28)


def test_a_case_may_be_returned_three_times_and_still_be_approved(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    for round_ in range(3):
        district.do(case_id, "clerk", "return", {}, reason=f"第{round_ + 1}次退回")
        district.do(case_id, "instructor", "submit")
    district.do(case_id, "clerk", "accept")
    district.do(case_id, "approver", "approve")
    assert district.state(case_id) == "approved"


def test_a_refused_case_is_reopened_only_with_the_managers_consent(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    district.do(case_id, "approver", "refuse", reason="即将搬迁")
    with pytest.raises(TransitionRefused) as caught:
        district.do(case_id, "instructor", "reopen", reason="已续租")
    assert caught.value.problems[0].where == "action:agree_reopening"

    district.do(case_id, "org_dept", "agree_reopening")
    district.do(case_id, "instructor", "reopen", reason="已续租")
    assert district.state(case_id) == "training"


def test_consent_is_needed_anew_after_a_second_refusal(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    district.do(case_id, "approver", "refuse", reason="一")
    district.do(case_id, "org_dept", "agree_reopening")
    district.do(case_id, "instructor", "reopen", reason="一")
    for who, action in (("instructor", "mark_ready"), ("instructor", "submit"), ("clerk", "accept")):
        district.do(case_id, who, action)
    district.do(case_id, "approver", "refuse", reason="二")
    with pytest.raises(TransitionRefused):
        district.do(case_id, "instructor", "reopen", reason="二")


@pytest.mark.parametrize("state", ["training", "under_review", "candidates_cleared", "filed"])
def test_a_held_case_comes_back_to_where_it_was_with_its_clocks_moved_on(district: District, state: str) -> None:
    case_id = district.walk(district.open(), until=state)
    before = _due(district, case_id)
    district.do(case_id, "org_dept", "hold", {"review_on": "2027-01-10"}, reason="停产检修")
    assert set(clocks(district, case_id).values()) == {"paused", "running"}
    assert [code for code, status in clocks(district, case_id).items() if status == "running"] == ["H01"]

    district.clock.advance(days=20)
    district.do(case_id, "org_dept", "resume", reason="复产")
    assert district.state(case_id) == state
    after, calendar, today = _due(district, case_id), district.runtime.calendar, district.runtime.today()
    held_on = today - timedelta(days=20)
    for code, due in after.items():
        if code == "T09":  # the committee has its whole month again
            assert due == add_months(today, 1)
        elif DEFINITION.deadlines[code].unit == "working_days":
            assert calendar.workdays_left(today, due) == calendar.workdays_left(held_on, before[code])
        else:
            assert (due - before[code]).days == 20


def _due(district: District, case_id: int) -> dict[str, date]:
    with district.db.reading() as session:
        rows = session.scalars(select(Deadline).where(Deadline.case_id == case_id, Deadline.status == "running"))
        return {row.code: row.due_on for row in rows}


@pytest.mark.parametrize("state", ["no_branch", "training", "submitted", "under_review"])
def test_a_superior_committee_decides_directly(district: District, state: str) -> None:
    case_id = district.walk(district.open(), until=state)
    data = {"decision_no": "区党〔2026〕2号", "branch_name": "中共示例支部", "with_committee": False}
    district.do(case_id, "superior", "direct_decision", data, reason="根据工作需要")

    case = district.case(case_id)
    assert (case.state, case.founding_approved_on) == ("approved", date(2026, 11, 23))
    assert "T10" in clocks(district, case_id)
    assert not {"T01", "T04", "T07", "T09"} & clocks(district, case_id).keys()


def test_the_routed_committee_itself_cannot_decide_directly(district: District) -> None:
    case_id = district.walk(district.open(), until="training")
    with pytest.raises(NotPermitted):
        district.do(case_id, "approver", "direct_decision", {}, reason="x")


def test_a_change_of_instructor_hands_the_work_over_and_keeps_both_in_the_record(district: District) -> None:
    case_id = district.walk(district.open(), until="training")
    data = {"instructor": "other.user", "no_conflict": True}
    district.do(case_id, "social_work", "reassign", data, reason="原指导员退休")

    with district.db.reading() as session:
        item = session.scalars(select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None))).one()
        past = session.scalars(select(Assignment).where(Assignment.case_id == case_id).order_by(Assignment.id)).all()
    assert item.user_id == district.people["other"]
    assert [(a.instructor_id, a.to_on is None) for a in past] == [
        (district.people["instructor"], False),
        (district.people["other"], True),
    ]


def test_a_ready_case_falls_back_by_itself_when_a_member_leaves(district: District) -> None:
    case_id = district.walk(district.open(), until="ready")
    counts = {"full_members": 2, "probationary_members": 1, "activists": 0, "applicants": 0}
    district.do(case_id, "instructor", "record_headcount", counts)

    assert district.state(case_id) == "training"
    assert district.actions(case_id)[-2:] == ["record_headcount", "unready"]
    assert {"T04"} <= clocks(district, case_id).keys()


def test_edge_case_1_a_member_who_leaves_before_the_election_blocks_it_until_the_count_is_right(
    district: District,
) -> None:
    case_id = district.walk(district.open(), until="candidates_cleared")
    example = district.example(case_id, "instructor", "record_election")
    district.set_members(2)
    with pytest.raises(TransitionRefused) as caught:
        district.do(case_id, "instructor", "record_election", example)
    assert "G05" in [p.code for p in caught.value.problems]


def test_edge_case_2_seven_members_before_the_election_need_a_new_reply(district: District) -> None:
    case_id = district.walk(district.open(), until="approved")
    district.set_members(7)
    with pytest.raises(TransitionRefused) as caught:
        district.do(case_id, "instructor", "submit_candidates")
    assert "action:reissue_reply" in [p.where for p in caught.value.problems]

    district.do(case_id, "approver", "reissue_reply", reason="预备党员转正后满七名")
    district.walk(case_id)
    assert district.case(case_id).facts["committee_seats"] == 3


def test_a_void_election_is_kept_and_the_next_one_counts(district: District) -> None:
    case_id = district.walk(district.open(), until="candidates_cleared")
    data = {"roll": 3, "attending": 2, "void_reason": "到会不足"}
    district.do(case_id, "instructor", "record_void_election", data)
    assert district.state(case_id) == "candidates_cleared"
    assert district.case(case_id).facts["void_elections"] == 1

    district.do(case_id, "instructor", "record_election")
    assert district.state(case_id) == "elected"


def test_exactly_four_fifths_passes_and_is_marked_for_the_district(district: District) -> None:
    district.set_members(5)
    case_id = district.walk(district.open(), until="candidates_cleared")
    data = district.example(case_id, "instructor", "record_election")
    data["attending"] = 4
    data["ballots"] = [{"round": 1, "issued": 4, "returned": 4, "valid": 4, "void": 0}]
    data["votes"][0]["yes"] = 4
    district.do(case_id, "instructor", "record_election", data)
    assert district.case(case_id).facts["at_exact_quorum"] is True


def test_candidates_results_and_filings_can_be_sent_back(district: District) -> None:
    case_id = district.walk(district.open(), until="candidates_submitted")
    district.do(case_id, "approver", "return_candidates", reason="补充考察意见")
    assert district.state(case_id) == "approved"
    district.do(case_id, "instructor", "submit_candidates")
    district.do(case_id, "approver", "clear_candidates")
    district.walk(case_id, until="result_submitted")
    district.do(case_id, "clerk", "reject_result", reason="计票单无监票人签名")
    assert district.state(case_id) == "candidates_cleared"
    for who, action in (
        ("instructor", "record_election"),
        ("instructor", "submit_result"),
        ("approver", "confirm_result"),
    ):
        district.do(case_id, who, action)
    for code in ("D08", "D16", "D17"):
        district.paper(case_id, "clerk", code)
    district.do(case_id, "clerk", "file")
    district.do(case_id, "org_dept", "return_filing", reason="缺党组织代码")
    assert district.state(case_id) == "result_confirmed"
    district.do(case_id, "clerk", "file")
    district.do(case_id, "org_dept", "acknowledge_filing")
    assert district.state(case_id) == "established"


def test_a_closed_case_leaves_the_enterprise_free_for_another(district: District) -> None:
    case_id = district.walk(district.open(), until="training")
    district.do(case_id, "org_dept", "close", {"close_code": "by_mistake"}, reason="重复录入")
    assert district.state(case_id) == "closed"
    assert clocks(district, case_id) == {}

    again = district.open()
    assert again != case_id


def test_the_instructor_of_a_case_cannot_decide_on_it(district: District) -> None:
    """One person with two roles is still one person."""
    with district.db.unit_of_work() as session:
        session.add(
            RoleAssignment(
                user_id=district.people["instructor"],
                role="approver",
                organisation_id=district.bodies["chamber"],
                valid_from=date(2020, 1, 1),
            )
        )
    case_id = district.walk(district.open(), until="under_review")
    with pytest.raises(TransitionRefused) as caught:
        district.do(case_id, "instructor", "approve", reason="x")
    assert [p.guard for p in caught.value.problems] == ["decider_is_independent"]


def test_an_enterprise_with_a_second_case_is_refused_by_the_database_itself(district: District) -> None:
    district.open()
    with pytest.raises(IntegrityError):
        district.open()
    with district.db.reading() as session:
        firm = district.enterprises["first"]
        assert len(session.scalars(select(Case).where(Case.enterprise_id == firm)).all()) == 1
        assert not session.get_one(Enterprise, firm).has_branch


def test_an_election_that_elects_nobody_is_recorded_and_candidates_are_put_forward_anew(district: District) -> None:
    case_id = district.walk(district.open(), until="candidates_cleared")
    data = district.example(case_id, "instructor", "record_failed_election")
    data["votes"] = [{**row, "yes": 1, "no": 2, "abstain": 0} for row in data["votes"]]
    district.do(case_id, "instructor", "record_failed_election", data)
    assert (district.state(case_id), district.case(case_id).facts["void_elections"]) == ("approved", 1)

    for who, action in (("instructor", "submit_candidates"), ("approver", "clear_candidates")):
        district.do(case_id, who, action)
    district.do(case_id, "instructor", "record_election")
    assert district.state(case_id) == "elected"


def test_a_day_the_committee_sets_goes_before_the_usual_length_of_a_deadline(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    district.do(case_id, "clerk", "return", {"reply_by": "2026-11-30"}, reason="补件")
    assert _due(district, case_id)["T08"] == date(2026, 11, 30)

    district.do(case_id, "instructor", "submit")
    district.do(case_id, "clerk", "return", {}, reason="再补")
    assert _due(district, case_id)["T08"] > date(2026, 11, 30)


def test_a_visit_entered_late_puts_no_later_visit_off(district: District) -> None:
    case_id = district.walk(district.open(), until="instructor_assigned")
    district.clock.advance(days=10)
    visit = {"met": "负责人", "topics": "摸底"}
    district.do(case_id, "instructor", "log_visit", {**visit, "visited_on": "2026-12-02"})
    assert _due(district, case_id)["T03"] == date(2027, 1, 2)
    district.do(case_id, "instructor", "log_visit", {**visit, "visited_on": "2026-11-25"})
    assert _due(district, case_id)["T03"] == date(2027, 1, 2)


def test_a_count_of_an_earlier_day_is_kept_but_is_not_what_holds(district: District) -> None:
    case_id = district.walk(district.open(), until="training")
    counts = {"probationary_members": 0, "activists": 0, "applicants": 0}
    district.do(case_id, "instructor", "record_headcount", {**counts, "full_members": 5, "counted_on": "2026-11-23"})
    district.do(case_id, "instructor", "record_headcount", {**counts, "full_members": 1, "counted_on": "2020-01-01"})
    with district.db.reading() as session:
        enterprise = session.get_one(Enterprise, district.enterprises["first"])
        counted = select(func.count()).where(HeadCount.enterprise_id == enterprise.id)
        assert (enterprise.full_members, session.scalar(counted)) == (5, 3)


def test_a_case_decided_directly_before_it_had_an_instructor_waits_for_the_managers(district: District) -> None:
    case_id = district.open()
    data = {"decision_no": "区党〔2026〕2号", "branch_name": "中共示例支部", "with_committee": False}
    district.do(case_id, "superior", "direct_decision", data, reason="根据工作需要")
    with district.db.reading() as session:
        item = session.scalars(select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None))).one()
    assert item.role == "manager"

    district.do(case_id, "org_dept", "reassign", {"instructor": "other.user", "no_conflict": True}, reason="选派")
    with district.db.reading() as session:
        item = session.scalars(select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None))).one()
    assert (item.role, item.user_id) == ("instructor", district.people["other"])
