"""A district in the middle of its work: cases at many steps, some late, one whose next step nobody can take."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from tests.district import District
from workflow.models import Enterprise, RoleAssignment, User

# Where each firm's case comes to stand.
STANDS = {
    "first": "under_review",
    "second": "training",
    "third": "submitted",
    "fourth": "established",
    "far": "on_hold",
    "far_second": "no_branch",
}


def busy_district(district: District) -> dict[str, int]:
    """Answers the cases by firm. A month passes; then the chamber's approver leaves."""
    cases = {firm: district.open(firm) for firm in STANDS}
    for firm, state in STANDS.items():
        if state == "on_hold":
            review_on = {"review_on": "2027-03-01"}
            district.do(cases[firm], "org_dept", "hold", review_on, reason="企业停产整改")
        else:
            district.walk(cases[firm], until=state)
    district.clock.advance(days=31)
    remove(district, "approver")
    return cases


def remove(district: District, role: str) -> None:
    """Everybody with the role gave it up yesterday."""
    with district.db.unit_of_work() as session:
        yesterday = district.runtime.today() - timedelta(days=1)
        session.execute(update(RoleAssignment).where(RoleAssignment.role == role).values(valid_to=yesterday))


def disable(district: District, who: str) -> None:
    with district.db.unit_of_work() as session:
        session.execute(update(User).where(User.id == district.people[who]).values(is_active=False))


def rename(district: District, firm: str, name: str) -> None:
    with district.db.unit_of_work() as session:
        session.execute(update(Enterprise).where(Enterprise.id == district.enterprises[firm]).values(name=name))
