"""The straight road from no branch to branch established, on both stores."""

from __future__ import annotations

from sqlalchemy import func, select

from tests.district import District
from workflow.ledger import verify
from workflow.models import Case, Deadline, Enterprise, OutboxRow, WorkItem


def test_a_case_walks_from_no_branch_to_established(district: District) -> None:
    case_id = district.walk(district.open())

    case = district.case(case_id)
    assert case.state == "established"
    assert case.founding_approved_on == case.result_approved_on == case.filed_on == case.established_on
    with district.db.reading() as session:
        enterprise = session.get_one(Enterprise, case.enterprise_id)
        assert enterprise.has_branch
        assert verify(session).ok


def test_nothing_waits_and_only_the_term_runs_once_a_branch_is_established(district: District) -> None:
    case_id = district.walk(district.open())

    with district.db.reading() as session:
        open_items = session.scalar(
            select(func.count()).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None))
        )
        running = set(
            session.scalars(select(Deadline.code).where(Deadline.case_id == case_id, Deadline.status != "stopped"))
        )
    assert (open_items, running) == (0, {"T16", "T17"})


def test_each_step_leaves_exactly_one_open_work_item_for_the_owner_of_the_state(district: District) -> None:
    case_id = district.open()
    definition = district.runtime.branch_formation
    for state in ("training", "submitted", "approved", "result_submitted", "filed"):
        district.walk(case_id, until=state)
        with district.db.reading() as session:
            items = session.scalars(
                select(WorkItem).where(WorkItem.case_id == case_id, WorkItem.closed_at.is_(None))
            ).all()
        assert [(item.state, item.role) for item in items] == [(state, definition.states[state].owner)]


def test_version_counts_the_entries_of_the_history(district: District) -> None:
    case_id = district.walk(district.open(), until="approved")

    assert district.case(case_id).version == len(district.actions(case_id))


def test_everyone_who_must_know_is_told_once_and_whoever_acted_is_not(district: District) -> None:
    case_id = district.walk(district.open(), until="under_review")
    district.do(case_id, "approver", "approve")

    version = district.case(case_id).version
    with district.db.reading() as session:
        rows = session.execute(
            select(OutboxRow.user_id, OutboxRow.channel).where(OutboxRow.event == f"case:{case_id}:{version}")
        ).all()
    people = district.people
    assert sorted((row.user_id, row.channel) for row in rows) == sorted(
        [
            (people["instructor"], "in_app"),
            (people["clerk"], "in_app"),
            (people["org_dept"], "in_app"),
            (people["social_work"], "in_app"),
        ]
    )


def test_a_case_of_a_chamber_branch_is_decided_by_the_body_above_it(district: District) -> None:
    case_id = district.open("far")

    with district.db.reading() as session:
        assert session.get_one(Case, case_id).committee_id == district.bodies["other_town"]
