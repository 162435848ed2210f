"""D09 the request to clear the candidates (候选人请示)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from workflow.papers.official import Grid, OfficialPaper, day_words
from workflow.papers.subject import POSTS, Subject

SEXES = {"female": "女", "male": "男"}
HEAD = ("姓名", "拟任职务", "性别", "出生年月", "入党时间", "现任职务")


def candidates_request(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    planned = date.fromisoformat(entered["election_planned_on"])
    rows = tuple(
        (row["name"], POSTS[row["post"]], SEXES[row["sex"]], row["born"], row["joined"], row["position"])
        for row in entered["sheet"]
    )
    return OfficialPaper(
        title=f"关于召开党员大会选举{subject.branch_name}班子及候选人预备人选的请示",
        number=entered.get("number"),
        addressee=subject.committee,
        paragraphs=(
            f"{_reply(subject)}经全体党员酝酿，拟于{day_words(planned)}召开党员大会，"
            f"以无记名投票方式选举产生{subject.branch_name}领导班子。",
            seats_and_margin(subject, entered, entered["sheet"]),
            "候选人预备人选如下：",
            Grid((HEAD, *rows), (26, 26, 16, 28, 28, 32)),
            "妥否，请批示。",
        ),
        signed_by=f"{subject.branch_name}筹备组",
        dated_on=date.fromisoformat(entered["dated_on"]),
        note=f"联系人：{entered['contact']}，电话：{entered['phone']}",
    )


def _reply(subject: Subject) -> str:
    number = subject.facts.get("founding_reply_no")
    return f"根据成立批复（{number}），" if number else ""


def seats_and_margin(subject: Subject, entered: Mapping[str, Any], candidates: Sequence[Mapping[str, Any]]) -> str:
    """How many are to be elected from how many, and the margin (差额) as the Election Regulation counts it."""
    seats, deputies = entered["committee_seats"], entered.get("deputy_posts", 0)
    officers = "书记1名" + (f"、副书记{deputies}名" if deputies else "")
    if not seats:
        return f"不设支部委员会，设{officers}，等额选举，由党员大会直接选举产生。"
    members = sum(1 for row in candidates if row["post"] == "member")
    return (
        f"支部委员会委员名额{seats}名，候选人{members}名，差额{members - seats}名（差额不少于应选名额的"
        f"{subject.margin_percent}%）；{officers}，等额，由支部委员会全体会议选举产生。"
    )
