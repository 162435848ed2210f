"""Named conditions over plain facts. Each answers with problems a person can act on, never a bare no.

Importing this package registers all guards.
"""

from workflow.guards import candidates, decisions, detours, election, instructors, members, papers, votes
from workflow.guards.facts import Attempt, CaseFacts, InstructorFacts
from workflow.guards.problem import MENDERS, Problem
from workflow.guards.registry import GUARDS, Guard

__all__ = [
    "GUARDS",
    "MENDERS",
    "Attempt",
    "CaseFacts",
    "Guard",
    "InstructorFacts",
    "Problem",
    "candidates",
    "decisions",
    "detours",
    "election",
    "instructors",
    "members",
    "papers",
    "votes",
]
