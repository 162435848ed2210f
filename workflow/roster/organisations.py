"""Finds the organisations a roster's places mean, and creates the missing ones under the district."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.errors import InvalidInput
from workflow.models import Organisation, OrganisationKind, OrganisationType
from workflow.organisations import insert_organisation
from workflow.roster.bodies import chamber_type, town_body
from workflow.roster.places import Place, place_key
from workflow.text import Text

FIELD = "create_organisations"
# Only where the tree is empty: a person gives the district its name.
DISTRICT_NAME = "区委"


@dataclass(frozen=True, slots=True)
class Seat:
    """Ids of a place's town and chamber; None for one that is not in the tree."""

    town_id: int | None
    chamber_id: int | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """A seat for each place, and the names of what is not in the tree."""

    seats: Mapping[Place, Seat]
    missing: tuple[str, ...]


def settle(session: Session, places: Iterable[Place]) -> Settlement:
    """Looks only; raises InvalidInput where a name fits several organisations."""
    tree = _Tree(session.scalars(select(Organisation).order_by(Organisation.id)).all())
    seats: dict[Place, Seat] = {}
    missing: dict[str, None] = {}
    for place in sorted(places):
        town = tree.town(place.town)
        chamber = tree.chamber(place.chamber, town) if place.chamber else town
        seats[place] = Seat(town.id if town else None, chamber.id if chamber else None)
        if town is None:
            missing[town_body(place.town)[0]] = None
        if chamber is None and place.chamber:
            missing[place.chamber] = None
    needs_district = tree.district() is None and any(seat.town_id is None for seat in seats.values())
    return Settlement(seats, (DISTRICT_NAME, *missing) if needs_district else tuple(missing))


def create_missing(session: Session, places: Iterable[Place]) -> None:
    """Adds what `settle` did not find: towns under the district, chambers under their towns."""
    tree = _Tree(session.scalars(select(Organisation).order_by(Organisation.id)).all())
    for place in sorted(places):
        town = tree.town(place.town) or tree.with_added(_add_town(session, tree, place.town))
        if place.chamber and tree.chamber(place.chamber, town) is None:
            body = chamber_type(place.chamber)
            tree.with_added(insert_organisation(session, town, place.chamber, body, OrganisationKind.CHAMBER))


def refuse_missing(missing: Sequence[str]) -> None:
    """Raises InvalidInput that lists the names and says how to have them created."""
    if missing:
        names = "、".join(missing)
        raise InvalidInput(
            {
                FIELD: Text(
                    f"组织树里没有：{names}。请先建立；或让导入时新建"
                    "（命令行加 --create-organisations，网页勾选“新建组织”）。没有导入任何数据",
                    f"Not in the tree of organisations: {names}. Add them first, or have the import create them"
                    " (--create-organisations on the command line, a tick on the page). Nothing was imported",
                )
            }
        )


def _add_town(session: Session, tree: _Tree, town: str) -> Organisation:
    district = tree.district() or tree.with_added(
        insert_organisation(session, None, DISTRICT_NAME, OrganisationType.COMMITTEE, OrganisationKind.DISTRICT)
    )
    name, body = town_body(town)
    return insert_organisation(session, district, name, body, OrganisationKind.TOWN)


class _Tree:
    """The organisations by key. A full name goes before a key, a body of the same town before one elsewhere."""

    def __init__(self, organisations: Iterable[Organisation]) -> None:
        self._all = list(organisations)

    def with_added(self, organisation: Organisation) -> Organisation:
        self._all.append(organisation)
        return organisation

    def district(self) -> Organisation | None:
        return next((one for one in self._all if one.kind == OrganisationKind.DISTRICT), None)

    def town(self, name: str) -> Organisation | None:
        return _the_one(name, [one for one in self._all if one.kind == OrganisationKind.TOWN])

    def chamber(self, name: str, town: Organisation | None) -> Organisation | None:
        chambers = [one for one in self._all if one.kind == OrganisationKind.CHAMBER]
        own = [one for one in chambers if town is not None and one.path.startswith(town.path)]
        return _the_one(name, own) or _the_one(name, [one for one in chambers if one not in own])


def _the_one(name: str, among: Sequence[Organisation]) -> Organisation | None:
    found = [one for one in among if one.name == name]
    found = found or [one for one in among if place_key(one.name) == place_key(name)]
    if len(found) > 1:
        names = "、".join(one.name for one in found)
        raise InvalidInput(
            {
                FIELD: Text(
                    f"“{name}”对应不止一个组织（{names}）：请在表里写组织的全称",
                    f"“{name}” fits several organisations ({names}): write the full name in the roster",
                )
            }
        )
    return found[0] if found else None
