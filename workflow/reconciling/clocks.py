"""Whether the clocks that run fit where the cases stand."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, or_, select

from workflow.definition.clock_places import has_to_run, may_run
from workflow.definition.model import Definition
from workflow.incidents import Finding, Kind
from workflow.models import Case, Deadline
from workflow.reconciling.look import MOST_FINDINGS, Check, Look, covers_wide


def clocks_wrong(look: Look) -> Iterator[Finding]:
    for process in look.runtime.processes(look.session).values():
        for definition in process.by_number.values():
            yield from _stray(look, definition)
            yield from _missing(look, definition)


def _stray(look: Look, definition: Definition) -> Iterator[Finding]:
    """Clocks that run in a state where none of the actions leaves them running, or that the process does not know."""
    places = may_run(definition)
    misplaced = [and_(Deadline.code == code, Case.state.not_in(sorted(states))) for code, states in places.items()]
    unknown = Deadline.code.not_in(sorted(definition.deadlines))
    query = (
        select(Deadline.id, Deadline.case_id, Deadline.code, Case.state)
        .join(Case, Case.id == Deadline.case_id)
        .where(Deadline.status != "stopped", *_lives_by(look, definition), or_(unknown, *misplaced))
    )
    for row in look.session.execute(query.order_by(Deadline.id).limit(MOST_FINDINGS)):
        cause = f"deadline {row.code} of case {row.case_id} runs in {row.state}"
        yield Finding(Kind.CLOCK_WRONG, f"deadline:{row.id}", cause, row.case_id)


def _missing(look: Look, definition: Definition) -> Iterator[Finding]:
    """Cases in a state whose own clock always runs there, and does not."""
    lacking = [
        and_(Case.state == state, ~select(Deadline.id).where(_runs(code)).exists())
        for state, code in has_to_run(definition).items()
    ]
    query = select(Case.id, Case.state).where(*_lives_by(look, definition), Case.finished_on.is_(None), or_(*lacking))
    for row in look.session.execute(query.order_by(Case.id).limit(MOST_FINDINGS)) if lacking else ():
        code = definition.states[row.state].deadline
        yield Finding(Kind.CLOCK_WRONG, f"case:{row.id}:{code}", f"deadline {code} does not run in {row.state}", row.id)


def _runs(code: str) -> ColumnElement[bool]:
    return and_(Deadline.case_id == Case.id, Deadline.code == code, Deadline.status != "stopped")


def _lives_by(look: Look, definition: Definition) -> tuple[ColumnElement[bool], ...]:
    by = (Case.process == definition.process, Case.definition_version == definition.version)
    return (look.wide.of(Case.id), *by)


CHECKS = (Check((Kind.CLOCK_WRONG,), clocks_wrong, covers_wide),)
