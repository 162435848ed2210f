"""G13: seats, candidates and their margin."""

from __future__ import annotations

from collections import Counter

from workflow.guards.facts import Attempt, CaseFacts
from workflow.guards.registry import Answer, Guard, guard


def needs_committee(case: CaseFacts, attempt: Attempt) -> bool:
    return case.full_members >= attempt.number("committee_full_members_min")


@guard("G13", "是否设委员会与正式党员人数相符", "with or without a committee, as the members require", data=True)
def committee_form_fits(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule = attempt.rule("committee_full_members_min")
    due = needs_committee(case, attempt)
    if attempt.entered["with_committee"] != due:
        yield self.problem(
            f"正式党员 {case.full_members} 名：{'应当设' if due else f'不足 {rule.value} 名，不设'}支部委员会",
            f"{case.full_members} full members: the branch {'needs' if due else 'has no'} branch committee"
            f" (due from {rule.value})",
            mender="approver",
            clause=rule.clause,
        )


@guard("G13", "批复中的委员会设置与现有人数相符", "the reply still fits the number of members")
def reply_matches_members(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule = attempt.rule("committee_full_members_min")
    approved = case.facts.get("with_committee")
    if approved is not None and approved != needs_committee(case, attempt):
        yield self.problem(
            f"批复为{'设' if approved else '不设'}支部委员会，现有正式党员 {case.full_members} 名"
            f"（界线 {rule.value} 名）：须重新批复",
            f"The reply names a branch {'with' if approved else 'without'} a committee, but there are"
            f" {case.full_members} full members (the line is {rule.value}): the reply has to be reissued",
            mender="approver",
            where="action:reissue_reply",
            clause=rule.clause,
        )


@guard("G13", "名额与候选人数符合规定", "seats and candidates follow the rules", data=True)
def candidates_fit_seats(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    seats, deputies = attempt.entered["committee_seats"], attempt.entered["deputy_posts"]
    posts = Counter(row["post"] for row in attempt.entered["candidates"])
    yield from _seats(self, case, attempt, seats, deputies)
    if needs_committee(case, attempt):
        yield from _margin(self, attempt, seats, posts["member"])
    elif posts["member"]:
        yield self.problem("不设委员会，不应有委员候选人", "Without a committee there are no candidates for a seat")
    yield from _equal_number(self, posts, deputies)
    yield from _distinct(self, attempt)


def _seats(self: Guard, case: CaseFacts, attempt: Attempt, seats: int, deputies: int) -> Answer:
    rule = attempt.rule("committee_seats_min")
    low, high = rule.value, attempt.number("committee_seats_max")
    if needs_committee(case, attempt):
        if not low <= seats <= high:
            yield self.problem(
                f"委员名额 {seats}：应为 {low} 至 {high}（一般 3 至 5）",
                f"{seats} committee seats: between {low} and {high} (generally 3 to 5)",
                clause=rule.clause,
            )
    elif seats:
        yield self.problem(
            f"正式党员 {case.full_members} 名，不设委员会，委员名额应填 0",
            f"{case.full_members} full members: no committee, so the seats are 0",
            clause=rule.clause,
        )
    if deputies > attempt.number("deputy_posts_max"):
        most = attempt.rule("deputy_posts_max")
        yield self.problem(f"副书记最多 {most.value} 名", f"At most {most.value} deputy secretary", clause=most.clause)


def _margin(self: Guard, attempt: Attempt, seats: int, candidates: int) -> Answer:
    rule = attempt.rule("candidate_margin_percent")
    need = seats + max(1, -(-seats * rule.value // 100))
    if candidates < need:
        yield self.problem(
            f"委员名额 {seats}，候选人 {candidates} 名，差额不少于 {rule.value}%：需要至少 {need} 名",
            f"{seats} seats and {candidates} candidates: the margin of {rule.value} % asks for at least {need}",
            clause=rule.clause,
        )


def _equal_number(self: Guard, posts: Counter[str], deputies: int) -> Answer:
    for post, zh, en, due in (("secretary", "书记", "secretary", 1), ("deputy", "副书记", "deputy", deputies)):
        if posts[post] != due:
            yield self.problem(
                f"{zh}候选人 {posts[post]} 名，应为 {due} 名（等额）",
                f"{posts[post]} candidates for {en}: it must be {due} (equal number)",
            )


def _distinct(self: Guard, attempt: Attempt) -> Answer:
    twice = [
        name
        for (name, post), count in Counter((r["name"], r["post"]) for r in attempt.entered["candidates"]).items()
        if count > 1
    ]
    if twice:
        yield self.problem(f"候选人重复：{'、'.join(twice)}", f"Candidates listed twice: {', '.join(twice)}")


@guard("G13", "拟选举日期在批复之后、不在过去", "the planned election is after the reply, not in the past", data=True)
def planned_election_is_ahead(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    planned, replied = attempt.day("election_planned_on"), case.day("founding_reply_on")
    if replied is not None and planned < replied:
        yield self.problem(
            f"拟选举日期 {planned} 早于成立批复 {replied}",
            f"The planned election of {planned} is before the founding reply of {replied}",
        )
    if planned < attempt.occurred_on:
        yield self.problem(
            f"拟选举日期 {planned} 早于办理日期 {attempt.occurred_on}",
            f"The planned election of {planned} is before the day the candidates are submitted, {attempt.occurred_on}",
        )


@guard("G13", "书记一般具有1年以上党龄", "the secretary has at least a year's standing", soft=True, data=True)
def secretary_has_standing(self: Guard, case: CaseFacts, attempt: Attempt) -> Answer:
    rule = attempt.rule("secretary_standing_years")
    for row in attempt.entered["candidates"]:
        years = row.get("standing_years")
        if row["post"] == "secretary" and years is not None and years < rule.value:
            yield self.problem(
                f"书记候选人 {row['name']} 党龄 {years} 年，一般应不少于 {rule.value} 年",
                f"{row['name']}, candidate for secretary, has {years} years' standing; {rule.value} is usual",
                mender="manager",
                clause=rule.clause,
            )
