"""What is known already of the fields of an action: figures of the enterprise, what follows from them by rule, names
that were entered before. Nothing that only the person can know.
"""

from __future__ import annotations

from typing import Any

from workflow.engine.work import CaseWork

# A request that was sent back comes again under its number; after a refusal there is a new one.
RETURNED = "returned"
ESTABLISHED = "established"
OF_THE_REQUEST = ("request_no", "proposed_secretary")


def known_values(work: CaseWork) -> dict[str, Any]:
    """Values by the name of their field; a form shows them filled in, and they are true as they stand."""
    enterprise, facts, counted = work.enterprise, work.facts, work.head_count
    needs_committee = counted.full_members >= work.runtime.rules.number("committee_full_members_min", work.today)
    with_committee = facts.get("with_committee", needs_committee)
    values: dict[str, Any] = {
        "full_members": enterprise.full_members,
        "probationary_members": enterprise.probationary_members,
        "activists": enterprise.activists,
        "applicants": enterprise.applicants,
        "members_in_transit": enterprise.members_in_transit,
        "with_committee": needs_committee,
        "branch_name": facts.get("branch_name") or _branch_name(enterprise.name, with_committee),
        "roll": counted.full_members,
        "ballots": [{"round": 1}],
        "votes": _ballot_paper(work),
        "officer_votes": _officers(work),
    }
    if work.case.state == ESTABLISHED:
        # The next term goes by the members there are now, not by the reply of the founding.
        with_committee = needs_committee
    if not with_committee:
        values["committee_seats"] = 0
    if work.case.state == RETURNED:
        values |= {name: facts[name] for name in OF_THE_REQUEST if name in facts}
    if "elected" in facts:
        values["confirmed"] = facts["elected"]
    return values


def _branch_name(enterprise: str, with_committee: bool) -> str:
    return f"中共{enterprise}支部{'委员会' if with_committee else ''}"


def voted_candidates(work: CaseWork) -> list[dict[str, Any]]:
    """The candidates the meeting itself votes on: for seats where there is a committee, else for the posts."""
    seats = int(work.facts.get("committee_seats", 0))
    return [row for row in work.facts.get("candidates", []) if (row["post"] == "member") == bool(seats)]


def _ballot_paper(work: CaseWork) -> list[dict[str, Any]]:
    return [{"round": 1, "name": row["name"], "post": row["post"]} for row in voted_candidates(work)]


def _officers(work: CaseWork) -> list[dict[str, Any]]:
    """Whom the committee votes on itself, in its first meeting."""
    rows = work.facts.get("candidates", []) if work.facts.get("committee_seats") else []
    return [{"name": row["name"], "post": row["post"]} for row in rows if row["post"] != "member"]
