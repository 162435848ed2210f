"""A committee in session decides on many cases, and its closing moves them together, on both stores."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests.committee import Committee
from tests.district import District
from workflow.engine.numbers import NumberTaken
from workflow.errors import InvalidInput, KeyReused, NotFound, NotPermitted, SeveralRefused
from workflow.ledger import verify
from workflow.models import LedgerContent, LedgerEntry, OutboxRow, PaperNumber, SessionAct
from workflow.sessions import (
    Plan,
    add_case,
    cancel_session,
    change_session,
    decide_rest,
    fill_agenda,
    plan_session,
    remove_case,
    summon,
    withdraw_interest,
)
from workflow.sessions.refusals import (
    AbsentVote,
    CaseMoved,
    NoQuorum,
    NotForSession,
    NotYetHeld,
    OnOtherAgenda,
    RecusedVote,
    SessionOver,
    TooFewForCase,
    TooManyVotes,
    VotedTwice,
)

ADVANCE = timedelta(days=1)


@pytest.fixture
def committee(district: District) -> Committee:
    return Committee(district).plan()


def test_a_session_moves_every_decided_case_and_numbers_its_papers_without_a_gap(committee: Committee) -> None:
    district = committee.district
    first, second, third, fourth = committee.put("first", "second", "third", "fourth")
    committee.decide(first)
    committee.decide(second, "refuse", reason="企业即将搬迁")
    committee.decide(third, "return", reason="花名册缺页")
    committee.decide(fourth)

    outcome = committee.close()

    assert (outcome.status, outcome.count) == ("closed", 4)
    assert [district.state(c) for c in (first, second, third, fourth)] == [
        "approved",
        "refused",
        "returned",
        "approved",
    ]
    assert [item.reply_no for item in committee.items().values()] == [
        "甲商党〔2026〕1号",
        "甲商党〔2026〕2号",
        "甲商党〔2026〕3号",
        "甲商党〔2026〕4号",
    ]
    assert district.case(second).facts["notice_no"] == "甲商党〔2026〕2号"
    facts = district.case(first).facts
    assert (facts["meeting_due"], facts["meeting_attending"]) == (7, 7)
    # A month after the session, by the rule of the election's clock.
    assert facts["elect_by"] == "2026-12-23"
    with district.db.reading() as session:
        assert verify(session).ok


def test_what_is_moved_is_written_down_and_told_as_by_a_single_action(committee: Committee) -> None:
    district = committee.district
    [case_id] = committee.put("first")
    committee.decide(case_id)
    committee.close()
    with district.db.reading() as session:
        last = session.scalars(select(LedgerEntry).where(LedgerEntry.case_id == case_id)).all()[-1]
        content = session.get_one(LedgerContent, (case_id, last.seq)).content
        told = session.scalars(select(OutboxRow.user_id).where(OutboxRow.event == f"case:{case_id}:{last.seq}")).all()
    assert (last.action, last.actor_id, last.role) == ("approve", district.people["approver"], "approver")
    assert content["session"] == committee.session_id
    assert set(told) == {district.people[who] for who in ("instructor", "clerk", "org_dept", "social_work")}


def test_the_closing_says_who_closed_when_and_keeps_the_tallies(committee: Committee) -> None:
    [case_id] = committee.put("first")
    committee.recuse(case_id, "张三")
    committee.decide(case_id, yes=4, no=1, abstain=1, data={"reply_no": "批1"})
    committee.close()
    record, item = committee.record(), committee.items()[case_id]
    assert (record.closed_by, record.closed_at) == (
        committee.district.people["approver"],
        committee.district.clock(),
    )
    assert (item.yes, item.no, item.abstain) == (4, 1, 1)
    assert item.tally is not None
    assert {name: item.tally[name] for name in ("fate", "ought", "attending", "needed")} == {
        "fate": "moves",
        "ought": 6,
        "attending": 6,
        "needed": 4,
    }
    assert [who["name"] for who in item.tally["recused"]] == ["张三"]
    with committee.district.db.reading() as session:
        acts = session.scalars(select(SessionAct).order_by(SessionAct.seq)).all()
    assert [act.act for act in acts] == ["plan", "roll", "attendance", "add", "recuse", "decide", "close"]
    assert acts[-1].content["tallies"][str(case_id)]["yes"] == 4


@pytest.mark.parametrize("change", ["UPDATE session_act SET act = 'x'", "DELETE FROM session_act"])
def test_what_was_done_with_a_session_is_not_rewritten_by_hand(committee: Committee, change: str) -> None:
    committee.put("first")
    committee.close()
    with pytest.raises(DatabaseError, match="append-only"), committee.district.db.unit_of_work() as session:
        session.execute(text(change))


def test_half_of_those_who_ought_to_attend_are_not_enough_to_agree(district: District) -> None:
    committee = Committee(district).plan(others=("张三", "李四", "王五", "赵六"))
    first, second = committee.put("first", "second")
    committee.attend(4)
    committee.decide(first, yes=3, no=1)
    committee.decide(second, yes=4, no=0)
    assert committee.close().count == 1
    assert (district.state(first), district.state(second)) == ("under_review", "approved")
    assert [item.tally["fate"] for item in committee.items().values() if item.tally] == ["not_passed", "moves"]


def test_what_is_put_off_or_not_reached_stays_and_may_come_before_the_next_session(committee: Committee) -> None:
    district = committee.district
    first, second = committee.put("first", "second")
    committee.decide(first, "postpone", reason="待补充材料")
    assert committee.close().count == 0
    assert (district.state(first), district.state(second)) == ("under_review", "under_review")
    following = Committee(district).plan()
    assert fill_agenda(district.runtime, following.session_id, following.request("clerk")).count == 2


def test_the_agenda_is_filled_with_what_waits_longest_first_and_only_once(committee: Committee) -> None:
    district = committee.district
    cases = []
    for firm in ("second", "first", "third"):
        cases.append(district.walk(district.open(firm), until="under_review"))
        district.clock.advance(hours=1)
    district.walk(district.open("fourth"), until="submitted")
    far = district.open("far")

    request = committee.request("clerk")
    assert fill_agenda(district.runtime, committee.session_id, request).count == 3
    assert fill_agenda(district.runtime, committee.session_id, request).count == 0
    assert list(committee.items()) == cases
    remove_case(district.runtime, committee.session_id, request, cases[0])
    assert list(committee.items()) == cases[1:]
    with pytest.raises(NotFound):
        add_case(district.runtime, committee.session_id, request, far)


def test_the_rest_nobody_objects_to_is_agreed_in_one_go(committee: Committee) -> None:
    district = committee.district
    first, second, third = committee.put("first", "second", "third")
    committee.decide(first, "return", reason="缺页")
    district.set_members(2, enterprise="third")
    committee.recuse(second, "李四")
    outcome = decide_rest(district.runtime, committee.session_id, committee.request("clerk"))
    items = committee.items()
    assert outcome.count == 1
    assert (items[second].answer, items[second].yes) == ("agree", 6)
    # Something stands against the third: it is not agreed to in passing.
    assert items[third].answer is None


def test_cases_at_three_different_steps_are_decided_in_one_session(committee: Committee) -> None:
    district = committee.district
    [founding] = committee.put("first")
    [candidates] = committee.put("second", until="candidates_submitted")
    [result] = committee.put("third", until="result_submitted")
    for case_id in (founding, candidates, result):
        committee.decide(case_id)
    committee.close()
    assert [district.state(c) for c in (founding, candidates, result)] == [
        "approved",
        "candidates_cleared",
        "result_confirmed",
    ]
    with district.db.reading() as session:
        assert list(session.scalars(select(PaperNumber.number).order_by(PaperNumber.number))) == [1, 2, 3]


def test_the_instructor_and_the_submitter_of_a_case_may_not_vote_on_it(district: District) -> None:
    committee = Committee(district).plan()
    [case_id] = committee.put("first")
    with district.db.unit_of_work() as session:
        seat = session.merge(committee.seats()[-1])
        seat.user_id = district.people["instructor"]
    name = committee.seats()[-1].name
    with pytest.raises(RecusedVote):
        committee.decide(case_id, votes=committee.votes(**{name: "yes"}))


def test_an_interest_declared_once_counts_in_later_sessions_until_it_is_withdrawn(committee: Committee) -> None:
    district = committee.district
    [case_id] = committee.put("first")
    committee.recuse(case_id, "张三", "related")
    cancel_session(district.runtime, committee.session_id, committee.request("clerk"))

    following = Committee(district).plan()
    add_case(district.runtime, following.session_id, following.request("clerk"), case_id)
    with pytest.raises(RecusedVote, match="张三"):
        following.decide(case_id, votes=following.votes(张三="yes"))
    withdraw_interest(district.runtime, following.session_id, following.request("clerk"), 1)
    following.decide(case_id, votes=following.votes(张三="yes"))


def test_members_with_an_account_are_told_when_and_where_it_meets(committee: Committee) -> None:
    district = committee.district
    committee.put("first")
    assert summon(district.runtime, committee.session_id, committee.request("clerk")).count == 1
    with district.db.reading() as session:
        [row] = session.scalars(select(OutboxRow).where(OutboxRow.kind == "session")).all()
    assert (row.user_id, row.channel) == (district.people["approver"], "in_app")
    assert "三楼会议室" in row.payload["body"]["zh"]
    assert "1 cases" in row.payload["body"]["en"]


# What is refused, each in its own words; nothing is changed by it.


def test_without_a_quorum_nothing_is_decided_and_the_session_does_not_close(committee: Committee) -> None:
    [case_id] = committee.put("first")
    committee.attend(3)
    with pytest.raises(NoQuorum, match="at least 4 must") as refused:
        committee.decide(case_id, yes=3)
    assert "至少需要 4 人" in refused.value.text.zh
    with pytest.raises(NoQuorum):
        committee.close()
    assert committee.items()[case_id].answer is None
    assert committee.record().status == "open"


def test_recusals_that_leave_too_few_are_said_for_the_case(committee: Committee) -> None:
    first, second = committee.put("first", "second")
    committee.attend(4)
    for name in ("clerk", "approver", "张三"):
        committee.recuse(first, name)
    with pytest.raises(TooFewForCase, match="1 of 4 attend"):
        committee.decide(first, yes=1)
    committee.decide(second, yes=4)


def test_a_case_lies_before_one_open_session_only(committee: Committee) -> None:
    district = committee.district
    [case_id] = committee.put("first")
    other = Committee(district).plan()
    with pytest.raises(OnOtherAgenda) as refused:
        add_case(district.runtime, other.session_id, other.request("clerk"), case_id)
    assert refused.value.session_id == committee.session_id
    assert other.items() == {}


def test_a_case_that_moved_meanwhile_is_named_and_nothing_is_moved(committee: Committee) -> None:
    district = committee.district
    first, second = committee.put("first", "second")
    committee.decide(first)
    committee.decide(second)
    district.clock.advance(minutes=1)
    district.do(second, "clerk", "return", reason="缺页")
    with pytest.raises(SeveralRefused) as refused:
        committee.close()
    assert isinstance(refused.value.refusals[second], CaseMoved)
    assert set(refused.value.refusals) == {second}
    assert (district.state(first), committee.record().status) == ("under_review", "open")
    with pytest.raises(CaseMoved):
        committee.decide(second)

    # Back under review it is put on anew, undecided.
    district.do(second, "instructor", "submit")
    district.do(second, "clerk", "accept")
    add_case(district.runtime, committee.session_id, committee.request("clerk"), second)
    assert committee.items()[second].answer is None
    committee.decide(second)
    assert committee.close().count == 2


def test_what_the_rules_forbid_stops_the_closing_case_by_case(committee: Committee) -> None:
    district = committee.district
    first, second = committee.put("first", "second")
    committee.decide(first)
    committee.decide(second)
    district.set_members(2, enterprise="second")
    with pytest.raises(SeveralRefused, match="2") as refused:
        committee.close()
    assert set(refused.value.refusals) == {second}
    with district.db.reading() as session:
        assert session.scalars(select(PaperNumber)).all() == []


def test_a_number_that_was_given_out_is_refused_wherever_it_is_typed(committee: Committee) -> None:
    district = committee.district
    first, second = committee.put("first", "second")
    committee.decide(first)
    committee.close()
    again = {**district.example(second, "approver", "approve"), "reply_no": "甲商党〔2026〕1号"}
    with pytest.raises(NumberTaken):
        district.do(second, "approver", "approve", again)
    assert district.state(second) == "under_review"

    with pytest.raises(NumberTaken):
        district.do(second, "clerk", "return", {"notice_no": "甲商党〔2026〕1号"}, reason="花名册缺页")
    assert district.state(second) == "under_review"

    following = Committee(district).plan()
    add_case(district.runtime, following.session_id, following.request("clerk"), second)
    with pytest.raises(NumberTaken, match="甲商党〔2026〕1号"):
        following.decide(second, data={"reply_no": "甲商党〔2026〕1号"})
    following.decide(second, data={"reply_no": "甲商党〔2026〕7号"})
    assert following.close().count == 1
    assert following.items()[second].reply_no == "甲商党〔2026〕7号"


def test_one_person_has_one_vote(committee: Committee) -> None:
    [case_id] = committee.put("first")
    twice = [*committee.votes(张三="yes", 李四="yes"), *committee.votes(张三="no")]
    with pytest.raises(VotedTwice, match="张三"):
        committee.decide(case_id, votes=twice)
    assert committee.items()[case_id].answer is None


def test_whoever_does_not_attend_has_no_vote(committee: Committee) -> None:
    [case_id] = committee.put("first")
    committee.attend(6)
    with pytest.raises(AbsentVote, match="钱七"):
        committee.decide(case_id, votes=committee.votes(钱七="yes"))


def test_there_are_no_more_votes_than_people_who_may_vote(committee: Committee) -> None:
    [case_id] = committee.put("first")
    committee.recuse(case_id, "张三")
    with pytest.raises(TooManyVotes, match="7 votes and only 6"):
        committee.decide(case_id, yes=5, no=1, abstain=1)


def test_after_the_closing_nothing_is_changed(committee: Committee) -> None:
    district = committee.district
    [case_id] = committee.put("first")
    committee.decide(case_id)
    committee.close()
    with pytest.raises(SessionOver, match="closed"):
        committee.decide(case_id, yes=1)
    with pytest.raises(SessionOver):
        committee.attend(1)
    with pytest.raises(SessionOver):
        remove_case(district.runtime, committee.session_id, committee.request("clerk"), case_id)
    with pytest.raises(SessionOver):
        committee.close()
    assert committee.items()[case_id].yes == 7


def test_a_session_of_a_day_to_come_is_not_closed(district: District) -> None:
    committee = Committee(district).plan(days=1)
    [case_id] = committee.put("first")
    committee.decide(case_id)
    with pytest.raises(NotYetHeld):
        committee.close()


def test_a_session_of_yesterday_decides_on_that_day(district: District) -> None:
    committee = Committee(district).plan()
    [case_id] = committee.put("first")
    committee.decide(case_id)
    held_on = committee.record().held_on
    district.clock.advance(days=1)
    committee.close()
    case = district.case(case_id)
    assert (case.last_occurred_on, case.facts["meeting_on"]) == (held_on, held_on.isoformat())
    assert case.founding_approved_on == held_on + ADVANCE


def test_only_an_approver_brings_the_decisions_into_force(committee: Committee) -> None:
    [case_id] = committee.put("first")
    committee.decide(case_id)
    with pytest.raises(SeveralRefused) as refused:
        committee.close("clerk")
    assert isinstance(refused.value.refusals[case_id], NotPermitted)


def test_a_session_is_its_own_committees_affair(committee: Committee) -> None:
    district = committee.district
    [case_id] = committee.put("first")
    with pytest.raises(NotFound):
        committee.decide(case_id, who="other_clerk")
    with pytest.raises(NotPermitted):
        committee.decide(case_id, who="org_dept")
    plan = Plan(committee.record().held_on, "室", "主", "记")
    with pytest.raises(NotFound):
        plan_session(district.runtime, district.bodies["chamber"], committee.request("other_clerk"), plan)


def test_a_repeated_request_does_nothing_twice(committee: Committee) -> None:
    district = committee.district
    [case_id] = committee.put("first")
    committee.decide(case_id)
    first, again = committee.close(key="k1"), committee.close(key="k1")
    assert (again.version, again.count, again.replayed) == (first.version, 1, True)
    plan = Plan(committee.record().held_on, "室", "主", "记")
    request = committee.request("clerk", "k2")
    planned = [plan_session(district.runtime, district.bodies["chamber"], request, plan) for _ in range(2)]
    assert planned[0].session_id == planned[1].session_id
    with pytest.raises(KeyReused):
        cancel_session(district.runtime, planned[0].session_id, request)


def test_what_cannot_be_read_is_named_by_field(committee: Committee) -> None:
    district = committee.district
    [case_id] = committee.put("first")
    with pytest.raises(InvalidInput) as refused:
        change_session(
            district.runtime,
            committee.session_id,
            committee.request("clerk"),
            Plan(committee.record().held_on, " ", "", "记"),
        )
    assert set(refused.value.fields) == {"place", "chair"}
    with pytest.raises(InvalidInput, match="Give a reason"):
        committee.decide(case_id, "refuse")
    with pytest.raises(InvalidInput, match="one of"):
        committee.decide(case_id, "sleep")
    with pytest.raises(InvalidInput, match="must not be above 1000"):
        committee.decide(case_id, data={"meeting_due": 5000})


def test_a_body_without_a_sign_types_its_numbers(district: District) -> None:
    committee = Committee(district).plan(sign="")
    [case_id] = committee.put("first")
    with pytest.raises(InvalidInput, match="Number of the reply"):
        committee.decide(case_id)
    committee.decide(case_id, data={"reply_no": "批1"})
    assert committee.close().count == 1
    assert district.case(case_id).facts["founding_reply_no"] == "批1"


def test_a_notice_needs_no_number_where_the_body_has_no_sign(district: District) -> None:
    committee = Committee(district).plan(sign="")
    first, second = committee.put("first", "second")
    committee.decide(first, "refuse", reason="企业即将搬迁")
    committee.decide(second, "return", reason="花名册缺页", data={"notice_no": "退1"})
    assert committee.close().count == 2
    assert [item.reply_no for item in committee.items().values()] == [None, "退1"]


def test_what_waits_for_another_step_is_not_put_before_a_session(committee: Committee) -> None:
    district = committee.district
    case_id = district.walk(district.open(), until="submitted")
    with pytest.raises(NotForSession):
        add_case(district.runtime, committee.session_id, committee.request("clerk"), case_id)
