"""The papers of a committee's decisions, from what was decided then: D08, D10, D16 批复, D20 退回, D21 不予批准."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.clock import add_months
from workflow.papers.official import OfficialPaper, day_words, numbered
from workflow.papers.subject import POSTS

PROCESS = "branch_formation"
COMMITTEE = "委员会"
BY_REGULATION = "请按照《中国共产党基层组织选举工作条例》"


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as the history keeps it. `data` was entered with it, `known` is that and what was entered before it.

    `met_on` is the day of the session, None where the committee decided without one.
    """

    action: str
    enterprise: str
    committee: str
    number: str | None
    reason: str
    met_on: date | None
    dated_on: date
    term_years: int
    data: Mapping[str, Any]
    known: Mapping[str, Any]

    @property
    def branch(self) -> str:
        """As the reply names it: 中共××支部, with a committee 中共××支部委员会."""
        name = str(self.known.get("branch_name") or f"中共{self.enterprise}支部")
        with_committee = self.known.get("with_committee") and not name.endswith(COMMITTEE)
        return name + COMMITTEE if with_committee else name

    @property
    def considered(self) -> str:
        """How the body came to it."""
        return f"经{day_words(self.met_on)}{self.committee}会议研究" if self.met_on else "经研究"

    def paper(self, title: str, addressee: str, paragraphs: Sequence[str]) -> OfficialPaper:
        return OfficialPaper(
            title=title,
            number=self.number,
            addressee=addressee,
            paragraphs=tuple(paragraphs),
            signed_by=self.committee,
            dated_on=self.dated_on,
        )


Wording = Callable[[Decision], OfficialPaper]


def _founding(decision: Decision) -> OfficialPaper:
    known = decision.known
    title = known.get("request_title") or f"关于成立{decision.branch}的请示"
    request_no = f"（{known['request_no']}）" if known.get("request_no") else ""
    ends = f"于{day_words(date.fromisoformat(known['elect_by']))}前" if known.get("elect_by") else "及时"
    return decision.paper(
        f"关于同意成立{decision.branch}的批复",
        decision.enterprise,
        (
            f"你单位《{title}》{request_no}收悉。{decision.considered}，现批复如下：",
            *numbered(
                (
                    f"同意成立{decision.branch}，隶属{decision.committee}。",
                    _form(decision),
                    f"{BY_REGULATION}{ends}召开党员大会进行选举，并将选举结果报我委。",
                )
            ),
            "此复。",
        ),
    )


def _reissued(decision: Decision) -> OfficialPaper:
    return decision.paper(
        f"关于重新批复{decision.branch}设置的批复",
        decision.enterprise,
        (
            f"{decision.considered}，现就{decision.branch}的设置重新批复如下：",
            *numbered(
                (_form(decision), f"重新批复的理由：{decision.reason}", "原批复与本批复不一致的，以本批复为准。")
            ),
            "此复。",
        ),
    )


def _form(decision: Decision) -> str:
    # Seats are asked for with the candidates; Branch Regulation: below 7 full members a secretary, and a
    # deputy where needed.
    if seats := decision.known.get("committee_seats"):
        return f"设支部委员会，由{seats}名委员组成。"
    if decision.known.get("with_committee"):
        return "设支部委员会，委员名额随候选人预备人选一并报我委审批。"
    return "不设支部委员会，设书记1名，必要时可以设副书记1名。"


def _candidates(decision: Decision) -> OfficialPaper:
    planned = decision.known.get("election_planned_on")
    day = f"于{day_words(date.fromisoformat(planned))}" if planned else "及时"
    names = "；".join(f"{post}候选人{people}" for post, people in _by_post(decision.known.get("candidates", ())))
    return decision.paper(
        f"关于{decision.branch}候选人预备人选的批复",
        f"{decision.branch}筹备组",
        (
            f"你们报送的候选人预备人选请示收悉。{decision.considered}，现批复如下：",
            *numbered(
                (
                    f"同意下列同志为{decision.branch}候选人预备人选：{names}。",
                    f"{BY_REGULATION}{day}召开党员大会进行选举，并将选举结果报我委。",
                )
            ),
            "此复。",
        ),
    )


def _result(decision: Decision) -> OfficialPaper:
    named = _by_post(decision.data.get("confirmed", ()))
    posts = "；".join(
        f"同意{people}同志任{decision.branch}{post}" if place == 0 else f"{people}同志任{post}"
        for place, (post, people) in enumerate(named)
    )
    term_from = decision.data.get("term_from")
    begins = _term(date.fromisoformat(term_from), decision.term_years) if term_from else ""
    return decision.paper(
        f"关于{decision.branch}选举结果的批复",
        decision.branch,
        (
            f"你支部报送的选举结果报告收悉。{decision.considered}，现批复如下：",
            f"{posts}。任期{decision.term_years}年{begins}。",
            "此复。",
        ),
    )


def _term(begins: date, years: int) -> str:
    return f"，自{day_words(begins)}起至{day_words(add_months(begins, 12 * years))}止"


def _returned(what: str, addressee: Callable[[Decision], str]) -> Wording:
    def wording(decision: Decision) -> OfficialPaper:
        by = decision.data.get("reply_by")
        ends = f"于{day_words(date.fromisoformat(by))}前" if by else "及时"
        return decision.paper(
            f"关于退回{what}的通知",
            addressee(decision),
            (
                f"你单位报送的{what}收悉。{decision.considered}，现予退回，请补正下列事项：",
                *_reasons(decision),
                f"请{ends}补正后重新报送。",
                "特此通知。",
            ),
        )

    return wording


def _rejected(decision: Decision) -> OfficialPaper:
    return decision.paper(
        f"关于不予确认{decision.branch}选举结果的通知",
        decision.branch,
        (
            f"你支部报送的选举结果报告收悉。{decision.considered}，不予确认。理由如下：",
            *_reasons(decision),
            f"{BY_REGULATION}重新组织选举，并将选举结果报我委。",
            "特此通知。",
        ),
    )


def _refused(decision: Decision) -> OfficialPaper:
    return decision.paper(
        "关于不予批准成立党支部的通知",
        decision.enterprise,
        (
            f"你单位关于成立党支部的请示收悉。{decision.considered}，不予批准。理由如下：",
            *_reasons(decision),
            "特此通知。",
        ),
    )


def _reasons(decision: Decision) -> tuple[str, ...]:
    """One reason stands as it is, several lines as numbered paragraphs."""
    lines = [line.strip() for line in decision.reason.splitlines() if line.strip()]
    return numbered(lines) if len(lines) > 1 else tuple(lines)


def _by_post(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Posts in their order, each with the names of its people."""
    held = {post: [row["name"] for row in rows if row["post"] == post] for post in POSTS}
    return [(POSTS[post], "、".join(names)) for post, names in held.items() if names]


# By action: the kind in the catalogue and how it reads.
PAPERS: Mapping[str, tuple[str, Wording]] = {
    "approve": ("D08", _founding),
    "reissue_reply": ("D08", _reissued),
    "clear_candidates": ("D10", _candidates),
    "confirm_result": ("D16", _result),
    "return": ("D20", _returned("成立党支部的请示", lambda decision: decision.enterprise)),
    "return_candidates": ("D20", _returned("候选人预备人选请示", lambda decision: f"{decision.branch}筹备组")),
    "reject_result": ("D20", _rejected),
    "refuse": ("D21", _refused),
}
