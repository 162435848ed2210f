"""G14 to G20: the election, checked in whole numbers; the votes themselves (G18) are in votes.py,
the list of who signed in in sign_in.py, what the new committee elects in officers.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard
from workflow.guards.tally import count_post, quorum_needed, votes_needed


def _quorum(attempt: Attempt) -> tuple[int, bool]:
    inclusive = bool(attempt.number("election_quorum_inclusive"))
    return quorum_needed(attempt.entered["roll"], attempt.number("election_quorum_fifths"), inclusive), inclusive


@guard("G14", "选举日期在批复和候选人同意之后", "the election is after the reply and the clearance", data=True)
def election_is_dated(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    held = attempt.day("held_on")
    for name, zh, en in (
        ("founding_reply_on", "成立批复", "founding reply"),
        ("clearance_on", "候选人批复", "clearance of candidates"),
    ):
        earliest = case.day(name)
        if earliest is not None and held < earliest:
            yield self.problem(
                f"选举日期 {held} 早于{zh} {earliest}", f"The election of {held} is before the {en} of {earliest}"
            )
    if held > attempt.today:
        yield self.problem("选举日期不能晚于今天", "The election cannot be later than today")


@guard("G15", "到会人数达到应到会的五分之四", "four fifths of those who ought to attend are there", data=True)
def quorum_is_met(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    roll, attending = attempt.entered["roll"], attempt.entered["attending"]
    need, _ = _quorum(attempt)
    if attending > roll:
        yield self.problem(f"实到 {attending} 人多于应到 {roll} 人", f"{attending} attended but only {roll} ought to")
    elif attending < need:
        yield self.problem(
            f"应到 {roll} 人，实到 {attending} 人，不足五分之四：需要至少 {need} 人；请改记“选举无效”后另行召开",
            f"{attending} of {roll} attended, fewer than four fifths: at least {need} are needed;"
            " record a void election and meet again",
            clause=attempt.rule("election_quorum_fifths").clause,
        )


@guard("G16", "应到会人数与正式党员数相符", "the roll adds up with the full members", data=True)
def roll_adds_up(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    without = attempt.entered.get("no_vote_right", 0)
    excused = len(attempt.entered.get("excused", []))
    expected = case.full_members - without - excused
    if attempt.entered["roll"] != expected:
        yield self.problem(
            f"应到会 {attempt.entered['roll']} 人，但正式党员 {case.full_members} − 无选举权 {without}"
            f" − 不计入 {excused} = {expected}",
            f"The roll says {attempt.entered['roll']}, but {case.full_members} full members - {without} without vote"
            f" - {excused} excused = {expected}",
            where="head_count",
        )


@guard("G17", "收回选票不多于发出，发出等于实到", "ballots returned and issued add up", data=True)
def ballots_add_up(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    attending = attempt.entered["attending"]
    for row in attempt.entered["ballots"]:
        number = row["round"]
        if row["issued"] != attending:
            yield self.problem(
                f"第 {number} 轮发出选票 {row['issued']} 张，应等于实到 {attending} 人",
                f"Round {number}: {row['issued']} ballots issued, it must be the {attending} attending",
            )
        if row["returned"] > row["issued"]:
            yield self.problem(
                f"第 {number} 轮收回 {row['returned']} 张多于发出 {row['issued']} 张：选举无效，须重新投票",
                f"Round {number}: {row['returned']} ballots returned but {row['issued']} issued: void, vote again",
            )
        if row["valid"] + row["void"] != row["returned"]:
            yield self.problem(
                f"第 {number} 轮有效 {row['valid']} + 无效 {row['void']} ≠ 收回 {row['returned']}",
                f"Round {number}: {row['valid']} valid + {row['void']} void is not {row['returned']} returned",
            )
    rounds = [row["round"] for row in attempt.entered["ballots"]]
    if sorted(rounds) != list(range(1, len(rounds) + 1)):
        yield self.problem("选票轮次应为 1、2、3……各一行", "The rounds of ballots must be 1, 2, 3 ..., a row each")


@guard("G16", "不计入应到会的党员没有投票", "who is excused has not voted", data=True)
def absent_do_not_vote(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    excused = attempt.entered.get("excused", [])
    busy = {row["name"] for row in attempt.entered.get("scrutineers", [])}
    for row in excused:
        name = row.get("name", "—")
        if row.get("voted") or name in busy:
            yield self.problem(
                f"{name} 已列为不计入应到会，又参加了选举：请从不计入名单中去掉（应到会人数随之加 1），或更正",
                f"{name} is excused from the roll but took part: take the name off the excused (the roll grows by 1)"
                " or correct it",
            )
    named = [row["name"] for row in excused if row.get("name")]
    if twice := sorted({name for name in named if named.count(name) > 1}):
        yield self.problem(
            f"不计入应到会的名单重复：{'、'.join(twice)}", f"Listed twice among the excused: {', '.join(twice)}"
        )


def seats_by_post(case: CaseFacts) -> dict[str, int]:
    """The posts the meeting fills; in a branch with a committee the secretary is the committee's to elect."""
    seats = int(case.facts.get("committee_seats", 0))
    deputies = int(case.facts.get("deputy_posts", 0))
    return {"member": seats} if seats else {"secretary": 1, "deputy": deputies}


