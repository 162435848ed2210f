"""What a person needs in view to take one action: the case, the entry, and for a decision what is being decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from workflow.definition.course import Course
from workflow.definition.model import Definition, Transition
from workflow.engine.actors import Actor
from workflow.engine.available import ActionView, views_of
from workflow.engine.examining import attempt_of, permitted_role
from workflow.engine.ranking import Ranked, ranked_for
from workflow.engine.shown import shown_token
from workflow.engine.work import CaseWork
from workflow.errors import TransitionRefused
from workflow.machine import machine_for
from workflow.queries.case_page import CaseHead, case_head
from workflow.queries.checks import Check, checks
from workflow.queries.clocks import Clock, clock_of_step, clocks
from workflow.queries.papers import Paper, papers
from workflow.queries.seen import seen_work
from workflow.queries.setback import Setback, setback
from workflow.queries.settled import remarks, settled
from workflow.queries.timeline import Event, timeline
from workflow.queries.visits import VisitLine, visits
from workflow.runtime import Runtime
from workflow.text import Text

INDEPENDENCE = "decider_is_independent"


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody who decides looks at: what was put forward, papers, conditions, the other answers there are.

    `replaced` are the papers that have a newer version than when it was put forward.
    """

    put_forward: tuple[Event, ...]
    papers: tuple[Paper, ...]
    replaced: frozenset[str]
    checks: tuple[Check, ...]
    visits: tuple[VisitLine, ...]
    settled: tuple[tuple[Text, Text], ...]
    remarks: tuple[Text, ...]
    choices: tuple[ActionView, ...]


@dataclass(frozen=True, slots=True)
class ActionPage:
    """`leads_to` and `tells` are the effect in words; `may_override`: soft conditions can be let pass here.

    `setback` is known on the form of the step that leads on, which answers it. `shown` is the token of what stands on
    the page of a decision.
    """

    head: CaseHead
    clock: Clock | None
    view: ActionView
    actions: tuple[ActionView, ...]
    papers: tuple[Paper, ...]
    instructors: tuple[Ranked, ...]
    leads_to: Text | None
    tells: tuple[Text, ...]
    may_override: bool
    setback: Setback | None
    decision: Decision | None
    shown: str | None


def action_page(session: Session, runtime: Runtime, actor: Actor, case_id: int, action: str) -> ActionPage:
    """Raises NotFound (case or action), NotPermitted (not this person's), TransitionRefused (not in this state)."""
    work = seen_work(session, runtime, actor, case_id)
    transition = machine_for(work.definition).transition(action)
    permitted_role(actor, work, transition)
    actions = tuple(views_of(work, actor))
    view = next((view for view in actions if view.action == action), None)
    if view is None:
        problems = machine_for(work.definition).problems(work.case_facts(), attempt_of(work, transition, None, actor))
        raise TransitionRefused(action, work.case.state, problems)
    asks_for_instructor = any(field.type == "instructor" for field in transition.fields)
    found = papers(work, actor)
    decides = INDEPENDENCE in transition.guards
    versions = runtime.versions(session, work.case.process)
    history = timeline(session, versions, case_id) if decides or view.is_primary else ()
    return ActionPage(
        head=case_head(work),
        clock=clock_of_step(clocks(work)),
        view=view,
        actions=actions,
        papers=found,
        instructors=tuple(ranked_for(work)) if asks_for_instructor else (),
        leads_to=_leads_to(work, transition),
        tells=tuple(_told(work.definition, transition)),
        may_override=actor.may_act_as(work.definition.groups["manager"], work.case, work.committee.path) is not None,
        setback=setback(work.definition, work.case.state, history) if view.is_primary else None,
        decision=_decision(work, transition, actor, actions, found, history) if decides else None,
        shown=shown_token(work) if decides else None,
    )


def _leads_to(work: CaseWork, transition: Transition) -> Text | None:
    states = work.definition.states
    if transition.target in states:
        return states[transition.target].name
    return states[work.case.held_from].name if transition.clocks.resume_all and work.case.held_from else None


def _told(definition: Definition, transition: Transition) -> list[Text]:
    """Who gets word: the groups the action names, and whoever holds the next step."""
    codes = list(transition.tell)
    target = definition.states.get(transition.target)
    if target is not None and target.is_open and target.owner not in codes:
        codes.append(target.owner)
    return [definition.groups[code].name for code in codes]


def _decision(
    work: CaseWork,
    transition: Transition,
    actor: Actor,
    actions: Sequence[ActionView],
    found: tuple[Paper, ...],
    history: Sequence[Event],
) -> Decision:
    steps = put_forward(work, history)
    return Decision(
        put_forward=steps,
        papers=found,
        replaced=frozenset(_replaced(found, steps)),
        checks=checks(work, transition, actor),
        visits=visits(work.session, work.case.id),
        settled=tuple(settled(work.definition, work.facts)),
        remarks=tuple(remarks(work.facts)),
        choices=tuple(sorted(_answers(work.definition, actions), key=lambda view: view.course is not Course.AHEAD)),
    )


def _replaced(found: Iterable[Paper], put_forward: Sequence[Event]) -> Iterator[str]:
    for paper in found if put_forward else ():
        if len(paper.versions) > 1 and paper.versions[0].uploaded_at > put_forward[-1].recorded_at:
            yield paper.code


def _answers(definition: Definition, actions: Sequence[ActionView]) -> list[ActionView]:
    """The decisions this person can choose from; extraordinary ones stand elsewhere."""
    return [
        view
        for view in actions
        if view.course in (Course.AHEAD, Course.OTHER) and INDEPENDENCE in definition.transitions[view.action].guards
    ]


def put_forward(work: CaseWork, history: Sequence[Event]) -> tuple[Event, ...]:
    """What was put before those who decide, oldest first: the steps since their last decision.

    What managers arrange (who is assigned, what is held) is not put forward.
    """
    deciders = work.definition.groups[work.definition.states[work.case.state].owner].roles
    managers = work.definition.groups["manager"].roles
    found: list[Event] = []
    for event in history:
        if event.has_moved and event.role_code in deciders and found:
            break
        if event.has_moved and event.role_code not in {*deciders, *managers}:
            found.append(event)
    return tuple(event for event in reversed(found) if event.answers or event.reason)
