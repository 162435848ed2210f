"""A session being worked on: its row, roll, agenda, the cases on it, and who may vote on each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.actors import Actor
from workflow.engine.loading import load_works
from workflow.engine.work import CaseWork
from workflow.errors import NotFound
from workflow.guards.duties import Duty, duties_on, refusals
from workflow.models import CommitteeSession, Interest, Organisation, SessionItem, SessionSeat, User
from workflow.rules.book import Rule
from workflow.runtime import Runtime
from workflow.sessions.counting import Present
from workflow.sessions.refusals import CaseMoved, NoQuorum, RecorderHasPart, TooFewForCase
from workflow.text import Text

KINDS: Mapping[str, Text] = {
    "employed": Text("在该企业任职", "employed by the enterprise"),
    "related": Text("与出资人有亲属或利益关系", "kin or business ties with its owner"),
    "other": Text("其他应当回避的情形", "another reason"),
}
INSTRUCTS = Text("本案指导员", "instructor of the case")
SUBMITTED = Text("本案报送人", "submitter of the case")


@dataclass
class SessionWork:
    """Lives for one unit of work, or for one page. What is put into `noted` is kept with the act."""

    session: Session
    runtime: Runtime
    actor: Actor
    record: CommitteeSession
    body: Organisation
    now: datetime
    today: date
    noted: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def seats(self) -> list[SessionSeat]:
        query = select(SessionSeat).where(SessionSeat.session_id == self.record.id).order_by(SessionSeat.id)
        return list(self.session.scalars(query))

    @cached_property
    def items(self) -> list[SessionItem]:
        query = select(SessionItem).where(SessionItem.session_id == self.record.id)
        return list(self.session.scalars(query.order_by(SessionItem.position, SessionItem.id)))

    def item(self, case_id: int) -> SessionItem:
        """Raises NotFound for a case that is not on the agenda."""
        found = next((item for item in self.items if item.case_id == case_id), None)
        if found is None:
            raise NotFound("agenda item", case_id)
        return found

    def cases(self, items: Iterable[SessionItem], *, lock: bool = False) -> Mapping[int, CaseWork]:
        """The cases of agenda items, by number."""
        ids = [item.case_id for item in items]
        return load_works(self.session, self.runtime, ids, self.now, self.today, lock=lock)

    @property
    def quorum_rule(self) -> Rule:
        return self.runtime.rules.at("session_quorum_percent", self.record.held_on)

    @property
    def majority_rule(self) -> Rule:
        return self.runtime.rules.at("session_majority_percent", self.record.held_on)

    @property
    def attending(self) -> list[SessionSeat]:
        return [seat for seat in self.seats if seat.attendance == "attending"]

    @property
    def present(self) -> Present:
        """The session as a whole, before anybody is recused."""
        return Present(len(self.seats), len(self.attending))

    def require_quorum(self) -> None:
        if not self.present.has_quorum(self.quorum_rule.value):
            raise NoQuorum(self.present, self.quorum_rule.value, self.quorum_rule.clause)

    def recused(self, case: CaseWork) -> dict[int, Text]:
        """Those on the roll who may not vote on a case, by the number of their seat, each with the reason."""
        found: dict[int, Text] = {}
        for seat in self.seats:
            reason = self._reason(seat, case)
            if reason is not None:
                found[seat.id] = reason
        return found

    def present_for(self, case: CaseWork) -> Present:
        recused = self.recused(case)
        voting = [seat for seat in self.seats if seat.id not in recused]
        return Present(len(voting), sum(seat.attendance == "attending" for seat in voting))

    def require_enough_for(self, case: CaseWork) -> Present:
        present = self.present_for(case)
        if present.ought < 1 or not present.has_quorum(self.quorum_rule.value):
            raise TooFewForCase(present, self.quorum_rule.value)
        return present

    def require_free_recorder(self, case: CaseWork) -> None:
        """Separation of duties: the recorder is neither the instructor nor the submitter of the case.

        The recorder is entered by name; two people of one name are told apart by adding to the name that is entered.
        """
        duties = duties_on(case.case.instructor_id, case.case.submitter_id, self._recorders)
        if (refused := next(refusals(Duty.RECORDER, duties), None)) is not None:
            raise RecorderHasPart(case.case.id, self.record.recorder, refused.why)

    @cached_property
    def _recorders(self) -> list[int]:
        return list(self.session.scalars(select(User.id).where(User.display_name == self.record.recorder)))

    @staticmethod
    def require_unmoved(item: SessionItem, case: CaseWork) -> None:
        if case.case.state_since != item.case_since:
            raise CaseMoved(item.case_id, case.definition.states[case.case.state].name)

    def interests_of(self, enterprise_id: int) -> list[Interest]:
        return self._interests.get(enterprise_id, [])

    @cached_property
    def _interests(self) -> dict[int, list[Interest]]:
        """What the people on the roll have declared, by enterprise."""
        names, users = [seat.name for seat in self.seats], [s.user_id for s in self.seats if s.user_id]
        query = select(Interest).where(Interest.name.in_(names) | Interest.user_id.in_(users)).order_by(Interest.id)
        found: dict[int, list[Interest]] = defaultdict(list)
        for interest in self.session.scalars(query):
            found[interest.enterprise_id].append(interest)
        return found

    def _reason(self, seat: SessionSeat, case: CaseWork) -> Text | None:
        if seat.user_id is not None and seat.user_id == case.case.instructor_id:
            return INSTRUCTS
        if seat.user_id is not None and seat.user_id == case.case.submitter_id:
            return SUBMITTED
        declared = (i for i in self.interests_of(case.enterprise.id) if _is_of(i, seat))
        return next((KINDS[interest.kind] for interest in declared), None)


def _is_of(interest: Interest, seat: SessionSeat) -> bool:
    if interest.user_id is not None and seat.user_id is not None:
        return interest.user_id == seat.user_id
    return interest.name == seat.name
