"""How many members and applicants an enterprise has, counted person by person where persons are kept.

Only a member whose membership has been received counts (domain 7.5); one in transit is a figure of its own.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.models import Case, Enterprise, Membership, Organisation, Person, Standing

PERSONS, FIGURES = "persons", "figures"
IN_TRANSIT, RECEIVED = "in_transit", "received"
MEMBER_COUNTS = ("full_members", "probationary_members", "members_in_transit")
APPLICANT_COUNTS = ("activists", "applicants")


def counted_from_persons(members_source: str, applicants_source: str) -> frozenset[str]:
    """The figures of an enterprise that no head-count or roster file changes: they are counted person by person."""
    by_source = ((members_source, MEMBER_COUNTS), (applicants_source, APPLICANT_COUNTS))
    return frozenset(name for source, names in by_source if source == PERSONS for name in names)


def counted(session: Session, enterprise_id: int) -> dict[str, Any]:
    """New values for the enterprise's columns: figures that are kept as persons, and that they are."""
    values: dict[str, Any] = {}
    ours = Person.employer_id == enterprise_id
    if _any(session, select(Membership.id).join(Person, Person.id == Membership.person_id).where(ours)):
        values |= _members(session, enterprise_id) | {"members_source": PERSONS}
    if _any(session, select(Case.id).join(Person, Person.id == Case.person_id).where(ours)):
        values |= _applicants(session, enterprise_id) | {"applicants_source": PERSONS}
    return values


def _any(session: Session, query: Any) -> bool:
    return session.scalar(query.limit(1)) is not None


def _members(session: Session, enterprise_id: int) -> dict[str, int]:
    chamber = session.scalar(
        select(Organisation.path)
        .join(Enterprise, Enterprise.chamber_id == Organisation.id)
        .where(Enterprise.id == enterprise_id)
    )
    rows = session.execute(
        select(Person.standing, Membership.status, Organisation.path, func.count())
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Person.employer_id == enterprise_id, Membership.ended_on.is_(None))
        .group_by(Person.standing, Membership.status, Organisation.path)
    )
    found: Counter[tuple[str, str]] = Counter()
    for standing, status, body, number in rows:
        if is_here(body, chamber or ""):
            found[standing, status] += number
    return {
        "full_members": found[Standing.FULL, RECEIVED],
        "probationary_members": found[Standing.PROBATIONARY, RECEIVED],
        "members_in_transit": sum(number for (_, status), number in found.items() if status == IN_TRANSIT),
    }


def is_here(body: str, chamber: str) -> bool:
    """A membership is where a branch of the enterprise could have it: at its chamber, below it, or in a body above."""
    return body.startswith(chamber) or chamber.startswith(body)


def _applicants(session: Session, enterprise_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Person.standing, func.count()).where(Person.employer_id == enterprise_id).group_by(Person.standing)
    )
    found = {row[0]: row[1] for row in rows}
    return {
        "activists": found.get(Standing.ACTIVIST, 0) + found.get(Standing.TARGET, 0),
        "applicants": found.get(Standing.APPLICANT, 0),
    }
