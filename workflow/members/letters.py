"""Membership transfer (组织关系转接): the letter goes out, the membership arrives, and only then a member counts.

A letter is good for ninety days at most (domain 7.5). A person's membership is at one place at a time.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.actors import load_actor
from workflow.errors import InvalidInput, NotFound
from workflow.members.counting import IN_TRANSIT, RECEIVED
from workflow.members.hand import take_in_hand
from workflow.members.reach import recording_role, seen_person
from workflow.models import Enterprise, Membership, Organisation, Person
from workflow.models.member import MEMBERS
from workflow.people.once import Answer, Request, answer_once
from workflow.runtime import Runtime
from workflow.seats import PARTY_BODIES
from workflow.text import Text

RULE = "transfer_letter_days"
RECORDERS = ("instructor", "clerk", "approver", "org_dept", "social_work")
# That a membership has arrived is for the receiving committee to say, not for the instructor (domain 10).
RECEIVERS = ("clerk", "approver", "org_dept")
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of introduction (介绍信); with `received_on` the membership has arrived already."""

    from_name: str = ""
    letter_no: str = ""
    letter_on: date | None = None
    valid_until: date | None = None
    received_on: date | None = None


def letter_faults(runtime: Runtime, letter: Letter, today: date) -> dict[str, Text]:
    found: dict[str, Text] = {}
    if letter.received_on is not None and letter.received_on > today:
        found["received_on"] = Text("接收日期晚于今天", "The day of receipt is later than today")
    if letter.letter_on is None:
        if letter.received_on is None:
            found["letter_on"] = Text("请填写介绍信开出日期", "Enter the day of the letter")
        return found
    if letter.letter_on > today:
        found["letter_on"] = Text("介绍信日期晚于今天", "The letter is dated later than today")
    if not letter.from_name.strip() or not letter.letter_no.strip():
        found["letter_no"] = Text(
            "请填写转出组织和介绍信编号", "Enter the organisation it comes from and the letter's number"
        )
    found |= _validity(runtime, letter.letter_on, letter.valid_until or letter.letter_on, letter.received_on)
    return found


def _validity(runtime: Runtime, sent: date, until: date, received: date | None) -> dict[str, Text]:
    rule = runtime.rules.at(RULE, sent)
    latest = sent + timedelta(days=rule.value)
    if not sent <= until <= latest:
        return {
            "valid_until": Text(
                f"有效期至 {until}：应在 {sent} 与 {latest} 之间（{rule.clause.zh}）",
                f"Valid until {until}: it must be between {sent} and {latest} ({rule.clause.en})",
            )
        }
    if received is not None and not sent <= received <= until:
        return {
            "received_on": Text(
                f"接收日期 {received} 不在介绍信有效期 {sent} 至 {until} 内：过期的须重新开具（{rule.clause.zh}）",
                f"Received on {received}, outside the letter's {sent} to {until}: a lapsed one is issued anew"
                f" ({rule.clause.en})",
            )
        }
    return {}


def membership_of(person: Person, body: Organisation, letter: Letter, by: int | None, now: datetime) -> Membership:
    return Membership(
        person_id=person.id,
        organisation_id=body.id,
        status=RECEIVED if letter.received_on else IN_TRANSIT,
        from_name=letter.from_name.strip()[:LONGEST] or None,
        letter_no=letter.letter_no.strip()[:LONGEST] or None,
        letter_on=letter.letter_on,
        valid_until=letter.valid_until or letter.letter_on,
        received_on=letter.received_on,
        recorded_by=by,
        recorded_at=now,
    )


def open_membership(session: Session, person_id: int) -> Membership | None:
    mine = (Membership.person_id == person_id) & Membership.ended_on.is_(None)
    return session.scalars(select(Membership).where(mine)).first()


def send_letter(
    runtime: Runtime, actor_id: int, person_id: int, to_id: int, letter: Letter, key: str | None = None
) -> Answer:
    """Records that a member's membership is on its way to a body. Raises NotFound, NotPermitted, InvalidInput.

    Where the membership is in another branch, only that branch can have issued the letter: nobody is in two branches.
    """

    def act(session: Session, now: datetime) -> dict[str, Any]:
        actor = load_actor(session, actor_id, local_day(now))
        held = recording_role(actor, "send_letter", *RECORDERS)
        person = seen_person(session, actor, person_id)
        hand = take_in_hand(session, runtime, actor, session.get_one(Enterprise, person.employer_id), now)
        body, present = session.get(Organisation, to_id), open_membership(session, person_id)
        faults = letter_faults(runtime, letter, hand.today) | _transfer_faults(session, person, body, present, letter)
        if faults or body is None:
            raise InvalidInput(faults)
        if present is not None:
            present.ended_on, present.ended_why = letter.letter_on, f"{body.name} {letter.letter_no}"
            session.flush()
        made = membership_of(person, body, letter, actor.id, now)
        session.add(made)
        person.host_id, person.updated_at = body.id, now
        hand.settle(held)
        return {"membership_id": made.id}

    content = {"send_letter": person_id, "to": to_id, **asdict(letter)}
    return answer_once(runtime, Request(actor_id, key, content), act)


