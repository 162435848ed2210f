"""Who could be the instructor of several cases at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from workflow.engine.instructors import InstructorChoice, instructors_for
from workflow.queries.case_list import CaseRow
from workflow.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Candidate:
    """`covers` is how many of the cases lie in this person's area."""

    choice: InstructorChoice
    covers: int

    @property
    def room(self) -> int:
        return max(0, self.choice.cap - self.choice.load)


def candidates(session: Session, runtime: Runtime, rows: Sequence[CaseRow], today: date) -> list[Candidate]:
    """Those who cover the most of the cases first, then those with the most room; a query for each chamber."""
    places = Counter(row.scope_path for row in rows)
    covers: Counter[str] = Counter()
    choices: dict[str, InstructorChoice] = {}
    for path, number in places.items():
        for choice in instructors_for(session, runtime, path, today):
            choices[choice.username] = choice
            covers[choice.username] += number
    found = [Candidate(choice, covers[name]) for name, choice in choices.items()]
    return sorted(found, key=lambda one: (-one.covers, -one.room, one.choice.username))
