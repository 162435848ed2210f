"""What every report is made from: who asks, for which days and area, and by which settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from workflow.definition.versions import Versions
from workflow.models import Organisation, OrganisationKind
from workflow.rules import RuleBook
from workflow.text import Text

EVERYWHERE = ("/",)
WHOLE_DISTRICT = Text("全区", "the whole district")


@dataclass(frozen=True)
class Reader:
    """`paths` are the prefixes of the organisations the reader may count; the first one names the area."""

    session: Session
    rules: RuleBook
    versions: Versions
    from_on: date
    to_on: date
    now: datetime
    today: date
    paths: tuple[str, ...] = EVERYWHERE
    settings: Mapping[str, str] = field(default_factory=dict)

    def in_area(self, organisation_id: InstrumentedAttribute[int] | ColumnElement[int]) -> ColumnElement[bool]:
        """The condition that a body lies in the area."""
        if self.paths == EVERYWHERE:
            return true()
        within = or_(*(Organisation.path.startswith(path, autoescape=True) for path in self.paths))
        return organisation_id.in_(select(Organisation.id).where(within))

    def in_period(self, day: InstrumentedAttribute[date] | InstrumentedAttribute[date | None]) -> ColumnElement[bool]:
        return day.between(self.from_on, self.to_on)

    @cached_property
    def area(self) -> Text:
        """The names of the area's bodies."""
        if self.paths == EVERYWHERE:
            districts = select(Organisation.name).where(Organisation.kind == OrganisationKind.DISTRICT)
            name = self.session.scalars(districts.order_by(Organisation.id)).first()
            return Text(name, name) if name else WHOLE_DISTRICT
        names = self.session.scalars(
            select(Organisation.name).where(Organisation.path.in_(self.paths)).order_by(Organisation.path)
        ).all()
        return Text("、".join(names), ", ".join(names))
