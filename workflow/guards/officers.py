"""G19 where the branch has a committee: its first meeting elects secretary and deputy, and shares out the duties.

The committee's votes are counted against its members who attended, as those of the member meeting are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from workflow.guards.election import POSTS, declared_as_counted
from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard
from workflow.guards.tally import count_post, votes_needed

# What is entered of that meeting, and of the committee at all; nothing of it where there is no committee.
OF_FIRST_MEETING = ("first_meeting_on", "first_meeting_attending", "officer_votes")
OF_COMMITTEE = (*OF_FIRST_MEETING, "committee_duties")
Row = Mapping[str, Any]


def officer_seats(case: CaseFacts) -> dict[str, int]:
    """The posts the committee fills itself; none where there is no committee."""
    if not case.facts.get("committee_seats"):
        return {}
    return {"secretary": 1, "deputy": int(case.facts.get("deputy_posts", 0))}


@guard("G19", "书记、副书记由支部委员会第一次会议选出", "the committee's first meeting elected its officers", data=True)
def officers_are_elected(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    entered, seats = attempt.entered, officer_seats(case)
    if not seats:
        if any(entered.get(name) for name in OF_FIRST_MEETING):
            yield self.problem(
                "本支部不设委员会，书记由党员大会选举：支部委员会会议各项请不填",
                "This branch has no committee, its secretary is elected by the member meeting: leave what belongs to a"
                " committee's meeting empty",
            )
    elif not all(entered.get(name) for name in OF_FIRST_MEETING):
        yield self.problem(
            "设委员会的支部，书记、副书记由支部委员会第一次会议选举：请填写会议日期、到会委员人数和得票",
            "With a committee, its first meeting elects secretary and deputy: enter the day of that meeting, how many"
            " members attended and the votes",
        )
    else:
        members = {row["name"] for row in entered["elected"] if row["post"] == "member"}
        yield from _meeting(self, attempt, len(members))
        yield from _outsiders(self, members, entered)
        for post, number in seats.items():
            yield from _office(self, post, number, entered)


def _meeting(self: Guard, attempt: Attempt, members: int) -> Answer:
    day, attending = attempt.day("first_meeting_on"), attempt.entered["first_meeting_attending"]
    if day < attempt.day("held_on"):
        yield self.problem(
            f"支部委员会会议日期 {day} 早于党员大会 {attempt.day('held_on')}",
            f"The committee's meeting of {day} is before the member meeting of {attempt.day('held_on')}",
        )
    if day > attempt.today:
        yield self.problem(
            f"支部委员会会议日期 {day} 晚于今天", f"The committee's meeting of {day} is later than today"
        )
    if attending > members:
        yield self.problem(
            f"到会委员 {attending} 人，多于当选委员 {members} 人",
            f"{attending} attended the committee's meeting, but {members} were elected to it",
        )
    elif 2 * attending < members:
        yield self.problem(
            f"当选委员 {members} 人，到会 {attending} 人，不足半数：需要至少 {-(-members // 2)} 人",
            f"{attending} of {members} attended the committee's meeting, fewer than half:"
            f" at least {-(-members // 2)} are needed",
        )


def _outsiders(self: Guard, members: set[str], entered: Mapping[str, Any]) -> Answer:
    rows = [*entered["officer_votes"], *(row for row in entered["elected"] if row["post"] != "member")]
    if outside := sorted({row["name"] for row in rows} - members):
        yield self.problem(
            f"{'、'.join(outside)} 不是当选委员，不能选为书记或副书记",
            f"{', '.join(outside)}: not among the elected members, so neither secretary nor deputy",
        )


def _office(self: Guard, post: str, seats: int, entered: Mapping[str, Any]) -> Answer:
    zh, en = POSTS[post]
    votes = [row for row in entered["officer_votes"] if row["post"] == post]
    names = {row["name"] for row in entered["elected"] if row["post"] == post}
    attending = entered["first_meeting_attending"]
    yield from _possible(self, post, votes, seats, attending)
    counted = set(count_officers(votes, seats, attending))
    if len(counted) < seats:
        yield self.problem(
            f"{zh}应选 {seats} 名，得到会委员过半数（至少 {votes_needed(attending)} 票）的有 {len(counted)} 名："
            "请由委员会再次选举后填写",
            f"{seats} to elect as {en}, but {len(counted)} have more than half of the members attending"
            f" (at least {votes_needed(attending)} votes): the committee votes again",
        )
    yield from declared_as_counted(self, POSTS[post], counted, names)


def count_officers(votes: Iterable[Row], seats: int, attending: int) -> tuple[str, ...]:
    """Whom the committee elected to one post, counted in one round."""
    return count_post(({**row, "round": 1} for row in votes), seats, attending).elected


def _possible(self: Guard, post: str, votes: list[Row], seats: int, attending: int) -> Answer:
    """Each member who attended has one ballot, with no more choices than there are seats."""
    zh, en = POSTS[post]
    for name, times in Counter(row["name"] for row in votes).items():
        if times > 1:
            yield self.problem(
                f"{name}：{zh}得票填了 {times} 行，请合为一行（再次选举的只填最后一次）",
                f"{name}: {times} rows of votes as {en}, make it one (the last vote where there were several)",
            )
    for row in votes:
        total = row["yes"] + row["no"] + row["abstain"]
        if total > attending:
            yield self.problem(
                f"{row['name']}：赞成、不赞成、弃权共 {total} 票，多于到会委员 {attending} 人",
                f"{row['name']}: {total} votes in all, but {attending} members attended",
            )
    if (chosen := sum(row["yes"] for row in votes)) > seats * attending:
        yield self.problem(
            f"{zh}赞成票共 {chosen}，应选 {seats} 名、到会委员 {attending} 人，最多 {seats * attending} 票",
            f"{chosen} yes for {en} in all, but {seats} to elect and {attending} attending allow {seats * attending}",
        )


@guard("G19", "分工的都是当选的同志", "duties go to those who were elected", data=True)
def duties_are_of_the_elected(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    elected = {row["name"] for row in attempt.entered["elected"]}
    duties = Counter((row["name"], row["duty"]) for row in attempt.entered.get("committee_duties", []))
    if outside := sorted({name for name, _ in duties} - elected):
        yield self.problem(
            f"{'、'.join(outside)} 没有当选，不能列入分工", f"{', '.join(outside)}: not elected, so no duty is theirs"
        )
    if twice := sorted({name for (name, _), times in duties.items() if times > 1}):
        yield self.problem(
            f"{'、'.join(twice)} 的同一分工填了不止一行", f"{', '.join(twice)}: the same duty stands more than once"
        )
