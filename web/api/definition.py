"""The process itself: with it and the cases a client can drive a case knowing nothing else."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from web.actor import actor
from web.api.blueprint import bp, documented
from web.api.shapes import Input, Search, Shape, Words, read_count
from web.context import reading, runtime, today
from workflow.definition.library import PROCESS
from workflow.definition.model import Transition
from workflow.definition.schema import data_schema, example_data
from workflow.errors import NotFound
from workflow.guards import GUARDS
from workflow.queries.instructors import instructor_accounts


class GroupShape(Shape):
    """Who may act: holders of one of `roles` at the place `at` (case, committee, area, above)."""

    code: str
    name: Words
    roles: list[str]
    at: str


class StageShape(Shape):
    code: str
    name: Words
    is_beside: bool = Field(description="Beside the road: on hold, or ended without a branch.")


class FirstStepShape(Shape):
    """`owner` takes `action` until the case notes `until`; only then the state is with its own owner."""

    owner: str
    action: str
    until: str


class StateShape(Shape):
    code: str
    order: int
    name: Words
    stage: str
    owner: str = Field(description="The group that has to act while a case stands here.")
    is_open: bool
    coverage: str
    deadline: str | None
    no_deadline: Words | None
    first: FirstStepShape | None = Field(description="Who holds the state before its owner, where somebody does.")


class GuardShape(Shape):
    """A condition; `is_soft` where a manager may override it with a reason."""

    name: str
    code: str
    title: Words
    is_soft: bool


class DeadlineShape(Shape):
    code: str
    name: Words
    rule: str | None
    unit: str | None
    from_fact: str | None
    alerts: list[int] = Field(description="Days before (-) or after (+) the due day.")
    repeat: int | None = Field(description="After the last alert again each so many days.")
    escalate: dict[int, list[str]] = Field(description="From that day on these groups are told as well.")
    on_overdue: str | None = Field(description="The action the system takes once the due day has passed.")
    after_pause: str | None = Field(description="The rule: 1 the whole time again after a pause, 0 what was left.")


class PaperShape(Shape):
    """A kind of document and the groups that may bring it."""

    code: str
    name: Words
    by: list[str]


class RuleShape(Shape):
    """A number of the procedure from a day on; `is_verified` where an official copy was compared."""

    code: str
    value: int
    effective_from: date
    kind: str
    is_verified: bool
    clause: Words
    wording: str


class TransitionShape(Shape):
    """An action. Its `target` may be `same` (stays), `before_hold` (where it was) or `earlier` (`to_state`)."""

    action: str
    number: str
    label: Words
    sources: list[str]
    target: str
    by: list[str]
    guards: list[str]
    documents: list[str] = Field(description="Papers that must be on the case before.")
    reason: str = Field(description="Of the `reason`: required, optional or none.")
    data_schema: dict[str, Any] = Field(alias="schema", description="JSON Schema (2020-12) of `data`.")
    example: dict[str, Any] = Field(
        description="Data that passes the schema. An instructor named in it is the first one of your area; the "
        "example in `GET /cases/{id}` is made for that case."
    )
    tell: list[str]
    approval: str = Field(description="any, all, in_order or weighted: how many have to sign before it counts.")
    approval_words: Words
    automatic_when: str | None
    not_yet: Words | None = Field(description="Why the action is still closed, where it is.")
    is_routine: bool = Field(description="An everyday record that moves nothing.")
    in_session: str | None = Field(description="The answer of a committee's session that takes it.")


class DefinitionShape(Shape):
    process: str
    version: int
    digest: str
    name: Words
    initial: str
    groups: list[GroupShape]
    stages: list[StageShape]
    states: list[StateShape]
    transitions: list[TransitionShape]
    guards: list[GuardShape]
    deadlines: list[DeadlineShape]
    documents: list[PaperShape]
    rules: list[RuleShape]


class DefinitionQuery(Input):
    process: Search = Field(PROCESS, description="branch_formation or member_development.")
    version: Annotated[int, Field(ge=1, le=2**31 - 1), BeforeValidator(read_count)] | None = Field(
        None, description="A published version; the one in force where left out."
    )


@bp.get("/definition")
@bp.input(DefinitionQuery, location="query")
@bp.output(DefinitionShape)
@documented("process", "getDefinition", 404)
def get_definition(query_data: DefinitionQuery) -> DefinitionShape:
    """The process: states, stages, groups, actions, conditions, clocks, papers and rules.

    A case lives by the version it began with, or was moved to: its `definition_version`.

    Each action has the JSON Schema of its `data` and an example that passes it.
    """
    published = runtime().processes(reading()).get(query_data.process)
    if published is None:
        raise NotFound("process", query_data.process)
    number = query_data.version or published.current.version
    if number not in published.by_number:
        raise NotFound("definition", number)
    definition = published.of(number)
    accounts = instructor_accounts(reading(), actor(), today())
    known: dict[str, object] = {"instructor": accounts[0]} if accounts else {}
    return DefinitionShape(
        process=definition.process,
        version=definition.version,
        digest=definition.digest,
        name=Words.model_validate(definition.name),
        initial=definition.initial,
        groups=[GroupShape.model_validate(group) for group in definition.groups.values()],
        stages=[StageShape.model_validate(stage) for stage in definition.stages.values()],
        states=[StateShape.model_validate(state) for state in definition.states.values()],
        transitions=[_transition(transition, known) for transition in definition.transitions.values()],
        guards=[GuardShape.model_validate(guard) for guard in GUARDS.values()],
        deadlines=[DeadlineShape.model_validate(deadline) for deadline in definition.deadlines.values()],
        documents=[PaperShape.model_validate(paper) for paper in definition.documents.values()],
        rules=[RuleShape.model_validate(rule) for rule in runtime().rules],
    )


def _transition(transition: Transition, known: dict[str, object]) -> TransitionShape:
    return TransitionShape(
        action=transition.action,
        number=transition.number,
        label=Words.model_validate(transition.label),
        sources=list(transition.sources),
        target=transition.target,
        by=list(transition.by),
        guards=list(transition.guards),
        documents=list(transition.papers),
        reason=transition.reason,
        schema=data_schema(transition),
        example=example_data(transition, today(), known),
        tell=list(transition.tell),
        approval=transition.approval.policy.value,
        approval_words=Words.model_validate(transition.approval.words),
        automatic_when=transition.automatic_when,
        not_yet=Words.model_validate(transition.not_yet) if transition.not_yet else None,
        is_routine=transition.is_routine,
        in_session=transition.in_session,
    )
