"""What a gesture looks at: the case, who makes it, the round that runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select

from workflow.definition.course import due_steps
from workflow.definition.model import Transition
from workflow.engine.actors import Actor, HeldRole
from workflow.engine.command import Command
from workflow.engine.recipients import HOLDER, Seat, seats_for
from workflow.engine.rounds import OPEN, Running, running_round
from workflow.engine.work import CaseWork
from workflow.models import Question, Signer, User


@dataclass
class Scene:
    """`data` is what was entered, empty while only asking; `person` the account named in it."""

    work: CaseWork
    actor: Actor
    held: HeldRole
    command: Command
    data: Mapping[str, Any] = field(default_factory=dict)
    reason: str | None = None

    @cached_property
    def running(self) -> Running | None:
        return running_round(self.work)

    @cached_property
    def person(self) -> User | None:
        name = str(self.data.get("person", "")).strip().casefold()
        return self.work.session.scalars(select(User).where(User.username == name)).first() if name else None

    @property
    def me(self) -> int:
        if self.actor.id is None:
            raise ValueError("the system makes no gestures")
        return self.actor.id

    @cached_property
    def signs_by(self) -> HeldRole:
        """The role by which the person answers a round: their own, or that of somebody they stand in for."""
        running = self.running
        if running is None or _is_open(running.place_of(self.actor.id)):
            return self.held
        lent = (held for held in self.actor.lent_on(self.work.case) if _is_open(running.place_of(held.principal_id)))
        return next(lent, self.held)

    @property
    def signs_as(self) -> int | None:
        """Whose place it is: one's own, or that of whom one stands in for."""
        return self.signs_by.principal_id or self.actor.id

    @property
    def is_open(self) -> bool:
        return self.work.definition.states[self.work.case.state].is_open

    @cached_property
    def steps(self) -> list[Transition]:
        """The actions the case waits for."""
        return due_steps(self.work.definition, self.work.case.state, self.work.facts)

    @cached_property
    def steppers(self) -> list[Seat]:
        """Who can take one of them."""
        groups = list(dict.fromkeys(code for step in self.steps for code in step.by))
        return self._seats(groups)

    @cached_property
    def holders(self) -> list[Seat]:
        return self._seats([HOLDER])

    @cached_property
    def questions(self) -> Sequence[Question]:
        """What is asked on this case and not answered yet."""
        wanted = select(Question).where(Question.case_id == self.work.case.id, Question.closed_at.is_(None))
        return self.work.session.scalars(wanted.order_by(Question.id)).all()

    def _seats(self, groups: Sequence[str]) -> list[Seat]:
        work = self.work
        return seats_for(work.connection, work.case, groups, definition=work.definition, today=work.today)


def _is_open(place: Signer | None) -> bool:
    return place is not None and place.status in OPEN
