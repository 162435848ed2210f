"""Copying a case to somebody (抄送), saying one has read it (已阅), nudging whoever has it (催办)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, select, update

from workflow.engine.messages import tell_people
from workflow.gestures.gesture import PERSON, Gesture, Problems, problem, register
from workflow.gestures.people import person_problems
from workflow.gestures.recording import record
from workflow.gestures.scene import Scene
from workflow.gestures.signers import person_of
from workflow.guards import MENDERS
from workflow.models import CaseCopy, LedgerEntry
from workflow.text import Text

# Once in this time for a case, whoever nudges: a reminder that comes every hour is none.
NUDGE_EVERY = timedelta(hours=24)
COPY, NUDGE, SEEN = "copy_to", "nudge", "seen"


def _copying_problems(scene: Scene) -> Problems:
    found = list(person_problems(scene))
    yield from found
    if not found and scene.person is not None and _copied(scene, scene.person.id):
        yield problem(
            "COPIED_ALREADY", "已抄送过此人，不重复抄送", "It was copied to this person already", MENDERS["you"]
        )


def _copied(scene: Scene, user_id: int) -> bool:
    wanted = select(CaseCopy.id).where(CaseCopy.case_id == scene.work.case.id, CaseCopy.user_id == user_id)
    return scene.work.session.scalar(wanted) is not None


def _copy(scene: Scene) -> None:
    work, person = scene.work, person_of(scene)
    record(scene)
    row = {"case_id": work.case.id, "user_id": person.id, "copied_by": scene.actor.id, "copied_at": work.now}
    work.run(insert(CaseCopy).values(row))
    tell_people(
        work,
        [person.id],
        "copy",
        Text(f"{work.enterprise.name}：抄送给您", f"{work.enterprise.name}: copied to you"),
        Text(f"案件 {work.case.id} 抄送给您，请阅。", f"Case {work.case.id} is copied to you to read."),
    )


def _is_unread(scene: Scene) -> bool:
    wanted = select(CaseCopy.id).where(
        CaseCopy.case_id == scene.work.case.id, CaseCopy.user_id == scene.actor.id, CaseCopy.seen_at.is_(None)
    )
    return scene.work.session.scalar(wanted) is not None


def _reading_problems(scene: Scene) -> Problems:
    if not _is_unread(scene):
        yield problem(
            "NOT_COPIED", "没有抄送给您的待阅", "Nothing copied to you is unread", MENDERS["other"], "history"
        )


def _see(scene: Scene) -> None:
    record(scene)
    mine = (CaseCopy.case_id == scene.work.case.id) & (CaseCopy.user_id == scene.actor.id)
    scene.work.run(update(CaseCopy).where(mine).values(seen_at=scene.work.now))


def _may_nudge(scene: Scene) -> bool:
    """Whoever waits for somebody else."""
    return scene.is_open and scene.actor.id not in {seat.user_id for seat in scene.holders}


def _nudging_problems(scene: Scene) -> Problems:
    if not scene.holders:
        yield problem(
            "NOBODY_HOLDS", "本步骤暂无人办理，请联系主管部门", "Nobody holds this step", MENDERS["manager"], "history"
        )
    last = _last_nudge(scene)
    if last is not None and scene.work.now - last.recorded_at < NUDGE_EVERY:
        hours = int(NUDGE_EVERY.total_seconds() // 3600)
        yield problem(
            "NUDGED_ALREADY",
            f"{hours} 小时内已催办过一次，对方已收到",
            f"It was nudged within the last {hours} hours: they have it",
            MENDERS["you"],
            "history",
        )


def _last_nudge(scene: Scene) -> LedgerEntry | None:
    wanted = select(LedgerEntry).where(LedgerEntry.case_id == scene.work.case.id, LedgerEntry.action == NUDGE)
    return scene.work.session.scalars(wanted.order_by(LedgerEntry.seq.desc()).limit(1)).first()


def _nudge(scene: Scene) -> None:
    work = scene.work
    record(scene)
    state = work.definition.states[work.case.state].name
    people = list(dict.fromkeys(seat.user_id for seat in scene.holders))
    running = scene.running
    if running is not None:
        waiting = {s.user_id for s in running.counted if s.status == "asked"}
        people = [user_id for user_id in people if user_id in waiting] or people
    tell_people(
        work,
        people,
        "nudge",
        Text(f"{work.enterprise.name}：催办", f"{work.enterprise.name}: a nudge"),
        Text(
            f"案件 {work.case.id} 停在“{state.zh}”，有人在等，请尽快办理。",
            f'Case {work.case.id} stands at "{state.en}" and somebody waits for it.',
        ),
    )


register(
    Gesture(
        COPY,
        Text("抄送", "Copy to somebody"),
        Text("不能收回：对方已知悉", "Cannot be taken back: they know"),
        offered=lambda scene: True,
        problems=_copying_problems,
        act=_copy,
        fields=(PERSON,),
        reason="optional",
    )
)
register(
    Gesture(
        SEEN,
        Text("已阅", "I have read it"),
        Text("不能收回", "Cannot be taken back"),
        offered=_is_unread,
        problems=_reading_problems,
        act=_see,
    )
)
register(
    Gesture(
        NUDGE,
        Text("催办", "Nudge"),
        Text("不能收回：每 24 小时一次", "Cannot be taken back: once in 24 hours"),
        offered=_may_nudge,
        problems=_nudging_problems,
        act=_nudge,
        reason="optional",
    )
)
