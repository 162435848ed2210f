"""Persons as lists and one by one: where each stands, what comes next, when what is possible at the earliest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from workflow.engine.actors import Actor
from workflow.members.counting import RECEIVED, is_here
from workflow.members.earliest import Milestone, milestones
from workflow.members.numbers import readings
from workflow.members.reach import seen_enterprise, seen_person, visible_persons
from workflow.models import (
    Attendance,
    Case,
    Enterprise,
    Membership,
    Organisation,
    Person,
    PersonReading,
    Standing,
    Training,
    WorkItem,
)
from workflow.models.member import MEMBERS, STANDING_NAMES
from workflow.queries.case_page import CasePage, case_page
from workflow.queries.cursor import Page, read_cursor, write_cursor
from workflow.queries.parameters import Parameters, address_args
from workflow.runtime import Runtime
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class PersonFilter:
    """`q` is a part of the person's or the enterprise's name, `standing` one of the standings; `mine`: in my hands."""

    q: str = ""
    standing: str = ""
    mine: bool = False

    def as_args(self) -> dict[str, str]:
        return address_args(self)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A standing as people choose it."""

    name: Text


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list. `case_id` is the open case; `full_by` the earliest month of full membership."""

    id: int
    name: str
    enterprise_id: int
    enterprise: str
    host: str
    standing: str
    standing_name: Text
    case_id: int | None
    due_on: date | None
    membership: str | None
    valid_until: date | None
    full_by: str | None
    is_here: bool

    @property
    def counts(self) -> bool:
        """Toward the three a branch needs: a full member whose membership has been received, and here."""
        return self.standing == Standing.FULL and self.membership == RECEIVED and self.is_here


@dataclass(frozen=True, slots=True)
class MembershipLine:
    row: Membership
    organisation: str


@dataclass(frozen=True, slots=True)
class TrainingLine:
    training: Training
    days: int
    hours: int
    certificate_no: str | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """`case` is the open case's page, or the newest's where none is open; None where there never was one."""

    person: Person
    standing_name: Text
    enterprise: Enterprise
    host: str
    case: CasePage | None
    case_facts: Mapping[str, object]
    milestones: tuple[Milestone, ...]
    memberships: tuple[MembershipLine, ...]
    trainings: tuple[TrainingLine, ...]
    readings: tuple[tuple[PersonReading, str], ...]

    @property
    def membership(self) -> Membership | None:
        return next((line.row for line in self.memberships if line.row.ended_on is None), None)


@dataclass(frozen=True, slots=True)
class Roster:
    """The members of an enterprise (花名册), and how many of them count."""

    enterprise: Enterprise
    members: tuple[PersonLine, ...]
    others: tuple[PersonLine, ...]

    @property
    def counting(self) -> int:
        return sum(line.counts for line in self.members)


def read_person_filter(args: Mapping[str, str]) -> PersonFilter:
    """Raises InvalidInput naming each bad parameter."""
    given = Parameters(args)
    choices = {str(code): _Standing(name) for code, name in STANDING_NAMES.items()}
    wanted = PersonFilter(given.word("q"), given.code("standing", choices), given.flag("mine"))
    given.require_sound()
    return wanted


def list_persons(
    session: Session, runtime: Runtime, actor: Actor, wanted: PersonFilter, *, cursor: str = "", limit: int = 50
) -> Page[PersonLine]:
    """In the order in which they were registered. Raises InvalidInput for a cursor that is not one of ours."""
    chosen = [visible_persons(actor), *_conditions(wanted, actor)]
    total = session.scalar(select(func.count()).select_from(Person).where(*chosen)) or 0
    query = select(Person.id).where(*chosen).order_by(Person.id).limit(limit + 1)
    if cursor:
        query = query.where(Person.id > read_cursor(cursor)[1])
    ids = session.scalars(query).all()
    following = write_cursor("person", ids[limit - 1]) if len(ids) > limit else None
    return Page(_lines(session, runtime, Person.id.in_(ids[:limit])), following, total)


def _conditions(wanted: PersonFilter, actor: Actor) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.q:
        firms = select(Enterprise.id).where(Enterprise.name.contains(wanted.q, autoescape=True))
        found.append(Person.name.contains(wanted.q, autoescape=True) | Person.employer_id.in_(firms))
    if wanted.standing:
        found.append(Person.standing == wanted.standing)
    if wanted.mine:
        found.append(Person.id.in_(select(Case.person_id).where(Case.instructor_id == actor.id)))
    return found


def roster(session: Session, runtime: Runtime, actor: Actor, enterprise_id: int) -> Roster:
    """Raises NotFound where the enterprise's persons are none of the actor's business."""
    enterprise = seen_enterprise(session, actor, enterprise_id)
    lines = _lines(session, runtime, Person.employer_id == enterprise.id)
    members = tuple(line for line in lines if line.standing in MEMBERS)
    return Roster(enterprise, members, tuple(line for line in lines if line.standing not in MEMBERS))


def _lines(session: Session, runtime: Runtime, which: ColumnElement[bool]) -> tuple[PersonLine, ...]:
    host, chamber, body = aliased(Organisation), aliased(Organisation), aliased(Organisation)
    rows = session.execute(
        select(Person, Enterprise.name, host.name, Case, WorkItem.due_on, Membership, body.path, chamber.path)
        .join(Enterprise, Enterprise.id == Person.employer_id)
        .join(chamber, chamber.id == Enterprise.chamber_id)
        .join(host, host.id == Person.host_id)
        .outerjoin(Case, (Case.person_id == Person.id) & Case.finished_on.is_(None))
        .outerjoin(WorkItem, (WorkItem.case_id == Case.id) & WorkItem.closed_at.is_(None))
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.ended_on.is_(None))
        .outerjoin(body, body.id == Membership.organisation_id)
        .where(which)
        .order_by(Person.id)
    )
    found = []
    for person, enterprise, host_name, case, due_on, membership, body_path, chamber_path in rows:
        ahead = _ahead(runtime, case)
        found.append(
            PersonLine(
                id=person.id,
                name=person.name,
                enterprise_id=person.employer_id,
                enterprise=enterprise,
                host=host_name,
                standing=person.standing,
                standing_name=STANDING_NAMES[Standing(person.standing)],
                case_id=case.id if case else None,
                due_on=due_on,
                membership=membership.status if membership else None,
                valid_until=membership.valid_until if membership else None,
                full_by=ahead[-1].month if ahead else None,
                is_here=body_path is not None and is_here(body_path, chamber_path),
            )
        )
    return tuple(found)


def _ahead(runtime: Runtime, case: Case | None) -> tuple[Milestone, ...]:
    if case is None or case.finished_on is not None:
        return ()
    return milestones(case.state, case.facts, runtime.rules, runtime.calendar, runtime.today())


def person_page(session: Session, runtime: Runtime, actor: Actor, person_id: int) -> PersonPage:
    """Raises NotFound where there is none, or the actor may not know of them."""
    person = seen_person(session, actor, person_id)
    newest = select(Case).where(Case.person_id == person.id).order_by(Case.finished_on.is_(None).desc(), Case.id.desc())
    case = session.scalars(newest.limit(1)).first()
    seen = case is not None and actor.sees(case)
    return PersonPage(
        person=person,
        standing_name=STANDING_NAMES[Standing(person.standing)],
        enterprise=session.get_one(Enterprise, person.employer_id),
        host=session.get_one(Organisation, person.host_id).name,
        case=case_page(session, runtime, actor, case.id) if case is not None and seen else None,
        case_facts=case.facts if case is not None else {},
        milestones=_ahead(runtime, case),
        memberships=tuple(_memberships(session, person.id)),
        trainings=tuple(_trainings(session, person.id)),
        readings=tuple(readings(session, person.id)),
    )


def _memberships(session: Session, person_id: int) -> list[MembershipLine]:
    rows = session.execute(
        select(Membership, Organisation.name)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.person_id == person_id)
        .order_by(Membership.id.desc())
    )
    return [MembershipLine(row[0], row[1]) for row in rows]


def _trainings(session: Session, person_id: int) -> list[TrainingLine]:
    rows = session.execute(
        select(Training, Attendance)
        .join(Attendance, Attendance.training_id == Training.id)
        .where(Attendance.person_id == person_id)
        .order_by(Training.from_on.desc(), Training.id.desc())
    )
    return [TrainingLine(t, a.days, a.hours, a.certificate_no) for t, a in rows]


def hosts_for(session: Session, enterprise: Enterprise) -> list[Organisation]:
    """Bodies that can be the host of its persons: its branch, its chamber, and those above (domain 4.5)."""
    chamber = session.get_one(Organisation, enterprise.chamber_id)
    above = [int(part) for part in chamber.path.strip("/").split("/")]
    ids = [enterprise.branch_id, *reversed(above)]
    found = {body.id: body for body in session.scalars(select(Organisation).where(Organisation.id.in_(ids)))}
    return [found[number] for number in ids if number in found]
