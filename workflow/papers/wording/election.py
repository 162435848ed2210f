"""D11 the election method (选举办法), D12 the ballot paper (选票), D13 attendance and count sheet (签到表、计票单)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from workflow.papers.official import Grid, OfficialPaper, day_words, numbered
from workflow.papers.subject import POSTS, Subject
from workflow.papers.wording.candidates import seats_and_margin
from workflow.text import Text

NOT_HELD = Text("选举还没有记录：请先记录选举结果", "The election is not recorded yet: record it first")
CAUSES = {
    "illness": "患病不能表达本人意志",
    "abroad": "自费出国半年以上",
    "sentence": "受刑事处罚但未受留党察看以上处分",
    "bedridden": "年老体弱卧床不起、生活不能自理",
    "away": "外出半年以上、应转未转组织关系",
    "retired_home": "离退休后长期居住原籍",
    "other": "其他",
}
MARKS = (
    "填写选票时，赞成的在其姓名对应的“赞成”栏内画“○”，不赞成的在“不赞成”栏内画“×”，弃权的不画任何符号。"
    "不赞成的可以另选他人，在“另选人”栏内写上姓名并画“○”；弃权的不能另选他人。"
)


def election_method(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    """Rules of the Election Regulation in the order in which the meeting adopts them."""
    seats = entered["committee_seats"]
    return OfficialPaper(
        title=f"{entered['branch_name']}选举办法（草案）",
        addressee=None,
        paragraphs=numbered(
            (
                "本办法根据《中国共产党章程》和《中国共产党基层组织选举工作条例》制定，提请党员大会通过后施行。",
                seats_and_margin(subject, entered, entered["candidates"]),
                f"候选人按姓氏笔画为序：{_names(entered['candidates'])}。",
                f"有选举权的到会人数达到应到会人数的{_fifths(subject)}，会议有效。"
                "预备党员没有选举权，受留党察看处分的党员在处分期间没有选举权。",
                "选举采用无记名投票方式。" + MARKS,
                "收回的选票等于或少于发出的选票，选举有效；多于发出的选票，选举无效，应当重新选举。",
                "每张选票所选人数等于或少于应选人数的为有效票，多于应选人数的为无效票；无法辨认的部分无效。",
                _majority(seats),
                "设监票人、计票人，由到会党员从非候选人的正式党员中推选，经大会通过。计票人在监票人监督下工作。",
                "选举结果由监票人宣布，报上级党组织审批。",
            )
        ),
        signed_by=entered["branch_name"],
        dated_on=date.fromisoformat(entered["dated_on"]),
    )


def _fifths(subject: Subject) -> str:
    return {4: "五分之四"}.get(subject.quorum_fifths, f"五分之{subject.quorum_fifths}")


def _majority(seats: int) -> str:
    whose = "委员候选人" if seats else "候选人"
    return (
        f"{whose}获得的赞成票超过实到会有选举权人数的一半，始得当选。超过半数的人数多于名额时，按得票多少顺序当选；"
        "票数相等不能确定的，对票数相等的候选人重新投票。当选人数不足时，对不足的名额重新选举。"
    )


def _names(candidates: Iterable[Mapping[str, Any]]) -> str:
    return "、".join(f"{row['name']}（{POSTS[row['post']]}）" for row in candidates)


def ballot_paper(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    """With a committee its seats are voted on by the meeting, the officers by the committee: a paper for each."""
    candidates = entered["candidates"]
    seats, deputies = entered["committee_seats"], entered.get("deputy_posts", 0)
    officers = [row for row in candidates if row["post"] != "member"]
    blocks: list[str | Grid] = []
    if seats:
        members = [row for row in candidates if row["post"] == "member"]
        blocks += _ballot(f"支部委员会委员选票（应选{seats}名，候选人{len(members)}名）", members, seats)
    heading = "书记、副书记选票" if deputies else "书记选票"
    blocks += _ballot(f"{heading}（应选{1 + deputies}名，等额）", officers, 1 + deputies)
    return OfficialPaper(
        title=f"{entered['branch_name']}选票",
        paragraphs=(
            *blocks,
            f"说明：{MARKS}所选人数不得超过应选人数。候选人按姓氏笔画为序。",
            "（加盖党组织印章有效）",
        ),
        signed_by="",
        dated_on=date.fromisoformat(entered["election_planned_on"]),
    )


def _ballot(heading: str, candidates: Sequence[Mapping[str, Any]], seats: int) -> list[str | Grid]:
    names = [row["name"] for row in candidates]
    return [
        heading,
        Grid((("候选人", *names), ("赞成", *("",) * len(names)), ("不赞成", *("",) * len(names))), _widths(len(names))),
        "不赞成的可以另选他人：",
        Grid((("另选人", *("",) * seats), ("赞成", *("",) * seats)), _widths(seats)),
    ]


def _widths(columns: int) -> tuple[int, ...]:
    return (24, *((156 - 24) // max(columns, 1),) * columns)


def count_sheet(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    """Filled in from the recorded election; the sign-in lines are left for signatures."""
    held = subject.day("held_on", NOT_HELD)
    roll, attending = subject.fact("roll", NOT_HELD), subject.fact("attending", NOT_HELD)
    excused = subject.facts.get("excused") or ()
    return OfficialPaper(
        title=f"{entered['branch_name']}党员大会签到表和计票单",
        paragraphs=(
            f"时间：{day_words(held)}　地点：{entered['place']}",
            "一、签到表",
            f"应到会（有选举权）{roll}人，实到会{attending}人，不计入应到会{len(excused)}人。",
            Grid((("序号", "姓名（签名）", "序号", "姓名（签名）"), *_sign_in(attending)), (18, 60, 18, 60)),
            *_excused(excused),
            "二、计票单",
            Grid((("轮次", "发出", "收回", "有效", "无效"), *_ballots(subject)), (30, 31, 31, 32, 32)),
            "得票情况：",
            Grid((VOTE_HEAD, *vote_rows(subject)), (16, 40, 24, 22, 22, 32)),
            _write_ins(subject),
            f"监票人、计票人：{_scrutineers(subject)}（签名）",
        ),
        signed_by=entered["branch_name"],
        dated_on=held,
    )


VOTE_HEAD = ("轮次", "姓名", "职务", "赞成", "不赞成", "弃权")


def vote_rows(subject: Subject) -> tuple[tuple[str, ...], ...]:
    votes = subject.fact("votes", NOT_HELD)
    return tuple(
        (
            str(row["round"]),
            row["name"] + ("" if row["name"] in _candidates(subject) else "（另选）"),
            POSTS[row["post"]],
            str(row["yes"]),
            str(row["no"]),
            str(row["abstain"]),
        )
        for row in votes
    )


def _candidates(subject: Subject) -> set[str]:
    return {row["name"] for row in subject.facts.get("candidates", ())}


def _write_ins(subject: Subject) -> str:
    names = dict.fromkeys(row["name"] for row in subject.facts["votes"] if row["name"] not in _candidates(subject))
    return f"另选人：{'、'.join(names)}。" if names else "另选人：无。"


def _sign_in(attending: int) -> tuple[tuple[str, ...], ...]:
    half = -(-attending // 2)
    return tuple((str(n), "", str(n + half) if n + half <= attending else "", "") for n in range(1, half + 1))


def _excused(excused: Sequence[Mapping[str, Any]]) -> tuple[str | Grid, ...]:
    if not excused:
        return ()
    rows = tuple((str(n), CAUSES[row["cause"]], row["paper_no"]) for n, row in enumerate(excused, start=1))
    return (
        "不计入应到会的党员（经上级同意并由大会通过）：",
        Grid((("序号", "原因", "上级同意文号"), *rows), (18, 88, 50)),
    )


def _ballots(subject: Subject) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple(str(row[name]) for name in ("round", "issued", "returned", "valid", "void"))
        for row in subject.fact("ballots", NOT_HELD)
    )


def _scrutineers(subject: Subject) -> str:
    duties = {"scrutineer": "监票人", "teller": "计票人"}
    return "、".join(f"{row['name']}（{duties[row['duty']]}）" for row in subject.facts.get("scrutineers", ()))
