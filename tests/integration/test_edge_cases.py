"""The edge cases of the founding of a branch, each by a named test: here, or where this table says.

| case | what | where |
| --- | --- | --- |
| 1 | a full member leaves before the election | test_detours: test_edge_case_1_* |
| 2 | six members become seven before the election | test_detours: test_edge_case_2_* |
| 3 | exactly four fifths attend | test_detours: test_exactly_four_fifths_*, test_guards: test_g15_edge_case_3_* |
| 4 | a tie at the cut, nobody above half, one short | here, and test_guards: test_g19_edge_case_4_* |
| 5 | a unit of a joint branch reaches three | test_branch_life: test_a_unit_of_a_joint_branch_that_reaches_three_* |
| 6 | a sixth unit | test_joint_founding: test_a_sixth_unit_needs_the_managers_reason |
| 7 | renamed, moved, deregistered in the middle | here, and test_roster_import: test_one_moves_to_another_town_* |
| 8 | the instructor leaves in the middle | test_leaving: test_a_successor_takes_the_cases_over |
| 9 | the chamber has only a branch | here |
| 10 | the approver is on leave | test_substitutes: test_a_substitute_decides_*, test_the_instructor_of_a_case_* |
| 11 | returned three times | test_detours: test_a_case_may_be_returned_three_times_*, test_a_returned_case_stops_* |
| 12 | direct decision | test_detours: test_a_superior_committee_decides_directly |
| 13 | paper first, system later | here |
| 14 | a filing returned after the branch works already | here |
| 15 | the owner refuses | here |
| 16 | a temporary branch turned regular | here |
| 17 | an existing branch nobody registered | here |
| 18 | a group with subsidiaries | here |
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.district import District
from workflow.engine import open_case
from workflow.errors import Conflict, InvalidInput, TransitionRefused
from workflow.models import Deadline, Enterprise


def problems(caught: pytest.ExceptionInfo[TransitionRefused]) -> dict[str, str]:
    return {problem.guard: problem.text.zh for problem in caught.value.problems}


def has_branch(district: District, enterprise: str) -> bool:
    with district.db.reading() as session:
        return session.get_one(Enterprise, district.enterprises[enterprise]).has_branch


@pytest.fixture
def committee_election(sqlite_district: District) -> tuple[District, int, dict[str, Any]]:
    """Seven members, three seats and four cleared candidates: a clean count, to be changed by each test."""
    district = sqlite_district
    district.set_members(7)
    case_id = district.walk(district.open(), until="candidates_cleared")
    return district, case_id, district.example(case_id, "instructor", "record_election")


def recount(entry: dict[str, Any], *yes: int) -> list[dict[str, Any]]:
    """The votes with so many of yes for each candidate, the rest abstaining."""
    return [{**row, "yes": n, "no": 0, "abstain": 7 - n} for row, n in zip(entry["votes"], yes, strict=True)]


def ballots(issued: int, returned: int, valid: int, void: int) -> dict[str, int]:
    return {"round": 1, "issued": issued, "returned": returned, "valid": valid, "void": void}


Election = tuple[District, int, dict[str, Any]]


def test_edge_case_4_a_tie_at_the_cut_is_settled_by_a_second_round(committee_election: Election) -> None:
    district, case_id, entry = committee_election
    tied = entry | {"votes": recount(entry, 6, 5, 4, 4)}
    with pytest.raises(TransitionRefused) as caught:
        district.do(case_id, "instructor", "record_election", tied)
    assert "王五、赵六" in problems(caught)["winners_are_elected"]

    rounds = [*entry["ballots"], ballots(7, 7, 7, 0) | {"round": 2}]
    second = [
        {"round": 2, "name": "王五", "post": "member", "yes": 4, "no": 0, "abstain": 3},
        {"round": 2, "name": "赵六", "post": "member", "yes": 3, "no": 0, "abstain": 4},
    ]
    district.do(case_id, "instructor", "record_election", tied | {"ballots": rounds, "votes": tied["votes"] + second})
    assert {row["name"] for row in district.case(case_id).facts["elected"]} == {"张三", "李四", "王五"}


def test_edge_case_4_one_short_reduces_the_seats_with_recorded_consent(committee_election: Election) -> None:
    district, case_id, entry = committee_election
    short = entry | {
        "votes": recount(entry, 6, 5, 3, 3),
        "elected": [row for row in entry["elected"] if row["name"] != "王五"],
        "first_meeting_attending": 2,
        "officer_votes": [row | {"yes": 2} for row in entry["officer_votes"]],
    }
    for consent in (0, 3):
        with pytest.raises(TransitionRefused) as caught:
            district.do(case_id, "instructor", "record_election", short | {"reduced_seats_consent": consent})
        assert "应选 3 名，得票超过半数（至少 4 票）的只有 2 名" in problems(caught)["winners_are_elected"]
    district.do(case_id, "instructor", "record_election", short | {"reduced_seats_consent": 4})
    assert district.state(case_id) == "elected"


@pytest.mark.parametrize(
    ("changes", "guard", "words"),
    [
        ({"ballots": [ballots(7, 7, 5, 1)]}, "ballots_add_up", "5 + 无效 1 ≠ 收回 7"),
        ({"ballots": [ballots(7, 8, 8, 0)]}, "ballots_add_up", "收回 8 张多于发出 7 张"),
        ({"roll": 6}, "roll_adds_up", "7 − 无选举权 0 − 不计入 0 = 7"),
        (
            {
                "roll": 6,
                "attending": 6,
                "ballots": [ballots(6, 6, 6, 0)],
                "excused": [{"cause": "abroad", "paper_no": "商党〔2026〕6号", "name": "郑十一", "voted": True}],
            },
            "absent_do_not_vote",
            "郑十一 已列为不计入应到会，又参加了选举",
        ),
    ],
    ids=["void and valid", "more returned", "roll", "excused voter"],
)
def test_an_election_that_does_not_add_up_is_refused_by_name_with_the_sum(
    committee_election: Election, changes: dict[str, Any], guard: str, words: str
) -> None:
    district, case_id, entry = committee_election
    with pytest.raises(TransitionRefused) as caught:
        district.do(case_id, "instructor", "record_election", entry | changes)
    assert words in problems(caught)[guard]


def test_more_elected_than_seats_is_refused_with_the_sum(committee_election: Election) -> None:
    district, case_id, entry = committee_election
    fourth = [*entry["elected"], {"name": "赵六", "post": "member"}]
    with pytest.raises(TransitionRefused) as caught:
        district.do(case_id, "instructor", "record_election", entry | {"elected": fourth})
    assert any("名额 3 名，当选名单列了 4 名，多 1 名" in p.text.zh for p in caught.value.problems)


def test_a_candidate_listed_twice_is_named(sqlite_district: District) -> None:
    case_id = sqlite_district.walk(sqlite_district.open(), until="approved")
    entry = sqlite_district.example(case_id, "instructor", "submit_candidates")
    with pytest.raises(TransitionRefused) as caught:
        sqlite_district.do(case_id, "instructor", "submit_candidates", entry | {"candidates": entry["candidates"] * 2})
    assert any("候选人重复：张三" in p.text.zh for p in caught.value.problems)


def test_edge_case_7_deregistered_in_the_middle_ends_the_case_without_a_branch(sqlite_district: District) -> None:
    case_id = sqlite_district.walk(sqlite_district.open(), until="candidates_cleared")
    sqlite_district.do(case_id, "org_dept", "close", {"close_code": "deregistered"}, reason="企业注销")
    assert (sqlite_district.state(case_id), has_branch(sqlite_district, "first")) == ("closed", False)


def test_edge_case_7_a_new_name_under_the_same_code_is_the_same_case(sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="training")
    with district.db.unit_of_work() as session:
        session.get_one(Enterprise, district.enterprises["first"]).name = "更名有限公司"
    with pytest.raises(Conflict):
        open_case(district.runtime, district.codes["first"], district.people["org_dept"])
    district.walk(case_id)
    assert district.case(case_id).facts["branch_name"] == "中共更名有限公司支部"


def test_edge_case_9_the_chamber_branch_gives_its_opinion_and_the_body_above_decides(district: District) -> None:
    """Whatever the chamber's own people may do, approving is not among it."""
    district.add_person("chamber_head", "approver", "other_chamber")
    people = {"instructor": "far_instructor", "clerk": "other_clerk", "approver": "other_approver"}
    district.add_person("far_instructor", "instructor", "other_town")
    case_id = district.open("far")
    district.do(case_id, "org_dept", "assign_instructor", {"instructor": "far_instructor.user", "no_conflict": True})
    district.walk(case_id, until="under_review", **people)
    with pytest.raises(TransitionRefused) as caught:
        district.do(case_id, "other_approver", "approve")
    assert set(problems(caught)) == {"chamber_opinion_is_given"}

    words = {"opinion": "agree", "opinion_text": "情况属实，同意上报"}
    district.paper(case_id, "chamber_head", "D23")
    district.do(case_id, "chamber_head", "give_opinion", words)
    assert (district.state(case_id), district.actions(case_id)[-1]) == ("under_review", "give_opinion")
    district.walk(case_id, **people)
    assert district.state(case_id) == "established"


