"""Separation of duties (职责分离) as one table: which two duties on a case one person may not both have.

A substitute brings the duties of the principal along: what the principal may not do, nobody may do in their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from workflow.text import Text


class Duty(StrEnum):
    SUBMITTER = "submitter"
    INSTRUCTOR = "instructor"
    DECIDER = "decider"
    SUBSTITUTE = "substitute"
    RECORDER = "recorder"


DUTY_NAMES = {
    Duty.SUBMITTER: Text("报送人（提议人）", "submitter (proposer)"),
    Duty.INSTRUCTOR: Text("指导员", "instructor"),
    Duty.DECIDER: Text("审批、表决人", "whoever decides or votes"),
    Duty.SUBSTITUTE: Text("代理人", "substitute"),
    Duty.RECORDER: Text("会议记录人", "recorder of the session"),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Two duties that one person may not both have on one case, and why."""

    first: Duty
    second: Duty
    why: Text

    def meets(self, one: Duty, other: Duty) -> bool:
        return {self.first, self.second} == {one, other}


REFUSED = (
    Refused(
        Duty.DECIDER,
        Duty.INSTRUCTOR,
        Text("指导员不能审批自己联系的企业", "an instructor does not decide on an own case"),
    ),
    Refused(
        Duty.DECIDER,
        Duty.SUBMITTER,
        Text("报送人不能审批自己报送的事项", "a submitter does not decide on what they submitted"),
    ),
    Refused(
        Duty.SUBSTITUTE,
        Duty.INSTRUCTOR,
        Text("指导员不能在自己联系的企业上代理他人", "an instructor does not stand in for others on an own case"),
    ),
    Refused(
        Duty.RECORDER,
        Duty.INSTRUCTOR,
        Text("会议记录不由本案指导员作", "the instructor of a case does not keep the record of its session"),
    ),
    Refused(
        Duty.RECORDER,
        Duty.SUBMITTER,
        Text("会议记录不由本案报送人作", "the submitter of a case does not keep the record of its session"),
    ),
)
# All other pairs go together: a committee's approver may keep the record, a substitute may submit, decide and record.


def refusal_of(one: Duty, other: Duty) -> Refused | None:
    """Why one person may not have both; None where they may."""
    return next((pair for pair in REFUSED if pair.meets(one, other)), None)


def duties_on(case_instructor: int | None, case_submitter: int | None, people: Iterable[int | None]) -> set[Duty]:
    """The duties any of these people (an actor and their principal) has on a case already."""
    known = {person for person in people if person is not None}
    held = {(case_instructor, Duty.INSTRUCTOR), (case_submitter, Duty.SUBMITTER)}
    return {duty for person, duty in held if person in known}


def refusals(wanted: Duty, held: Iterable[Duty]) -> Iterator[Refused]:
    """What stands against taking a duty on beside those that are held, in the order of the table."""
    has = set(held)
    return (pair for pair in REFUSED if any(pair.meets(wanted, duty) for duty in has))
