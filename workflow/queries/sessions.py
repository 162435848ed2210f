"""Sessions of committees, as lists and pages show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from workflow.engine.actors import Actor
from workflow.engine.numbers import sign_of
from workflow.errors import NotFound
from workflow.models import Case, CommitteeSession, Enterprise, Organisation, SessionItem, User
from workflow.models.organisation import MAY_APPROVE
from workflow.queries.decision_papers import papers_of_session
from workflow.runtime import Runtime
from workflow.sessions.acting import OFFICERS, ONLY_READ, is_officer, sees
from workflow.sessions.agenda import waiting_for
from workflow.sessions.deciding import ANSWERS, unobjected
from workflow.sessions.roll import officers
from workflow.sessions.work import SessionWork
from workflow.text import Text

STATUSES: Mapping[str, Text] = {
    "open": Text("筹备和进行中", "open"),
    "closed": Text("已闭会", "closed"),
    "cancelled": Text("已取消", "cancelled"),
}
FATES: Mapping[str, Text] = {
    "moves": Text("通过", "carried"),
    "not_passed": Text("未通过，维持现状", "not carried, stays as it is"),
    "postponed": Text("缓议", "postponed"),
    "undecided": Text("未议，留待下次", "not reached, left for the next session"),
    "refused": Text("不能办理", "cannot be done"),
}


_CHAMBER = aliased(Organisation)
_LINES = (
    select(
        SessionItem,
        Enterprise.name.label("enterprise"),
        _CHAMBER.name.label("chamber"),
        Case.state,
        Case.state_since,
    )
    .join(Case, Case.id == SessionItem.case_id)
    .join(Enterprise, Enterprise.id == Case.enterprise_id)
    .join(_CHAMBER, _CHAMBER.id == Case.chamber_id)
    .order_by(SessionItem.position, SessionItem.id)
)


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in a list."""

    id: int
    body: str
    held_on: date
    place: str
    status: str
    cases: int
    decided: int


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody on the roll."""

    id: int
    user_id: int | None
    name: str
    attendance: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """A case on the agenda, and what was decided on it so far; the end of it once the session is closed.

    `paper` is the entry of the case's history a paper was written on.
    """

    case_id: int
    enterprise: str
    chamber: str
    state: str
    state_name: Text
    since: datetime
    has_moved: bool
    answer: str | None
    reason: str | None
    yes: int | None
    no: int | None
    abstain: int | None
    reply_no: str | None
    action: Text | None
    tally: Mapping[str, Any] | None
    paper: int | None

    @property
    def answer_words(self) -> Text | None:
        return ANSWERS[self.answer] if self.answer else None

    @property
    def fate(self) -> Text | None:
        return FATES[self.tally["fate"]] if self.tally else None


@dataclass(frozen=True, slots=True)
class SessionPage:
    """`waiting`: cases that could still be put on; `unobjected`: undecided ones nothing stands against."""

    id: int
    version: int
    body_id: int
    body: str
    held_on: date
    place: str
    chair: str
    recorder: str
    status: str
    closed_at: datetime | None
    closed_by: str | None
    is_officer: bool
    seats: tuple[Seat, ...]
    ought: int
    attending: int
    quorum: int
    quorum_clause: Text
    has_quorum: bool
    agenda: tuple[AgendaLine, ...]
    waiting: int
    unobjected: int
    sign: str | None

    @property
    def is_open(self) -> bool:
        return self.status == "open"

    @property
    def undecided(self) -> int:
        return sum(line.answer is None for line in self.agenda)


def visible_sessions(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Organisation`, by the rule of `sessions.acting.sees`."""
    own = {held.organisation_id for held in actor.roles if held.role in OFFICERS}
    areas = {held.scope_path for held in actor.roles if held.role in ONLY_READ}
    conditions: list[ColumnElement[bool]] = [Organisation.path.startswith(p, autoescape=True) for p in sorted(areas)]
    if own:
        conditions.append(Organisation.id.in_(own))
    return or_(*conditions) if conditions else false()


def list_sessions(session: Session, actor: Actor, *, limit: int = 100) -> list[SessionLine]:
    """The newest first: open ones on top."""
    rows = session.execute(
        select(CommitteeSession, Organisation.name, func.count(SessionItem.id), func.count(SessionItem.answer))
        .join(Organisation, Organisation.id == CommitteeSession.organisation_id)
        .outerjoin(SessionItem, SessionItem.session_id == CommitteeSession.id)
        .where(visible_sessions(actor))
        .group_by(CommitteeSession.id, Organisation.name)
        .order_by(CommitteeSession.status != "open", CommitteeSession.held_on.desc(), CommitteeSession.id.desc())
        .limit(limit)
    )
    return [
        SessionLine(one.id, body, one.held_on, one.place, one.status, cases, decided)
        for one, body, cases, decided in rows
    ]


