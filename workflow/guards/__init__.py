"""Named conditions over plain facts. Each answers with problems a person can act on, never a bare no.

Importing this package registers all guards.
"""

from workflow.guards import (
    admission,
    admission_days,
    admission_votes,
    candidates,
    cultivation,
    decisions,
    detours,
    election,
    instructors,
    joint,
    members,
    officers,
    opinion,
    papers,
    probation,
    sign_in,
    term,
    votes,
)
from workflow.guards.facts import Attempt, CaseFacts, InstructorFacts, JointFacts, PersonFacts, Unit
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
    "PersonFacts",
    "Problem",
    "Unit",
    "admission",
    "admission_days",
    "admission_votes",
    "candidates",
    "cultivation",
    "decisions",
    "detours",
    "election",
    "instructors",
    "joint",
    "members",
    "officers",
    "opinion",
    "papers",
    "probation",
    "sign_in",
    "term",
    "votes",
]
