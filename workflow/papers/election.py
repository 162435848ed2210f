"""The papers of an election as they read: the method (选举办法), and the report of the result (选举结果报告)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from workflow.guards.election import POSTS
from workflow.papers.official import OfficialPaper, day_words, numbered
from workflow.queries.election_desk import ElectionDesk

BASIS = "《中国共产党章程》《中国共产党基层组织选举工作条例》"


def method_paper(desk: ElectionDesk) -> OfficialPaper:
    """D11, to be adopted by the meeting."""
    return OfficialPaper(
        title=f"{desk.branch_name}选举办法（草案）",
        paragraphs=numbered(_rules(desk)),
        signed_by="（提请党员大会通过）",
        dated_on=date.fromisoformat(desk.planned_on) if desk.planned_on else None,
    )


def _rules(desk: ElectionDesk) -> Iterator[str]:
    yield f"根据{BASIS}的有关规定，制定本办法。"
    for seat in desk.seats:
        kind = f"差额 {seat.margin} 名" if seat.margin > 0 else "等额选举"
        names = "、".join(seat.candidates)
        yield f"{seat.name.zh}应选 {seat.seats} 名，候选人 {len(seat.candidates)} 名（{kind}）：{names}。"
    for seat in desk.officers:
        names = "、".join(seat.candidates)
        yield f"{seat.name.zh} {seat.seats} 名由支部委员会第一次会议选举产生，候选人：{names}（等额选举）。"
    reaches = "不少于" if desk.quorum_is_inclusive else "超过"
    yield (
        f"有选举权的到会党员{reaches}应到会的五分之四，会议有效；现有正式党员 {desk.full_members} 名，"
        f"全部应到会时实到不少于 {desk.quorum} 名。预备党员列席，没有选举权。"
    )
    yield "选举采用无记名投票。收回选票等于或少于发出选票，选举有效；多于发出选票，选举无效，重新投票。"
    yield "每张选票所选人数等于或少于应选名额的有效，多于应选名额的无效；无法辨认的项目，该项无效。"
    yield "对候选人可以赞成、不赞成或弃权；投不赞成票的可以另选他人，弃权的不得另选。"
    yield (
        "被选举人得赞成票超过实到会有选举权人数的半数，始得当选。得票超过半数的多于应选名额时，以得票多的当选；"
        "票数相等不能确定的，就票数相等的再次投票。"
    )
    yield "得票超过半数的少于应选名额时，不足的名额另行选举；接近应选名额的，经半数以上选举人同意，可以减少名额。"
    yield "监票人由党员推选，经大会通过；候选人不得担任监票人、计票人。"
    yield "本办法经党员大会通过后生效。"


def report_paper(desk: ElectionDesk) -> OfficialPaper:
    """D15, filled in with the election that was recorded."""
    facts = desk.facts
    reported = facts.get("reported_on") or facts.get("held_on")
    return OfficialPaper(
        title=f"关于{desk.branch_name}选举结果的报告",
        addressee=desk.superior,
        paragraphs=tuple(_report(desk, facts)),
        signed_by=desk.branch_name,
        dated_on=date.fromisoformat(reported) if reported else None,
    )


def _report(desk: ElectionDesk, facts: Any) -> Iterator[str]:
    if facts.get("founding_reply_no"):
        cleared = facts.get("clearance_no", "—")
        yield f"根据成立批复（{facts['founding_reply_no']}）和候选人批复（{cleared}），现将选举情况报告如下。"
    held, excused = date.fromisoformat(facts["held_on"]), len(facts.get("excused", []))
    apart = f"（另有 {excused} 名党员按规定不计入应到会）" if excused else ""
    yield (
        f"{day_words(held)}召开党员大会。应到会有选举权的党员 {facts['roll']} 名{apart}，"
        f"实到 {facts['attending']} 名，符合规定人数。"
    )
    for row in facts.get("ballots", []):
        yield (
            f"第 {row['round']} 轮发出选票 {row['issued']} 张，收回 {row['returned']} 张，"
            f"其中有效 {row['valid']} 张，无效 {row['void']} 张。"
        )
    for vote in facts.get("votes", []):
        yield (
            f"{vote['name']}（{POSTS[vote['post']][0]}，第 {vote['round']} 轮）：赞成 {vote['yes']} 票，"
            f"不赞成 {vote['no']} 票，弃权 {vote['abstain']} 票。"
        )
    elected = "，".join(f"{POSTS[row['post']][0]}{row['name']}" for row in facts.get("elected", []))
    yield f"选举结果：{elected}。"
    if agreed := facts.get("reduced_seats_consent"):
        yield f"因得票超过半数的少于应选名额，经 {agreed} 名选举人同意，减少名额。"
    if desk.with_committee:
        yield "书记由支部委员会第一次会议选举产生。"
    yield "现将选举结果予以报告，请审批。"
