"""Walks the demo's cases to where they are shown, by the commands people use, on days in the past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from workflow.demo.district import DemoDistrict, Town
from workflow.demo.names import Names
from workflow.demo.paper import demo_paper
from workflow.engine import Command, attach_document, available_actions, perform
from workflow.gestures import take_gesture
from workflow.models import User
from workflow.runtime import Runtime


@dataclass(frozen=True, slots=True)
class Step:
    """An action of the straight road: who takes it, how many days after the one before, with which papers.

    Where others have to sign it they do, unless it is not to be `signed` yet.
    """

    who: str
    action: str
    days: int
    papers: tuple[str, ...] = ()
    reason: str | None = None
    signed: bool = True


ROAD: tuple[Step, ...] = (
    Step("social_work", "assign_instructor", 6),
    Step("instructor", "log_visit", 5),
    Step("instructor", "start_training", 1),
    Step("instructor", "log_visit", 25),
    Step("instructor", "record_headcount", 3),
    Step("instructor", "mark_ready", 2),
    Step("instructor", "submit", 5, ("D01", "D02", "D06")),
    Step("clerk", "accept", 2),
    Step("approver", "approve", 8),
    Step("instructor", "submit_candidates", 6),
    Step("approver", "clear_candidates", 4),
    Step("instructor", "record_election", 8),
    Step("instructor", "submit_result", 2, ("D13", "D14", "D15")),
    Step("approver", "confirm_result", 5),
    Step("clerk", "file", 4, ("D08", "D16", "D17")),
    Step("org_dept", "acknowledge_filing", 6),
)

# How many cases stand after how many steps of the road, and what turned them off it.
STOPS: tuple[tuple[int, int, tuple[Step, ...]], ...] = (
    (10, 1, ()),
    (7, 4, ()),
    (4, 6, ()),
    (3, 7, ()),
    (2, 8, ()),
    (2, 9, ()),
    (1, 10, ()),
    (1, 10, (Step("approver", "clear_candidates", 2, signed=False),)),
    (1, 11, ()),
    (1, 12, ()),
    (1, 13, ()),
    (1, 14, ()),
    (1, 15, ()),
    (3, 16, ()),
    (1, 7, (Step("clerk", "return", 1, (), "党员花名册缺少组织关系转入日期，请补正。"),)),
    (1, 8, (Step("approver", "refuse", 6, (), "企业即将搬迁，目前不具备开展组织生活的条件。"),)),
    (1, 4, (Step("social_work", "hold", 2, (), "企业停产检修，三个月后复核。"),)),
)


def walk_cases(
    runtime: Runtime, district: DemoDistrict, names: Names, cases: Mapping[int, list[int]], now: datetime
) -> None:
    """`cases` lists case ids by the town's place in the district; they are taken from the towns in turn."""
    queue = [(place, case_id) for row in zip(*cases.values(), strict=False) for place, case_id in enumerate(row)]
    taken: Counter[int] = Counter()
    for count, steps, turn in STOPS:
        for _ in range(count):
            if not queue:
                return
            place, case_id = queue.pop(0)
            town = district.towns[place]
            # In turn, so that nobody's load passes the cap.
            instructor = town.instructors[taken[place] % len(town.instructors)]
            taken[place] += 1
            _walk(runtime, _Walk(district, town, names, case_id, instructor), (*ROAD[:steps], *turn), now)


def walk_to(
    runtime: Runtime,
    district: DemoDistrict,
    town: Town,
    names: Names,
    case_id: int,
    steps: tuple[Step, ...],
    now: datetime,
) -> None:
    """One more case, with the town's last instructor, so that the last step is some days before `now`."""
    _walk(runtime, _Walk(district, town, names, case_id, town.instructors[-1]), steps, now)


@dataclass(frozen=True, slots=True)
class _Walk:
    district: DemoDistrict
    town: Town
    names: Names
    case_id: int
    instructor: User

    def person(self, who: str) -> User:
        if who == "instructor":
            return self.instructor
        return self.town.people.get(who) or self.district.people[who]


def _walk(runtime: Runtime, walk: _Walk, steps: tuple[Step, ...], now: datetime) -> None:
    """The last step was taken some days ago, so that some cases are in time and some are late."""
    ago = sum(step.days for step in steps) + walk.names.number(1, 9)
    for step in steps:
        ago -= step.days
        then = now - timedelta(days=max(ago, 0))
        past = replace(runtime, clock=lambda then=then: then)  # type: ignore[misc]  # a default argument binds the day
        for code in step.papers:
            attach_document(past, walk.case_id, walk.person(step.who).id, code, f"{code}.pdf", demo_paper(code))
        _take(past, walk, step)


def _take(past: Runtime, walk: _Walk, step: Step) -> None:
    actor = walk.person(step.who).id
    with past.db.reading() as session:
        view = next(v for v in available_actions(session, past, walk.case_id, actor) if v.action == step.action)
    data: dict[str, Any] = dict(view.example)
    if "instructor" in data:
        data["instructor"] = walk.instructor.username
    if step.action == "record_headcount":
        data |= {"full_members": max(3, data["full_members"]), "members_in_transit": 0}
        data.pop("letter_issued_on", None)
        data.pop("blocked_reason", None)
    outcome = perform(past, Command(walk.case_id, step.action, actor, data=data, reason=step.reason))
    if outcome.waits_for and step.signed:
        take_gesture(past, Command(walk.case_id, "sign_agree", walk.person("member").id))
