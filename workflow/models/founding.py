"""What was founded and who was admitted outside the product, as the district's ledger states it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base
from workflow.models.register import Register


class FoundedOrganisation(Register, Base):
    """A Party organisation of an enterprise that was founded without a case here (新建党组织).

    `approved_on` is the day of the founding reply (批复日期), `form` the code of domain section 5.1.
    """

    __tablename__ = "founded_organisation"

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    form: Mapped[str]
    approved_on: Mapped[date]
    by_chamber: Mapped[bool]


class ChamberOrganisation(Register, Base):
    """A Party organisation of a basic-level chamber (基层商会党组织); `type` is an `OrganisationType`."""

    __tablename__ = "chamber_organisation"

    name: Mapped[str]
    type: Mapped[str]
    area_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    founded_on: Mapped[date]


class DevelopedMember(Register, Base):
    """One employee admitted to the Party on the chamber's platform (新发展职工党员), without name: a day and a firm."""

    __tablename__ = "developed_member"

    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    developed_on: Mapped[date]
