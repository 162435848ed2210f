"""Which instructor suits a case best: the nearest, with room, who knows the industry; with the reason in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.engine.instructors import InstructorChoice, instructors_for
from workflow.engine.work import CaseWork
from workflow.models import Enterprise, OrganisationKind
from workflow.runtime import Runtime
from workflow.text import Text

TERRITORY = {
    OrganisationKind.CHAMBER: Text("本商会", "of this chamber"),
    OrganisationKind.TOWN: Text("本镇（街道）", "of this town"),
}
DISTRICT_WIDE = Text("全区", "district-wide")
# Loads are compared by fifths of the cap: one enterprise more or less says less than knowing the industry.
FIFTHS = 5


@dataclass(frozen=True, slots=True)
class Ranked:
    """`distance` counts the levels between the case's chamber and the body served; `knows` is the word that fits."""

    choice: InstructorChoice
    distance: int
    knows: str | None
    industry: str | None

    @property
    def order(self) -> tuple[bool, bool, int, int, bool, int, str]:
        one = self.choice
        filled = FIFTHS * one.load // max(one.cap, 1)
        return one.is_away, not one.has_room, self.distance, filled, self.knows is None, one.load, one.username

    @property
    def basis(self) -> Text:
        """Why: territory, load against the cap, knowledge of the industry, in one line."""
        one = self.choice
        parts = [
            TERRITORY.get(OrganisationKind(one.kind), DISTRICT_WIDE),
            Text(f"在带 {one.load} 家，上限 {one.cap}", f"has {one.load} of at most {one.cap}"),
        ]
        if not one.has_room:
            parts.append(Text("已满", "full"))
        if self.knows:
            parts.append(Text(f"熟悉{self.knows}", f"knows {self.knows}"))
        elif self.industry:
            parts.append(Text(f"未注明熟悉{self.industry}", f"{self.industry} not among what they know"))
        if one.is_away:
            parts.append(Text("今天请假", "on leave today"))
        return Text("；".join(p.zh for p in parts), "; ".join(p.en for p in parts))


def ranked(choices: Iterable[InstructorChoice], scope_path: str, industry: str | None) -> list[Ranked]:
    """The best first. People on leave and full ones come last, but are there: a manager may know better."""
    levels = scope_path.count("/")
    found = [
        Ranked(one, levels - one.area.count("/"), _word_that_fits(one.expertise, industry), industry) for one in choices
    ]
    return sorted(found, key=lambda one: one.order)


def _word_that_fits(expertise: Iterable[str], industry: str | None) -> str | None:
    if not industry:
        return None
    return next((word for word in expertise if word and (word in industry or industry in word)), None)


def ranked_choices(session: Session, runtime: Runtime, scope_path: str, today: date) -> list[Ranked]:
    """Those who serve a chamber, where no one enterprise is meant."""
    return ranked(instructors_for(session, runtime, scope_path, today), scope_path, None)


def ranked_for(work: CaseWork, *, only: int | None = None) -> list[Ranked]:
    """Those who could take on the case, the present instructor left out; two queries."""
    industry = work.session.scalar(select(Enterprise.industry).where(Enterprise.id == work.enterprise.id))
    choices = instructors_for(work.session, work.runtime, work.case.scope_path, work.today, only=only)
    others = [one for one in choices if one.id != work.case.instructor_id]
    return ranked(others, work.case.scope_path, industry)


def basis_of(work: CaseWork, instructor_id: int) -> Text | None:
    """The reason that stands beside an assignment; None for somebody who does not serve here."""
    return next((one.basis for one in ranked_for(work, only=instructor_id)), None)
