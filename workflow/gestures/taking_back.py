"""Taking one's own last step back (拿回): for ten minutes, while nobody has acted on it; the history keeps both."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from workflow.approvals.tally import Verdict
from workflow.engine.clocks import put_back_deadlines
from workflow.engine.messages import still_active, tell_people
from workflow.engine.rounds import close_round, reopen_round
from workflow.engine.snapshot import DAYS, MOMENTS
from workflow.engine.work_items import put_back_work_item
from workflow.gestures.gesture import Gesture, Problems, problem, register
from workflow.gestures.recording import record
from workflow.gestures.scene import Scene
from workflow.guards import MENDERS
from workflow.models import OutboxRow
from workflow.outbox import Status, withdraw
from workflow.text import Text

TAKE_BACK = "take_back"
UNDO_WITHIN = timedelta(minutes=10)


def _is_mine(scene: Scene) -> bool:
    undo = scene.work.case.undo
    return undo is not None and undo["actor"] == scene.actor.id and undo["until"] == scene.work.case.version


def _problems(scene: Scene) -> Problems:
    undo = scene.work.case.undo
    if undo is None or undo["actor"] != scene.actor.id:
        yield problem(
            "NOT_YOURS",
            "最近一步不是您办理的，或属于不能撤销的记录",
            "The last step is not yours, or is one that is not taken back",
            MENDERS["other"],
            "history",
        )
    elif undo["until"] != scene.work.case.version:
        yield problem(
            "ACTED_ON",
            "已有人在此之后办理，不能撤销：请联系经办人退回",
            "Somebody has acted since: ask them to return it",
            MENDERS["other"],
            "history",
        )
    elif scene.work.now - datetime.fromisoformat(undo["at"]) > UNDO_WITHIN:
        minutes = int(UNDO_WITHIN.total_seconds() // 60)
        yield problem(
            "TOO_LATE",
            f"已超过 {minutes} 分钟，不能撤销：请联系下一步经办人退回",
            f"More than {minutes} minutes have passed: ask whoever has the next step to return it",
            MENDERS["other"],
            "history",
        )


def _take_back(scene: Scene) -> None:
    undo = scene.work.case.undo
    if undo is None:
        raise ValueError("the problems let an undo of nothing pass")
    _put_case_back(scene, undo["case"], undo["enterprise"])
    record(scene, to_state=undo["case"]["state"], undone=undo["action"], entries=[undo["from"] + 1, undo["until"]])
    put_back_deadlines(scene.work, undo["clocks"])
    put_back_work_item(scene.work, undo["item"])
    if undo.get("opened_round"):
        close_round(scene.work, undo["opened_round"], Verdict.WITHDRAWN)
    if undo.get("round"):
        reopen_round(scene.work, undo["round"], undo["places"])
    _correct_notices(scene, range(undo["from"] + 1, undo["until"] + 1))


def _put_case_back(scene: Scene, before: Mapping[str, Any], enterprise: Mapping[str, Any]) -> None:
    """All but the state, which goes back with the entry that says so."""
    work = scene.work
    for name, value in before.items():
        if name != "state":
            setattr(work.case, name, _read(name, value))
    work.facts = work.case.facts
    changed = {name: value for name, value in enterprise.items() if getattr(work.enterprise, name) != value}
    if changed:
        work.change_enterprise(**changed)


def _read(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in DAYS:
        return date.fromisoformat(value)
    return datetime.fromisoformat(value) if name in MOMENTS else value


def _correct_notices(scene: Scene, entries: range) -> None:
    """What is not sent yet is withdrawn; who was told already is told that it no longer holds."""
    work = scene.work
    events = [f"case:{work.case.id}:{seq}" for seq in entries]
    concerned = or_(OutboxRow.event.in_(events), *(OutboxRow.event.startswith(f"{event}:") for event in events))
    withdraw(work.connection, work.case.id, events)
    told = work.run(
        select(OutboxRow.user_id).where(concerned, OutboxRow.status != Status.WITHDRAWN.value).distinct()
    ).scalars()
    state = work.definition.states[work.case.state].name
    tell_people(
        work,
        still_active(work, told),
        "correction",
        Text(f"{work.enterprise.name}：更正", f"{work.enterprise.name}: a correction"),
        Text(
            f"案件 {work.case.id} 刚才的办理已由经办人撤销，现仍为“{state.zh}”，前一条通知作废。",
            f'The last step on case {work.case.id} was taken back: it is "{state.en}" again.',
        ),
    )


register(
    Gesture(
        TAKE_BACK,
        Text("撤销我刚才的办理", "Take back what I just did"),
        Text("可以重新办理", "It can be done again"),
        offered=_is_mine,
        problems=_problems,
        act=_take_back,
        reason="optional",
    )
)
