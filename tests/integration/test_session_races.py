"""Sessions at the same instant: numbers are given once and without a gap, one closing wins. Real threads, a barrier."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from tests.committee import Committee
from tests.district import District
from tests.integration.test_races import all_at_once
from workflow.engine.numbers import NumberTaken, next_numbers
from workflow.models import PaperNumber
from workflow.sessions import add_case, fill_agenda, set_sign
from workflow.sessions.refusals import OnOtherAgenda, SessionOver

CROWD = 8


def test_of_two_closings_at_once_one_moves_the_cases_and_the_other_is_told(district: District) -> None:
    committee = Committee(district).plan()
    cases = committee.put("first", "second", "third")
    for case_id in cases:
        committee.decide(case_id)
    answers = all_at_once([committee.close] * 4)
    assert sum(isinstance(answer, SessionOver) for answer in answers) == 3
    assert {district.state(case_id) for case_id in cases} == {"approved"}
    assert sorted(numbers(district)) == [1, 2, 3]


def test_one_closing_sent_many_times_at_once_is_answered_alike(district: District) -> None:
    committee = Committee(district).plan()
    [case_id] = committee.put("first")
    committee.decide(case_id)
    answers = all_at_once([lambda: committee.close(key="tap")] * 4)
    assert {(a.status, a.count, a.version) for a in answers} == {("closed", 1, committee.record().version)}  # type: ignore[attr-defined]


def test_sessions_that_close_at_once_share_a_series_without_gap_or_double(postgres_district: District) -> None:
    district = postgres_district
    committees = []
    answers = {"first": "agree", "second": "refuse", "third": "return", "fourth": "agree"}
    for firm, answer in answers.items():
        committee = Committee(district).plan()
        [case_id] = committee.put(firm)
        committee.decide(case_id, answer, reason="" if answer == "agree" else "企业即将搬迁")
        committees.append(committee)
    closed = all_at_once([committee.close for committee in committees])
    assert not [outcome for outcome in closed if isinstance(outcome, Exception)]
    assert sorted(numbers(district)) == [1, 2, 3, 4]


def test_a_crowd_that_takes_numbers_gets_each_once(postgres_district: District) -> None:
    district, body = postgres_district, postgres_district.bodies["chamber"]
    set_sign(district.runtime, body, district.people["clerk"], "甲商党")

    def take() -> list[int]:
        with district.db.unit_of_work() as session:
            return [number.number for number in next_numbers(session, body, "甲商党", 2026, 3)]

    answers = all_at_once([take] * CROWD)
    taken = [number for answer in answers for number in answer]  # type: ignore[attr-defined]
    assert sorted(taken) == list(range(1, 3 * CROWD + 1))


def test_one_number_typed_by_many_at_once_stands_on_one_paper(district: District) -> None:
    set_sign(district.runtime, district.bodies["chamber"], district.people["clerk"], "甲商党")
    cases = [district.walk(district.open(firm), until="under_review") for firm in ("first", "second", "third")]

    def approve(case_id: int) -> Callable[[], object]:
        data = {**district.example(case_id, "approver", "approve"), "reply_no": "甲商党〔2026〕9号"}
        return lambda: district.do(case_id, "approver", "approve", data)

    answers = all_at_once([approve(case_id) for case_id in cases])
    assert sum(isinstance(answer, NumberTaken) for answer in answers) == 2
    assert sorted(district.state(case_id) for case_id in cases) == ["approved", "under_review", "under_review"]


def test_two_sessions_that_take_one_case_at_once_do_not_both_have_it(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    committees = [Committee(district).plan() for _ in range(3)]

    def put(committee: Committee, number: int) -> Callable[[], object]:
        request = committee.request("clerk")
        if number:
            return lambda: fill_agenda(district.runtime, committee.session_id, request)
        return lambda: add_case(district.runtime, committee.session_id, request, case_id)

    answers = all_at_once([put(committee, number) for number, committee in enumerate(committees)])
    assert all(isinstance(a, OnOtherAgenda) or not isinstance(a, Exception) for a in answers)
    assert sum(case_id in committee.items() for committee in committees) == 1


def numbers(district: District) -> list[int]:
    with district.db.reading() as session:
        return list(session.scalars(select(PaperNumber.number)))
