"""One case: where it stands, who holds it, what the caller can do about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pydantic import Field

from web.actor import actor
from web.api.blueprint import bp, documented
from web.api.shapes import Shape, Words, shaped
from web.context import reading, runtime
from workflow.engine.available import ActionView, views_of
from workflow.engine.shown import shown_token
from workflow.gestures import GestureView, gestures_of
from workflow.guards import Problem
from workflow.incidents import is_under_check
from workflow.queries.case_page import case_head
from workflow.queries.clocks import clocks
from workflow.queries.seen import seen_work


class JointShape(Shape):
    """The members that count for a joint branch: those of all its units together."""

    units: int = Field(description="Enterprises, the lead unit among them.")
    full_members: int
    probationary_members: int


class FiguresShape(Shape):
    """The enterprise in numbers, as last counted: its own, also where it leads a joint branch."""

    name: str
    credit_code: str
    employees: int | None
    full_members: int
    probationary_members: int
    activists: int
    applicants: int
    members_in_transit: int
    joint: JointShape | None = Field(description="The joint total, where other units joined this case.")


class PartiesShape(Shape):
    """`holders` are the people who can take the next step; `holding` the group or body they act for."""

    chamber: str
    town: str
    committee: str
    instructor: str | None
    holding: Words | None
    holders: list[str]


class ClockShape(Shape):
    code: str
    name: Words
    starts_on: date
    due_on: date
    is_provisional: bool = Field(description="The official calendar of that year was not known yet.")
    is_paused: bool
    days_left: int | None = Field(description="While paused.")
    is_of_step: bool = Field(description="It belongs to the present step.")


class ConditionShape(Shape):
    """A condition that is not met, and what to do about it."""

    code: str = Field(description="The condition's number in the procedure, such as G05.")
    guard: str
    message: Words = Field(description="What is short, in numbers.")
    clause: Words | None
    mender: Words = Field(description="Who can put it right.")
    where: str = Field(
        description="What mends it: `action:<name>`, `documents:<code>`, `entry` (what was sent), or a part of the case"
    )
    soft: bool = Field(description="A manager may override it with a reason (`overrides`).")


class ActionShape(Shape):
    """One action as the caller sees it; `allowed` exactly where `problems` is empty."""

    action: str
    label: Words
    allowed: bool
    problems: list[ConditionShape]
    warnings: list[ConditionShape] = Field(description="Conditions that a manager overrode already.")
    reason: str = Field(description="Of the `reason`: required, optional or none.")
    data_schema: dict[str, Any] = Field(alias="schema", description="JSON Schema (2020-12) of `data`.")
    prefill: dict[str, Any] = Field(description="What is known of `data` already.")
    example: dict[str, Any] = Field(description="Data made for this case that passes as it stands.")
    documents: list[str] = Field(description="Papers that must be on the case before.")
    to_state: str = Field(description="Where it leads; `same` and `before_hold` as in the definition.")
    course: str = Field(description="ahead (the step the case waits for), other, aside or routine.")
    is_primary: bool
    is_routine: bool


class GestureFieldShape(Shape):
    """One thing to enter; a `person` is the user name of somebody who sees the case."""

    name: str
    label: Words
    type: str


class GestureShape(Shape):
    """Signing, handing over, asking and the like; `undo` says how it is taken back."""

    gesture: str
    label: Words
    allowed: bool
    problems: list[ConditionShape]
    reason: str
    undo: Words
    fields: list[GestureFieldShape]


class CaseShape(Shape):
    id: int
    version: int = Field(description="Send it as `expected_version` of what you decide on.")
    state: str
    state_name: Words
    stage: str
    is_open: bool
    since: datetime
    finished_on: date | None
    person_id: int | None = Field(description="Whose case it is where it is a person's (member_development).")
    figures: FiguresShape
    parties: PartiesShape
    deadlines: list[ClockShape]
    facts: dict[str, Any] = Field(description="The newest value of everything entered with an action.")
    actions: list[ActionShape]
    gestures: list[GestureShape] = Field(description="What you can do around the actions.")
    is_under_check: bool = Field(description="A check found that the case does not agree with its history.")
    shown: str = Field(description="Send it back with a decision: 409 names what has changed since.")


@bp.get("/cases/<int:case_id>")
@bp.output(CaseShape)
@documented("cases", "getCase")
def get_case(case_id: int) -> CaseShape:
    """A case, and what you can do now.

    Each action says whether it is allowed; where not, what is short, on which clause, who can mend it and where.
    """
    work = seen_work(reading(), runtime(), actor(), case_id)
    return shaped(
        CaseShape,
        case_head(work),
        deadlines=clocks(work),
        facts=work.facts,
        actions=[_action(view) for view in views_of(work, actor())],
        gestures=[_gesture(view) for view in gestures_of(work, actor())],
        is_under_check=is_under_check(reading(), case_id),
        shown=shown_token(work),
    )


def _gesture(view: GestureView) -> GestureShape:
    return shaped(
        GestureShape,
        view,
        problems=_conditions(view.problems),
        fields=[shaped(GestureFieldShape, field) for field in view.fields],
    )


def _action(view: ActionView) -> ActionShape:
    return shaped(ActionShape, view, problems=_conditions(view.problems), warnings=_conditions(view.warnings))


def _conditions(problems: Iterable[Problem]) -> list[ConditionShape]:
    return [ConditionShape.model_validate(problem.as_dict()) for problem in problems]
