"""G18: whether the votes can have come out of the valid ballots, by the rules of the ballot paper.

A ballot is valid with no more choices than seats, and says yes, no or abstain of everybody printed on it; only who says
no may write in another.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from workflow.guards.election import POSTS, seats_by_post
from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard
from workflow.guards.tally import open_seats

Vote = Mapping[str, Any]


@guard("G18", "票数与有效票、名额相符", "the votes fit the valid ballots and the seats", data=True)
def votes_add_up(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    valid = {row["round"]: row["valid"] for row in attempt.entered["ballots"]}
    seats = seats_by_post(case)
    printed = {(row["name"], row["post"]) for row in case.facts.get("candidates", []) if row["post"] in seats}
    yield from _twice(self, attempt.entered["votes"])
    for vote in attempt.entered["votes"]:
        if vote["round"] not in valid:
            yield self.problem(
                f"{vote['name']}：第 {vote['round']} 轮没有选票记录",
                f"{vote['name']}: there is no row of ballots for round {vote['round']}",
            )
        elif _is_printed(vote, printed):
            yield from _complete(self, vote, valid[vote["round"]])
        elif vote["post"] in seats:
            yield from _only_yes(self, vote)
    for post, number in seats.items():
        votes = [vote for vote in attempt.entered["votes"] if vote["post"] == post and vote["round"] in valid]
        yield from _choices(self, post, votes, open_seats(votes, number, attempt.entered["attending"]), valid)
        yield from _written_for_a_no(self, post, votes, printed)


def _is_printed(vote: Vote, printed: set[tuple[str, str]]) -> bool:
    """A cleared candidate; in a later round also who was written in before and is now voted on by yes or no."""
    return (vote["name"], vote["post"]) in printed or (vote["round"] > 1 and bool(vote["no"] or vote["abstain"]))


def _twice(self: Guard, votes: list[Vote]) -> Answer:
    for (number, name, post), times in Counter((v["round"], v["name"], v["post"]) for v in votes).items():
        if times > 1:
            zh, en = POSTS[post]
            yield self.problem(
                f"{name}：第 {number} 轮{zh}得票填了 {times} 行，请合为一行",
                f"{name}: {times} rows of votes as {en} in round {number}, make it one",
            )


def _complete(self: Guard, vote: Vote, valid: int) -> Answer:
    total = vote["yes"] + vote["no"] + vote["abstain"]
    if total != valid:
        yield self.problem(
            f"{vote['name']}：赞成 {vote['yes']} + 不赞成 {vote['no']} + 弃权 {vote['abstain']} = {total}，"
            f"应等于有效票 {valid}（未划或无法辨认的计入弃权）",
            f"{vote['name']}: {vote['yes']} yes + {vote['no']} no + {vote['abstain']} abstain = {total};"
            f" it must be the {valid} valid ballots (a blank or unreadable item counts as abstain)",
        )


def _only_yes(self: Guard, vote: Vote) -> Answer:
    if vote["no"] or vote["abstain"]:
        yield self.problem(
            f"{vote['name']} 不是候选人（另选人），只计赞成票",
            f"{vote['name']} is not a candidate but a write-in, who has only yes votes",
        )


def _choices(self: Guard, post: str, votes: list[Vote], seats: Mapping[int, int], valid: Mapping[int, int]) -> Answer:
    zh, en = POSTS[post]
    for number, open_now in seats.items():
        chosen = sum(vote["yes"] for vote in votes if vote["round"] == number)
        most = open_now * valid[number]
        if chosen > most:
            yield self.problem(
                f"第 {number} 轮{zh}：赞成票共 {chosen}，应选 {open_now} 名、有效票 {valid[number]} 张，最多 {most} 票"
                "（一张票所选多于应选名额即为无效票）",
                f"Round {number}, {en}: {chosen} yes in all, but {open_now} to elect on {valid[number]} valid ballots"
                f" allow at most {most} (a ballot with more choices than seats is void)",
            )


def _written_for_a_no(self: Guard, post: str, votes: list[Vote], printed: set[tuple[str, str]]) -> Answer:
    """An abstainer may not write in another, so write-ins are never more than the votes of no."""
    zh, en = POSTS[post]
    written, refused = defaultdict[int, int](int), defaultdict[int, int](int)
    for vote in votes:
        if _is_printed(vote, printed):
            refused[vote["round"]] += vote["no"]
        else:
            written[vote["round"]] += vote["yes"]
    for number, chosen in written.items():
        if chosen > refused[number]:
            yield self.problem(
                f"第 {number} 轮{zh}：另选人得 {chosen} 票，多于不赞成票 {refused[number]}（投不赞成票的才可另选他人）",
                f"Round {number}, {en}: {chosen} votes for write-ins, but {refused[number]} votes of no"
                " (only who votes no may write in another)",
            )
