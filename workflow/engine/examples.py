"""An example for each action that passes the guards as it stands: what is known of the case, the rest invented."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflow.clock import add_months
from workflow.definition.model import EARLIER
from workflow.engine.actors import Actor
from workflow.engine.instructors import instructors_for
from workflow.engine.prefill import voted_candidates
from workflow.engine.work import CaseWork

OF_PROBATION = ("member_probation_months", "member_extension_min_months")


def example_values(work: CaseWork, actor: Actor, known: Mapping[str, Any]) -> dict[str, Any]:
    """Values by the name of their field, `known` among them. For programs that learn by example, never for a form."""
    members = work.head_count.full_members
    values = {**known, "attending": members, "ballots": _ballots(members), "no_vote_right": 0}
    values |= _candidates(work, "committee_seats" not in known)
    values |= _election(work, members)
    if any(transition.target == EARLIER for transition in work.definition.leaving(work.case.state)):
        values["to_state"] = next(iter(reversed(work.earlier_states())), work.definition.initial)
    if work.person is not None:
        values |= _probation(work)
    if any(held.role in work.definition.groups["manager"].roles for held in actor.roles):
        choices = instructors_for(work.session, work.runtime, work.case.scope_path, work.today)
        if choices:
            values["instructor"] = next((c for c in choices if c.has_room), choices[0]).username
    return values


def _probation(work: CaseWork) -> dict[str, Any]:
    """The shortest extension there is; nothing before the branch meeting."""
    met = work.facts.get("admission_meeting_on")
    if met is None:
        return {}
    numbers = (work.runtime.rules.number(code, work.today) for code in OF_PROBATION)
    return {"extended_until": add_months(date.fromisoformat(met), sum(numbers)).isoformat()}


def _ballots(attending: int) -> list[dict[str, int]]:
    return [{"round": 1, "issued": attending, "returned": attending, "valid": attending, "void": 0}]


def _candidates(work: CaseWork, with_committee: bool) -> dict[str, Any]:
    if not with_committee:
        return {"deputy_posts": 0, "candidates": [{"name": "张三", "post": "secretary", "standing_years": 8}]}
    members = [{"name": name, "post": "member", "standing_years": 5} for name in ("张三", "李四", "王五", "赵六")]
    return {
        "committee_seats": work.runtime.rules.number("committee_seats_min", work.today),
        "deputy_posts": 0,
        "candidates": [*members, {"name": "张三", "post": "secretary", "standing_years": 8}],
    }


def _election(work: CaseWork, attending: int) -> dict[str, Any]:
    """A clean count for the candidates that were cleared: as many as there are seats get every vote."""
    candidates, voted = work.facts.get("candidates", []), voted_candidates(work)
    seats = int(work.facts.get("committee_seats", 0))
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
    officers = [{"name": r["name"], "post": r["post"]} for r in candidates if seats and r["post"] != "member"]
    names = {row["name"] for row in candidates}
    free = next((name for name in ("钱七", "孙八", "周九") if name not in names), "吴十")
    return {
        "votes": votes,
        "elected": elected + officers,
        "scrutineers": [{"name": free, "duty": "scrutineer", "is_full_member": True}],
        "excused": [],
        **(_first_meeting(work, officers, seats) if seats else {}),
    }


def _first_meeting(work: CaseWork, officers: list[dict[str, str]], seats: int) -> dict[str, Any]:
    return {
        "first_meeting_on": work.today.isoformat(),
        "first_meeting_attending": seats,
        "officer_votes": [{**row, "yes": seats, "no": 0, "abstain": 0} for row in officers],
    }
