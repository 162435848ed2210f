"""Everything the page of one case shows, for one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflow.casefile.handing_over import may_export
from workflow.definition.course import due_steps
from workflow.engine.actors import Actor
from workflow.engine.available import ActionView, views_of
from workflow.engine.examining import attempt_of
from workflow.engine.perform import SYSTEM_ACTOR
from workflow.engine.work import CaseWork
from workflow.gestures import GestureView, gestures_of
from workflow.guards import Problem
from workflow.incidents import is_under_check
from workflow.machine import machine_for
from workflow.models import User
from workflow.queries.chain import Step, steps
from workflow.queries.clocks import Clock, clock_of_step, clocks
from workflow.queries.deliveries import CaseDeliveries, newest_deliveries
from workflow.queries.joint import JointTotal, joint_total
from workflow.queries.papers import Paper, papers
from workflow.queries.parties import Parties, parties
from workflow.queries.round_page import QuestionLine, RoundPage, questions, round_page
from workflow.queries.routes import Route, Source, routes, source_of
from workflow.queries.seen import seen_work
from workflow.queries.sessions import CaseSession, sessions_of_case
from workflow.queries.setback import Setback, setback
from workflow.queries.settled import remarks, settled
from workflow.queries.timeline import Event, timeline
from workflow.queries.told import Told, told_of
from workflow.queries.visits import VisitLine, visits
from workflow.runtime import Runtime
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Figures:
    """The enterprise in numbers, as last counted; `joint` where other units joined its case."""

    name: str
    credit_code: str
    employees: int | None
    full_members: int
    probationary_members: int
    activists: int
    applicants: int
    members_in_transit: int
    joint: JointTotal | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """What the case waits for, whoever is looking: the action, who takes it, what is still in its way."""

    action: str
    label: Text
    by: Text
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class CaseHead:
    """Where a case stands: what every page about it says first."""

    id: int
    version: int
    state: str
    state_name: Text
    stage: str
    is_open: bool
    since: datetime
    finished_on: date | None
    figures: Figures
    parties: Parties
    enterprise_id: int
    # Whose case it is where it is a person's.
    person_id: int | None = None
    person: str | None = None
    source: Source | None = None

    @property
    def subject(self) -> str:
        """What the case is of, as the title of its pages."""
        return self.person or self.figures.name


@dataclass(frozen=True, slots=True)
class CasePage:
    head: CaseHead
    steps: tuple[Step, ...]
    clock: Clock | None
    clocks: tuple[Clock, ...]
    no_deadline: Text | None
    next: NextStep | None
    setback: Setback | None
    actions: tuple[ActionView, ...]
    papers: tuple[Paper, ...]
    visits: tuple[VisitLine, ...]
    settled: tuple[tuple[Text, Text], ...]
    remarks: tuple[Text, ...]
    told: Told | None
    sessions: tuple[CaseSession, ...]
    history: tuple[Event, ...]
    round: RoundPage | None
    questions: tuple[QuestionLine, ...]
    gestures: tuple[GestureView, ...]
    claimed_by: str | None
    may_export: bool
    deliveries: CaseDeliveries
    is_under_check: bool
    routes: tuple[Route, ...] = ()

    @property
    def last_move(self) -> Event:
        """The entry by which the case came where it stands."""
        return next(event for event in self.history if event.has_moved)

    @property
    def other_clock(self) -> Clock | None:
        """The next clock that runs, where the step's own was stopped (the first visit is made, the next one is due)."""
        return next((c for c in self.clocks if not c.is_paused), None) if self.clock is None else None

    def also_late(self, today: date) -> tuple[Clock, ...]:
        """Running clocks beside the one that stands as the due day, as far as they are overdue."""
        named = self.clock or self.other_clock
        return tuple(c for c in self.clocks if c is not named and not c.is_paused and c.due_on < today)


def case_page(session: Session, runtime: Runtime, actor: Actor, case_id: int) -> CasePage:
    """Raises NotFound where there is no such case or the person may not see it."""
    work = seen_work(session, runtime, actor, case_id)
    definition, state = work.definition, work.definition.states[work.case.state]
    actions = tuple(view for view in views_of(work, actor) if view.allowed or state.is_open)
    deliveries = newest_deliveries(session, case_id)
    history = timeline(session, runtime.versions(session, work.case.process), case_id)
    # Of several entries of one moment the first one is the cause.
    causes = {event.recorded_at: event.label for event in sorted(history, key=lambda event: -event.seq)}
    running = clocks(work, causes)
    return CasePage(
        head=case_head(work),
        steps=steps(definition, work.case.state, history),
        clock=clock_of_step(running),
        clocks=running,
        no_deadline=state.no_deadline,
        next=_next_step(work, actions),
        setback=setback(definition, work.case.state, history),
        actions=actions,
        papers=papers(work, actor),
        visits=visits(session, case_id),
        settled=tuple(settled(definition, work.facts)),
        remarks=tuple(remarks(work.facts)),
        told=told_of(deliveries),
        sessions=tuple(sessions_of_case(session, case_id)),
        history=history,
        round=round_page(work),
        questions=questions(work),
        gestures=tuple(gestures_of(work, actor)),
        claimed_by=_name_of(session, work.standing.claimed_by),
        may_export=may_export(work, actor),
        deliveries=deliveries,
        is_under_check=is_under_check(session, case_id),
        routes=routes(work),
    )


def _name_of(session: Session, user_id: int | None) -> str | None:
    return session.get_one(User, user_id).display_name if user_id else None


def case_head(work: CaseWork) -> CaseHead:
    case, enterprise = work.case, work.enterprise
    state = work.definition.states[case.state]
    return CaseHead(
        id=case.id,
        version=case.version,
        state=state.code,
        state_name=state.name,
        stage=state.stage,
        is_open=state.is_open,
        since=case.state_since,
        finished_on=case.finished_on,
        figures=Figures(
            enterprise.name,
            enterprise.credit_code,
            enterprise.employees,
            enterprise.full_members,
            enterprise.probationary_members,
            enterprise.activists,
            enterprise.applicants,
            enterprise.members_in_transit,
            joint_total(work),
        ),
        parties=parties(work),
        enterprise_id=enterprise.id,
        person_id=case.person_id,
        person=work.person.name if work.person else None,
        source=source_of(work) if case.person_id is None else None,
    )


def _next_step(work: CaseWork, actions: tuple[ActionView, ...]) -> NextStep | None:
    transition = next(iter(due_steps(work.definition, work.case.state, work.facts)), None)
    if transition is None:
        return None
    mine = next((view for view in actions if view.action == transition.action), None)
    if mine is not None:
        found = mine.problems
    else:
        granted = work.facts.get("overrides", {})
        asked = attempt_of(work, transition, None, SYSTEM_ACTOR)
        problems = machine_for(work.definition).problems(work.case_facts(), asked)
        found = tuple(p for p in problems if not (p.soft and p.guard in granted))
    owner = work.definition.groups[transition.by[0]]
    return NextStep(transition.action, transition.label, owner.name, found)
