"""A small district for tests: bodies, people of every role, enterprises, and ways to walk a case along the road.

Everything is made through the same tables and commands the product uses; nothing here can put a case in a state
the rules forbid.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.credit_code import check_digit
from workflow.database import Database
from workflow.engine import Command, Outcome, attach_document, available_actions, open_cases, perform
from workflow.gestures import take_gesture
from workflow.models import (
    Case,
    Enterprise,
    HeadCount,
    InstructorProfile,
    LedgerEntry,
    Organisation,
    RoleAssignment,
    User,
)
from workflow.passwords import hash_password
from workflow.runtime import Runtime

PASSWORD = "correct-horse-battery"
PDF = b"%PDF-1.4 a paper of the tests"

# (who, action, reason, papers brought before it): the straight road to a branch.
ROAD: tuple[tuple[str, str, str | None, tuple[tuple[str, str], ...]], ...] = (
    ("org_dept", "assign_instructor", None, ()),
    ("instructor", "log_visit", None, ()),
    ("instructor", "start_training", None, ()),
    ("instructor", "mark_ready", None, ()),
    ("instructor", "submit", None, (("instructor", "D01"), ("instructor", "D02"), ("instructor", "D06"))),
    ("clerk", "accept", None, ()),
    ("approver", "approve", None, ()),
    ("instructor", "submit_candidates", None, ()),
    ("approver", "clear_candidates", None, ()),
    ("instructor", "record_election", None, ()),
    ("instructor", "submit_result", None, (("instructor", "D13"), ("instructor", "D14"), ("instructor", "D15"))),
    ("approver", "confirm_result", None, ()),
    ("clerk", "file", None, (("clerk", "D08"), ("clerk", "D16"), ("clerk", "D17"))),
    ("org_dept", "acknowledge_filing", None, ()),
)


@lru_cache(maxsize=1)
def _password_hash() -> str:
    """Hashing is slow on purpose; all people of the tests share one."""
    return hash_password(PASSWORD)


@dataclass
class Clock:
    """Stands still until a test moves it."""

    now: datetime = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class District:
    """Ids by a short key: organisations (`bodies`), people (`people`), enterprises (`enterprises`)."""

    runtime: Runtime
    clock: Clock
    bodies: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    enterprises: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    @property
    def db(self) -> Database:
        return self.runtime.db

    def open(self, enterprise: str = "first") -> int:
        """Opens the case of an enterprise in the system's name and answers its id."""
        with self.db.unit_of_work() as session:
            row = session.get_one(Enterprise, self.enterprises[enterprise])
            open_cases(session, [row], runtime=self.runtime, actor_id=None, now=self.clock())
            return session.scalars(
                select(Case.id).where(Case.enterprise_id == row.id, Case.finished_on.is_(None))
            ).one()

    def do(self, case_id: int, who: str, action: str, data: Mapping[str, Any] | None = None, **more: Any) -> Outcome:
        """Takes an action as a person; without data, with the engine's own example for this case."""
        entered = self.example(case_id, who, action) if data is None else data
        return perform(self.runtime, Command(case_id, action, self.people[who], data=entered, **more))

    def example(self, case_id: int, who: str, action: str) -> dict[str, Any]:
        with self.db.reading() as session:
            views = available_actions(session, self.runtime, case_id, self.people[who])
        return next((dict(v.example) for v in views if v.action == action), {})

    def problems(self, case_id: int, who: str, action: str) -> list[str]:
        """The codes of what stands against an action before it is tried."""
        with self.db.reading() as session:
            views = available_actions(session, self.runtime, case_id, self.people[who])
        return next([problem.code for problem in v.problems] for v in views if v.action == action)

    def paper(self, case_id: int, who: str, code: str) -> None:
        attach_document(self.runtime, case_id, self.people[who], code, "paper.pdf", PDF)

    def walk(self, case_id: int, until: str = "established", **who: str) -> int:
        """Takes the straight road until the case stands in a state; `instructor="other"` replaces a person."""
        while self.state(case_id) != until:
            taken = set(self.actions(case_id))
            step = next(s for s in ROAD if s[1] not in taken)
            for person, code in step[3]:
                self.paper(case_id, who.get(person, person), code)
            self.do(case_id, who.get(step[0], step[0]), step[1], reason=step[2])
        return case_id

    def actions(self, case_id: int) -> list[str]:
        """The actions in the case's history, in order."""
        with self.db.reading() as session:
            query = select(LedgerEntry.action).where(LedgerEntry.case_id == case_id).order_by(LedgerEntry.seq)
            return list(session.scalars(query))

    def gesture(self, case_id: int, who: str, name: str, data: Mapping[str, Any] | None = None, **more: Any) -> Outcome:
        """Makes a gesture as a person; `person` in the data is a key of this district."""
        entered = dict(data or {})
        if "person" in entered:
            entered["person"] = f"{entered['person']}.user"
        return take_gesture(self.runtime, Command(case_id, name, self.people[who], data=entered, **more))

    def add_person(self, key: str, role: str, body: str) -> int:
        """One more person with a role at a body."""
        with self.db.unit_of_work() as session:
            _people(session, self, [(key, role, body)])
        return self.people[key]

    def add_firm(self, key: str, chamber: str) -> None:
        """One more enterprise without a case."""
        self.add_firms([key], chamber)

    def add_firms(self, keys: Iterable[str], chamber: str) -> None:
        with self.db.unit_of_work() as session:
            _firms(session, self, [(key, chamber) for key in keys])

    def case_of(self, enterprise: str) -> int:
        """The open case of an enterprise."""
        with self.db.reading() as session:
            mine = Case.enterprise_id == self.enterprises[enterprise]
            return session.scalars(select(Case.id).where(mine, Case.finished_on.is_(None))).one()

    def case(self, case_id: int) -> Case:
        with self.db.reading() as session:
            return session.get_one(Case, case_id)

    def state(self, case_id: int) -> str:
        return self.case(case_id).state

    def set_members(self, full: int, probationary: int = 0, enterprise: str = "first") -> None:
        """Changes the figures behind the engine's back, where a test needs another size of enterprise."""
        with self.db.unit_of_work() as session:
            row = session.get_one(Enterprise, self.enterprises[enterprise])
            row.full_members, row.probationary_members = full, probationary