def test_edge_case_13_paper_first_system_later_keeps_the_order_of_days(sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="submitted")
    district.clock.advance(days=10)
    district.do(case_id, "clerk", "accept", occurred_on=district.runtime.today() - timedelta(days=8))
    with pytest.raises(InvalidInput) as caught:
        district.do(case_id, "approver", "approve", occurred_on=district.runtime.today() - timedelta(days=9))
    assert "早于上一步" in caught.value.fields["occurred_on"].zh


def test_edge_case_14_a_filing_returned_is_filed_again_by_the_working_branch(sqlite_district: District) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="filed")
    district.do(case_id, "org_dept", "return_filing", reason="备案表缺少支部代码")
    with district.db.reading() as session:
        running = select(Deadline.code).where(Deadline.case_id == case_id, Deadline.status == "running")
        assert "T14" in set(session.scalars(running))
    district.do(case_id, "clerk", "file")
    district.do(case_id, "org_dept", "acknowledge_filing")
    assert (district.state(case_id), district.actions(case_id).count("file")) == ("established", 2)


def test_edge_case_15_an_owner_who_refuses_keeps_the_case_in_training_with_the_reason(
    sqlite_district: District,
) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="training")
    counted = district.example(case_id, "instructor", "record_headcount") | {"blocked_reason": "owner_unwilling"}
    counted |= {"members_in_transit": 0}
    district.do(case_id, "instructor", "record_headcount", counted)
    assert district.state(case_id) == "training"
    assert district.case(case_id).facts["blocked_reason"] == "owner_unwilling"


