"""From the application to full membership, by the same engine as the founding of a branch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.district import District
from tests.members import Members, road
from workflow.definition.library import shipped_definitions
from workflow.engine import available_actions
from workflow.engine.actors import load_actor
from workflow.errors import InvalidInput, NotFound, NotPermitted, TransitionRefused
from workflow.ledger import verify
from workflow.members.earliest import milestones
from workflow.models import Deadline, WorkItem
from workflow.queries.members import person_page, roster
from workflow.queries.pipeline import pipeline
from workflow.reports import Wanted, read_report

APPLIED = date(2026, 6, 1)


def instructed(district: District) -> Members:
    """The enterprise has an instructor, who has its persons in hand."""
    members = Members(district)
    members.on(date(2026, 6, 1))
    district.do(district.open(), "org_dept", "assign_instructor")
    return members


@pytest.fixture
def office(sqlite_district: District) -> Members:
    return instructed(sqlite_district)


def clocks(members: Members, case_id: int) -> dict[str, date]:
    with members.district.db.reading() as session:
        running = select(Deadline).where(Deadline.case_id == case_id, Deadline.status == "running")
        return {clock.code: clock.due_on for clock in session.scalars(running)}


def test_the_two_processes_have_no_state_in_common() -> None:
    founding, members = (set(d.states) for d in shipped_definitions().values())
    assert founding & members == set()


def test_an_applicant_becomes_a_full_member_under_the_rules_of_2026(district: District) -> None:
    members = instructed(district)
    made = members.register("王五", applied_on=APPLIED)
    case_id, person_id = made["case_id"], made["person_id"]
    members.walk(case_id, person_id, APPLIED)

    case, person = members.case(case_id), members.person(person_id)
    assert (case.state, person.standing) == ("full", "full")
    # Probation counts from the branch meeting, and standing from its end (art. 31 and 33), whenever the reply came.
    assert case.facts["standing_since"] == "2028-07-20"
    assert person.full_on == date(2028, 7, 20)
    assert members.enterprise().full_members == 1
    assert clocks(members, case_id) == {}
    with district.db.reading() as session:
        assert verify(session).ok
        items = select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None))
        assert session.scalars(items).all() == []
        counted = {}
        for year in (2026, 2027, 2028):
            wanted = Wanted("development", date(year, 1, 1), date(year, 12, 31))
            figures = read_report(session, district.runtime, None, wanted).sections[0].figures
            counted[year] = {figure.code for figure in figures if figure.value == 1}
    assert counted == {
        2026: {"apply", "name_activist"},
        2027: {"list_target", "approve_admission"},
        2028: {"approve_full"},
    }


def test_under_the_rules_of_2014_nothing_is_posted_and_the_consent_is_a_filing(office: Members) -> None:
    members = office
    applied = date(2023, 11, 1)
    made = members.register("王五", applied_on=applied)
    skipped = {"start_publicity"}
    members.on(date(2026, 6, 1))
    for _, who, action, data in road(applied):
        if action in skipped:
            continue
        if action == "prereview":
            members.on(date.fromisoformat("2024-12-10"))
            members.train(made["person_id"])
            members.on(date(2026, 6, 1))
        members.do(made["case_id"], who, action, data)
    assert members.case(made["case_id"]).state == "full"


def test_each_clock_counts_from_the_day_it_happened(office: Members) -> None:
    """P01 to P11, under the text of the day; entered late, they count from the day all the same."""
    members = office
    made = members.register("王五", applied_on=APPLIED)
    case_id, seen = made["case_id"], [clocks(members, made["case_id"])]
    for day, who, action, data in road(APPLIED):
        members.on(day)
        if action == "prereview":
            members.train(made["person_id"])
        members.do(case_id, who, action, data)
        seen.append(clocks(members, case_id))
    due = {code: day for found in seen for code, day in found.items()}
    assert due == {
        "P01": date(2026, 7, 1),
        "P02": date(2027, 12, 8),  # a third check, had the person stayed an activist
        "P03": date(2027, 6, 8),
        "P04": date(2027, 6, 29),
        "P06": date(2027, 8, 13),
        "P07": date(2027, 10, 20),
        "P08": date(2027, 8, 27),
        "P09": date(2028, 7, 20),
        "P11": date(2028, 10, 27),
    }


def test_an_extension_moves_the_end_and_turning_full_waits_for_it(office: Members) -> None:
    members = office
    made = members.register("王五", applied_on=APPLIED)
    case_id = made["case_id"]
    members.walk(case_id, made["person_id"], APPLIED, until="turn_requested")
    ended = {"ended_on": date(2028, 7, 25), "paper_no": "延1号"}
    members.on(date(2028, 7, 25))
    with pytest.raises(TransitionRefused, match="between 2029-01-20 and 2029-07-20"):
        members.do(
            case_id, "approver", "extend_probation", {**ended, "extended_until": date(2029, 1, 19)}, reason="需考察"
        )
    members.do(case_id, "approver", "extend_probation", {**ended, "extended_until": date(2029, 1, 20)}, reason="需考察")
    assert clocks(members, case_id) == {"P10": date(2029, 1, 20)}
    members.on(date(2029, 1, 19))
    members.do(case_id, "instructor", "request_turning", {"turn_requested_on": date(2029, 1, 19)})
    meeting = {**dict(next(data for _, _, action, data in road(APPLIED) if action == "record_turn_meeting"))}
    early = {**meeting, "turn_checked_on": date(2029, 1, 19), "turn_meeting_on": date(2029, 1, 19)}
    with pytest.raises(TransitionRefused, match="The probation ends on 2029-01-20"):
        members.do(case_id, "instructor", "record_turn_meeting", early)


def refused(members: Members, case_id: int, who: str, action: str, data: Mapping[str, Any]) -> str:
    with pytest.raises(TransitionRefused) as found:
        members.do(case_id, who, action, data)
    return found.value.text.en


def test_bad_input_is_refused_by_name_with_its_clause_and_leaves_nothing(office: Members) -> None:
    members = office
    with pytest.raises(TransitionRefused, match="Not yet 18"):
        members.register("小一", applied_on=APPLIED, born_on=date(2008, 6, 2))
    with members.district.db.reading() as session:
        actor = load_actor(session, members.district.people["clerk"], date(2026, 6, 1))
        assert roster(session, members.district.runtime, actor, members.enterprise().id).others == ()
    case_id = members.register("王五", applied_on=APPLIED)["case_id"]
    before = {"talked_on": date(2026, 5, 31), "talked_by": "书记"}
    said = refused(members, case_id, "instructor", "talk", before)
    assert "The talk of 2026-05-31 is before the application of 2026-06-01" in said
    with pytest.raises(InvalidInput):
        members.do(case_id, "instructor", "talk", {"talked_on": "soon", "talked_by": "书记"})
    assert members.case(case_id).version == 2


def test_a_wrong_date_is_corrected_by_a_record_and_the_clock_follows(office: Members) -> None:
    members = office
    case_id = members.register("王五", applied_on=APPLIED)["case_id"]
    correction = {"corrected_fact": "applied_on", "corrected_to": date(2026, 5, 25)}
    with pytest.raises(NotPermitted):
        members.do(case_id, "instructor", "correct_date", correction, reason="笔误")
    members.do(case_id, "clerk", "correct_date", correction, reason="笔误")
    assert members.case(case_id).facts["applied_on"] == "2026-05-25"
    assert clocks(members, case_id) == {"P01": date(2026, 6, 25)}
    assert members.district.actions(case_id) == ["open", "apply", "correct_date"]


def test_a_manager_lets_a_missing_check_pass_with_a_reason_and_no_hard_condition(office: Members) -> None:
    members = office
    made = members.register("王五", applied_on=APPLIED)
    case_id, steps = made["case_id"], {action: (who, data) for _, who, action, data in road(APPLIED)}
    for action in ("talk", "name_activist", "file_activist"):
        members.on(APPLIED.replace(day=20))
        members.do(case_id, *steps[action][:1], action, steps[action][1])
    who, proposal = steps["propose_target"]
    members.on(date(2027, 6, 7))
    early = refused(members, case_id, who, "propose_target", {**proposal, "target_decided_on": date(2027, 6, 7)})
    assert "2027-06-08 at the earliest" in early
    members.on(date(2027, 6, 8))
    assert "2 short" in refused(members, case_id, who, "propose_target", proposal)
    chosen = {"overridden_guard": "half_yearly_checks_made"}
    members.do(case_id, "org_dept", "override", chosen, reason="考察表遗失，支部已书面说明")
    members.do(case_id, who, "propose_target", proposal)
    assert members.case(case_id).state == "target_proposed"


def test_the_example_of_each_action_passes_as_it_stands(office: Members) -> None:
    members, district = office, office.district
    made = members.register("王五", applied_on=APPLIED)
    extension = (date(2028, 7, 20), "approver", "extend_probation", {})
    before = [step for step in road(APPLIED) if step[0] < date(2028, 7, 20)]
    for day, who, action, _ in [*before, extension]:
        # Publicity of the example lasts a fortnight from the day it begins.
        members.on(day)
        if action == "prereview":
            members.train(made["person_id"])
        district.do(made["case_id"], who, action, reason="需继续考察" if action == "extend_probation" else None)
    assert members.case(made["case_id"]).state == "extended"


def test_the_persons_of_an_enterprise_follow_its_instructor(office: Members) -> None:
    members, district = office, office.district
    made = members.register("王五", applied_on=APPLIED)
    data = {"instructor": "other.user", "no_conflict": True}
    district.do(1, "org_dept", "reassign", data, reason="片区调整")
    assert members.case(made["case_id"]).instructor_id == district.people["other"]
    members.do(made["case_id"], "other", "talk", {"talked_on": APPLIED, "talked_by": "书记"})
    assert district.actions(made["case_id"]) == ["open", "apply", "follow_instructor", "talk"]


def test_the_first_possible_days_are_told_and_nobodys_decision(office: Members) -> None:
    members = office
    runtime = members.district.runtime
    case_id = members.register("王五", applied_on=APPLIED)["case_id"]
    case = members.case(case_id)
    ahead = milestones(case.state, case.facts, runtime.rules, runtime.calendar, date(2026, 6, 1))
    assert [(one.code, one.on) for one in ahead] == [
        ("activist", date(2026, 6, 1)),
        ("target", date(2027, 6, 8)),  # a year, five working days of publicity, and the day after
        ("probationary", date(2027, 6, 8)),
        ("full", date(2028, 6, 8)),
    ]


def test_a_moved_in_probationary_member_goes_on_where_they_were(office: Members) -> None:
    members = office
    made = members.register("王五")
    days = {"applied_on": "2024-01-05", "activist_on": "2024-03-01", "admission_meeting_on": "2025-07-01"}
    taken = {"moved_from": "邻区支部", **days, "admission_on": "2025-08-01", "oath_on": "2025-08-10"}
    members.do(made["case_id"], "clerk", "take_over_probationary", taken)
    assert members.person(made["person_id"]).standing == "probationary"
    assert clocks(members, made["case_id"]) == {"P09": date(2026, 7, 1)}
    members.receive(members.send(made["person_id"], who="clerk"))
    assert (members.enterprise().full_members, members.enterprise().probationary_members) == (0, 1)


def test_foundings_are_counted_without_persons_and_the_federation_sees_none(office: Members) -> None:
    members, district = office, office.district
    today = district.runtime.today()

    def cases() -> int:
        with district.db.reading() as session:
            actor = load_actor(session, district.people["org_dept"], today)
            return pipeline(session, actor, versions=district.runtime.versions(session), today=today).total.number

    before = cases()
    made = members.register("王五", applied_on=APPLIED)
    assert cases() == before
    for who in ("federation", "other", "other_clerk"):
        with district.db.reading() as session:
            actor = load_actor(session, district.people[who], today)
            with pytest.raises(NotFound):
                person_page(session, district.runtime, actor, made["person_id"])
            with pytest.raises(NotFound):
                available_actions(session, district.runtime, made["case_id"], district.people[who])


def test_a_person_has_one_open_case_and_the_enterprise_keeps_its_founding(office: Members) -> None:
    members = office
    members.register("王五", applied_on=APPLIED)
    members.register("赵六", applied_on=APPLIED)
    with pytest.raises(InvalidInput, match="this name with this day of birth already"):
        members.register("王五", applied_on=APPLIED)
    members.district.do(1, "instructor", "log_visit")
    assert members.case(1).process == "branch_formation"