def make_district(database: Database, folder: Path, clock: Clock | None = None) -> District:
    """A district committee with its departments, two towns, a chamber committee, a chamber branch, and six firms."""
    clock = clock or Clock()
    district = District(Runtime(database, folder / "documents", clock=clock), clock)
    with database.unit_of_work() as session:
        _bodies(session, district)
        _people(session, district, PEOPLE)
        _firms(session, district, FIRMS)
    return district


BODIES = (
    ("district", None, "示例区委", "committee", "district"),
    ("org_dept", "district", "示例区委组织部", "organisation_department", "department"),
    ("social_work", "district", "示例区委社会工作部", "social_work_department", "department"),
    ("federation", "district", "示例区工商联", "federation", "department"),
    ("town", "district", "甲镇党委", "committee", "town"),
    ("other_town", "district", "乙街道党工委", "working_committee", "town"),
    ("chamber", "town", "甲镇商会党委", "committee", "chamber"),
    ("other_chamber", "other_town", "乙街道商会党支部", "branch", "chamber"),
)

PEOPLE = (
    ("instructor", "instructor", "town"),
    ("other", "instructor", "town"),
    ("clerk", "clerk", "chamber"),
    ("approver", "approver", "chamber"),
    ("town_approver", "approver", "town"),
    ("other_clerk", "clerk", "other_town"),
    ("other_approver", "approver", "other_town"),
    ("superior", "approver", "district"),
    ("org_dept", "org_dept", "org_dept"),
    ("social_work", "social_work", "social_work"),
    ("federation", "federation", "federation"),
    ("admin", "admin", "district"),
    ("auditor", "auditor", "district"),
)

FIRMS = (
    ("first", "chamber"),
    ("second", "chamber"),
    ("third", "chamber"),
    ("fourth", "chamber"),
    ("far", "other_chamber"),
    ("far_second", "other_chamber"),
)


def _bodies(session: Session, district: District) -> None:
    paths: dict[str | None, str] = {None: "/"}
    for key, parent, name, kind_of_body, kind in BODIES:
        body = Organisation(
            parent_id=district.bodies[parent] if parent else None, name=name, type=kind_of_body, kind=kind
        )
        session.add(body)
        session.flush()
        body.path = paths[key] = f"{paths[parent]}{body.id}/"
        district.bodies[key] = body.id


def _people(session: Session, district: District, people: Sequence[tuple[str, str, str]]) -> None:
    """(key, role, body) of each; written together, since every flush costs."""
    since = date(2020, 1, 1)
    users = {
        key: User(
            username=f"{key}.user",
            display_name=f"{key}（测试）",
            password_hash=_password_hash(),
            email=f"{key}@example.org" if key in {"instructor", "clerk"} else None,
            created_at=district.clock(),
            roles=[RoleAssignment(role=role, organisation_id=district.bodies[body], valid_from=since)],
        )
        for key, role, body in people
    }
    session.add_all(users.values())
    session.flush()
    instructors = [users[key].id for key, role, _ in people if role == "instructor"]
    session.add_all([InstructorProfile(user_id=user_id, term_from=since) for user_id in instructors])
    district.people |= {key: user.id for key, user in users.items()}


def _firms(session: Session, district: District, firms: Sequence[tuple[str, str]]) -> None:
    """(key, chamber) of each; their numbers go on where those of the district end."""
    counts = {"full_members": 3, "probationary_members": 1, "activists": 2, "applicants": 4}
    made = {
        key: Enterprise(
            credit_code=_code(len(district.enterprises) + number),
            name=f"示例{key}有限公司",
            town_id=district.bodies["town" if chamber == "chamber" else "other_town"],
            chamber_id=district.bodies[chamber],
            employees=60,
            created_at=district.clock(),
            updated_at=district.clock(),
            **counts,
        )
        for number, (key, chamber) in enumerate(firms)
    }
    session.add_all(made.values())
    session.flush()
    today = district.clock()
    counted = {"counted_on": today.date(), "recorded_at": today}
    session.add_all([HeadCount(enterprise_id=firm.id, **counted, **counts) for firm in made.values()])
    district.enterprises |= {key: firm.id for key, firm in made.items()}
    district.codes |= {key: firm.credit_code for key, firm in made.items()}


def _code(number: int) -> str:
    body = f"91330200{number:09d}"
    return body + check_digit(body)
