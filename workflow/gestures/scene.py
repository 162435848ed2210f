"""What a gesture looks at: the case, who makes it, the round that runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import select

from workflow.definition.course import leading
from workflow.definition.model import Transition
from workflow.engine.actors import Actor, HeldRole
from workflow.engine.command import Command
from workflow.engine.recipients import HOLDER, Seat, seats_for
from workflow.engine.rounds import Running, running_round
from workflow.engine.work import CaseWork
from workflow.models import Question, User


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

    @property
    def is_open(self) -> bool:
        return self.work.definition.states[self.work.case.state].is_open

    @cached_property
    def steps(self) -> list[Transition]:
        """The actions the present state waits for."""
        return leading(self.work.definition, self.work.case.state)

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
