"""The district's bodies as a ledger names them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.models import Organisation, OrganisationKind
from workflow.roster.places import place_key, town_within


class Tree:
    """Towns by name or by the key of it; the district for what names no town."""

    def __init__(self, session: Session) -> None:
        kinds = (OrganisationKind.TOWN, OrganisationKind.DISTRICT)
        found = session.scalars(
            select(Organisation).where(Organisation.kind.in_(kinds)).order_by(Organisation.id)
        ).all()
        self.names = [one.name for one in found if one.kind == OrganisationKind.TOWN]
        self.district_id = next((one.id for one in found if one.kind == OrganisationKind.DISTRICT), None)
        self._towns = _by_key([one for one in found if one.kind == OrganisationKind.TOWN])

    def town(self, name: str) -> int | None:
        return self._towns.get(name) or self._towns.get(place_key(name))

    def area(self, name: str) -> int | None:
        """The town a body's name begins with; the district where it names none."""
        town = town_within(name)
        return self.town(town) if town else self.district_id


def _by_key(towns: Sequence[Organisation]) -> dict[str, int]:
    keys = {place_key(one.name): one.id for one in reversed(towns)}
    return {**keys, **{one.name: one.id for one in towns}}
