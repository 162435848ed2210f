"""Ten enterprises of a real roster, driven to `established` through the API with real workers, on both stores.

Afterwards every notice that was due is there exactly once, the history verifies, and every figure of the pipeline
equals the list behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.client import ApiClient, drive
from tests.integration.worker_process import ROOT, Workshop, workshop
from tests.servers import BrokerServer, wait_until
from tests.visitor import make_app
from workflow.accounts import create_user
from workflow.clock import utc_now
from workflow.database import Database
from workflow.ledger import verify
from workflow.models import Case, Enterprise, InstructorProfile, LedgerEntry, Notice, Organisation, OutboxRow
from workflow.outbox import WAITING
from workflow.roster import import_roster
from workflow.runtime import Runtime

ROSTER = ROOT.parent / "shared" / "data" / "roster.xlsx"
TOWNS = ("姜山镇党委", "首南街道党工委")
ENTERPRISES_PER_TOWN = 5

pytestmark = pytest.mark.skipif(not ROSTER.exists(), reason="the folder shared/ with the real roster is not here")


@dataclass
class Town:
    """A town's people by role; `team` are their clients and the manager's."""

    people: dict[str, int]
    team: list[ApiClient]
    cases: list[int]


@pytest.fixture
def shop(sqlite_database: Database, own_broker: BrokerServer, tmp_path: Path) -> Iterator[Workshop]:
    """On the store of the one-command run; walks and workers are tried on both elsewhere."""
    with workshop(sqlite_database.url, own_broker, tmp_path) as shop:
        yield shop


def test_ten_real_enterprises_reach_established_and_everybody_was_told_once(
    sqlite_database: Database, shop: Workshop
) -> None:
    database = sqlite_database
    runtime = Runtime(database, shop.data_dir / "documents")
    manager, password = _found_district(runtime)
    report = import_roster(runtime, ROSTER, actor_id=manager, dry_run=False, create_organisations=True)
    assert report.created == report.counts["importable"]
    app = make_app(runtime)
    office = ApiClient(app).sign_in("manager", password)
    towns = [_staff(runtime, app, name, manager, office) for name in TOWNS]
    shop.beat()
    shop.worker()

    for town in towns:
        for case_id in town.cases:
            drive(town.team, case_id)

    _everybody_is_told_once(runtime, shop, towns, manager)
    with database.reading() as session:
        assert verify(session).ok
    _figures_equal_their_lists(office)


def _found_district(runtime: Runtime) -> tuple[int, str]:
    now = utc_now()
    with runtime.db.unit_of_work() as session:
        root = Organisation(name="示例区委", type="committee", kind="district")
        session.add(root)
        session.flush()
        root.path = f"/{root.id}/"
        department = Organisation(
            name="示例区委组织部", type="organisation_department", kind="department", parent_id=root.id
        )
        session.add(department)
        session.flush()
        department.path = f"{root.path}{department.id}/"
        roles = [("org_dept", department.id)]
        manager, password = create_user(session, username="manager", display_name="主管", roles=roles, now=now)
        session.flush()
        return manager.id, password


def _staff(runtime: Runtime, app: Flask, name: str, manager: int, office: ApiClient) -> Town:
    """The people of a town, and its first enterprises with three full members or more."""
    people, passwords = {"manager": manager}, {}
    with runtime.db.unit_of_work() as session:
        body = session.scalars(select(Organisation).where(Organisation.name == name)).one()
        for role in ("instructor", "clerk", "approver"):
            user, passwords[f"{role}.{body.id}"] = create_user(
                session,
                username=f"{role}.{body.id}",
                display_name=role,
                roles=[(role, body.id)],
                email=f"{role}.{body.id}@example.org",
                now=utc_now(),
            )
            session.flush()
            if role == "instructor":
                session.add(InstructorProfile(user_id=user.id, term_from=date(2020, 1, 1), load_cap=20))
            people[role] = user.id
        ripe = (
            select(Case.id)
            .join(Enterprise, Enterprise.id == Case.enterprise_id)
            .where(Case.committee_id == body.id, Enterprise.full_members >= 3)
        )
        cases = list(session.scalars(ripe.order_by(Case.id).limit(ENTERPRISES_PER_TOWN)))
    team = [ApiClient(app).sign_in(username, password) for username, password in passwords.items()]
    return Town(people, [*team, office], cases)


def _everybody_is_told_once(runtime: Runtime, shop: Workshop, towns: list[Town], manager: int) -> None:
    expected = Counter(pair for town in towns for case_id in town.cases for pair in _due(runtime, town, case_id))
    assert expected
    assert set(expected.values()) == {1}

    def all_sent() -> bool:
        with runtime.db.reading() as session:
            # Further news of a case within the hour waits for its end.
            return not session.scalar(select(func.count()).where(OutboxRow.status.in_(WAITING)))

    wait_until(all_sent, "the workers to tell everybody", within=180)
    with runtime.db.reading() as session:
        told = Counter((row.event, row.user_id) for row in session.execute(select(Notice.event, Notice.user_id)))
    assert told == expected
    with_address = {id_ for town in towns for role, id_ in town.people.items() if role != "manager"}
    with runtime.db.reading() as session:
        outside = session.scalars(select(OutboxRow).where(OutboxRow.channel == "email")).all()
    once = Counter((row.event, row.user_id) for row in outside if row.kind != "digest")
    assert once == Counter(pair for pair in expected if pair[1] in with_address)
    assert {row.status for row in outside} <= {"sent", "held", "bundled", "withdrawn"}
    mails = list((shop.data_dir / "mail").glob("*.eml"))
    assert len(mails) == sum(row.status == "sent" for row in outside)


def _due(runtime: Runtime, town: Town, case_id: int) -> set[tuple[str, int]]:
    """Who is to be told of what, worked out from the history and the definition alone."""
    definition, people = runtime.branch_formation, town.people
    groups = {
        "instructor": {people["instructor"]},
        "committee": {people["clerk"], people["approver"]},
        "approver": {people["approver"]},
        "manager": {people["manager"]},
        "filing_desk": {people["manager"]},
    }
    with runtime.db.reading() as session:
        history = session.scalars(select(LedgerEntry).where(LedgerEntry.case_id == case_id)).all()
    due: set[tuple[str, int]] = set()
    for entry in history:
        transition = definition.transitions.get(entry.action)
        if transition is None:
            continue
        told = list(transition.tell)
        state = definition.states[entry.to_state]
        if entry.to_state != entry.from_state and state.is_open:
            told.append(state.owner)
        due |= {(f"case:{case_id}:{entry.seq}", p) for g in told for p in groups[g] if p != entry.actor_id}
    return due


def _figures_equal_their_lists(office: ApiClient) -> None:
    """Each number of the pipeline names its list; the list has as many cases."""
    found = office.get("/pipeline")
    lines = [figure for stage in found["stages"] for figure in (stage["now"], stage["overdue"], stage["nobody"])]
    lines += [line["total"] for line in found["chambers"]]
    figures = [figure for figure in (*lines, found["total"], found["overdue"], found["nobody"]) if figure["number"]]
    for figure in figures:
        path = figure["cases"].removeprefix("/api/v1")
        assert office.get(path + "&limit=1")["total"] == figure["number"], figure
    established = next(s for s in found["stages"] if s["stage"] == "established")
    assert established["now"]["number"] == len(list(office.pages("/cases", stage="established"))) == 10
