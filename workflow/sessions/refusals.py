"""What a session refuses: each its own kind, with what is short and who can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from workflow.errors import Conflict, InvalidInput, WorkflowError
from workflow.sessions.counting import Present
from workflow.text import Text


class SessionRefused(WorkflowError):
    """The session cannot do this now."""


class NoQuorum(SessionRefused):
    """Too few of those who ought to attend are there."""

    def __init__(self, present: Present, percent: int, clause: Text) -> None:
        needed = present.quorum(percent)
        super().__init__(
            Text(
                f"应到 {present.ought} 人，实到 {present.attending} 人，至少需要 {needed} 人到会才能表决"
                f"；依据：{clause.zh}。请经办核对名单和签到，或改期",
                f"{present.attending} of {present.ought} attend and at least {needed} must ({clause.en}):"
                " the clerk checks roll and attendance, or the session is put off",
            )
        )


class TooFewForCase(SessionRefused):
    """So many are recused that too few are left for this case."""

    def __init__(self, present: Present, percent: int) -> None:
        needed = present.quorum(percent)
        super().__init__(
            Text(
                f"回避后应到 {present.ought} 人，实到 {present.attending} 人，至少需要 {needed} 人："
                "本案不能表决，请缓议，或由经办请更多成员到会",
                f"With those recused left out {present.attending} of {present.ought} attend and at least {needed}"
                " must: postpone the case, or the clerk asks more members to attend",
            )
        )


class NotYetHeld(SessionRefused):
    """The day of the session has not come."""

    def __init__(self, held_on: date) -> None:
        super().__init__(
            Text(
                f"会议定于 {held_on}，日期未到：请在会后闭会，或由经办更正日期",
                f"The session is on {held_on}: close it after it was held, or the clerk corrects the day",
            )
        )


class SessionOver(Conflict):
    """The session is closed or cancelled and stays as it is."""

    def __init__(self, status: str) -> None:
        word = Text("已闭会", "closed") if status == "closed" else Text("已取消", "cancelled")
        super().__init__(
            Text(
                f"会议{word.zh}，不能再改：需要再议的案件请经办列入下一次会议",
                f"The session is {word.en} and stays as it is: the clerk puts the case before the next one",
            ),
            {"status": status},
        )


class RecorderHasPart(SessionRefused):
    """Whoever keeps the record of the session has a duty on the case that does not go with it."""

    def __init__(self, case_id: int, recorder: str, why: Text) -> None:
        super().__init__(
            Text(
                f"案件 {case_id}：{why.zh}（记录人{recorder}）：请经办在会议安排中另定记录人",
                f"Case {case_id}: {why.en} (recorder: {recorder}): the clerk names another recorder for the session",
            )
        )


class OnOtherAgenda(Conflict):
    """Another open session has the case."""

    def __init__(self, case_id: int, session_id: int, held_on: date) -> None:
        super().__init__(
            Text(
                f"案件 {case_id} 已列入 {held_on} 的会议（第 {session_id} 号）：请经办先从那次会议移出",
                f"Case {case_id} is before the session of {held_on} (number {session_id}):"
                " the clerk takes it off that agenda first",
            ),
            {"session": session_id},
        )
        self.session_id = session_id


class CaseMoved(Conflict):
    """The case moved after it was put on the agenda."""

    def __init__(self, case_id: int, state: Text) -> None:
        super().__init__(
            Text(
                f"案件 {case_id} 列入议程后又有办理，现为“{state.zh}”：请经办移出议程，仍需研究的重新列入",
                f'Case {case_id} moved after it was put on the agenda and is now "{state.en}":'
                " the clerk takes it off, and puts it on again where it is still to be decided",
            ),
            {"case": case_id},
        )


class NotForSession(InvalidInput):
    """Such a case is not decided by a session of this committee now."""

    def __init__(self, case_id: int, state: Text) -> None:
        super().__init__(
            {
                "case_id": Text(
                    f"案件 {case_id} 现为“{state.zh}”，不需要本委员会研究：请在案件页面核对办理步骤",
                    f'Case {case_id} is "{state.en}" and waits for no decision of this committee:'
                    " look at its page for what is next",
                )
            }
        )


class VotedTwice(InvalidInput):
    """One person, two votes on one case."""

    def __init__(self, names: Sequence[str]) -> None:
        who = "、".join(names)
        super().__init__(
            {"votes": Text(f"{who} 投了两次：每人一票，请记录人更正", f"{who} voted twice: one vote each")}
        )


class RecusedVote(InvalidInput):
    """A vote of somebody who is recused from this case."""

    def __init__(self, names: Sequence[str]) -> None:
        who = "、".join(names)
        super().__init__(
            {
                "votes": Text(
                    f"{who} 须回避本案，不能投票：请记录人去掉这一票",
                    f"{who} is recused from this case and may not vote: the recorder takes the vote out",
                )
            }
        )


class AbsentVote(InvalidInput):
    """A vote of somebody who does not attend."""

    def __init__(self, names: Sequence[str]) -> None:
        who = "、".join(names)
        super().__init__(
            {
                "votes": Text(
                    f"{who} 没有签到，不能投票：请先记录签到",
                    f"{who} does not attend and cannot vote: record the attendance first",
                )
            }
        )


class TooManyVotes(InvalidInput):
    """More votes than people who may vote."""

    def __init__(self, cast: int, attending: int) -> None:
        super().__init__(
            {
                "votes": Text(
                    f"共 {cast} 票，多于可以表决的 {attending} 人：请记录人核对票数",
                    f"{cast} votes and only {attending} who may vote: the recorder counts again",
                )
            }
        )
