"""A case's own values for the fields of an action: what a form can show filled in, and an example that passes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from workflow.engine.actors import Actor
from workflow.engine.work import CaseWork
from workflow.models import Organisation, RoleAssignment, User
from workflow.models.organisation import scope_of


def known_values(work: CaseWork, actor: Actor) -> dict[str, Any]:
    """Values taken from the case, the enterprise and the calendar; nothing that only the person can know."""
    enterprise, facts = work.enterprise, work.facts
    minimum = work.runtime.rules.number("committee_full_members_min", work.today)
    with_committee = facts.get("with_committee", enterprise.full_members >= minimum)
    values: dict[str, Any] = {
        "full_members": enterprise.full_members,
        "probationary_members": enterprise.probationary_members,
        "activists": enterprise.activists,
        "applicants": enterprise.applicants,
        "members_in_transit": enterprise.members_in_transit,
        "with_committee": enterprise.full_members >= minimum,
        "branch_name": f"中共{enterprise.name}支部{'委员会' if with_committee else ''}",
        "roll": enterprise.full_members,
        "attending": enterprise.full_members,
        "ballots": _ballots(enterprise.full_members),
        "no_vote_right": 0,
    }
    values |= _candidates(bool(with_committee), work)
    values |= _election(work, enterprise.full_members)
    if "elected" in facts:
        values["confirmed"] = facts["elected"]
    if any(held.role in work.definition.groups["manager"].roles for held in actor.roles):
        instructor = next(iter(instructors_for(work)), None)
        if instructor is not None:
            values["instructor"] = instructor.username
    return values


def _ballots(attending: int) -> list[dict[str, int]]:
    return [{"round": 1, "issued": attending, "returned": attending, "valid": attending, "void": 0}]


def _candidates(with_committee: bool, work: CaseWork) -> dict[str, Any]:
    if not with_committee:
        return {
            "committee_seats": 0,
            "deputy_posts": 0,
            "candidates": [{"name": "张三", "post": "secretary", "standing_years": 8}],
        }
    members = [{"name": name, "post": "member", "standing_years": 5} for name in ("张三", "李四", "王五", "赵六")]
    return {
        "committee_seats": work.runtime.rules.number("committee_seats_min", work.today),
        "deputy_posts": 0,
        "candidates": [*members, {"name": "张三", "post": "secretary", "standing_years": 8}],
    }


def _election(work: CaseWork, attending: int) -> dict[str, Any]:
    """A clean count for the candidates that were cleared: as many as there are seats get every vote."""
    candidates = work.facts.get("candidates", [])
    seats = int(work.facts.get("committee_seats", 0))
    voted = [row for row in candidates if (row["post"] == "member") == bool(seats)]
    places = seats if seats else len(voted)
    votes = [
        {
            "round": 1,
            "name": row["name"],
            "post": row["post"],
            "yes": attending if index < places else 0,
            "no": 0,
            "abstain": 0 if index < places else attending,
        }
        for index, row in enumerate(voted)
    ]
    elected = [{"name": row["name"], "post": row["post"]} for row in voted[:places]]
    if seats:
        elected += [{"name": r["name"], "post": r["post"]} for r in candidates if r["post"] != "member"]
    names = {row["name"] for row in candidates}
    free = next((name for name in ("钱七", "孙八", "周九") if name not in names), "吴十")
    return {
        "votes": votes,
        "elected": elected,
        "scrutineers": [{"name": free, "duty": "scrutineer", "is_full_member": True}],
        "excused": [],
    }


def instructors_for(work: CaseWork) -> list[User]:
    """Active instructors whose area covers the case, by name."""
    rows = work.session.execute(
        select(User, Organisation.type, Organisation.path)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .where(
            User.is_active,
            RoleAssignment.role == "instructor",
            RoleAssignment.valid_from <= work.today,
            RoleAssignment.valid_to.is_(None) | (RoleAssignment.valid_to >= work.today),
        )
        .order_by(User.username)
    ).all()
    return [user for user, kind, path in rows if work.case.scope_path.startswith(scope_of(kind, path))]
