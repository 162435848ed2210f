"""Rounds of approval: everybody answers, the deciding answer moves the case once; on both stores."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.district import District
from tests.policies import SIGNED_ACTION as ACTION
from tests.policies import with_definition, with_policy
from workflow.definition.approval import Approval, Policy
from workflow.engine.actors import load_actor
from workflow.errors import Conflict, InvalidInput, NotFound, TransitionRefused
from workflow.ledger import verify
from workflow.models import ApprovalRound, Interest, LedgerEntry, OutboxRow, Signer
from workflow.people.substitutes import Wanted, name_substitute
from workflow.queries.asks import asks
from workflow.queries.case_page import case_page


@pytest.fixture
def committee(district: District) -> District:
    """Four approvers at the chamber."""
    for key in ("second_approver", "third_approver", "fourth_approver"):
        district.add_person(key, "approver", "chamber")
    return district


def proposed(district: District, policy: Policy = Policy.ALL, **more: object) -> int:
    with_policy(district, Approval(policy, **more))  # type: ignore[arg-type]  # a share and weights, as the test says
    case_id = district.walk(district.open(), until="candidates_submitted")
    outcome = district.do(case_id, "approver", ACTION)
    assert (outcome.state, outcome.waits_for) == ("candidates_submitted", 3)
    return case_id


def codes(refused: pytest.ExceptionInfo[TransitionRefused]) -> list[str]:
    return [problem.code for problem in refused.value.problems]


def test_all_have_to_agree_and_the_last_answer_moves_the_case(committee: District) -> None:
    case_id = proposed(committee)
    assert committee.problems(case_id, "second_approver", ACTION) == ["BEING_SIGNED"]
    for who in ("second_approver", "third_approver"):
        assert committee.gesture(case_id, who, "sign_agree").state == "candidates_submitted"
    assert committee.gesture(case_id, "fourth_approver", "sign_abstain").state == "candidates_cleared"
    with committee.db.reading() as session:
        assert verify(session).ok
        assert session.scalars(select(ApprovalRound.outcome)).all() == ["passed"]
    assert committee.actions(case_id)[-5:] == ["propose", "sign_agree", "sign_agree", "sign_abstain", ACTION]
    assert committee.case(case_id).facts["clearance_no"]


def test_one_refusal_ends_it_and_the_case_stays_for_the_committee_to_decide(committee: District) -> None:
    case_id = proposed(committee)
    committee.gesture(case_id, "second_approver", "sign_refuse", reason="名单不妥")
    assert committee.state(case_id) == "candidates_submitted"
    with pytest.raises(TransitionRefused) as refused:
        committee.gesture(case_id, "third_approver", "sign_agree")
    assert codes(refused) == ["NO_ROUND"]
    committee.do(case_id, "clerk", "return_candidates", reason="会签未通过")
    assert committee.state(case_id) == "approved"


def test_an_objection_stops_even_a_vote_that_is_nearly_won(committee: District) -> None:
    case_id = proposed(committee, Policy.WEIGHTED, more_than=(1, 2))
    committee.gesture(case_id, "second_approver", "sign_object", reason="须上会讨论")
    with committee.db.reading() as session:
        assert session.scalars(select(ApprovalRound.outcome)).all() == ["objected"]
    assert committee.state(case_id) == "candidates_submitted"


def test_a_weighted_vote_ends_as_soon_as_the_share_is_reached(committee: District) -> None:
    case_id = proposed(committee, Policy.WEIGHTED, more_than=(1, 2))
    committee.gesture(case_id, "second_approver", "sign_agree")
    assert committee.state(case_id) == "candidates_submitted"
    committee.gesture(case_id, "third_approver", "sign_agree")
    assert committee.state(case_id) == "candidates_cleared"


def test_in_order_only_the_one_whose_turn_it_is_answers(committee: District) -> None:
    case_id = proposed(committee, Policy.IN_ORDER)
    with pytest.raises(TransitionRefused) as refused:
        committee.gesture(case_id, "third_approver", "sign_agree")
    assert codes(refused) == ["NOT_YOUR_TURN"]
    for who in ("second_approver", "third_approver", "fourth_approver"):
        committee.gesture(case_id, who, "sign_agree")
    assert committee.state(case_id) == "candidates_cleared"


def test_answering_twice_or_without_a_place_is_refused_by_name(committee: District) -> None:
    case_id = proposed(committee)
    committee.gesture(case_id, "second_approver", "sign_agree")
    for who, code in (("second_approver", "ALREADY_SIGNED"), ("clerk", "NOT_A_SIGNER"), ("approver", "ALREADY_SIGNED")):
        with pytest.raises(TransitionRefused) as refused:
            committee.gesture(case_id, who, "sign_agree")
        assert codes(refused) == [code]
    with pytest.raises(NotFound):
        committee.gesture(case_id, "other_approver", "sign_agree")
    with pytest.raises(InvalidInput):
        committee.gesture(case_id, "third_approver", "sign_refuse")
    with pytest.raises(Conflict):
        committee.do(case_id, "third_approver", ACTION)


def test_a_signer_added_before_answers_first_and_one_added_after_last(committee: District) -> None:
    case_id = proposed(committee)
    committee.gesture(case_id, "second_approver", "add_signer_before", {"person": "clerk"})
    with pytest.raises(TransitionRefused) as refused:
        committee.gesture(case_id, "second_approver", "sign_agree")
    assert codes(refused) == ["NOT_YOUR_TURN"]
    committee.gesture(case_id, "third_approver", "add_signer_after", {"person": "social_work"})
    with pytest.raises(TransitionRefused) as refused:
        committee.gesture(case_id, "social_work", "sign_agree")
    assert codes(refused) == ["NOT_YOUR_TURN"]
    for who in ("clerk", "second_approver", "third_approver", "fourth_approver"):
        committee.gesture(case_id, who, "sign_agree")
    assert committee.state(case_id) == "candidates_submitted"
    committee.gesture(case_id, "social_work", "sign_agree")
    assert committee.state(case_id) == "candidates_cleared"


def test_an_added_signer_can_be_removed_and_the_round_goes_on(committee: District) -> None:
    case_id = proposed(committee)
    committee.gesture(case_id, "second_approver", "add_signer_before", {"person": "clerk"})
    with pytest.raises(TransitionRefused) as refused:
        committee.gesture(case_id, "third_approver", "remove_signer", {"person": "clerk"}, reason="不必")
    assert codes(refused) == ["NOT_ADDED_BY_YOU"]
    committee.gesture(case_id, "second_approver", "remove_signer", {"person": "clerk"}, reason="不必")
    for who in ("second_approver", "third_approver", "fourth_approver"):
        committee.gesture(case_id, who, "sign_agree")
    assert committee.state(case_id) == "candidates_cleared"


def test_who_may_not_see_the_case_or_has_a_part_in_it_cannot_be_added(committee: District) -> None:
    case_id = proposed(committee)
    for person, code in (
        ("other_clerk", "CANNOT_SEE"),
        ("instructor", "CONFLICT_OF_INTEREST"),
        ("second_approver", "SELF"),
        ("nobody", "NO_PERSON"),
        ("third_approver", "ASKED_ALREADY"),
    ):
        with pytest.raises(TransitionRefused) as refused:
            committee.gesture(case_id, "second_approver", "add_signer_after", {"person": person})
        assert codes(refused) == [code]


def test_a_place_handed_over_is_answered_by_whoever_has_it_now(committee: District) -> None:
    case_id = proposed(committee)
    committee.gesture(case_id, "second_approver", "hand_over_signing", {"person": "clerk"}, reason="出差")
    with pytest.raises(TransitionRefused) as refused:
        committee.gesture(case_id, "second_approver", "sign_agree")
    assert codes(refused) == ["NOT_A_SIGNER"]
    for who in ("clerk", "third_approver", "fourth_approver"):
        committee.gesture(case_id, who, "sign_agree")
    assert committee.state(case_id) == "candidates_cleared"


def test_what_is_passed_on_comes_back_with_an_opinion_before_it_is_signed(committee: District) -> None:
    case_id = proposed(committee)
    asked = {"person": "clerk", "question": "候选人情况是否属实？"}
    committee.gesture(case_id, "second_approver", "delegate", asked)
    with pytest.raises(TransitionRefused) as refused:
        committee.gesture(case_id, "second_approver", "sign_agree")
    assert codes(refused) == ["PASSED_ON"]
    committee.gesture(case_id, "clerk", "answer", {"answer": "属实"})
    committee.gesture(case_id, "second_approver", "sign_agree")
    committee.gesture(case_id, "third_approver", "delegate", asked)
    committee.gesture(case_id, "third_approver", "recall")
    committee.gesture(case_id, "third_approver", "sign_agree")


def test_each_signer_is_told_once_and_hears_the_result(committee: District) -> None:
    case_id = proposed(committee)
    with committee.db.reading() as session:
        asked = session.scalars(select(OutboxRow.user_id).where(OutboxRow.kind == "sign")).all()
    assert sorted(asked) == sorted(committee.people[f"{n}_approver"] for n in ("second", "third", "fourth"))
    for who in ("second_approver", "third_approver", "fourth_approver"):
        committee.gesture(case_id, who, "sign_agree")
    with committee.db.reading() as session:
        told = session.scalars(select(OutboxRow.user_id).where(OutboxRow.kind == "verdict")).all()
    assert sorted(told) == sorted(committee.people[n] for n in ("approver", "second_approver", "third_approver"))


def test_a_case_that_moves_another_way_ends_the_round(committee: District) -> None:
    case_id = proposed(committee)
    committee.do(case_id, "clerk", "return_candidates", reason="材料有误")
    with committee.db.reading() as session:
        assert session.scalars(select(ApprovalRound.outcome)).all() == ["overtaken"]
        assert set(session.scalars(select(Signer.status))) == {"decided", "dropped"}


def test_who_declared_an_interest_is_not_asked_and_cannot_be_brought_in(committee: District) -> None:
    with committee.db.unit_of_work() as session:
        session.add(
            Interest(
                enterprise_id=committee.enterprises["first"],
                user_id=committee.people["fourth_approver"],
                name="fourth_approver（测试）",
                kind="relative",
                noted_by=committee.people["clerk"],
                noted_at=committee.clock(),
            )
        )
    with_policy(committee, Approval(Policy.ALL))
    case_id = committee.walk(committee.open(), until="candidates_submitted")
    assert committee.do(case_id, "approver", ACTION).waits_for == 2
    for name, data in (
        ("add_signer_after", {"person": "fourth_approver"}),
        ("delegate", {"person": "fourth_approver", "question": "请提意见"}),
    ):
        with pytest.raises(TransitionRefused) as refused:
            committee.gesture(case_id, "second_approver", name, data)
        assert codes(refused) == ["RECUSED"]


def test_who_stands_in_for_a_signer_signs_that_place_with_both_names(committee: District) -> None:
    committee.add_person("stand_in", "clerk", "other_town")
    case_id = proposed(committee)
    day = committee.runtime.today()
    wanted = Wanted("stand_in.user", "approver", day, day)
    name_substitute(committee.runtime, committee.people["second_approver"], wanted)
    with committee.db.reading() as session:
        actor = load_actor(session, committee.people["stand_in"], day)
        assert [ask.case_id for ask in asks(session, committee.runtime, actor)] == [case_id]
    committee.gesture(case_id, "stand_in", "sign_agree")
    with pytest.raises(TransitionRefused) as refused:
        committee.gesture(case_id, "second_approver", "sign_agree")
    assert codes(refused) == ["ALREADY_SIGNED"]
    for who in ("third_approver", "fourth_approver"):
        committee.gesture(case_id, who, "sign_agree")
    assert committee.state(case_id) == "candidates_cleared"
    with committee.db.reading() as session:
        entry = session.scalars(select(LedgerEntry).where(LedgerEntry.actor_id == committee.people["stand_in"])).one()
        assert (entry.action, entry.principal_id) == ("sign_agree", committee.people["second_approver"])
        assert verify(session).ok


def test_who_stands_in_is_told_and_named_beside_the_place_while_it_is_open(committee: District) -> None:
    day = committee.runtime.today()
    for key, states, first_day in (
        ("stand_in", (), day),
        ("other_step", ("under_review",), day),
        ("later", (), day + timedelta(days=1)),
    ):
        committee.add_person(key, "clerk", "other_town")
        principal = {"stand_in": "second_approver", "other_step": "third_approver", "later": "fourth_approver"}[key]
        wanted = Wanted(f"{key}.user", "approver", first_day, day + timedelta(days=5), states)
        name_substitute(committee.runtime, committee.people[principal], wanted)
    case_id = proposed(committee)
    with committee.db.reading() as session:
        told = session.scalars(select(OutboxRow.user_id).where(OutboxRow.kind == "sign_for")).all()
        page = case_page(session, committee.runtime, load_actor(session, committee.people["org_dept"], day), case_id)
    assert told == [committee.people["stand_in"]]
    assert page.round is not None
    assert page.head.parties.holder_words is not None
    place = "second_approver（测试）（现由stand_in（测试）代理）"
    assert place in page.head.parties.holder_words.zh
    assert [line.who.zh for line in page.round.signers][1:3] == [place, "third_approver（测试）"]

    committee.gesture(case_id, "stand_in", "sign_agree")
    with committee.db.reading() as session:
        page = case_page(session, committee.runtime, load_actor(session, committee.people["org_dept"], day), case_id)
    assert page.round is not None
    assert page.round.signers[1].who.zh == "second_approver（测试）"


def test_a_lone_approver_decides_at_once(district: District) -> None:
    case_id = district.walk(district.open(), until="candidates_submitted")
    assert district.do(case_id, "approver", ACTION).state == "candidates_cleared"


def test_a_round_whose_condition_fails_at_the_end_keeps_the_last_answer_out(committee: District) -> None:
    """Members left while it was signed: the deciding answer is refused with the reason, and counts later."""
    definition = committee.runtime.branch_formation
    transitions = dict(definition.transitions)
    transitions[ACTION] = replace(
        transitions[ACTION], approval=Approval(Policy.ALL), guards=(*transitions[ACTION].guards, "enough_full_members")
    )
    changed = replace(definition, transitions=transitions, digest=f"{definition.digest}-members")
    committee.runtime = with_definition(committee.runtime, changed)
    case_id = committee.walk(committee.open(), until="candidates_submitted")
    committee.do(case_id, "approver", ACTION)
    for who in ("second_approver", "third_approver"):
        committee.gesture(case_id, who, "sign_agree")
    committee.set_members(2)
    with pytest.raises(TransitionRefused) as refused:
        committee.gesture(case_id, "fourth_approver", "sign_agree")
    assert codes(refused) == ["G05"]
    committee.set_members(3)
    assert committee.gesture(case_id, "fourth_approver", "sign_agree").state == "candidates_cleared"