@guard(
    "G19", "当选人得票超过实到会半数，人数与名额相符", "each elected has more than half of those attending", data=True
)
def winners_are_elected(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    attending = attempt.entered["attending"]
    declared = attempt.entered["elected"]
    for post, seats in seats_by_post(case).items():
        votes = [v for v in attempt.entered["votes"] if v["post"] == post]
        names = {row["name"] for row in declared if row["post"] == post}
        yield from _post(self, attempt, post, seats, votes, names, attending)
    yield from _consent(self, case, attempt)


POSTS = {"member": ("委员", "committee member"), "secretary": ("书记", "secretary"), "deputy": ("副书记", "deputy")}


def _post(
    self: Guard,
    attempt: Attempt,
    post: str,
    seats: int,
    votes: list[Mapping[str, Any]],
    names: set[str],
    attending: int,
) -> Answer:
    zh, en = POSTS[post]
    outcome = count_post(votes, seats, attending)
    if outcome.tied:
        yield self.problem(
            f"{zh}名额处票数相等：{'、'.join(outcome.tied)}。须就相等者再次投票，记为下一轮",
            f"A tie at the cut for {en}: {', '.join(outcome.tied)}."
            " Vote again among them and record it as the next round",
        )
        return
    if outcome.vacant and 2 * attempt.entered.get("reduced_seats_consent", 0) <= attending:
        yield self.problem(
            f"{zh}应选 {seats} 名，得票超过半数（至少 {votes_needed(attending)} 票）的只有 {len(outcome.elected)} 名："
            "另行选举不足名额，或经半数以上同意减少名额",
            f"{seats} to elect as {en}, but only {len(outcome.elected)} have more than half"
            f" (at least {votes_needed(attending)} votes): vote again for the rest, or reduce the seats"
            " with the consent of more than half",
        )
    if len(names) > seats:
        yield self.problem(
            f"{zh}名额 {seats} 名，当选名单列了 {len(names)} 名，多 {len(names) - seats} 名",
            f"{seats} to elect as {en}, but {len(names)} are listed as elected: {len(names) - seats} too many",
        )
    yield from declared_as_counted(self, POSTS[post], set(outcome.elected), names)


def _consent(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    """Fewer seats are agreed to only where some stayed empty, and by those who are there."""
    agreed, attending = attempt.entered.get("reduced_seats_consent", 0), attempt.entered["attending"]
    if agreed > attending:
        yield self.problem(
            f"同意减少名额 {agreed} 人，多于实到 {attending} 人",
            f"{agreed} agreed to fewer seats, but {attending} attended",
        )
    if agreed and not any(
        count_post((v for v in attempt.entered["votes"] if v["post"] == post), seats, attending).vacant
        for post, seats in seats_by_post(case).items()
    ):
        yield self.problem(
            f"名额都已选满，没有可减少的名额：“同意减少名额的人数”应不填（现填 {agreed}）",
            f"Every seat is filled, so there is none to reduce: leave the number who agreed empty (it says {agreed})",
        )


def declared_as_counted(self: Guard, post: tuple[str, str], counted: set[str], names: set[str]) -> Answer:
    zh, en = post
    if wrong := names - counted:
        yield self.problem(
            f"{'、'.join(sorted(wrong))} 未当选{zh}（得票未超过实到会半数或名次在名额之外）",
            f"{', '.join(sorted(wrong))}: not elected as {en} (not above half of those attending, or beyond the seats)",
        )
    if left_out := counted - names:
        yield self.problem(
            f"{'、'.join(sorted(left_out))} 已当选{zh}，请列入当选名单",
            f"{', '.join(sorted(left_out))}: elected as {en}, list them among the elected",
        )


@guard("G20", "监票人为正式党员且不是候选人", "scrutineers are full members and no candidates", data=True)
def scrutineers_are_fit(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    candidates = {row["name"] for row in case.facts.get("candidates", [])}
    scrutineers = [row for row in attempt.entered["scrutineers"] if row["duty"] == "scrutineer"]
    if not scrutineers:
        yield self.problem("至少要有 1 名监票人", "At least one scrutineer is needed")
    for row in scrutineers:
        if not row["is_full_member"]:
            yield self.problem(
                f"监票人 {row['name']} 须为正式党员", f"{row['name']}: a scrutineer must be a full member"
            )
        if row["name"] in candidates:
            yield self.problem(f"监票人 {row['name']} 是候选人", f"{row['name']}: a candidate cannot be a scrutineer")


@guard("G15", "到会不足或收回选票多于发出", "the quorum or the ballots fail", data=True)
def election_is_void(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    need, _ = _quorum(attempt)
    short = attempt.entered["attending"] < need
    too_many = any(row["returned"] > row["issued"] for row in attempt.entered.get("void_ballots", []))
    if not short and not too_many:
        yield self.problem(
            f"到会 {attempt.entered['attending']} 人（需要 {need} 人），收回选票不多于发出："
            "按记录选举有效，请改记选举结果",
            f"{attempt.entered['attending']} attended ({need} needed) and no more ballots returned than issued:"
            " by this record the election is valid, so record its result",
        )


@guard("G19", "无人得票超过实到会半数", "nobody has more than half of those attending", data=True)
def nobody_is_elected(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    for post, seats in seats_by_post(case).items():
        votes = [v for v in attempt.entered["votes"] if v["post"] == post]
        outcome = count_post(votes, seats, attempt.entered["attending"])
        if winners := (*outcome.elected, *outcome.tied):
            yield self.problem(
                f"{'、'.join(winners)} 得票超过实到会半数，请改记选举结果",
                f"{', '.join(winners)}: more than half of those attending, so record the election's result",
            )
