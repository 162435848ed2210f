"""Cases and attempts for tests of guards and machine: plain values, changed where a test needs it."""

from __future__ import annotations

from datetime import date
from typing import Any

from workflow.definition.library import shipped_definitions
from workflow.guards import GUARDS, Attempt, CaseFacts, InstructorFacts, Problem
from workflow.rules import load_rules

DEFINITION = shipped_definitions()["branch_formation"]
TODAY = date(2026, 11, 23)


def case(**changes: Any) -> CaseFacts:
    """A case in training with three full members and a committee that may approve."""
    usual: dict[str, Any] = {
        "state": "training",
        "form": "single",
        "full_members": 3,
        "probationary_members": 0,
        "facts": {},
        "instructor_id": 1,
        "submitter_id": 1,
        "committee_may_approve": True,
        "credit_code": "91330212144416312W",
    }
    return CaseFacts(**{**usual, **changes})


def attempt(
    action: str, data: dict[str, Any] | None = None, *, instructor: InstructorFacts | None = None, actor_id: int = 9
) -> Attempt:
    return Attempt(
        transition=DEFINITION.transitions[action],
        rules=load_rules(),
        occurred_on=TODAY,
        today=TODAY,
        actor_id=actor_id,
        data=data,
        instructor=instructor,
    )


def instructor(**changes: Any) -> InstructorFacts:
    usual: dict[str, Any] = {
        "id": 5,
        "is_active": True,
        "is_instructor": True,
        "serves_here": True,
        "is_full_member": True,
        "under_discipline": False,
        "term_from": date(2025, 1, 1),
        "term_to": None,
        "load_cap": None,
        "load": 0,
    }
    return InstructorFacts(**{**usual, **changes})


def problems(name: str, facts: CaseFacts, tried: Attempt) -> list[Problem]:
    return GUARDS[name].problems(facts, tried)
