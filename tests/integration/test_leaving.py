"""Leave and leaving: what a person holds is with a substitute, a successor or the managers, and never with nobody."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.district import District
from workflow.engine import Command, perform
from workflow.engine.actors import load_actor
from workflow.errors import Conflict, InvalidInput, NotFound, NotPermitted, WorkflowError
from workflow.ledger import verify
from workflow.models import (
    Assignment,
    Case,
    HandoverPack,
    Leave,
    LedgerEntry,
    OutboxRow,
    RoleAssignment,
    Substitution,
    User,
    WorkItem,
)
from workflow.people.leaves import LeaveWanted, end_leave, take_leave
from workflow.people.leaving import disable_account, foresee, leave_office
from workflow.people.leaving_faults import Leaving
from workflow.people.packs import sign_pack, write_note
from workflow.people.substitutes import Wanted, name_substitute
from workflow.queries.case_filter import CaseFilter
from workflow.queries.case_list import list_cases
from workflow.queries.inbox import inbox
from workflow.queries.packs import pack_page, packs_to_sign, unsigned_packs

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def nobody(district: District) -> list[int]:
    """The managers' list of what nobody holds, on the clock's day."""
    with district.db.reading() as session:
        today = district.runtime.today()
        actor = load_actor(session, district.people["org_dept"], today)
        wanted, versions = CaseFilter(nobody=True), district.runtime.versions(session)
        return sorted(row.id for row in list_cases(session, actor, wanted, versions=versions, today=today).rows)


def leave(district: District, who: str, substitute: str = "", **more: Any) -> int:
    name = f"{substitute}.user" if substitute else ""
    wanted = LeaveWanted(f"{who}.user", more.get("from_on", TODAY), more.get("to_on", TODAY + 4 * DAY), name)
    return int(take_leave(district.runtime, district.people[more.get("by", who)], wanted).data["id"])


def leaving(district: District, who: str, successor: str = "", **more: Any) -> Any:
    wanted = Leaving(
        f"{who}.user", "调离", f"{successor}.user" if successor else "", bool(successor), more.get("over_cap", "")
    )
    return leave_office(district.runtime, district.people["org_dept"], wanted, more.get("key")).data


class TestLeave:
    def test_without_a_substitute_the_items_are_nobodys_the_same_day(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        assert nobody(district) == []
        leave(district, "instructor")
        assert nobody(district) == [case_id]
        district.clock.advance(days=5)
        assert nobody(district) == [], "it ends by itself"

    def test_a_leave_ahead_counts_from_its_first_day(self, district: District) -> None:
        case_id = district.walk(district.open(), until="under_review")
        leave(district, "approver", from_on=TODAY + DAY)
        assert nobody(district) == []
        district.clock.advance(days=1)
        assert nobody(district) == [case_id]

    def test_with_a_substitute_the_items_are_theirs(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        leave(district, "instructor", "other")
        assert nobody(district) == []
        with district.db.reading() as session:
            actor = load_actor(session, district.people["other"], TODAY)
            cards = inbox(session, district.runtime, actor, today=TODAY).cards
            assert [card.case_id for card in cards] == [case_id]

    def test_somebody_else_in_the_same_role_is_enough(self, district: District) -> None:
        district.walk(district.open(), until="submitted")
        leave(district, "clerk")
        assert nobody(district) == [], "the approver of the committee may accept too"

    def test_a_substitute_who_is_the_cases_instructor_does_not_count(self, district: District) -> None:
        case_id = district.walk(district.open(), until="under_review")
        leave(district, "approver", "instructor")
        assert nobody(district) == [case_id]

    def test_ended_early_it_takes_its_substitutions_along(self, district: District) -> None:
        number = leave(district, "approver", "other_approver")
        end_leave(district.runtime, district.people["approver"], number)
        with district.db.reading() as session:
            assert all(row.ended_at is not None for row in session.scalars(select(Substitution)))
        with pytest.raises(Conflict):
            end_leave(district.runtime, district.people["approver"], number)

    def test_a_manager_enters_it_for_others_and_others_do_not(self, district: District) -> None:
        leave(district, "instructor", by="social_work")
        with pytest.raises(NotFound):
            leave(district, "clerk", by="instructor")

    def test_bad_days_and_overlaps_change_nothing(self, district: District) -> None:
        leave(district, "clerk")
        for more, field in (
            ({"from_on": TODAY - DAY}, "from_on"),
            ({"to_on": TODAY - DAY}, "to_on"),
            ({"from_on": TODAY + 2 * DAY, "to_on": TODAY + 9 * DAY}, "from_on"),
        ):
            with pytest.raises(InvalidInput) as refused:
                leave(district, "clerk", **more)
            assert field in refused.value.fields
        with pytest.raises(InvalidInput):
            leave(district, "approver", "approver")
        with district.db.reading() as session:
            assert len(session.scalars(select(Leave)).all()) == 1


class TestLeaving:
    def test_cases_go_back_to_the_managers_in_one_step(self, district: District) -> None:
        training = district.walk(district.open("first"), until="training")
        review = district.walk(district.open("second"), until="under_review")
        data = leaving(district, "instructor")
        assert [(move["case_id"], move["to_successor"]) for move in data["moves"]] == [
            (training, False),
            (review, False),
        ]
        assert nobody(district) == [training, review]
        with district.db.reading() as session:
            assert session.get_one(User, district.people["instructor"]).is_active is False
            assert session.scalars(select(Assignment).where(Assignment.to_on.is_(None))).all() == []
            item = session.scalars(
                select(WorkItem).where(WorkItem.case_id == training, WorkItem.closed_at.is_(None))
            ).one()
            assert (item.role, item.user_id) == ("manager", None)
            held = session.scalars(
                select(WorkItem).where(WorkItem.case_id == review, WorkItem.closed_at.is_(None))
            ).one()
            assert held.role == "committee", "what the committee has stays with it"
            assert verify(session).ok

    def test_the_managers_see_that_another_instructor_is_to_be_named(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        leaving(district, "instructor")
        with district.db.reading() as session:
            actor = load_actor(session, district.people["social_work"], TODAY)
            card = next(c for c in inbox(session, district.runtime, actor, today=TODAY).cards if c.case_id == case_id)
            assert card.action == "reassign"
            told = session.scalars(select(OutboxRow).where(OutboxRow.user_id == district.people["social_work"]))
            assert any("待重新选派" in row.payload["title"]["zh"] for row in told)
        district.do(
            case_id, "social_work", "reassign", {"instructor": "other.user", "no_conflict": True}, reason="接任"
        )
        assert nobody(district) == []

    def test_a_successor_takes_the_cases_over(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        data = leaving(district, "instructor", "other")
        assert [move["to_successor"] for move in data["moves"]] == [True]
        assert nobody(district) == []
        assert district.case(case_id).instructor_id == district.people["other"]
        district.do(case_id, "other", "mark_ready")

    def test_what_the_successor_has_no_room_for_goes_back_with_the_reason(self, district: District) -> None:
        first = district.walk(district.open("first"), until="training")
        second = district.walk(district.open("second"), until="training")
        with district.db.unit_of_work() as session:
            profile = session.get_one(User, district.people["other"]).instructor
            assert profile is not None
            profile.load_cap = 1
        wanted = Leaving("instructor.user", "调离", "other.user", True)
        with district.db.reading() as session:
            seen = foresee(session, district.runtime, district.people["org_dept"], wanted)
        assert [(move.case_id, move.to_successor) for move in seen] == [(first, True), (second, False)]
        data = leaving(district, "instructor", "other")
        assert [(move["case_id"], move["to_successor"]) for move in data["moves"]] == [(first, True), (second, False)]
        assert "上限 1 家" in data["moves"][1]["refusal"]["zh"]
        assert nobody(district) == [second]

    def test_a_manager_lets_the_cap_pass_with_a_reason(self, district: District) -> None:
        district.walk(district.open("first"), until="training")
        district.walk(district.open("second"), until="training")
        with district.db.unit_of_work() as session:
            profile = session.get_one(User, district.people["other"]).instructor
            assert profile is not None
            profile.load_cap = 1
        leaving(district, "instructor", "other", over_cap="过渡期")
        assert nobody(district) == []

    def test_a_committee_without_its_approver_stands_in_the_list(self, district: District) -> None:
        case_id = district.walk(district.open(), until="under_review")
        data = leaving(district, "approver")
        assert [(row["role"], row["organisation"]) for row in data["vacant"]] == [("approver", "甲镇商会党委")]
        assert nobody(district) == [case_id]

    def test_substitutions_on_both_sides_end(self, district: District) -> None:
        days = (TODAY, TODAY + DAY)
        name_substitute(district.runtime, district.people["approver"], Wanted("other_approver.user", "approver", *days))
        name_substitute(district.runtime, district.people["other_approver"], Wanted("clerk.user", "approver", *days))
        leaving(district, "other_approver")
        with district.db.reading() as session:
            assert all(row.ended_at is not None for row in session.scalars(select(Substitution)))
            assert all(
                row.valid_to == TODAY
                for row in session.scalars(
                    select(RoleAssignment).where(RoleAssignment.user_id == district.people["other_approver"])
                )
            )

    def test_repeated_with_the_same_key_it_answers_as_at_first(self, district: District) -> None:
        district.walk(district.open(), until="training")
        first = leaving(district, "instructor", "other", key="k")
        assert leaving(district, "instructor", "other", key="k") == first
        with pytest.raises(Conflict):
            leaving(district, "instructor", "other")

    @pytest.mark.parametrize(
        ("successor", "field"),
        [("instructor", "successor"), ("clerk", "successor"), ("nobody", "successor")],
    )
    def test_a_successor_who_cannot_be_one_is_refused(self, district: District, successor: str, field: str) -> None:
        case_id = district.walk(district.open(), until="training")
        with pytest.raises(InvalidInput) as refused:
            leaving(district, "instructor", successor)
        assert set(refused.value.fields) == {field}
        assert district.case(case_id).instructor_id == district.people["instructor"]

    def test_only_managers_and_never_for_themselves(self, district: District) -> None:
        wanted = Leaving("clerk.user", "调离")
        with pytest.raises(NotPermitted):
            leave_office(district.runtime, district.people["approver"], wanted)
        with pytest.raises(InvalidInput):
            leave_office(district.runtime, district.people["org_dept"], Leaving("org_dept.user", "调离"))
        with pytest.raises(NotFound):
            leave_office(district.runtime, district.people["org_dept"], Leaving("auditor.user", "调离"))

    def test_the_operator_disables_an_account_and_no_case_is_left_behind(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        disable_account(district.runtime, "instructor.user")
        assert nobody(district) == [case_id]
        with district.db.reading() as session:
            entry = session.scalars(
                select(LedgerEntry).where(LedgerEntry.case_id == case_id).order_by(LedgerEntry.seq.desc())
            ).first()
            assert entry is not None
            assert (entry.action, entry.role) == ("release_instructor", "system")
            assert verify(session).ok
        with pytest.raises(NotFound):
            disable_account(district.runtime, "no.such")

    def test_an_action_and_a_leaving_at_once_leave_the_case_with_somebody(self, postgres_district: District) -> None:
        district = postgres_district
        case_id = district.walk(district.open(), until="training")
        data = district.example(case_id, "instructor", "log_visit")
        barrier, errors = threading.Barrier(2), []

        def run(act: Any) -> None:
            barrier.wait()
            try:
                act()
            except WorkflowError as error:
                errors.append(error)

        visit = Command(case_id, "log_visit", district.people["instructor"], data=data)
        acts = (lambda: perform(district.runtime, visit), lambda: leaving(district, "instructor"))
        threads = [threading.Thread(target=run, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert nobody(district) == [case_id]
        assert all(isinstance(error, NotFound) for error in errors), "the visit came too late, or it came first"
        with district.db.reading() as session:
            assert verify(session).ok


class TestHandover:
    def test_the_pack_says_how_the_case_was_handed_over(self, district: District) -> None:
        case_id = district.walk(district.open(), until="ready")
        district.paper(case_id, "instructor", "D01")
        write_note(district.runtime, district.people["instructor"], case_id, "出资人周五在厂")
        self.reassign(district, case_id, "other")
        with district.db.reading() as session:
            actor = load_actor(session, district.people["other"], TODAY)
            line = packs_to_sign(session, actor)[0]
            page = pack_page(session, district.runtime, actor, line.id)
        assert page.state.zh == "条件成熟"
        assert page.notes == ("出资人周五在厂",)
        assert [promise["next_step"] for promise in page.promises] == ["月底前联系转接"]
        assert ([code for code, _ in page.papers], [code for code, _ in page.missing]) == (["D01"], ["D02", "D06"])
        assert "报送请示" in [name.zh for name, _, _ in page.deadlines]

    def test_the_receiver_signs_once_with_an_entry_in_the_history(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        self.reassign(district, case_id, "other")
        pack = self.pack(district)
        with pytest.raises(NotPermitted) as refused:
            sign_pack(district.runtime, district.people["org_dept"], pack)
        assert "other（测试）签收" in refused.value.text.zh
        first = sign_pack(district.runtime, district.people["other"], pack, "k")
        assert sign_pack(district.runtime, district.people["other"], pack, "k").data == first.data
        with pytest.raises(Conflict):
            sign_pack(district.runtime, district.people["other"], pack)
        assert district.actions(case_id)[-1] == "sign_handover"
        with district.db.reading() as session:
            manager = load_actor(session, district.people["org_dept"], TODAY)
            assert unsigned_packs(session, manager) == []
            assert verify(session).ok

    def test_the_leaver_cannot_see_or_sign_it(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        self.reassign(district, case_id, "other")
        with pytest.raises(NotFound):
            sign_pack(district.runtime, district.people["instructor"], self.pack(district))

    def test_handed_on_unsigned_the_first_pack_no_longer_counts(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        self.reassign(district, case_id, "other")
        self.reassign(district, case_id, "instructor")
        with district.db.reading() as session:
            packs = session.scalars(select(HandoverPack).order_by(HandoverPack.id)).all()
            assert [pack.superseded_at is None for pack in packs] == [False, True]
        with pytest.raises(Conflict):
            sign_pack(district.runtime, district.people["instructor"], self.repoint(district))

    def repoint(self, district: District) -> int:
        """The first pack, as if the present instructor had received it."""
        with district.db.unit_of_work() as session:
            pack = session.scalars(select(HandoverPack).order_by(HandoverPack.id)).first()
            assert pack is not None
            pack.receiver_id = district.people["instructor"]
            return pack.id

    def test_a_pack_that_waits_for_somebody_goes_to_whoever_takes_the_case_on(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        leaving(district, "instructor")
        with district.db.reading() as session:
            manager = load_actor(session, district.people["org_dept"], TODAY)
            assert [(line.case_id, line.receiver) for line in unsigned_packs(session, manager)] == [(case_id, None)]
        with pytest.raises(NotPermitted):
            sign_pack(district.runtime, district.people["org_dept"], self.pack(district))
        self.reassign(district, case_id, "other")
        sign_pack(district.runtime, district.people["other"], self.pack(district))

    def test_only_the_instructor_writes_the_note(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        for who, note, error in (
            ("org_dept", "备注", NotPermitted),
            ("other", "备注", NotFound),
            ("instructor", "  ", InvalidInput),
            ("instructor", "长" * 4001, InvalidInput),
        ):
            with pytest.raises(error):
                write_note(district.runtime, district.people[who], case_id, note)
        assert "handover_note" not in district.actions(case_id)

    def test_the_first_assignment_hands_nothing_over(self, district: District) -> None:
        district.walk(district.open(), until="training")
        with district.db.reading() as session:
            assert session.scalars(select(HandoverPack)).all() == []

    def reassign(self, district: District, case_id: int, to: str) -> None:
        data = {"instructor": f"{to}.user", "no_conflict": True}
        district.do(case_id, "org_dept", "reassign", data, reason="调整")

    def pack(self, district: District) -> int:
        with district.db.reading() as session:
            return session.scalars(select(HandoverPack.id)).one()


def test_the_case_without_an_instructor_is_counted_once(district: District) -> None:
    case_id = district.walk(district.open(), until="training")
    leaving(district, "instructor")
    with district.db.reading() as session:
        assert session.get_one(Case, case_id).instructor_id is None
    assert nobody(district) == [case_id]