def own_committees(session: Session, actor: Actor) -> Sequence[Organisation]:
    """The committees the person may call to a session."""
    own = {held.organisation_id for held in actor.roles if held.role in OFFICERS}
    query = select(Organisation).where(Organisation.id.in_(own), Organisation.type.in_(MAY_APPROVE))
    return session.scalars(query.order_by(Organisation.id)).all()


def seen_session(session: Session, runtime: Runtime, actor: Actor, session_id: int) -> SessionWork:
    """Raises NotFound where there is no such session or the person may not see it."""
    record = session.get(CommitteeSession, session_id)
    body = session.get(Organisation, record.organisation_id) if record else None
    if record is None or body is None or not sees(actor, body):
        raise NotFound("session", session_id)
    return SessionWork(session, runtime, actor, record, body, runtime.now(), runtime.today())


def session_page(work: SessionWork) -> SessionPage:
    """Everything the page of a session shows."""
    record, present, rule = work.record, work.present, work.quorum_rule
    closer = work.session.get(User, record.closed_by) if record.closed_by else None
    is_open = record.status == "open"
    return SessionPage(
        id=record.id,
        version=record.version,
        body_id=work.body.id,
        body=work.body.name,
        held_on=record.held_on,
        place=record.place,
        chair=record.chair,
        recorder=record.recorder,
        status=record.status,
        closed_at=record.closed_at,
        closed_by=closer.display_name if closer else None,
        is_officer=is_officer(work.actor, work.body),
        seats=tuple(Seat(s.id, s.user_id, s.name, s.attendance, s.reason) for s in work.seats),
        ought=present.ought,
        attending=present.attending,
        quorum=present.quorum(rule.value),
        quorum_clause=rule.clause,
        has_quorum=present.has_quorum(rule.value),
        agenda=tuple(agenda(work)),
        waiting=_count_waiting(work) if is_open else 0,
        unobjected=len(unobjected(work)) if is_open else 0,
        sign=sign_of(work.session, record.organisation_id),
    )


def agenda(work: SessionWork) -> list[AgendaLine]:
    """The lines of the agenda in order; two queries at most."""
    versions = work.runtime.versions(work.session)
    actions = versions.current.transitions
    rows = work.session.execute(_LINES.where(SessionItem.session_id == work.record.id)).all()
    cases = [row.SessionItem.case_id for row in rows]
    decided = papers_of_session(work.session, work.record.id, cases) if work.record.status == "closed" else {}
    return [
        AgendaLine(
            case_id=item.case_id,
            enterprise=row.enterprise,
            chamber=row.chamber,
            state=row.state,
            state_name=versions.state_name(row.state),
            since=row.state_since,
            has_moved=item.is_open and row.state_since != item.case_since,
            answer=item.answer,
            reason=item.reason,
            yes=item.yes,
            no=item.no,
            abstain=item.abstain,
            reply_no=item.reply_no,
            action=actions[item.action].label if item.action in actions else None,
            tally=item.tally,
            paper=decided.get(item.case_id),
        )
        for row in rows
        for item in [row.SessionItem]
    ]


def _count_waiting(work: SessionWork) -> int:
    condition = waiting_for(work.runtime.versions(work.session), work.record.organisation_id)
    return work.session.scalar(select(func.count()).select_from(Case).where(condition)) or 0


@dataclass(frozen=True, slots=True)
class RollChoice:
    """An account of the committee that can stand on the roll."""

    user_id: int
    name: str
    is_on: bool


def roll_choices(work: SessionWork) -> tuple[list[RollChoice], list[str]]:
    """The accounts of the committee, and the members without account who are on the roll now."""
    on = {seat.user_id for seat in work.seats}
    people = officers(work.session, work.record.organisation_id, work.today)
    return (
        [RollChoice(user.id, user.display_name, user.id in on) for user in people],
        [seat.name for seat in work.seats if seat.user_id is None],
    )


@dataclass(frozen=True, slots=True)
class CaseSession:
    """A session a case was or is before."""

    id: int
    held_on: date
    status: str
    fate: Text | None


def sessions_of_case(session: Session, case_id: int) -> list[CaseSession]:
    """Newest first; the caller has made sure that the person may see the case."""
    rows = session.execute(
        select(CommitteeSession.id, CommitteeSession.held_on, CommitteeSession.status, SessionItem.tally)
        .join(SessionItem, SessionItem.session_id == CommitteeSession.id)
        .where(SessionItem.case_id == case_id, CommitteeSession.status != "cancelled")
        .order_by(CommitteeSession.id.desc())
    )
    return [CaseSession(r.id, r.held_on, r.status, FATES[r.tally["fate"]] if r.tally else None) for r in rows]