def test_edge_case_16_a_temporary_branch_covers_by_work_alone_and_turning_regular_is_a_new_case(
    sqlite_district: District,
) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="training")
    district.do(case_id, "instructor", "choose_form", {"form": "temporary"})
    district.walk(case_id)
    assert (district.state(case_id), has_branch(district, "first")) == ("established", False)

    regular = open_case(district.runtime, district.codes["first"], district.people["org_dept"]).case_id
    district.walk(regular)
    assert has_branch(district, "first")
    assert district.state(case_id) == "established"


def test_edge_case_17_an_existing_branch_nobody_registered_is_recorded_and_not_founded(
    sqlite_district: District,
) -> None:
    district = sqlite_district
    case_id = district.walk(district.open(), until="training")
    district.do(case_id, "org_dept", "close", {"close_code": "branch_exists"}, reason="补登记：2019年已成立")
    case = district.case(case_id)
    assert (case.state, case.founding_approved_on, has_branch(district, "first")) == ("closed", None, True)


def test_edge_case_18_each_legal_unit_counts_for_itself(sqlite_district: District) -> None:
    """A parent's members make no branch of its subsidiary, which has a credit code of its own."""
    district = sqlite_district
    district.set_members(30, enterprise="first")
    district.set_members(2, enterprise="second")
    parent = district.walk(district.open("first"), until="ready")
    subsidiary = district.walk(district.open("second"), until="training")
    with pytest.raises(TransitionRefused) as caught:
        district.do(subsidiary, "instructor", "mark_ready")
    assert set(problems(caught)) == {"enough_full_members"}
    assert district.state(parent) == "ready"


def test_an_attached_enterprise_is_covered_only_where_the_local_rule_says_so(sqlite_district: District) -> None:
    district = sqlite_district
    district.set_members(1)
    case_id = district.walk(district.open(), until="training")
    host = {"host_branch": "中共示例村支部", "commitment_no": "承诺〔2026〕1号"}
    district.do(case_id, "social_work", "attach", host, reason="无法单独组建")
    assert (district.state(case_id), has_branch(district, "first")) == ("merged", False)
    district.do(case_id, "social_work", "leave_joint", reason="可以单独组建")
    assert (district.state(case_id), district.case(case_id).form) == ("training", "single")
