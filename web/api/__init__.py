"""The JSON API: a file for each resource, all on one blueprint. It asks the engine and the read side, and decides
nothing itself.
"""

# Each hangs its views on the blueprint.
from web.api import (  # noqa: F401
    actions,
    bulk,
    case,
    cases,
    deadlines,
    decisions,
    definition,
    definitions,
    deliveries,
    documents,
    enterprises,
    gestures,
    handover,
    history,
    inbox,
    incidents,
    instructors,
    kept,
    leaves,
    leaving,
    me,
    moves,
    notice_wishes,
    notices,
    papers,
    persons,
    pipeline,
    registers,
    reports,
    session_cases,
    sessions,
    substitutions,
    tokens,
    trainings,
)
from web.api.blueprint import bp

__all__ = ["bp"]
