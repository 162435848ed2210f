"""D15 the report of the election result (选举结果报告), D17 the filing report (备案报告), D18 its receipt (回执)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from workflow.papers.official import Grid, OfficialPaper, day_words
from workflow.papers.subject import POSTS, Subject
from workflow.papers.wording.election import NOT_HELD, VOTE_HEAD, vote_rows
from workflow.text import Text

NOT_CONFIRMED = Text("选举结果还没有批复：请先批复", "The result has no reply yet: reply to it first")
NOT_FOUNDED = Text("还没有成立批复：请先批复成立", "There is no founding reply yet: approve the founding first")
NOT_FILED = Text("还没有报备案：请先报备", "The filing has not been sent yet: file it first")


def result_report(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    """Basis, meeting, attendance, ballots, votes, elected, secretary, duties: the order the district reads in."""
    return OfficialPaper(
        title=f"关于{entered['branch_name']}选举结果的报告",
        number=entered.get("number"),
        addressee=subject.committee,
        paragraphs=(
            _meeting(subject, entered),
            *_ballots(subject),
            "各候选人得票情况如下：",
            Grid((VOTE_HEAD, *vote_rows(subject)), (16, 40, 24, 22, 22, 32)),
            *_elected(subject),
            f"班子分工：{_division(entered['division'])}。",
            "现将选举结果予以报告，请审批。",
        ),
        signed_by=entered["branch_name"],
        dated_on=date.fromisoformat(entered["dated_on"]),
        note=f"联系人：{entered['contact']}，电话：{entered['phone']}",
    )


def _division(rows: Sequence[Mapping[str, str]]) -> str:
    return "；".join(f"{row['name']}同志，{row['duty']}" for row in rows)


def _meeting(subject: Subject, entered: Mapping[str, Any]) -> str:
    held = subject.day("held_on", NOT_HELD)
    replies = [subject.facts.get(name) for name in ("founding_reply_no", "clearance_no")]
    basis = "、".join(f"《批复》（{number}）" for number in replies if number)
    roll, attending = subject.fact("roll", NOT_HELD), subject.fact("attending", NOT_HELD)
    return (
        f"依据你委{basis}，我支部于{day_words(held)}在{entered['place']}召开党员大会，由{entered['chair']}同志主持，"
        f"以无记名投票方式进行选举。应到会有选举权的党员{roll}名，实到{attending}名，符合规定人数。"
    )


def _ballots(subject: Subject) -> tuple[str, ...]:
    rows = subject.fact("ballots", NOT_HELD)
    rounds = [f"第{row['round']}轮" if len(rows) > 1 else "" for row in rows]
    return tuple(
        f"{which}发出选票{row['issued']}张，收回{row['returned']}张，"
        f"其中有效票{row['valid']}张，无效票{row['void']}张，选举有效。"
        for which, row in zip(rounds, rows, strict=True)
    )


def _elected(subject: Subject) -> tuple[str, ...]:
    """With a committee: the members, its first meeting with the votes, and who came out of it."""
    elected = subject.fact("elected", NOT_HELD)
    members = [row["name"] for row in elected if row["post"] == "member"]
    officers = "，".join(f"{row['name']}同志当选为{POSTS[row['post']]}" for row in elected if row["post"] != "member")
    if not members:
        return (f"{officers}。",)
    seats = f"{'、'.join(members)}{len(members)}名同志当选为支部委员会委员。"
    if not subject.facts.get("first_meeting_on"):
        return (f"{seats}经支部委员会第一次全体会议选举，{officers}。",)
    return seats, f"{_first_meeting(subject, len(members))}{officers}。"


def _first_meeting(subject: Subject, members: int) -> str:
    held, attending = subject.day("first_meeting_on", NOT_HELD), subject.fact("first_meeting_attending", NOT_HELD)
    votes = "；".join(
        f"{POSTS[row['post']]}候选人{row['name']}同志得赞成票{row['yes']}票、不赞成票{row['no']}票、弃权票{row['abstain']}票"
        for row in subject.fact("officer_votes", NOT_HELD)
    )
    return (
        f"{day_words(held)}召开支部委员会第一次全体会议，应到委员{members}名，实到{attending}名，"
        f"以无记名投票方式选举：{votes}。"
    )


def filing_report(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    """A short report and the filing form (备案表) in one."""
    confirmed = subject.fact("confirmed", NOT_CONFIRMED)
    return OfficialPaper(
        title=f"关于{subject.branch_name}成立的备案报告",
        number=entered["filing_no"],
        addressee=subject.filing_desk,
        paragraphs=(
            f"{subject.branch_name}已批准成立并完成选举，现将有关情况报请备案。",
            Grid(_form(subject, entered, confirmed), (44, 112), has_head=False),
            "特此报告。",
        ),
        attachments=("成立批复", "选举结果报告", "选举结果批复"),
        signed_by=subject.committee,
        dated_on=date.fromisoformat(entered["filed_on"]),
    )


def _form(subject: Subject, entered: Mapping[str, Any], confirmed: list[dict[str, str]]) -> tuple[tuple[str, str], ...]:
    def names(post: str) -> str:
        return "、".join(row["name"] for row in confirmed if row["post"] == post) or "无"

    founded = subject.day("founding_reply_on", NOT_FOUNDED)
    confirmed_on = subject.day("result_reply_on", NOT_CONFIRMED)
    term_from, term_to = subject.day("term_from", NOT_CONFIRMED), subject.day("term_to", NOT_CONFIRMED)
    return (
        ("党支部全称", subject.branch_name),
        ("党组织代码", entered.get("branch_code") or "待编"),
        ("所在企业", f"{subject.enterprise}（{subject.credit_code}）"),
        ("组建形式", subject.form_words),
        ("隶属党组织", subject.committee),
        ("书记", names("secretary")),
        ("副书记", names("deputy")),
        ("委员", names("member")),
        ("党员人数", f"正式党员{subject.full_members}名，预备党员{subject.probationary_members}名"),
        ("成立批复", f"{subject.facts['founding_reply_no']}（{day_words(founded)}）"),
        ("选举日期", day_words(subject.day("held_on", NOT_HELD))),
        ("选举结果批复", f"{subject.facts['result_reply_no']}（{day_words(confirmed_on)}）"),
        ("任期", f"{day_words(term_from)}至{day_words(term_to)}"),
    )


def filing_receipt(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    filed_on = subject.day("filed_on", NOT_FILED)
    return OfficialPaper(
        title="党组织成立备案回执",
        number=entered["filing_receipt_no"],
        addressee=subject.committee,
        paragraphs=(
            f"你委{day_words(filed_on)}报来的《关于{subject.branch_name}成立的备案报告》"
            f"（{subject.fact('filing_no', NOT_FILED)}）收悉，已予备案。",
            f"备注：{entered.get('remark') or '无'}。",
        ),
        signed_by=subject.issuer,
        dated_on=date.fromisoformat(entered["acknowledged_on"]),
    )
