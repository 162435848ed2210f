"""Who would get which case and why, before it counts: an instructor for all of them, or the best one for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.accounts import normal_username
from workflow.bulk.request import Bulk, Item
from workflow.engine.instructors import InstructorChoice, instructors_for
from workflow.engine.ranking import Ranked, ranked
from workflow.engine.rehearsal import rehearse
from workflow.errors import NotFound, WorkflowError
from workflow.models import Case, Enterprise
from workflow.runtime import Runtime
from workflow.text import Text

CAP_GUARD = "instructor_has_room"
NOBODY = Text(
    "没有可选派的指导员：请系统管理员为该镇（街道）开立指导员账号，或先调整上限",
    "No instructor to assign: the administrator opens an account for this town, or the cap is raised first",
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One case with the instructor it would get; `refusal` says why it would not."""

    case_id: int
    instructor: InstructorChoice | None
    basis: Text | None
    refusal: Text | None


def plan(session: Session, runtime: Runtime, bulk: Bulk, actor_id: int, today: date) -> list[Planned]:
    """For `data["instructor"]` where one is named, else the first in rank with room. Loads add up from case to case."""
    bulk.require_sound()
    named = normal_username(str(bulk.data.get("instructor", "")))
    places = _places(session, [item.case_id for item in bulk.items])
    by_area: dict[str, list[InstructorChoice]] = {}
    taken: Counter[str] = Counter()
    found = []
    for item in bulk.items:
        place = places.get(item.case_id)
        one = None
        if place is not None:
            path, industry, present = place
            if path not in by_area:
                by_area[path] = instructors_for(session, runtime, path, today)
            loaded = [replace(c, load=c.load + taken[c.username]) for c in by_area[path] if c.id != present]
            one = _chosen(ranked(loaded, path, industry), named)
        line = _planned(session, runtime, bulk, item, actor_id, one, named)
        if line.refusal is None and line.instructor is not None:
            taken[line.instructor.username] += 1
        found.append(line)
    return found


def _places(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[str, str | None, int | None]]:
    rows = session.execute(
        select(Case.id, Case.scope_path, Enterprise.industry, Case.instructor_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .where(Case.id.in_(case_ids))
    )
    return {row.id: (row.scope_path, row.industry, row.instructor_id) for row in rows}


def _chosen(candidates: Sequence[Ranked], named: str) -> Ranked | None:
    if named:
        return next((one for one in candidates if one.choice.username == named), None)
    return next((one for one in candidates if one.choice.has_room and not one.choice.is_away), None)


def _planned(
    session: Session, runtime: Runtime, bulk: Bulk, item: Item, actor_id: int, one: Ranked | None, named: str
) -> Planned:
    username = one.choice.username if one else named
    if not username:
        return Planned(item.case_id, None, None, NOBODY)
    asked = replace(bulk, key=None)
    command = asked.command(replace(item, data={**item.data, "instructor": username}), actor_id)
    refusal: Text | None = None
    try:
        rehearse(session, runtime, command)
    except NotFound as refused:
        # What one may not see is not told of either.
        return Planned(item.case_id, None, None, refused.text)
    except WorkflowError as refused:
        refusal = refused.text
    if refusal is None and one is not None and not one.choice.has_room and CAP_GUARD not in bulk.overrides:
        refusal = Text(
            f"届时已联系 {one.choice.load} 家，上限 {one.choice.cap} 家：填写理由可突破",
            f"Would have {one.choice.load} by then, the cap is {one.choice.cap}: give a reason to let it pass",
        )
    return Planned(item.case_id, one.choice if one else None, one.basis if one else None, refusal)
