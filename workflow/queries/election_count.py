"""How an election stands while its count is typed, and the rows that follow from it.

The numbers are those of the guards: the same functions count here, so that nothing shown here is refused later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.definition.model import Transition
from workflow.engine.work import CaseWork
from workflow.guards.election import POSTS, seats_by_post
from workflow.guards.officers import count_officers, officer_seats
from workflow.guards.tally import Outcome, count_post, votes_needed
from workflow.text import Text

Row = Mapping[str, Any]
AGAIN_IN_COMMITTEE = Text("由支部委员会再次选举后填写", "The committee votes again; enter that vote")


@dataclass(frozen=True, slots=True)
class PostCount:
    """How one post stands after the rounds that were typed, and what follows from it."""

    name: Text
    seats: int
    elected: tuple[str, ...]
    tied: tuple[str, ...]
    vacant: int
    next_step: Text | None


@dataclass(frozen=True, slots=True)
class NextRound:
    """The rows of a round that has to be held: those of the ballots and, for whom it is held among, of the votes."""

    number: int
    ballots: tuple[Row, ...]
    votes: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """`next_round` is None where none is due or its rows are there; `winners` are rows of the elected that follow from
    the count, empty where they are listed already.
    """

    posts: tuple[PostCount, ...] = ()
    next_round: NextRound | None = None
    winners: tuple[Row, ...] = ()


def counted(work: CaseWork, transition: Transition, data: Mapping[str, Any]) -> Count:
    """How each post stands by what was typed so far; rows that are not complete are left out."""
    attending = data.get("attending")
    if not isinstance(attending, int) or attending < 1 or "votes" not in {f.name for f in transition.fields}:
        return Count()
    sheet = _Sheet(work, data, attending)
    if not sheet.votes:
        return Count()
    posts = {post: sheet.count(post, seats) for post, seats in seats_by_post(work.case_facts()).items() if seats}
    all_posts = posts | sheet.officers()
    return Count(tuple(all_posts.values()), sheet.next_round(posts), tuple(sheet.unlisted(all_posts)))


@dataclass(frozen=True)
class _Sheet:
    """The count sheet as it was typed so far."""

    work: CaseWork
    data: Mapping[str, Any]
    attending: int

    @property
    def typed(self) -> list[Row]:
        return list(self.data.get("votes", []))

    @property
    def votes(self) -> list[Row]:
        return [vote for vote in self.typed if _is_complete(vote, "round", "yes")]

    @property
    def last(self) -> int:
        return max((int(vote["round"]) for vote in self.votes), default=0)

    def count(self, post: str, seats: int) -> PostCount:
        outcome = count_post([v for v in self.votes if v["post"] == post], seats, self.attending)
        is_whole = len(self.votes) == len(self.typed)
        after = _next_step(outcome, self.last, self.attending) if is_whole else None
        return PostCount(Text(*POSTS[post]), seats, outcome.elected, outcome.tied, outcome.vacant, after)

    def officers(self) -> dict[str, PostCount]:
        """What the committee elected in its own meeting, where its votes are there."""
        there = self.data.get("first_meeting_attending")
        if not isinstance(there, int) or there < 1:
            return {}
        votes = [vote for vote in self.data.get("officer_votes", []) if _is_complete(vote, "yes")]
        found = {}
        for post, seats in officer_seats(self.work.case_facts()).items():
            if own := [vote for vote in votes if vote["post"] == post]:
                names = count_officers(own, seats, there)
                again = AGAIN_IN_COMMITTEE if len(names) < seats else None
                found[post] = PostCount(Text(*POSTS[post]), seats, names, (), seats - len(names), again)
        return found

    def next_round(self, posts: Mapping[str, PostCount]) -> NextRound | None:
        number = self.last + 1
        votes = [
            {"round": number, "name": name, "post": post}
            for post, found in posts.items()
            if found.next_step
            for name in found.tied or self._remaining(post, found.elected)
        ]
        if not votes or any(row.get("round") == number for row in self.data.get("ballots", [])):
            return None
        return NextRound(number, ({"round": number, "issued": self.attending},), tuple(votes))

    def _remaining(self, post: str, elected: Sequence[str]) -> list[str]:
        rows = self.work.facts.get("candidates", [])
        return [row["name"] for row in rows if row["post"] == post and row["name"] not in elected]

    def unlisted(self, posts: Mapping[str, PostCount]) -> Iterable[Row]:
        """Everybody the count elects, where it is settled and the list of the elected says something else."""
        winners = [(name, post) for post, count in posts.items() for name in count.elected]
        listed = {(row.get("name"), row.get("post")) for row in self.data.get("elected", [])}
        if any(count.tied for count in posts.values()) or listed == set(winners):
            return ()
        return [{"name": name, "post": post} for name, post in winners]


def _is_complete(vote: Row, *numbers: str) -> bool:
    whole = all(isinstance(vote.get(name), int) for name in numbers)
    return whole and all(isinstance(vote.get(name), str) for name in ("name", "post"))


def _next_step(outcome: Outcome, last: int, attending: int) -> Text | None:
    """What the meeting does next: a second vote among the tied, or for the seats left, or fewer seats by consent."""
    if outcome.tied:
        return Text(
            f"票数相等：就 {'、'.join(outcome.tied)} 再次投票，选 {outcome.vacant} 名，记为第 {last + 1} 轮",
            f"A tie: vote again among {', '.join(outcome.tied)} for {outcome.vacant}, as round {last + 1}",
        )
    if outcome.vacant:
        enough = votes_needed(attending)
        return Text(
            f"还差 {outcome.vacant} 名：另行选举（记为第 {last + 1} 轮），"
            f"或经半数以上（至少 {enough} 人）同意减少名额，并填写同意人数",
            f"{outcome.vacant} still open: vote again as round {last + 1}, or reduce the seats with the consent of more"
            f" than half (at least {enough}) and enter how many agreed",
        )
    return None
