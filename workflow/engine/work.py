"""A case being worked on: what was read and locked, and what the action has changed so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, String, bindparam, func, literal_column, select, update
from sqlalchemy.orm import Session

from workflow.definition.model import Definition
from workflow.engine.actors import Actor, HeldRole
from workflow.engine.areas import areas_of, has_instructors
from workflow.engine.attended import targets_trained
from workflow.engine.chamber import has_chamber_people
from workflow.engine.recipients import Holders
from workflow.engine.records import CaseRecord, CommitteeRecord, EnterpriseRecord, StandingRecord
from workflow.engine.units import HeadCounted, is_founded, read_joint, units_of
from workflow.errors import NotFound
from workflow.guards import CaseFacts, InstructorFacts, JointFacts, PersonFacts, Unit
from workflow.models import (
    ApprovalRound,
    Case,
    Claim,
    Deadline,
    Document,
    Enterprise,
    InstructorProfile,
    LedgerEntry,
    Organisation,
    Person,
    User,
    Visit,
    WorkItem,
)
from workflow.models.base import table_of
from workflow.models.case import founding
from workflow.models.organisation import MAY_APPROVE
from workflow.prepared import Prepared, Writes, read_together
from workflow.rules.forms import form_of
from workflow.runtime import Runtime
from workflow.text import Text

_CASES, _ENTERPRISES, _BODIES, _CLOCKS, _VISITS, _PAPERS = (
    table_of(m) for m in (Case, Enterprise, Organisation, Deadline, Visit, Document)
)
_ITEMS, _CLAIMS, _ROUNDS, _ENTRIES = (table_of(m) for m in (WorkItem, Claim, ApprovalRound, LedgerEntry))
# What an action may change of a case; the rest is fixed when it is opened.
CHANGING = (
    "state",
    "state_since",
    "version",
    "chamber_id",
    "committee_id",
    "scope_path",
    "instructor_id",
    "submitter_id",
    "form",
    "joint_case_id",
    "held_from",
    "last_occurred_on",
    "founding_approved_on",
    "result_approved_on",
    "filed_on",
    "established_on",
    "finished_on",
    "facts",
    "ledger_head",
    "updated_at",
    "undo",
)
_SAVE_CASE = Prepared(
    update(_CASES).where(_CASES.c.id == bindparam("this_case")).values({name: bindparam(name) for name in CHANGING})
)
_CASE_COLUMNS, _ENTERPRISE_COLUMNS, _BODY_COLUMNS = (
    [table.c[f.name] for f in fields(record)]
    for table, record in ((_CASES, CaseRecord), (_ENTERPRISES, EnterpriseRecord), (_BODIES, CommitteeRecord))
)
READ_CASES = (
    select(*_CASE_COLUMNS, *_ENTERPRISE_COLUMNS, *_BODY_COLUMNS)
    .join_from(_CASES, _ENTERPRISES, _ENTERPRISES.c.id == _CASES.c.enterprise_id)
    .join(_BODIES, _BODIES.c.id == _CASES.c.committee_id)
)
_READ_CASE = READ_CASES.where(_CASES.c.id == bindparam("this_case"))
# SQLite leaves the lock out: there the whole unit of work already holds the one that writes. The enterprise is locked
# with its case because PostgreSQL, after waiting for a lock, reads anew only the rows it has locked.
LOCKED = (_CASES, _ENTERPRISES)
_READ, _READ_LOCKED = Prepared(_READ_CASE), Prepared(_READ_CASE.with_for_update(of=LOCKED))
# Written out, not given as a value: a store chooses the index of running clocks only where it reads the word.
_STOPPED = literal_column("'stopped'", String)
# Read after the lock, for the same reason: what stands on a case, once for each of its clocks that is not stopped.
STANDING = (
    select(
        _ITEMS.c.id.label("item_id"),
        _CLAIMS.c.user_id.label("claimed_by"),
        _ROUNDS.c.id.label("round_id"),
        _CLOCKS.c.id.label("clock_id"),
        _CLOCKS.c.code,
        _CLOCKS.c.status,
        _CLOCKS.c.due_on,
        _CLOCKS.c.days_left,
        _CLOCKS.c.next_alert_on,
        _CLOCKS.c.starts_on,
        _CLOCKS.c.provisional,
        _CLOCKS.c.pauses,
        _CASES.c.id.label("case_id"),
    )
    .select_from(_CASES)
    .outerjoin(_ITEMS, (_ITEMS.c.case_id == _CASES.c.id) & _ITEMS.c.closed_at.is_(None))
    .outerjoin(_CLAIMS, _CLAIMS.c.work_item_id == _ITEMS.c.id)
    .outerjoin(_ROUNDS, (_ROUNDS.c.case_id == _CASES.c.id) & _ROUNDS.c.outcome.is_(None))
    .outerjoin(_CLOCKS, (_CLOCKS.c.case_id == _CASES.c.id) & (_CLOCKS.c.status != _STOPPED))
)
_STANDING = Prepared(STANDING.where(_CASES.c.id == bindparam("this_case")))
_STATES_BEEN_IN = Prepared(select(_ENTRIES.c.to_state).where(_ENTRIES.c.case_id == bindparam("this_case")).distinct())
_COUNT_VISITS = Prepared(select(func.count().label("count")).where(_VISITS.c.case_id == bindparam("this_case")))
_PAPER_CODES = Prepared(select(_PAPERS.c.code).where(_PAPERS.c.case_id == bindparam("this_case")).distinct())
_OTHER_CASES = Prepared(
    select(func.count().label("count")).where(
        _CASES.c.enterprise_id == bindparam("this_enterprise"),
        _CASES.c.person_id.is_(None),
        _CASES.c.id != bindparam("this_case"),
        _CASES.c.finished_on.is_(None),
    )
)


@dataclass(slots=True)
class RunningClock:
    """A deadline of the case that is not stopped; `pauses` as in the table."""

    id: int | None
    code: str
    status: str
    due_on: date
    days_left: int | None = None
    next_alert_on: date | None = None
    starts_on: date | None = None
    provisional: bool = False
    pauses: list[dict[str, Any]] | None = None


@dataclass
class CaseWork:
    """Lives for one unit of work. Effects change it; `save` has case and enterprise written down.

    `deadlines` are the clocks that are not stopped. What is added to `writes` waits until `send`, so that it goes to
    the database in one trip. `role_holders`: who may be concerned, where it was read for many cases at once. `note` is
    what the person has to be told of what the action did.
    """

    session: Session
    runtime: Runtime
    definition: Definition
    case: CaseRecord
    enterprise: EnterpriseRecord
    committee: CommitteeRecord
    standing: StandingRecord
    now: datetime
    today: date
    facts: dict[str, Any] = field(default_factory=dict)
    deadlines: list[RunningClock] = field(default_factory=list)
    enterprise_changes: dict[str, Any] = field(default_factory=dict)
    writes: Writes = field(default_factory=Writes)
    role_holders: Holders | None = None
    note: Text | None = None
    joints: dict[int, JointFacts | None] = field(default_factory=dict)

    @cached_property
    def connection(self) -> Connection:
        return self.session.connection()

    def run(
        self, statement: Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        return self.connection.execute(statement, values)

    def change_enterprise(self, **values: Any) -> None:
        for name, value in values.items():
            setattr(self.enterprise, name, value)
        self.enterprise_changes |= values

    def add(self, statement: Prepared, *rows: Mapping[str, Any]) -> None:
        self.writes.add(statement, *rows)

    def send(self) -> None:
        self.writes.send(self.connection)

    def reload_clocks(self) -> None:
        """Clocks started by this unit of work have a number only once they are written and read again."""
        self.deadlines = _clocks(_STANDING.rows(self.connection, {"this_case": self.case.id}))

    def save(self) -> None:
        """Adds what was changed of the case; its row is locked since it was read."""
        self.add(_SAVE_CASE, {"this_case": self.case.id, **{name: getattr(self.case, name) for name in CHANGING}})
        if self.enterprise_changes:
            mine = _ENTERPRISES.c.id == self.enterprise.id
            self.run(update(_ENTERPRISES).where(mine).values(self.enterprise_changes))
            self.enterprise_changes = {}

    def case_facts(self) -> CaseFacts:
        """What guards look at; costly things are asked only when a guard wants them."""
        case, enterprise = self.case, self.enterprise
        this_case = {"this_case": case.id}
        return CaseFacts(
            state=case.state,
            form=case.form,
            full_members=self.head_count.full_members,
            probationary_members=self.head_count.probationary_members,
            facts=self.facts,
            instructor_id=case.instructor_id,
            submitter_id=case.submitter_id,
            committee_may_approve=self.committee.type in MAY_APPROVE,
            credit_code=enterprise.credit_code,
            employees=enterprise.employees,
            town_id=enterprise.town_id,
            has_instructors=lambda: has_instructors(self.session, case.scope_path, self.today),
            count_visits=lambda: _count(_COUNT_VISITS.rows(self.connection, this_case)),
            list_papers=lambda: frozenset(row.code for row in _PAPER_CODES.rows(self.connection, this_case)),
            count_other_open_cases=lambda: _count(
                _OTHER_CASES.rows(self.connection, {**this_case, "this_enterprise": enterprise.id})
            ),
            list_earlier_states=self.earlier_states,
            read_person=self._person_facts,
            read_calendar=lambda: self.runtime.calendar,
            id=case.id,
            committee_id=case.committee_id,
            own_full_members=enterprise.full_members,
            units=self.units,
            read_joint=self.joint,
            joint_is_founded=lambda: is_founded(self.connection, case.joint_case_id),
            has_chamber_people=lambda: has_chamber_people(self.connection, case, self.today),
        )

    def joint(self, case_id: int) -> JointFacts | None:
        """A case this one is to join, as it was when it was first looked at."""
        if case_id not in self.joints:
            self.joints[case_id] = read_joint(self.connection, case_id)
        return self.joints[case_id]

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The enterprises that joined this one; a case that gathers none asks for none."""
        return units_of(self.connection, self.case.id) if form_of(self.case.form).gathers else ()

    @property
    def head_count(self) -> HeadCounted:
        """Members as they count for this case: the enterprise's own, and those of the units that joined it."""
        return HeadCounted(
            self.enterprise.full_members + sum(unit.full_members for unit in self.units),
            self.enterprise.probationary_members + sum(unit.probationary_members for unit in self.units),
        )

    @cached_property
    def person(self) -> Person | None:
        """Whose case it is; None for the founding of a branch."""
        return self.session.get_one(Person, self.case.person_id) if self.case.person_id is not None else None

    def _person_facts(self) -> PersonFacts:
        if self.person is None:
            return PersonFacts()
        since = self.facts.get("activist_on")
        days, hours = targets_trained(self.session, self.person.id, since)
        return PersonFacts(self.person.born_on, days, hours)

    def earlier_states(self) -> tuple[str, ...]:
        """Open states on the road before the present one that the case has been in, in the order of the road."""
        been_in = {row.to_state for row in _STATES_BEEN_IN.rows(self.connection, {"this_case": self.case.id})}
        here = self.definition.states[self.case.state].order
        return tuple(
            state.code
            for state in self.definition.states.values()
            if state.code in been_in and state.is_open and state.order < here
        )


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does what, when: the part of an action that effects, ledger and notices need."""

    actor: Actor
    held: HeldRole | None
    occurred_on: date
    reason: str | None
    data: dict[str, Any]
    instructor: InstructorFacts | None = None


def load_work(session: Session, runtime: Runtime, case_id: int, now: datetime, today: date, *, lock: bool) -> CaseWork:
    """Reads the case with its enterprise, committee and clocks, locked where it is to be changed."""
    found = read_together(session.connection(), *questions_of(case_id, lock=lock))
    return work_of(session, runtime, case_id, found, now, today)


def questions_of(case_id: int, *, lock: bool) -> tuple[tuple[Prepared, Mapping[str, Any]], ...]:
    """What is read for `work_of`. The case comes first: of the rest counts what stands there once it is locked."""
    this_case = {"this_case": case_id}
    return (_READ_LOCKED if lock else _READ, this_case), (_STANDING, this_case)


def work_of(
    session: Session,
    runtime: Runtime,
    case_id: int,
    found: Sequence[Sequence[Any]],
    now: datetime,
    today: date,
) -> CaseWork:
    """The case of the rows that `questions_of` asked for; raises NotFound where there are none."""
    rows, standing = found
    if not rows:
        raise NotFound("case", case_id)
    row, first, second = rows[0], len(_CASE_COLUMNS), len(_CASE_COLUMNS) + len(_ENTERPRISE_COLUMNS)
    case = CaseRecord(*row[:first])
    return CaseWork(
        session,
        runtime,
        runtime.definition_of(session, case),
        case,
        EnterpriseRecord(*row[first:second]),
        CommitteeRecord(*row[second:]),
        StandingRecord(*standing[0][:3]),
        now,
        today,
        dict(case.facts),
        _clocks(standing),
    )


def _clocks(standing: Sequence[Any]) -> list[RunningClock]:
    return [RunningClock(*row[3:-1]) for row in standing if row.clock_id is not None]


def _count(rows: Sequence[Any]) -> int:
    return int(rows[0].count)


def load_instructor(work: CaseWork, username: str) -> InstructorFacts | None:
    """What guards need to know of a proposed instructor; None where no account has that name."""
    session, case = work.session, work.case
    row = session.execute(
        select(User, InstructorProfile)
        .outerjoin(InstructorProfile, InstructorProfile.user_id == User.id)
        .where(User.username == username.strip().casefold())
    ).first()
    if row is None:
        return None
    user, profile = row
    load = session.scalar(
        select(func.count()).where(
            Case.instructor_id == user.id, Case.id != case.id, Case.finished_on.is_(None), founding()
        )
    )
    areas = areas_of(session, user.id, work.today)
    return InstructorFacts(
        id=user.id,
        is_active=user.is_active,
        is_instructor=profile is not None and bool(areas),
        serves_here=any(case.scope_path.startswith(area) for area in areas),
        is_full_member=profile is not None and profile.is_full_member,
        under_discipline=profile is not None and profile.under_discipline,
        term_from=profile.term_from if profile else None,
        term_to=profile.term_to if profile else None,
        load_cap=profile.load_cap if profile else None,
        load=load or 0,
    )
