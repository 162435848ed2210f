"""Registering a person: an applicant with a case of their own, or a member for the roster (花名册)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.actors import Actor, HeldRole, load_actor
from workflow.engine.command import Command
from workflow.engine.opening_persons import open_person_case
from workflow.engine.perform import perform_within
from workflow.errors import InvalidInput
from workflow.ledger import digest
from workflow.members.hand import Hand, take_in_hand
from workflow.members.letters import Letter, letter_faults, membership_of
from workflow.members.numbers import IDENTITY, Numbers, same_identity, set_numbers
from workflow.members.reach import recording_role, seen_enterprise, visible_persons
from workflow.models import Enterprise, Organisation, Person, Standing
from workflow.models.member import MEMBERS
from workflow.people.once import Answer, Request, answer_once
from workflow.runtime import Runtime
from workflow.seats import PARTY_BODIES
from workflow.text import Text

RECORDERS = ("instructor", "clerk", "approver", "org_dept", "social_work")
LONGEST = 60


@dataclass(frozen=True, slots=True)
class NewPerson:
    """`standing` full or probationary: a member for the roster; registered: a case is opened, and with `applied_on` the
    application is recorded. No `host_id`: the enterprise's own branch, or its chamber while there is none.
    """

    name: str
    enterprise_id: int
    standing: str = Standing.REGISTERED
    host_id: int | None = None
    post: str = ""
    born_on: date | None = None
    identity: str = ""
    phone: str = ""
    applied_on: date | None = None
    joined_on: date | None = None
    full_on: date | None = None
    letter: Letter | None = None

    @property
    def is_member(self) -> bool:
        return self.standing in MEMBERS


def register_person(runtime: Runtime, actor_id: int, wanted: NewPerson, key: str | None = None) -> Answer:
    """Answers the numbers of the person and, where one was opened, of the case.

    Raises NotPermitted, NotFound (enterprise), InvalidInput naming all that stands against it: that the person is
    registered already among others. Nothing is kept then.
    """
    numbers = Numbers.read(wanted.identity, wanted.phone)

    def act(session: Session, now: datetime) -> dict[str, Any]:
        actor = load_actor(session, actor_id, local_day(now))
        held = recording_role(actor, "register_person", *RECORDERS)
        enterprise = seen_enterprise(session, actor, wanted.enterprise_id)
        hand = take_in_hand(session, runtime, actor, enterprise, now)
        host = _host(session, wanted, hand.enterprise)
        faults = {
            **dict(_plain_faults(wanted, hand.today)),
            **numbers.faults(),
            **(letter_faults(runtime, wanted.letter, hand.today) if wanted.letter else {}),
            **({} if host is not None else {"host_id": NO_HOST}),
        }
        if not faults:
            faults = dict(_known_already(session, runtime, actor, wanted, numbers))
        if faults or host is None:
            raise InvalidInput(faults)
        return _register(session, runtime, hand, host, wanted, numbers, held)

    # What is kept with the key holds no number in the clear.
    content = {**asdict(wanted), "identity": digest(numbers.identity), "phone": digest(numbers.phone)}
    return answer_once(runtime, Request(actor_id, key, {"register_person": content}), act)


NO_HOST = Text("没有这个党组织，或它不能承接培养", "There is no such Party organisation to be the host")


def _host(session: Session, wanted: NewPerson, enterprise: Enterprise) -> Organisation | None:
    body = session.get(Organisation, wanted.host_id or enterprise.branch_id or enterprise.chamber_id)
    return body if body is not None and body.type in PARTY_BODIES else None


def _plain_faults(wanted: NewPerson, today: date) -> Iterator[tuple[str, Text]]:
    if not wanted.name.strip() or len(wanted.name) > LONGEST:
        yield "name", Text(f"请填写姓名（最长 {LONGEST} 字）", f"Enter the name (at most {LONGEST} characters)")
    if wanted.standing not in {Standing.REGISTERED, *MEMBERS}:
        yield "standing", Text("应为申请人、预备党员或正式党员", "must be registered, probationary or full")
    for name in ("born_on", "applied_on", "joined_on", "full_on"):
        day = getattr(wanted, name)
        if day is not None and day > today:
            yield name, Text(f"日期 {day} 晚于今天", f"The day {day} is later than today")
    if wanted.is_member and wanted.joined_on is None:
        yield "joined_on", Text("请填写入党日期", "Enter the day of joining")
    if wanted.standing == Standing.FULL and wanted.joined_on and (wanted.full_on or today) < wanted.joined_on:
        yield "full_on", Text("转正日期早于入党日期", "The day of turning full is before that of joining")
    if not wanted.is_member and (wanted.letter or wanted.joined_on):
        yield "standing", Text("申请人没有组织关系", "An applicant has no membership to be transferred")


def _known_already(
    session: Session, runtime: Runtime, actor: Actor, wanted: NewPerson, numbers: Numbers
) -> Iterator[tuple[str, Text]]:
    same = same_identity(session, runtime, numbers.identity)
    if same is not None:
        seen = session.scalar(select(Person.id).where(Person.id == same.id, visible_persons(actor))) is not None
        where = session.get_one(Organisation, same.host_id).name
        zh, en = (f"“{where}”", where) if seen else ("其他党组织", "another organisation")
        yield (
            IDENTITY,
            Text(
                f"该身份证号已登记，组织关系或培养在{zh}：一人不能同时在两个支部，请办理转接",
                f"This identity number is registered already, with {en}: nobody is in two branches, transfer instead",
            ),
        )
    alike = select(Person.id).where(
        Person.employer_id == wanted.enterprise_id, Person.name == wanted.name.strip(), Person.born_on == wanted.born_on
    )
    if same is None and session.scalar(alike.limit(1)) is not None:
        yield (
            "name",
            Text("该企业已登记同名同生日的人员", "The enterprise has this name with this day of birth already"),
        )


def _register(
    session: Session,
    runtime: Runtime,
    hand: Hand,
    host: Organisation,
    wanted: NewPerson,
    numbers: Numbers,
    held: HeldRole,
) -> dict[str, Any]:
    person = Person(
        name=wanted.name.strip(),
        employer_id=hand.enterprise.id,
        host_id=host.id,
        standing=wanted.standing,
        post=wanted.post.strip()[:LONGEST] or None,
        born_on=wanted.born_on,
        joined_on=wanted.joined_on,
        full_on=wanted.full_on,
        created_by=hand.actor.id,
        created_at=hand.now,
        updated_at=hand.now,
    )
    session.add(person)
    session.flush()
    set_numbers(runtime, person, numbers)
    if wanted.letter is not None:
        session.add(membership_of(person, host, wanted.letter, hand.actor.id, hand.now))
    answer: dict[str, Any] = {"person_id": person.id, "case_id": None}
    if not wanted.is_member:
        answer["case_id"] = open_person_case(session, runtime, person, actor_id=hand.actor.id, held=held, now=hand.now)
    hand.settle(held)
    if answer["case_id"] is not None and wanted.applied_on is not None:
        session.flush()
        data = {"applied_on": wanted.applied_on.isoformat()}
        command = Command(answer["case_id"], "apply", hand.actor.id or 0, data=data)
        with session.no_autoflush:
            perform_within(session, runtime, command, hand.now)
    return answer
