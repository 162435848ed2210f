"""Named conditions over plain facts. Each answers with problems a person can act on, never a bare no.

Importing this package registers all guards.
"""

from workflow.guards import (
    candidates,
    decisions,
    detours,
    election,
    instructors,
    joint,
    members,
    opinion,
    papers,
    term,
    votes,
)
from workflow.guards.facts import Attempt, CaseFacts, InstructorFacts, JointFacts, Unit
from workflow.guards.problem import MENDERS, Problem
from workflow.guards.registry import GUARDS, Guard

__all__ = [
    "GUARDS",
    "MENDERS",
    "Attempt",
    "CaseFacts",
    "Guard",
    "InstructorFacts",
    "JointFacts",
    "Problem",
    "Unit",
    "candidates",
    "decisions",
    "detours",
    "election",
    "instructors",
    "joint",
    "members",
    "opinion",
    "papers",
    "term",
    "votes",
]
