"""The caller as the engine and the read side know a person."""

from __future__ import annotations

from web.auth.access import me
from web.context import reading, today
from workflow.engine.actors import Actor, load_actor
from workflow.errors import NotFound
from workflow.models import Case


def viewer() -> Actor:
    return load_actor(reading(), me().id, today())


def visible_case(case_id: int) -> Case:
    """NotFound for what is not there and for what the caller may not see, without a difference."""
    case = reading().get(Case, case_id)
    if case is None or not viewer().sees(case):
        raise NotFound("case", case_id)
    return case
