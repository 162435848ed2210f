"""Substitutes act where work waits for their principal, in window and scope, and nowhere else; with both names."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.district import District
from workflow.engine import Command, available_actions, perform
from workflow.engine.actors import load_actor
from workflow.errors import Conflict, InvalidInput, KeyReused, NotFound, NotPermitted, TransitionRefused
from workflow.ledger import chain_hash, verify
from workflow.models import Case, LedgerEntry, OutboxRow, Substitution, User
from workflow.people.leaves import LeaveWanted, take_leave
from workflow.people.substitutes import Wanted, end_substitution, name_substitute
from workflow.queries.inbox import inbox
from workflow.queries.timeline import timeline

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def named(district: District, principal: str, substitute: str, role: str, **more: Any) -> int:
    """The principal names a substitute from today for ten days, unless told otherwise."""
    wanted = Wanted(
        f"{substitute}.user",
        role,
        more.pop("from_on", TODAY),
        more.pop("to_on", TODAY + 9 * DAY),
        **more,
    )
    return int(name_substitute(district.runtime, district.people[principal], wanted).data["id"])


def waiting(district: District, who: str) -> list[int]:
    with district.db.reading() as session:
        today = district.runtime.today()
        actor = load_actor(session, district.people[who], today)
        return [card.case_id for card in inbox(session, district.runtime, actor, today=today).cards]


def offered(district: District, who: str, case_id: int) -> set[str]:
    with district.db.reading() as session:
        found = available_actions(session, district.runtime, case_id, district.people[who])
        return {view.action for view in found if view.allowed}


def count(district: District) -> int:
    with district.db.reading() as session:
        return len(session.scalars(select(Substitution.id)).all())


def refusal(district: District, principal: str, substitute: str, role: str, **more: Any) -> dict[str, str]:
    """The fields that were refused, in Chinese; nothing was written."""
    before = count(district)
    with pytest.raises(InvalidInput) as refused:
        named(district, principal, substitute, role, **more)
    assert count(district) == before
    return {name: text.zh for name, text in refused.value.fields.items()}


def test_a_substitute_decides_in_the_place_of_the_approver_and_the_history_says_both_names(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    named(district, "approver", "other_approver", "approver")
    assert waiting(district, "other_approver") == [case_id]
    district.do(case_id, "other_approver", "approve")
    with district.db.reading() as session:
        entry = session.scalars(select(LedgerEntry).where(LedgerEntry.action == "approve")).one()
        assert (entry.actor_id, entry.principal_id) == (district.people["other_approver"], district.people["approver"])
        assert entry.organisation_id == district.bodies["chamber"]
        event = timeline(session, district.runtime.versions(session), case_id)[0]
        assert event.who.zh == "other_approver（测试） 代 approver（测试）·甲镇商会党委·党委审批人"
        assert verify(session).ok


def test_what_was_done_by_a_substitute_is_told_by_office_and_not_by_name(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    named(district, "approver", "other_approver", "approver")
    district.do(case_id, "other_approver", "approve")
    with district.db.reading() as session:
        row = session.scalars(
            select(OutboxRow).where(OutboxRow.case_id == case_id, OutboxRow.user_id == district.people["instructor"])
        ).all()[-1]
        assert "甲镇商会党委（党委审批人，由代理人代办）" in row.payload["body"]["zh"]
        for told in session.scalars(select(OutboxRow)):
            assert "（测试）" not in str(told.payload)


def test_the_principal_in_the_chain_cannot_be_taken_out_or_put_in_later(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    named(district, "approver", "other_approver", "approver")
    district.do(case_id, "other_approver", "approve")
    with district.db.reading() as session:
        rows = session.execute(select(LedgerEntry.__table__).where(LedgerEntry.case_id == case_id)).all()
    with_principal = [row._asdict() for row in rows if row.principal_id is not None]
    without = [row._asdict() for row in rows if row.principal_id is None]
    assert chain_hash(with_principal[0] | {"principal_id": None}) != with_principal[0]["hash"]
    assert chain_hash(without[0] | {"principal_id": 1}) != without[0]["hash"]
    bare = {name: value for name, value in without[0].items() if name != "principal_id"}
    assert chain_hash(bare) == without[0]["hash"], "entries from before keep their hash"


def test_before_the_first_day_and_after_the_last_there_is_nothing_to_see(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    named(district, "approver", "other_approver", "approver", from_on=TODAY + DAY, to_on=TODAY + 2 * DAY)
    for day, seen in enumerate((False, True, True, False)):
        assert (waiting(district, "other_approver") == [case_id]) is seen, day
        if not seen:
            with pytest.raises(NotFound):
                offered(district, "other_approver", case_id)
        district.clock.advance(days=1)


def test_only_the_named_area_is_lent(district: District) -> None:
    named(district, "social_work", "clerk", "social_work", organisation_id=district.bodies["other_town"])
    far, near = district.open("far"), district.open("second")
    assert waiting(district, "clerk") == [far]
    assert waiting(district, "social_work") == [far, near]
    assert offered(district, "clerk", far) >= {"close"}
    with pytest.raises(NotPermitted):
        district.do(near, "clerk", "close", {"close_code": "moved_out"}, reason="迁出")


def test_only_the_named_steps_are_lent(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    named(district, "clerk", "other_clerk", "clerk", states=("result_confirmed",))
    assert waiting(district, "other_clerk") == []
    with pytest.raises(NotFound):
        offered(district, "other_clerk", case_id)
    district.walk(case_id, until="result_confirmed")
    assert waiting(district, "other_clerk") == [case_id]
    for code in ("D08", "D16", "D17"):
        district.paper(case_id, "other_clerk", code)
    district.do(case_id, "other_clerk", "file")


def test_the_rest_of_the_principals_list_stays_out_of_sight(district: District) -> None:
    """The case is the principal's all along, but it waits for somebody else now."""
    case_id = district.walk(district.open(), until="submitted")
    named(district, "instructor", "other", "instructor")
    with pytest.raises(NotFound):
        offered(district, "other", case_id)
    district.do(case_id, "clerk", "return", reason="缺件", data={})
    assert offered(district, "other", case_id) >= {"log_visit", "submit"}


