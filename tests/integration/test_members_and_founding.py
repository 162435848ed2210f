"""Where the two tracks meet: who counts toward the three, and who is handed over once the branch is there."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from tests.district import District
from tests.members import Members, road
from workflow.errors import InvalidInput, NotPermitted, TransitionRefused
from workflow.ledger import verify
from workflow.members.letters import Letter
from workflow.models import Deadline, LedgerContent, Organisation, WorkItem

APPLIED = date(2026, 6, 1)


def at_beginning(district: District) -> Members:
    members = Members(district)
    members.on(date(2026, 6, 1))
    return members


@pytest.fixture
def members(district: District) -> Members:
    return at_beginning(district)


@pytest.fixture
def office(sqlite_district: District) -> Members:
    """For what does not depend on the store."""
    return at_beginning(sqlite_district)


def founding(members: Members) -> int:
    """The founding case, with an instructor."""
    case_id = members.district.open()
    members.district.do(case_id, "org_dept", "assign_instructor")
    return case_id


def test_a_branch_is_founded_by_members_who_move_their_membership_in(members: Members) -> None:
    district, case_id = members.district, founding(members)
    members.on(date(2026, 6, 20))
    for name in ("甲一", "甲二"):
        members.member(name)
    third = members.register("甲三", standing="full", joined_on=date(2015, 6, 1))["person_id"]
    sent = members.send(third)
    assert (members.enterprise().full_members, members.enterprise().members_in_transit) == (2, 1)
    assert members.enterprise().members_source == "persons"
    with pytest.raises(TransitionRefused, match="2 full members, 3 needed, 1 short"):
        district.walk(case_id)

    members.receive(sent)
    assert members.enterprise().full_members == 3
    district.walk(case_id)
    assert members.case(case_id).state == "established"
    with district.db.reading() as session:
        assert verify(session).ok
        branch = session.get_one(Organisation, members.enterprise().branch_id)
        assert (branch.name, branch.type) == ("中共示例first有限公司支部", "branch")
    assert {members.membership(third).organisation_id, members.person(third).host_id} == {branch.id}


def test_a_branch_is_founded_once_a_third_member_was_developed(members: Members) -> None:
    district, case_id = members.district, founding(members)
    letter = Letter("某街道党支部", "介1号", date(2026, 5, 20), date(2026, 6, 20), date(2026, 6, 1))
    for name in ("甲一", "甲二"):
        members.member(name, letter=letter)
    made = members.register("王五", applied_on=APPLIED)
    district.do(case_id, "instructor", "log_visit")
    district.do(case_id, "instructor", "start_training")

    members.walk(made["case_id"], made["person_id"], APPLIED, until="turn_requested")
    assert (members.enterprise().full_members, members.enterprise().probationary_members) == (2, 1)
    with pytest.raises(TransitionRefused, match="1 short"):
        district.do(case_id, "instructor", "mark_ready")
    for day, who, action, data in road(APPLIED)[-2:]:
        members.on(day)
        members.do(made["case_id"], who, action, data)
    assert members.enterprise().full_members == 3
    district.walk(case_id)
    assert members.case(case_id).state == "established"


def test_persons_are_handed_over_to_the_new_branch_with_the_time_counted_on(members: Members) -> None:
    district, case_id = members.district, founding(members)
    letter = Letter("某街道党支部", "介1号", date(2026, 5, 20), date(2026, 6, 20), date(2026, 6, 1))
    for name in ("甲一", "甲二", "甲三"):
        members.member(name, letter=letter)
    made = members.register("王五", applied_on=APPLIED)
    own, person_id = made["case_id"], made["person_id"]
    members.walk(own, person_id, APPLIED, until="activist")
    members.on(date(2026, 6, 10))
    before = members.case(own)
    with district.db.reading() as session:
        clocks = _clocks(session, own)
    district.walk(case_id)

    after, branch_id = members.case(own), members.enterprise().branch_id
    assert (after.state, after.facts, after.chamber_id) == (before.state, before.facts, branch_id)
    assert after.committee_id == district.bodies["chamber"]
    assert members.person(person_id).host_id == branch_id
    with district.db.reading() as session:
        assert _clocks(session, own) == clocks
        assert district.actions(own)[-1] == "hand_over_person"
        said = session.scalars(select(LedgerContent.content).where(LedgerContent.case_id == own)).all()[-1]
        assert said["data"] == {"from": "甲镇商会党委", "to": "中共示例first有限公司支部"}
        item = session.scalars(select(WorkItem).where(WorkItem.case_id == own, WorkItem.closed_at.is_(None))).one()
        assert item.organisation_id == district.bodies["chamber"]  # the committee has to file the activist
        assert verify(session).ok
    # The year of cultivation goes on from the day it began.
    members.walk(own, person_id, APPLIED)
    assert members.person(person_id).full_on == date(2028, 7, 20)


def _clocks(session, case_id):  # type: ignore[no-untyped-def]
    rows = select(Deadline.code, Deadline.due_on, Deadline.status).where(Deadline.case_id == case_id)
    return sorted(map(tuple, session.execute(rows)))


def test_nobody_is_in_two_branches(office: Members) -> None:
    person_id = office.member("甲一", letter=Letter("", "", None, None, date(2026, 6, 1)))
    with pytest.raises(InvalidInput, match="nobody is in two branches"):
        office.send(person_id, "town", "clerk", from_name="别处支部")
    office.send(person_id, "town", "clerk", from_name="甲镇商会党委")
    with pytest.raises(InvalidInput, match="on its way"):
        office.send(person_id, "chamber", "clerk")
    assert office.enterprise().full_members == 0


def test_a_letter_is_good_for_ninety_days_and_received_in_time_by_the_committee(office: Members) -> None:
    person_id = office.register("甲一", "clerk", standing="full", joined_on=date(2015, 6, 1))["person_id"]
    with pytest.raises(InvalidInput, match="between 2026-06-01 and 2026-08-30"):
        office.send(person_id, who="clerk", valid_until=date(2026, 8, 31))
    sent = office.send(person_id, who="clerk", valid_until=date(2026, 8, 30))
    with pytest.raises(NotPermitted):
        office.receive(sent, who="instructor")
    office.on(date(2026, 8, 31))
    with pytest.raises(InvalidInput, match="a lapsed one is issued anew"):
        office.receive(sent)


def test_a_committee_of_another_town_receives_the_membership_it_hosts(office: Members) -> None:
    person_id = office.register("甲一", "clerk", standing="full", joined_on=date(2015, 6, 1))["person_id"]
    sent = office.send(person_id, "other_town", "clerk", valid_until=date(2026, 8, 1))
    office.receive(sent, who="other_clerk")
    membership = office.membership(person_id)
    assert membership is not None
    assert membership.status == "received"
    # A membership in another town is none that a branch of this enterprise could have.
    assert office.enterprise().full_members == 0


def test_a_letter_on_its_way_reminds_the_instructor_until_it_is_received(office: Members) -> None:
    case_id = founding(office)
    person_id = office.register("甲一", standing="full", joined_on=date(2015, 6, 1))["person_id"]
    sent = office.send(person_id)

    def running() -> list[date]:
        with office.district.db.reading() as session:
            clock = (Deadline.case_id == case_id) & (Deadline.code == "T05") & (Deadline.status == "running")
            return list(session.scalars(select(Deadline.due_on).where(clock)))

    assert running() == [date(2026, 8, 30)]
    office.receive(sent)
    assert running() == []


def test_reported_figures_do_not_overwrite_what_is_counted_by_person(office: Members) -> None:
    case_id = founding(office)
    office.member("甲一", letter=Letter("", "", None, None, date(2026, 6, 1)))
    outcome = office.district.do(case_id, "instructor", "record_headcount")
    assert outcome.note is not None
    assert (office.enterprise().full_members, office.enterprise().activists) == (1, 2)
