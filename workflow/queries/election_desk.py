"""The election desk (选举工作台): what an election needs in view. The count itself is in election_count.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from workflow.engine.actors import Actor
from workflow.engine.available import ActionView, views_of
from workflow.engine.work import CaseWork
from workflow.guards.election import POSTS, seats_by_post
from workflow.guards.tally import quorum_needed
from workflow.queries.case_page import CaseHead, case_head
from workflow.queries.papers import Paper, papers
from workflow.queries.seen import seen_work
from workflow.runtime import Runtime
from workflow.text import Text

# The actions by which an election, or one that failed, is recorded.
RECORDING = ("record_election", "record_renewal", "record_failed_election", "record_void_election")
# Method, ballot paper, count sheet, report of the result.
PAPERS = ("D11", "D12", "D13", "D15")


@dataclass(frozen=True, slots=True)
class Seat:
    """A post the meeting fills, with its candidates; `margin` counts the candidates beyond the seats."""

    post: str
    name: Text
    seats: int
    candidates: tuple[str, ...]

    @property
    def margin(self) -> int:
        return len(self.candidates) - self.seats


@dataclass(frozen=True, slots=True)
class ElectionDesk:
    """`quorum` is the attendance the roll of all full members asks for; `officers` are the committee's own to elect."""

    head: CaseHead
    branch_name: str
    planned_on: str | None
    full_members: int
    quorum: int
    with_committee: bool
    seats: tuple[Seat, ...]
    officers: tuple[Seat, ...]
    causes: Mapping[str, Text]
    actions: tuple[ActionView, ...]
    papers: tuple[Paper, ...]


def election_desk(session: Session, runtime: Runtime, actor: Actor, case_id: int) -> ElectionDesk:
    """Raises NotFound where there is no such case or the person may not see it."""
    work = seen_work(session, runtime, actor, case_id)
    members, rules = work.head_count.full_members, runtime.rules
    inclusive = bool(rules.number("election_quorum_inclusive", work.today))
    excused = next(f for f in work.definition.transitions["record_election"].fields if f.name == "excused")
    posts = seats_by_post(work.case_facts())
    return ElectionDesk(
        head=case_head(work),
        branch_name=work.facts.get("branch_name") or work.enterprise.name,
        planned_on=work.facts.get("election_planned_on"),
        full_members=members,
        quorum=quorum_needed(members, rules.number("election_quorum_fifths", work.today), inclusive),
        with_committee="member" in posts,
        seats=tuple(_seat(work, post, number) for post, number in posts.items() if number),
        officers=tuple(_officers(work)) if "member" in posts else (),
        causes=next(column for column in excused.columns if column.name == "cause").choices,
        actions=tuple(view for view in views_of(work, actor) if view.action in RECORDING),
        papers=tuple(paper for paper in papers(work, actor) if paper.code in PAPERS),
    )


def _seat(work: CaseWork, post: str, seats: int) -> Seat:
    names = tuple(row["name"] for row in work.facts.get("candidates", []) if row["post"] == post)
    return Seat(post, Text(*POSTS[post]), seats, names)


def _officers(work: CaseWork) -> Iterable[Seat]:
    """The committee elects its secretary in its first meeting, in equal number."""
    yield _seat(work, "secretary", 1)
    if deputies := int(work.facts.get("deputy_posts", 0)):
        yield _seat(work, "deputy", deputies)
