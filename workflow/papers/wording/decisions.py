"""What the committee answers, worded from the decision as the history has it.

D08 founding reply (成立批复), D10 reply on the candidates (候选人批复), D16 reply to the result (选举结果批复),
D20 notice of return (退回补正通知), D21 notice of refusal (不予批准通知).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from workflow.papers.official import OfficialPaper, day_words, numbered
from workflow.papers.subject import POSTS, Subject, lines_of
from workflow.text import Text

FOUNDING, DIRECT = ("approve", "reissue_reply", "direct_decision"), "direct_decision"
RETURNS = ("return", "return_to", "return_candidates", "reject_result")
NOT_FOUNDED = Text("还没有批复成立：请先作出批复", "The founding is not approved yet: decide first")
NOT_CLEARED = Text("候选人还没有批复：请先作出批复", "The candidates are not cleared yet: decide first")
NOT_CONFIRMED = Text("选举结果还没有批复：请先作出批复", "The result is not confirmed yet: decide first")
NOT_RETURNED = Text("案件没有被退回过：不需要退回通知", "The case was never returned: no notice is due")
NOT_REFUSED = Text("没有作出不予批准的决定：不需要通知", "It was not refused: no notice is due")


def founding_reply(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    decided = subject.last_of(FOUNDING, NOT_FOUNDED).data
    is_direct = "decision_no" in decided
    signed_by = subject.issuer if is_direct else subject.committee
    return OfficialPaper(
        title=f"关于同意成立{decided['branch_name']}的批复",
        number=decided["decision_no" if is_direct else "reply_no"],
        addressee=subject.enterprise,
        paragraphs=(
            "根据工作需要，经研究，现决定如下：" if is_direct else _received(subject),
            *numbered(
                (
                    f"同意成立{decided['branch_name']}，隶属{subject.committee}。",
                    _board(decided["with_committee"], entered),
                    "请按照《中国共产党基层组织选举工作条例》于"
                    f"{day_words(date.fromisoformat(entered['elect_by']))}前召开党员大会进行选举，并将选举结果报我委。",
                )
            ),
            "此复。",
        ),
        signed_by=signed_by,
        dated_on=date.fromisoformat(decided["decision_on" if is_direct else "reply_on"]),
        copies_to=(subject.filing_desk,),
    )


def _received(subject: Subject) -> str:
    """Which request is answered, and when the committee met."""
    number = subject.facts.get("request_no")
    title = _title(subject, "D06", f"关于成立{subject.branch_name}的请示")
    request = f"《{title}》（{number}）" if number else f"《{title}》"
    met = subject.facts.get("meeting_on")
    session = f"经{day_words(date.fromisoformat(met))}{subject.committee}会议研究" if met else "经研究"
    return f"你单位{request}收悉。{session}，现批复如下："


def _board(with_committee: bool, entered: Mapping[str, Any]) -> str:
    deputies = entered.get("deputy_posts", 0)
    if with_committee:
        return f"设支部委员会，由{entered['committee_seats']}名委员组成，其中书记1名、副书记{deputies}名。"
    return f"不设支部委员会，设书记1名、副书记{deputies}名。"


def clearance(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    decided = subject.last_of(("clear_candidates",), NOT_CLEARED).data
    candidates = subject.fact("candidates", NOT_CLEARED)
    title = f"关于召开党员大会选举{subject.branch_name}班子及候选人预备人选的请示"
    return OfficialPaper(
        title=f"关于{subject.branch_name}候选人预备人选的批复",
        number=decided["reply_no"],
        addressee=f"{subject.branch_name}筹备组",
        paragraphs=(
            f"你们《{_title(subject, 'D09', title)}》收悉。经研究，同意{_by_post(candidates, '候选人')}。",
            "请按照《中国共产党基层组织选举工作条例》召开党员大会进行选举，并将选举结果报我委审批。",
            "此复。",
        ),
        signed_by=subject.committee,
        dated_on=date.fromisoformat(decided["reply_on"]),
    )


def result_reply(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    """Secretary and deputy are approved, members noted (Election Regulation, on the report of results)."""
    decided = subject.last_of(("confirm_result",), NOT_CONFIRMED).data
    officers = [row for row in decided["confirmed"] if row["post"] != "member"]
    members = [row for row in decided["confirmed"] if row["post"] == "member"]
    since = date.fromisoformat(decided["term_from"])
    until = subject.day("term_to", NOT_CONFIRMED)
    noted = (f"{_by_post(members)}，予以备案。",) if members else ()
    term = f"任期{subject.term_years}年，自{day_words(since)}起至{day_words(until)}止。"
    return OfficialPaper(
        title=f"关于{subject.branch_name}选举结果的批复",
        number=decided["reply_no"],
        addressee=subject.branch_name,
        paragraphs=(
            f"你支部《{_title(subject, 'D15', f'关于{subject.branch_name}选举结果的报告')}》收悉。经研究，现批复如下：",
            *numbered((f"同意{_by_post(officers)}。", *noted, term)),
            "此复。",
        ),
        signed_by=subject.committee,
        dated_on=date.fromisoformat(decided["reply_on"]),
        copies_to=(subject.filing_desk,),
    )


def return_notice(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    decided = subject.last_of(RETURNS, NOT_RETURNED)
    return OfficialPaper(
        title="关于退回补正有关材料的通知",
        number=decided.data.get("notice_no") or entered.get("number"),
        addressee=subject.enterprise,
        paragraphs=(
            f"你单位报来的成立{subject.branch_name}有关材料收悉。经审核，下列事项需要补正：",
            *numbered(lines_of(decided.reason)),
            f"请于{day_words(date.fromisoformat(entered['reply_by']))}前补正后重新报送。",
            "特此通知。",
        ),
        signed_by=subject.committee,
        dated_on=decided.on,
    )


def refusal_notice(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    decided = subject.last_of(("refuse",), NOT_REFUSED)
    return OfficialPaper(
        title=f"关于不予批准成立{subject.branch_name}的通知",
        number=decided.data.get("notice_no") or entered.get("number"),
        addressee=subject.enterprise,
        paragraphs=(
            f"{_received(subject).rpartition('，')[0]}，决定不予批准，理由如下：",
            *numbered(lines_of(decided.reason)),
            "条件成熟后，可以重新报送请示。",
            "特此通知。",
        ),
        signed_by=subject.committee,
        dated_on=decided.on,
    )


def _title(subject: Subject, code: str, usual: str) -> str:
    """The paper as it was brought; by its usual title where it was not."""
    return subject.titles.get(code, usual)


def _by_post(rows: Sequence[Mapping[str, str]], suffix: str = "") -> str:
    """张三同志任书记，李四、王五同志任委员; with a suffix: 张三同志为书记候选人."""
    verb = "为" if suffix else "任"
    found = []
    for post, words in POSTS.items():
        names = [row["name"] for row in rows if row["post"] == post]
        if names:
            found.append(f"{'、'.join(names)}同志{verb}{words}{suffix}")
    return "，".join(found)
