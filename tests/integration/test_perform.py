"""One action, one transaction: permission, versions, keys, dates, all problems at once; nothing half-done."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from tests.district import District
from workflow.errors import Conflict, InvalidInput, KeyReused, NotFound, NotPermitted, TransitionRefused
from workflow.models import (
    Assignment,
    Case,
    Deadline,
    HeadCount,
    InstructorProfile,
    LedgerContent,
    LedgerEntry,
    OutboxRow,
    RoleAssignment,
    User,
    Visit,
    WorkItem,
)

TABLES = (Case, LedgerEntry, LedgerContent, WorkItem, Deadline, OutboxRow, Assignment, Visit, HeadCount)


def census(district: District) -> dict[str, int]:
    """How many rows each table has: a refused action may not add one."""
    with district.db.reading() as session:
        return {t.__tablename__: session.scalar(select(func.count()).select_from(t)) or 0 for t in TABLES}


class TestPermission:
    def test_a_case_outside_the_person_s_area_is_not_found(self, district: District) -> None:
        case_id = district.open()
        with pytest.raises(NotFound):
            district.do(case_id, "other_approver", "approve", {})

    def test_another_instructor_s_case_is_not_found(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        with pytest.raises(NotFound):
            district.do(case_id, "other", "mark_ready", {})

    @pytest.mark.parametrize("who", ["admin", "auditor"])
    def test_administrators_and_auditors_do_not_see_cases(self, sqlite_district: District, who: str) -> None:
        case_id = sqlite_district.open()
        with pytest.raises(NotFound):
            sqlite_district.do(case_id, who, "close", {})

    def test_who_sees_the_case_but_lacks_the_role_is_told_who_may(self, district: District) -> None:
        case_id = district.walk(district.open(), until="under_review")
        with pytest.raises(NotPermitted) as caught:
            district.do(case_id, "clerk", "approve", {})
        assert "审批人" in caught.value.text.zh

    def test_the_federation_reads_and_does_not_act(self, sqlite_district: District) -> None:
        case_id = sqlite_district.open()
        with pytest.raises(NotPermitted):
            sqlite_district.do(case_id, "federation", "assign_instructor", {})

    def test_a_body_above_that_is_not_the_routed_one_may_not_decide_the_ordinary_way(self, district: District) -> None:
        case_id = district.walk(district.open(), until="under_review")
        with pytest.raises(NotPermitted):
            district.do(case_id, "town_approver", "approve", {})

    def test_a_disabled_account_cannot_act(self, sqlite_district: District) -> None:
        case_id = sqlite_district.open()
        with sqlite_district.db.unit_of_work() as session:
            session.get_one(User, sqlite_district.people["org_dept"]).is_active = False
        with pytest.raises(NotFound):
            sqlite_district.do(case_id, "org_dept", "close", {"close_code": "stopped"}, reason="x")


class TestVersionsAndKeys:
    def test_a_stale_version_is_a_conflict_that_says_what_the_case_is_now(self, district: District) -> None:
        case_id = district.walk(district.open(), until="submitted")
        seen = district.case(case_id).version
        district.do(case_id, "clerk", "accept", expected_version=seen)
        with pytest.raises(Conflict) as caught:
            district.do(case_id, "clerk", "return", {}, reason="缺件", expected_version=seen)
        assert caught.value.current["state"] == "under_review"

    def test_a_repeated_key_answers_as_the_first_time_and_does_nothing_twice(self, district: District) -> None:
        case_id = district.walk(district.open(), until="submitted")
        seen = district.case(case_id).version
        request = {"data": {"receipt_no": "收1"}, "idempotency_key": "k1", "expected_version": seen}
        first = district.do(case_id, "clerk", "accept", **request)
        before = census(district)
        again = district.do(case_id, "clerk", "accept", **request)
        assert (again.version, again.state, again.replayed) == (first.version, first.state, True)
        assert census(district) == before

    def test_a_key_with_another_request_is_refused(self, district: District) -> None:
        case_id = district.walk(district.open(), until="submitted")
        district.do(case_id, "clerk", "accept", {"receipt_no": "收1"}, idempotency_key="k1")
        with pytest.raises(KeyReused):
            district.do(case_id, "clerk", "accept", {"receipt_no": "收2"}, idempotency_key="k1")

    def test_a_key_used_on_another_case_is_refused(self, district: District) -> None:
        one, two = (district.walk(district.open(firm), until="submitted") for firm in ("first", "second"))
        district.do(one, "clerk", "accept", {"receipt_no": "收1"}, idempotency_key="k1")
        with pytest.raises(KeyReused):
            district.do(two, "clerk", "accept", {"receipt_no": "收1"}, idempotency_key="k1")
        assert district.state(two) == "submitted"


class TestEntry:
    def test_a_reason_is_asked_where_the_definition_asks_it(self, sqlite_district: District) -> None:
        case_id = sqlite_district.walk(sqlite_district.open(), until="submitted")
        with pytest.raises(InvalidInput) as caught:
            sqlite_district.do(case_id, "clerk", "return", {}, reason="  ")
        assert "reason" in caught.value.fields

    def test_a_day_in_the_future_or_before_the_last_step_is_refused(self, sqlite_district: District) -> None:
        case_id = sqlite_district.open()
        for day in (date(2026, 11, 24), date(2026, 11, 22)):
            with pytest.raises(InvalidInput) as caught:
                sqlite_district.do(case_id, "org_dept", "assign_instructor", occurred_on=day)
            assert "occurred_on" in caught.value.fields

    def test_an_entry_made_later_keeps_the_day_it_happened(self, district: District) -> None:
        case_id = district.open()
        district.clock.advance(days=3)
        district.do(case_id, "org_dept", "assign_instructor", occurred_on=date(2026, 11, 24))
        with district.db.reading() as session:
            entry = session.scalars(
                select(LedgerEntry).where(LedgerEntry.case_id == case_id, LedgerEntry.seq == 2)
            ).one()
        assert (entry.occurred_on, entry.recorded_at) == (date(2026, 11, 24), district.clock())

    def test_an_unknown_action_is_not_found(self, sqlite_district: District) -> None:
        with pytest.raises(NotFound):
            sqlite_district.do(sqlite_district.open(), "org_dept", "teleport", {})

    def test_a_refused_action_changes_nothing(self, district: District) -> None:
        case_id = district.walk(district.open(), until="ready")
        before = census(district)
        with pytest.raises(TransitionRefused) as caught:
            district.do(case_id, "instructor", "submit", {})
        assert [p.where for p in caught.value.problems] == ["documents:D01", "documents:D02", "documents:D06"]
        assert census(district) == before

    def test_a_failure_in_the_middle_leaves_nothing(self, district: District, monkeypatch: pytest.MonkeyPatch) -> None:
        """The state is set, the ledger written; then the outbox fails: all of it is undone."""
        case_id = district.walk(district.open(), until="submitted")
        before, version = census(district), district.case(case_id).version

        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("the disk is full")

        monkeypatch.setattr("workflow.engine.telling.rows_for", broken)
        with pytest.raises(RuntimeError):
            district.do(case_id, "clerk", "accept")
        assert census(district) == before
        assert (district.state(case_id), district.case(case_id).version) == ("submitted", version)


class TestOverride:
    def test_a_manager_overrides_a_soft_condition_with_a_reason_and_the_history_shows_it(
        self, district: District
    ) -> None:
        for firm in ("first", "second", "third", "fourth", "far"):
            case_id = district.open(firm)
            if firm != "far":
                district.do(
                    case_id, "org_dept", "assign_instructor", {"instructor": "instructor.user", "no_conflict": True}
                )
        _cap(district, 4)
        case_id = district.open("far_second")
        _allow_everywhere(district)
        data = {"instructor": "instructor.user", "no_conflict": True}
        with pytest.raises(TransitionRefused) as caught:
            district.do(case_id, "org_dept", "assign_instructor", data)
        assert [p.code for p in caught.value.problems] == ["G02"]
        district.do(case_id, "org_dept", "assign_instructor", data, overrides={"instructor_has_room": "春节前集中攻坚"})
        with district.db.reading() as session:
            content = session.get_one(LedgerContent, (case_id, 2)).content
        assert content["overridden"][0]["reason"] == "春节前集中攻坚"

    def test_a_granted_override_opens_the_instructor_s_action(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        district.set_members(49, 2)
        with pytest.raises(TransitionRefused):
            district.do(case_id, "instructor", "mark_ready")
        district.do(case_id, "org_dept", "override", {"overridden_guard": "not_too_many_members"}, reason="先建后分")
        district.do(case_id, "instructor", "mark_ready")
        assert district.state(case_id) == "ready"

    def test_a_hard_condition_cannot_be_overridden(self, district: District) -> None:
        case_id = district.open()
        with pytest.raises(InvalidInput):
            district.do(case_id, "org_dept", "assign_instructor", overrides={"instructor_is_eligible": "熟人"})

    def test_only_managers_override(self, district: District) -> None:
        case_id = district.walk(district.open(), until="training")
        with pytest.raises(NotPermitted):
            district.do(case_id, "instructor", "mark_ready", overrides={"not_too_many_members": "x"})


def _cap(district: District, cap: int) -> None:
    with district.db.unit_of_work() as session:
        session.get_one(InstructorProfile, district.people["instructor"]).load_cap = cap


def _allow_everywhere(district: District) -> None:
    with district.db.unit_of_work() as session:
        session.scalars(
            select(RoleAssignment).where(RoleAssignment.user_id == district.people["instructor"])
        ).one().organisation_id = district.bodies["district"]
