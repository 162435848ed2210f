"""Separation of duties, pair by pair: what the table refuses, the product refuses, and what it allows goes."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import combinations

import pytest
from sqlalchemy import update

from tests.committee import Committee
from tests.district import District
from tools.duties import PAGE, table
from workflow.errors import NotPermitted, SeveralRefused, TransitionRefused
from workflow.guards.duties import REFUSED, Duty, duties_on, refusal_of, refusals
from workflow.models import Case
from workflow.people.substitutes import Wanted, name_substitute
from workflow.sessions import Plan, change_session
from workflow.sessions.refusals import RecorderHasPart

TODAY = date(2026, 11, 23)


def give(district: District, case_id: int, **people: str) -> None:
    """Writes duties into the case behind the engine's back: the road would not allow these."""
    values = {f"{duty}_id": district.people[who] for duty, who in people.items()}
    with district.db.unit_of_work() as session:
        session.execute(update(Case).where(Case.id == case_id).values(**values))


def lend(district: District, principal: str, substitute: str, role: str) -> None:
    wanted = Wanted(f"{substitute}.user", role, TODAY, TODAY + timedelta(days=3))
    name_substitute(district.runtime, district.people[principal], wanted)


def refused_by(district: District, case_id: int, who: str) -> list[str]:
    with pytest.raises(TransitionRefused) as refused:
        district.do(case_id, who, "accept", {"receipt_no": "收1号"})
    return [problem.guard for problem in refused.value.problems]


@pytest.fixture
def submitted(district: District) -> int:
    return district.walk(district.open(), until="submitted")


def test_the_page_says_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == table()


def test_every_pair_is_decided_once() -> None:
    pairs = [frozenset({pair.first, pair.second}) for pair in REFUSED]
    assert len(pairs) == len(set(pairs))
    assert all(len(pair) == 2 for pair in pairs)
    assert {one for pair in combinations(Duty, 2) for one in pair} == set(Duty)


@pytest.mark.parametrize("pair", REFUSED, ids=lambda pair: f"{pair.first}-{pair.second}")
def test_a_refused_pair_is_found_from_both_sides_and_for_principals_too(pair: object) -> None:
    assert pair in REFUSED
    first, second = pair.first, pair.second  # type: ignore[attr-defined]  # parametrised
    assert refusal_of(first, second) is refusal_of(second, first) is pair
    assert list(refusals(first, [second])) == [pair]


def test_the_duties_of_a_principal_come_along() -> None:
    assert duties_on(7, 8, [None, 7]) == {Duty.INSTRUCTOR}
    assert duties_on(7, 7, [3, 7]) == {Duty.INSTRUCTOR, Duty.SUBMITTER}
    assert duties_on(None, None, [None]) == set(), "nobody is not somebody"


def test_decider_and_instructor(district: District, submitted: int) -> None:
    give(district, submitted, instructor="clerk")
    assert refused_by(district, submitted, "clerk") == ["decider_is_independent"]


def test_decider_and_submitter(district: District, submitted: int) -> None:
    give(district, submitted, submitter="clerk")
    assert refused_by(district, submitted, "clerk") == ["decider_is_independent"]


def test_decider_by_substitution_and_submitter(district: District, submitted: int) -> None:
    give(district, submitted, submitter="other_clerk")
    lend(district, "clerk", "other_clerk", "clerk")
    assert refused_by(district, submitted, "other_clerk") == ["decider_is_independent"]


@pytest.mark.parametrize("duty", ["instructor", "submitter"])
def test_decider_by_substitution_for_somebody_with_the_duty(district: District, submitted: int, duty: str) -> None:
    give(district, submitted, **{duty: "clerk"})
    lend(district, "clerk", "other_clerk", "clerk")
    assert refused_by(district, submitted, "other_clerk") == ["decider_is_independent"]


def test_substitute_and_instructor(district: District, submitted: int) -> None:
    lend(district, "clerk", "instructor", "clerk")
    with pytest.raises(NotPermitted):
        district.do(submitted, "instructor", "accept", {"receipt_no": "收1号"})


@pytest.mark.parametrize(
    ("duty", "other_duty"), [(Duty.INSTRUCTOR, Duty.SUBMITTER), (Duty.SUBMITTER, Duty.INSTRUCTOR)], ids=str
)
def test_recorder_of_the_session_and_a_duty_on_the_case(district: District, duty: Duty, other_duty: Duty) -> None:
    """Closing the session performs the decision; a recorder with the duty keeps it from that, another does not."""
    committee = Committee(district).plan()
    [case_id] = committee.put("first")
    give(district, case_id, **{duty: "instructor", other_duty: "other"})
    record(committee, "instructor")
    committee.decide(case_id)
    with pytest.raises(SeveralRefused) as refused:
        committee.close()
    why = refusal_of(Duty.RECORDER, duty)
    assert isinstance(refused.value.refusals[case_id], RecorderHasPart)
    assert why is not None
    assert why.why.zh in refused.value.refusals[case_id].text.zh
    assert district.state(case_id) == "under_review"
    record(committee, "clerk")
    committee.close()
    assert district.state(case_id) == "approved"


def record(committee: Committee, who: str) -> None:
    """Names the person as the recorder of the session."""
    plan = Plan(committee.record().held_on, "三楼会议室", "approver（测试）", f"{who}（测试）")
    change_session(committee.district.runtime, committee.session_id, committee.request("clerk"), plan)


def test_what_the_table_allows_goes(district: District, submitted: int) -> None:
    """Submitter and instructor are one person on the straight road; a substitute decides and keeps the record."""
    case = district.case(submitted)
    assert case.submitter_id == case.instructor_id == district.people["instructor"]
    assert refusal_of(Duty.SUBMITTER, Duty.INSTRUCTOR) is None
    lend(district, "approver", "other_approver", "approver")
    district.do(submitted, "clerk", "accept")
    assert refusal_of(Duty.DECIDER, Duty.SUBSTITUTE) is refusal_of(Duty.DECIDER, Duty.RECORDER) is None
    district.do(submitted, "other_approver", "approve")
    assert district.state(submitted) == "approved"
