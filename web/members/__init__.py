"""Persons: the list, one person with what comes next, the roster of an enterprise, training."""

# Each hangs its views on the blueprints.
from web.members import lists, person, register, trainings  # noqa: F401
from web.members.blueprint import bp, training

__all__ = ["bp", "training"]
