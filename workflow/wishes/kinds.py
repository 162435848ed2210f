"""The kinds of notices the product sends: their names, which of them are statutory, how fast they go by default.

Statutory (法定) are deadlines, requests for a step, a decision or a signature, and results of decisions: a person may
gather them into a daily digest, but not switch them off in every channel they can be reached through.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from workflow.text import Text
from workflow.wishes.pace import Pace


class Subject(StrEnum):
    """What a notice hangs on: by it is known what is due when, and whether there is still a reason to tell."""

    DEADLINE = "deadline"  # a clock of a case
    MOVE = "move"  # a step that was taken, and for whoever holds the next one a request
    STEP = "step"  # a request for the case's present step
    SIGNATURE = "signature"  # a place in a round
    ROUND = "round"  # a round somebody may sign in for another
    QUESTION = "question"
    MEETING = "meeting"  # a session of a committee
    CORRECTION = "correction"  # goes where what it corrects went, and does not wait
    NEWS = "news"  # nothing that could be settled meanwhile


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """`gathers`: written one by one for many cases at a time, so that they wait a little for each other."""

    code: str
    name: Text
    subject: Subject
    is_statutory: bool = False
    pace: Pace = Pace.AT_ONCE
    gathers: bool = False


_ALL = (
    NoticeKind("deadline", Text("期限将到、到期、超期", "Deadlines"), Subject.DEADLINE, True, gathers=True),
    NoticeKind(
        "calendar",
        Text("工作日历变动，期限提前", "Deadlines a new calendar brings nearer"),
        Subject.DEADLINE,
        True,
        gathers=True,
    ),
    NoticeKind("transition", Text("案件办理（含请您办理、审批结果）", "Steps of cases"), Subject.MOVE, True),
    NoticeKind("sign", Text("请您会签表态", "Your signature is asked for"), Subject.SIGNATURE, True),
    NoticeKind("sign_for", Text("请您代为会签", "You may sign for somebody"), Subject.ROUND, True),
    NoticeKind("verdict", Text("会签结果", "Results of signing"), Subject.NEWS, True),
    NoticeKind("handed_over", Text("转给您办理", "Handed over to you"), Subject.STEP, True),
    NoticeKind("realigned", Text("改由您办理", "A step became yours"), Subject.STEP, True),
    NoticeKind("nudge", Text("催办", "Nudges"), Subject.STEP, True),
    NoticeKind("question", Text("征询您的意见", "Your opinion is asked for"), Subject.QUESTION, True),
    NoticeKind("session", Text("会议通知", "Sessions of the committee"), Subject.MEETING, True),
    NoticeKind("correction", Text("更正前一条通知", "Corrections"), Subject.CORRECTION, True),
    NoticeKind("answer", Text("您的问题有了答复", "Answers to your questions"), Subject.NEWS),
    NoticeKind("people", Text("代理、请假、离任", "Substitutes, leave, leaving"), Subject.NEWS),
    NoticeKind("import", Text("导入结束", "Ends of imports"), Subject.NEWS),
    NoticeKind("move", Text("案件迁移结束", "Ends of moving cases"), Subject.NEWS),
    NoticeKind("paper_replaced", Text("材料有更新", "Papers that were replaced"), Subject.NEWS, pace=Pace.HOURLY),
    NoticeKind("copy", Text("抄送给您", "Copies to you"), Subject.NEWS, pace=Pace.DAILY),
    NoticeKind("definition", Text("流程版本更新", "Changes of the process"), Subject.NEWS, pace=Pace.DAILY),
    NoticeKind("ripe_unit", Text("成员单位可单独组建", "Units ready for their own"), Subject.NEWS, pace=Pace.DAILY),
)
KINDS = {kind.code: kind for kind in _ALL}


def kind_of(code: str) -> NoticeKind:
    """The kind; one that is not listed goes at once and has no wishes."""
    return KINDS.get(code) or NoticeKind(code, Text(code, code), Subject.NEWS)