def _transfer_faults(
    session: Session, person: Person, body: Organisation | None, present: Membership | None, letter: Letter
) -> dict[str, Text]:
    if body is None or body.type not in PARTY_BODIES:
        return {"to": Text("没有这个党组织", "There is no such Party organisation")}
    if person.standing not in MEMBERS:
        return {"person": Text(f"{person.name}还不是党员，没有组织关系可转", f"{person.name} is no member yet")}
    if present is None:
        return {}
    where = session.get_one(Organisation, present.organisation_id).name
    if present.status == IN_TRANSIT:
        return {
            "person": Text(
                f"{person.name}的组织关系正在转往“{where}”：先接收或作废那份介绍信",
                f"{person.name}'s membership is on its way to {where} already: receive or void that letter first",
            )
        }
    if letter.from_name.strip() != where:
        return {
            "from_name": Text(
                f"{person.name}的组织关系在“{where}”，一人不能同时在两个支部：介绍信须由“{where}”开出",
                f"{person.name}'s membership is with {where}, and nobody is in two branches:"
                f" the letter comes from {where}",
            )
        }
    if present.received_on and letter.letter_on and letter.letter_on < present.received_on:
        return {
            "letter_on": Text(
                f"介绍信 {letter.letter_on} 早于组织关系转入 {present.received_on}",
                f"The letter of {letter.letter_on} is before the membership came in on {present.received_on}",
            )
        }
    return {}


def receive_membership(
    runtime: Runtime, actor_id: int, membership_id: int, received_on: date, receipt_no: str, key: str | None = None
) -> Answer:
    """The membership has arrived, and the member counts. Raises NotFound, NotPermitted, InvalidInput."""

    def act(session: Session, now: datetime) -> dict[str, Any]:
        actor = load_actor(session, actor_id, local_day(now))
        held = recording_role(actor, "receive_membership", *RECEIVERS)
        hand, membership = _of(session, runtime, actor_id, membership_id, now)
        if membership.status != IN_TRANSIT or membership.ended_on is not None:
            raise InvalidInput({"membership": Text("这份介绍信已经办结", "This letter is settled already")})
        if received_on > hand.today:
            raise InvalidInput({"received_on": Text("接收日期晚于今天", "The day of receipt is later than today")})
        if membership.letter_on is not None and membership.valid_until is not None:
            faults = _validity(runtime, membership.letter_on, membership.valid_until, received_on)
            if faults:
                raise InvalidInput(faults)
        membership.status, membership.received_on = RECEIVED, received_on
        membership.receipt_no = receipt_no.strip()[:LONGEST] or None
        hand.settle(held)
        return {"membership_id": membership.id}

    content = {"receive_membership": membership_id, "on": received_on, "receipt_no": receipt_no}
    return answer_once(runtime, Request(actor_id, key, content), act)


def end_membership(
    runtime: Runtime, actor_id: int, membership_id: int, ended_on: date, why: str, key: str | None = None
) -> Answer:
    """A letter is void, or the member has left for a body outside: the row is closed with its reason, never removed."""

    def act(session: Session, now: datetime) -> dict[str, Any]:
        actor = load_actor(session, actor_id, local_day(now))
        held = recording_role(actor, "end_membership", *RECORDERS)
        hand, membership = _of(session, runtime, actor_id, membership_id, now)
        faults = {}
        if membership.ended_on is not None:
            faults["membership"] = Text("已经办结", "It is settled already")
        if not why.strip():
            faults["why"] = Text("请写明去向或作废原因", "Say where to, or why it is void")
        begun = membership.received_on or membership.letter_on
        if ended_on > hand.today or (begun is not None and ended_on < begun):
            faults["ended_on"] = Text("日期应在转入之后、今天之前", "The day must be after it came in and not ahead")
        if faults:
            raise InvalidInput(faults)
        membership.ended_on, membership.ended_why = ended_on, why.strip()[:LONGEST]
        hand.settle(held)
        return {"membership_id": membership.id}

    content = {"end_membership": membership_id, "on": ended_on, "why": why}
    return answer_once(runtime, Request(actor_id, key, content), act)


def _of(session: Session, runtime: Runtime, actor_id: int, membership_id: int, now: datetime) -> Any:
    actor = load_actor(session, actor_id, local_day(now))
    membership = session.get(Membership, membership_id)
    if membership is None:
        raise NotFound("membership", membership_id)
    person = seen_person(session, actor, membership.person_id)
    hand = take_in_hand(session, runtime, actor, session.get_one(Enterprise, person.employer_id), now)
    session.refresh(membership)
    return hand, membership
