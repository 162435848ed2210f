"""What notices hang on: the day by which somebody has to act, and whether there is still a reason to tell them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.model import Definition
from workflow.models import (
    ApprovalRound,
    Case,
    CommitteeSession,
    Deadline,
    OutboxRow,
    Question,
    RoleAssignment,
    Signer,
    WorkItem,
)
from workflow.published import Published
from workflow.wishes import Subject, kind_of

_REQUESTS = (Subject.MOVE, Subject.STEP, Subject.SIGNATURE, Subject.ROUND)


@dataclass
class Grounds:
    """Of these rows, as they stand now: each table is read once, when the first row asks for it."""

    session: Session
    rows: Sequence[OutboxRow]
    published: Published

    def due_on(self, row: OutboxRow) -> date | None:
        """The deadline, the day of the meeting, or the due day of the step the case waits at."""
        subject = kind_of(row.kind).subject
        if subject is Subject.DEADLINE:
            clock = self._clocks.get(_number(row))
            return clock.due_on if clock else None
        if subject is Subject.MEETING:
            meeting = self._meetings.get(_number(row))
            return meeting.held_on if meeting else None
        item = self._open_items.get(row.case_id) if subject in _REQUESTS else None
        return item.due_on if item else None

    def is_gone(self, row: OutboxRow) -> bool:
        """The clock stopped, the step was taken, the signature given or the question answered meanwhile."""
        place = (row.case_id, row.user_id)
        match kind_of(row.kind).subject:
            case Subject.DEADLINE:
                clock = self._clocks.get(_number(row))
                return clock is not None and clock.status != "running"
            case Subject.MEETING:
                meeting = self._meetings.get(_number(row))
                return meeting is not None and meeting.status != "open"
            case Subject.MOVE:
                return self._was_asked_and_is_done(row)
            case Subject.STEP:
                item = self._open_items.get(row.case_id)
                return item is None or item.opened_at > row.created_at
            case Subject.SIGNATURE:
                return place not in self._asked
            case Subject.ROUND:
                return row.case_id not in self._open_rounds
            case Subject.QUESTION:
                return place not in self._questions
        return False

    def _was_asked_and_is_done(self, row: OutboxRow) -> bool:
        """The item this step opened was the person's, or of a group with a role of theirs, and is closed: the request
        is answered. To others the step is news, and stays."""
        asked = [item for item in self._items.get((row.case_id, row.created_at), ()) if self._held_by(item, row)]
        return bool(asked) and all(item.closed_at is not None for item in asked)

    def _held_by(self, item: WorkItem, row: OutboxRow) -> bool:
        if item.user_id is not None:
            return item.user_id == row.user_id
        group = self._definitions[item.case_id].groups.get(item.role)
        return group is not None and not self._roles.get(row.user_id, set()).isdisjoint(group.roles)

    @cached_property
    def _clocks(self) -> dict[int, Any]:
        ids = self._numbers(Subject.DEADLINE)
        return {d.id: d for d in self.session.scalars(select(Deadline).where(Deadline.id.in_(ids)))}

    @cached_property
    def _meetings(self) -> dict[int, Any]:
        ids = self._numbers(Subject.MEETING)
        return {m.id: m for m in self.session.scalars(select(CommitteeSession).where(CommitteeSession.id.in_(ids)))}

    @cached_property
    def _open_items(self) -> dict[int | None, Any]:
        wanted = select(WorkItem).where(WorkItem.case_id.in_(self._cases(*_REQUESTS)), WorkItem.closed_at.is_(None))
        return {item.case_id: item for item in self.session.scalars(wanted)}

    @cached_property
    def _items(self) -> dict[tuple[int | None, datetime], list[WorkItem]]:
        """Those a step opened, by its moment."""
        wanted = select(WorkItem).where(
            WorkItem.case_id.in_(self._cases(Subject.MOVE)),
            WorkItem.opened_at.in_({row.created_at for row in self._of(Subject.MOVE)}),
        )
        found: dict[tuple[int | None, datetime], list[WorkItem]] = {}
        for item in self.session.scalars(wanted):
            found.setdefault((item.case_id, item.opened_at), []).append(item)
        return found

    @cached_property
    def _definitions(self) -> dict[int, Definition]:
        columns = (Case.id, Case.process, Case.definition_version)
        found = self.session.execute(select(*columns).where(Case.id.in_(self._cases(Subject.MOVE)))).all()
        return {case_id: self.published.definition(self.session, process, number) for case_id, process, number in found}

    @cached_property
    def _roles(self) -> dict[int, set[str]]:
        people = {row.user_id for row in self._of(Subject.MOVE)}
        columns = (RoleAssignment.user_id, RoleAssignment.role)
        found: dict[int, set[str]] = {}
        for user_id, role in self.session.execute(select(*columns).where(RoleAssignment.user_id.in_(people))):
            found.setdefault(user_id, set()).add(role)
        return found

    @cached_property
    def _asked(self) -> set[tuple[int | None, int]]:
        wanted = (
            select(ApprovalRound.case_id, Signer.user_id)
            .join(Signer, Signer.round_id == ApprovalRound.id)
            .where(
                ApprovalRound.case_id.in_(self._cases(Subject.SIGNATURE)),
                ApprovalRound.outcome.is_(None),
                Signer.status == "asked",
            )
        )
        return {(case_id, user_id) for case_id, user_id in self.session.execute(wanted)}

    @cached_property
    def _open_rounds(self) -> Collection[int | None]:
        mine = ApprovalRound.case_id.in_(self._cases(Subject.ROUND))
        return set(self.session.scalars(select(ApprovalRound.case_id).where(mine, ApprovalRound.outcome.is_(None))))

    @cached_property
    def _questions(self) -> set[tuple[int | None, int]]:
        mine = Question.case_id.in_(self._cases(Subject.QUESTION))
        wanted = select(Question.case_id, Question.to_user_id).where(mine, Question.closed_at.is_(None))
        return {(case_id, user_id) for case_id, user_id in self.session.execute(wanted)}

    def _of(self, *subjects: Subject) -> Iterable[OutboxRow]:
        return (row for row in self.rows if kind_of(row.kind).subject in subjects)

    def _cases(self, *subjects: Subject) -> set[int]:
        return {row.case_id for row in self._of(*subjects) if row.case_id is not None}

    def _numbers(self, subject: Subject) -> set[int]:
        return {_number(row) for row in self._of(subject)}


def _number(row: OutboxRow) -> int:
    """That of `deadline:7:-5` and `session:7:2`; 0, which nothing has, where there is none."""
    number = row.event.split(":")[1:2]
    return int(number[0]) if number and number[0].isdecimal() else 0