def test_nothing_is_passed_on_by_a_substitute(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    named(district, "approver", "other_approver", "approver")
    named(district, "other_approver", "other_clerk", "approver")
    with pytest.raises(NotFound):
        district.do(case_id, "other_clerk", "approve", {})


def test_ones_own_right_goes_before_a_lent_one(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    named(district, "approver", "clerk", "approver")
    district.do(case_id, "clerk", "accept")
    with district.db.reading() as session:
        entry = session.scalars(select(LedgerEntry).where(LedgerEntry.action == "accept")).one()
        assert (entry.role, entry.principal_id) == ("clerk", None)
    district.do(case_id, "clerk", "approve")
    with district.db.reading() as session:
        entry = session.scalars(select(LedgerEntry).where(LedgerEntry.action == "approve")).one()
        assert (entry.role, entry.principal_id) == ("approver", district.people["approver"])


def test_the_instructor_of_a_case_does_not_stand_in_on_it(district: District) -> None:
    own = district.walk(district.open("first"), until="submitted")
    with district.db.unit_of_work() as session:
        session.execute(update(Case).where(Case.id == own).values(instructor_id=district.people["other"]))
    foreign = district.walk(district.open("second"), until="submitted")
    named(district, "clerk", "other", "clerk")
    assert waiting(district, "other") == [foreign]
    with pytest.raises(NotPermitted):
        district.do(own, "other", "accept", {"receipt_no": "收1号"})
    district.do(foreign, "other", "accept")


def test_whoever_submitted_does_not_decide_in_anybodys_place(district: District) -> None:
    """The substitute submitted for the instructor; later the case has another instructor."""
    case_id = district.walk(district.open(), until="ready")
    named(district, "instructor", "other", "instructor")
    for code in ("D01", "D02", "D06"):
        district.paper(case_id, "other", code)
    district.do(case_id, "other", "submit")
    named(district, "clerk", "other", "clerk")
    with pytest.raises(TransitionRefused) as refused:
        district.do(case_id, "other", "accept", {"receipt_no": "收1号"})
    assert [problem.guard for problem in refused.value.problems] == ["decider_is_independent"]


def test_a_principal_who_submitted_lends_no_right_to_decide(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    with district.db.unit_of_work() as session:
        session.execute(update(Case).where(Case.id == case_id).values(submitter_id=district.people["clerk"]))
    named(district, "clerk", "other_clerk", "clerk")
    with pytest.raises(TransitionRefused) as refused:
        district.do(case_id, "other_clerk", "accept", {"receipt_no": "收1号"})
    assert refused.value.problems[0].text.zh == "您代理的同志是本案的指导员或报送人，须由另一位同志办理"


def test_whoever_stands_in_is_told_what_comes_up_meanwhile(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    named(district, "approver", "other_approver", "approver")
    district.do(case_id, "clerk", "accept")
    with district.db.reading() as session:
        told = select(OutboxRow.event).where(
            OutboxRow.user_id == district.people["other_approver"], OutboxRow.case_id == case_id
        )
        version = session.get_one(Case, case_id).version
        assert session.scalars(told).all() == [f"case:{case_id}:{version}"]


def test_ended_at_once_it_is_over_and_both_are_told(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    number = named(district, "approver", "other_approver", "approver")
    end_substitution(district.runtime, district.people["approver"], number)
    assert waiting(district, "other_approver") == []
    with pytest.raises(NotFound):
        district.do(case_id, "other_approver", "approve", {})
    with district.db.reading() as session:
        events = session.execute(
            select(OutboxRow.event, OutboxRow.user_id).where(
                OutboxRow.event.startswith("substitution:"), OutboxRow.channel == "in_app"
            )
        ).all()
    both = {district.people["approver"], district.people["other_approver"]}
    assert {(event, user) for event, user in events} == {
        (f"substitution:{number}:{what}", user) for what in ("named", "ended") for user in both
    }
    with pytest.raises(Conflict):
        end_substitution(district.runtime, district.people["approver"], number)


def test_the_end_by_itself_is_told_on_the_day_after(district: District) -> None:
    number = named(district, "approver", "other_approver", "approver", to_on=TODAY)
    with district.db.reading() as session:
        rows = session.scalars(select(OutboxRow).where(OutboxRow.event == f"substitution:{number}:over")).all()
    assert {row.due_at.isoformat() for row in rows} == {"2026-11-23T16:00:00+00:00"}
    assert len({row.user_id for row in rows}) == 2


def test_only_those_concerned_can_end_it(district: District) -> None:
    number = named(district, "approver", "other_approver", "approver")
    with pytest.raises(NotFound):
        end_substitution(district.runtime, district.people["clerk"], number)
    with pytest.raises(NotFound):
        end_substitution(district.runtime, district.people["approver"], number + 99)


def test_the_same_request_with_the_same_key_is_done_once(district: District) -> None:
    wanted = Wanted("other_approver.user", "approver", TODAY, TODAY + DAY)
    person = district.people["approver"]
    first = name_substitute(district.runtime, person, wanted, "a-key")
    again = name_substitute(district.runtime, person, wanted, "a-key")
    assert (again.data, again.replayed) == (first.data, True)
    with pytest.raises(KeyReused):
        name_substitute(district.runtime, person, Wanted("clerk.user", "approver", TODAY, TODAY), "a-key")


@pytest.mark.parametrize(
    ("principal", "substitute", "role", "more", "field", "words"),
    [
        ("approver", "approver", "approver", {}, "substitute", "代理人不能是本人"),
        ("approver", "nobody", "approver", {}, "substitute", "没有这个账号"),
        ("approver", "auditor", "approver", {}, "substitute", "不能代理业务工作"),
        ("approver", "other_approver", "clerk", {}, "role", "委托人没有“党委经办”"),
        ("federation", "clerk", "federation", {}, "role", "没有待办事项"),
        ("approver", "other_approver", "approver", {"to_on": TODAY - DAY}, "to_on", "早于开始日期"),
        ("approver", "other_approver", "approver", {"from_on": TODAY - DAY}, "from_on", "已经过去"),
        ("approver", "other_approver", "approver", {"to_on": TODAY + 400 * DAY}, "to_on", "最长一年"),
        ("approver", "other_approver", "approver", {"states": ("training",)}, "states", "不由该角色办理：培育中"),
        ("approver", "other_approver", "approver", {"organisation_id": 999}, "organisation_id", "没有这个组织"),
        ("social_work", "social_work", "social_work", {}, "substitute", "代理人不能是本人"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    district: District, principal: str, substitute: str, role: str, more: dict[str, Any], field: str, words: str
) -> None:
    assert words in refusal(district, principal, substitute, role, **more)[field]


def test_a_disabled_person_cannot_stand_in(district: District) -> None:
    with district.db.unit_of_work() as session:
        session.execute(update(User).where(User.id == district.people["other_approver"]).values(is_active=False))
    assert "已停用" in refusal(district, "approver", "other_approver", "approver")["substitute"]


def test_a_body_outside_the_principals_area_is_refused(district: District) -> None:
    found = refusal(district, "approver", "other_approver", "approver", organisation_id=district.bodies["other_town"])
    assert "不在委托人的范围内" in found["organisation_id"]


def test_whoever_has_the_same_role_at_the_same_body_needs_no_substitution(district: District) -> None:
    with district.db.unit_of_work() as session:
        person = session.get_one(User, district.people["clerk"])
        seat = person.roles[0]
        seat.role = "approver"
    assert "无须代理" in refusal(district, "approver", "clerk", "approver")["substitute"]


def test_a_circle_of_substitutes_is_refused(district: District) -> None:
    named(district, "approver", "other_approver", "approver")
    named(district, "other_approver", "town_approver", "approver")
    found = refusal(district, "town_approver", "approver", "approver")
    assert "循环代理" in found["substitute"]
    named(district, "town_approver", "approver", "approver", from_on=TODAY + 20 * DAY, to_on=TODAY + 21 * DAY)


def test_two_substitutes_for_the_same_thing_are_refused(district: District) -> None:
    named(district, "clerk", "other_clerk", "clerk", states=("submitted",))
    assert "已有代理人" in refusal(district, "clerk", "town_approver", "clerk")["from_on"]
    named(district, "clerk", "town_approver", "clerk", states=("result_confirmed",))
    named(district, "clerk", "town_approver", "clerk", from_on=TODAY + 10 * DAY, to_on=TODAY + 11 * DAY)


def test_somebody_on_leave_does_not_stand_in(district: District) -> None:
    leave = LeaveWanted("other_approver.user", TODAY + DAY, TODAY + 2 * DAY)
    take_leave(district.runtime, district.people["other_approver"], leave)
    assert "请假" in refusal(district, "approver", "other_approver", "approver")["substitute"]


def test_a_repeated_action_is_answered_as_at_first_though_the_case_is_out_of_sight_now(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    named(district, "approver", "other_approver", "approver")
    data, person = district.example(case_id, "other_approver", "approve"), district.people["other_approver"]
    first = perform(district.runtime, Command(case_id, "approve", person, data=data, idempotency_key="k"))
    again = perform(district.runtime, Command(case_id, "approve", person, data=data, idempotency_key="k"))
    assert (again.state, again.version, again.replayed) == (first.state, first.version, True)
    for other in (
        Command(case_id, "approve", person, data=data),
        Command(case_id, "refuse", person, idempotency_key="k"),
    ):
        with pytest.raises(NotFound):
            perform(district.runtime, other)


def test_two_who_name_each_other_at_once_close_no_circle(postgres_district: District) -> None:
    district, barrier, refused = postgres_district, threading.Barrier(2), []

    def run(principal: str, substitute: str) -> None:
        barrier.wait()
        try:
            named(district, principal, substitute, "approver")
        except InvalidInput as error:
            refused.append(error.fields["substitute"].zh)

    pairs = (("approver", "other_approver"), ("other_approver", "approver"))
    threads = [threading.Thread(target=run, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert count(district) == 1
    assert len(refused) == 1
    assert "循环代理" in refused[0]


def test_one_request_sent_twice_at_once_is_done_once(postgres_district: District) -> None:
    district, barrier, answers = postgres_district, threading.Barrier(2), []
    wanted = Wanted("other_approver.user", "approver", TODAY, TODAY + DAY)

    def run() -> None:
        barrier.wait()
        answers.append(name_substitute(district.runtime, district.people["approver"], wanted, "one-key"))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answer.replayed for answer in answers) == [False, True]
    assert answers[0].data == answers[1].data
    assert count(district) == 1
