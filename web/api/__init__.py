"""The JSON API: a file for each resource, all on one blueprint. It asks the engine and the read side, and decides
nothing itself.
"""

# Each hangs its views on the blueprint.
from web.api import (  # noqa: F401
    actions,
    case,
    cases,
    definition,
    definitions,
    documents,
    enterprises,
    gestures,
    history,
    inbox,
    me,
    notices,
    pipeline,
    session_cases,
    sessions,
    tokens,
)
from web.api.blueprint import bp

__all__ = ["bp"]
