"""An enterprise taken in hand to change its roster: locked with its founding case, and settled with it in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.actors import Actor, HeldRole
from workflow.engine.clocks import start_deadlines, stop_deadlines
from workflow.engine.perform import follow_up
from workflow.engine.standing_entries import write_standing_entry
from workflow.engine.work import CaseWork, Deed, load_work
from workflow.members.counting import IN_TRANSIT, counted
from workflow.models import Case, Enterprise, Membership, Person
from workflow.models.case import founding
from workflow.runtime import Runtime

ROSTER_CHANGED = "roster_changed"
LETTERS = "T05"


@dataclass
class Hand:
    """`work` is the open founding case, locked; None where there is none, and then the enterprise itself is."""

    session: Session
    enterprise: Enterprise
    work: CaseWork | None
    actor: Actor
    now: datetime

    @property
    def today(self) -> date:
        return local_day(self.now)

    def settle(self, held: HeldRole) -> None:
        """Counts anew; what the founding case makes of it follows by itself, with an entry in its history."""
        self.session.flush()
        values = counted(self.session, self.enterprise.id)
        if self.work is None:
            mine = update(Enterprise).where(Enterprise.id == self.enterprise.id)
            self.session.execute(
                mine.values(**values, updated_at=self.now) if values else mine.values(updated_at=self.now)
            )
            return
        self.work.change_enterprise(**values, updated_at=self.now)
        self._follow_letters()
        write_standing_entry(self.work, ROSTER_CHANGED, self.actor, held, _figures(values))
        follow_up(self.work, Deed(self.actor, held, max(self.today, self.work.case.last_occurred_on), None, {}))

    def _follow_letters(self) -> None:
        """T05 runs while a membership is on its way, from the day of the oldest letter."""
        work = self.work
        if work is None:
            return
        oldest = self.session.scalar(
            select(func.min(Membership.letter_on))
            .join(Person, Person.id == Membership.person_id)
            .where(
                Person.employer_id == self.enterprise.id,
                Membership.ended_on.is_(None),
                Membership.status == IN_TRANSIT,
            )
        )
        work.reload_clocks()
        stop_deadlines(work, [LETTERS])
        if oldest is not None:
            start_deadlines(work, [LETTERS], oldest)


def _figures(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if not name.endswith("_source")}


def take_in_hand(session: Session, runtime: Runtime, actor: Actor, enterprise: Enterprise, now: datetime) -> Hand:
    """The caller has made sure that it is the actor's business. The case is locked first, as an action does."""
    running = select(Case.id).where(Case.enterprise_id == enterprise.id, Case.finished_on.is_(None), founding())
    case_id = session.scalar(running)
    work = None
    if case_id is not None:
        work = load_work(session, runtime, case_id, now, local_day(now), lock=True)
        session.refresh(enterprise)
    else:
        session.refresh(enterprise, with_for_update=True)
    return Hand(session, enterprise, work, actor, now)
