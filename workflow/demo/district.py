"""The demo's bodies and people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from workflow.accounts import create_user
from workflow.demo.names import TOWNS, Names
from workflow.models import InstructorProfile, Organisation, OrganisationKind, OrganisationType, User
from workflow.organisations import insert_organisation

DISTRICT = "示例区"
# One chamber of each type that occurs: two committees, and two bodies that may not approve by themselves.
CHAMBERS = (
    ("商会党委", OrganisationType.COMMITTEE),
    ("商会党委", OrganisationType.COMMITTEE),
    ("商会党总支", OrganisationType.GENERAL_BRANCH),
    ("商会党支部", OrganisationType.BRANCH),
)
INSTRUCTORS_PER_TOWN = 3


@dataclass(frozen=True, slots=True)
class Account:
    """A line of the accounts file."""

    username: str
    password: str
    role: str
    where: str


@dataclass
class Town:
    """A town with its chamber, and the people who decide and instruct there, by role."""

    body: Organisation
    chamber: Organisation
    instructors: list[User] = field(default_factory=list)
    people: dict[str, User] = field(default_factory=dict)


@dataclass
class DemoDistrict:
    root: Organisation
    towns: list[Town] = field(default_factory=list)
    people: dict[str, User] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)


def make_district(session: Session, names: Names, now: datetime) -> DemoDistrict:
    """Bodies, then people; the caller's unit of work commits."""
    root = insert_organisation(session, None, f"{DISTRICT}委", OrganisationType.COMMITTEE, OrganisationKind.DISTRICT)
    district = DemoDistrict(root)
    for role, name, kind in _departments():
        body = insert_organisation(session, root, name, kind, OrganisationKind.DEPARTMENT)
        district.people[role] = _person(session, district, names, role, role, body, now)
    for role in ("approver", "admin", "auditor"):
        username = {"approver": "quwei", "admin": "admin", "auditor": "auditor"}[role]
        district.people["superior" if role == "approver" else role] = _person(
            session, district, names, username, role, root, now
        )
    for number, name in enumerate(TOWNS, start=1):
        district.towns.append(_town(session, district, names, number, name, now))
    return district


def _departments() -> Iterator[tuple[str, str, OrganisationType]]:
    yield "org_dept", f"{DISTRICT}委组织部", OrganisationType.ORGANISATION_DEPARTMENT
    yield "social_work", f"{DISTRICT}委社会工作部", OrganisationType.SOCIAL_WORK_DEPARTMENT
    yield "federation", f"{DISTRICT}工商联", OrganisationType.FEDERATION


def _person(
    session: Session, district: DemoDistrict, names: Names, username: str, role: str, body: Organisation, now: datetime
) -> User:
    user, password = create_user(
        session, username=username, display_name=names.person(), roles=[(role, body.id)], is_demo=True, now=now
    )
    session.flush()
    district.accounts.append(Account(username, password, role, body.name))
    return user


def _town(session: Session, district: DemoDistrict, names: Names, number: int, name: str, now: datetime) -> Town:
    is_street = name.endswith("街道")
    kind = OrganisationType.WORKING_COMMITTEE if is_street else OrganisationType.COMMITTEE
    suffix = "党工委" if is_street else "党委"
    body = insert_organisation(session, district.root, f"{name}{suffix}", kind, OrganisationKind.TOWN)
    chamber_name, chamber_type = CHAMBERS[number - 1]
    chamber = insert_organisation(session, body, f"{name}{chamber_name}", chamber_type, OrganisationKind.CHAMBER)
    town = Town(body, chamber)
    decides = chamber if chamber.may_approve else body
    # Two who approve, so that candidates are signed by both (会签).
    for who, role in (("clerk", "clerk"), ("approver", "approver"), ("member", "approver")):
        town.people[who] = _person(session, district, names, f"{who}{number}", role, decides, now)
    for place in range(INSTRUCTORS_PER_TOWN):
        instructor = _person(
            session,
            district,
            names,
            f"instructor{(number - 1) * INSTRUCTORS_PER_TOWN + place + 1}",
            "instructor",
            body,
            now,
        )
        session.add(InstructorProfile(user_id=instructor.id, term_from=date(now.year - 5, 1, 1)))
        town.instructors.append(instructor)
    return town
