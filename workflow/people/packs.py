"""Writing a note for whoever comes next, and signing for what was handed over (签收交接单)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.actors import Actor, HeldRole, load_actor
from workflow.engine.handover import NOTE, SIGN
from workflow.engine.standing_entries import locked_work, write_standing_entry
from workflow.engine.work import CaseWork
from workflow.errors import Conflict, InvalidInput, NotFound, NotPermitted
from workflow.models import HandoverPack, User
from workflow.people.once import Answer, Request, answer_once
from workflow.runtime import Runtime
from workflow.text import Text

MAX_NOTE = 4000


def write_note(runtime: Runtime, actor_id: int, case_id: int, note: str, key: str | None = None) -> Answer:
    """The instructor of a case notes what whoever comes next should know; it stands in the pack and the history.

    Raises NotFound, NotPermitted (not the instructor's own right), InvalidInput.
    """
    note = note.replace("\x00", "").strip()

    def act(session: Session, now: datetime) -> dict[str, Any]:
        with session.no_autoflush:
            actor, work = _seen(session, runtime, actor_id, case_id, now)
            held = _own_instructor_role(actor, work)
            if held is None:
                raise NotPermitted(NOTE, Text("交接备注由本案指导员填写", "The note is for the instructor of the case"))
            if not note or len(note) > MAX_NOTE:
                fault = Text(f"请填写备注，最长 {MAX_NOTE} 字", f"Write the note, {MAX_NOTE} characters at most")
                raise InvalidInput({"note": fault})
            write_standing_entry(work, NOTE, actor, held, {}, note)
            return {"case_id": case_id, "version": work.case.version}

    return answer_once(runtime, Request(actor_id, key, {"write_note": case_id, "note": note}), act)


def sign_pack(runtime: Runtime, actor_id: int, pack_id: int, key: str | None = None) -> Answer:
    """The receiver signs, with an entry in the history of the case.

    Raises NotFound (also for what one may not see), NotPermitted where it is another's to sign, Conflict where it was
    signed or superseded.
    """

    def act(session: Session, now: datetime) -> dict[str, Any]:
        with session.no_autoflush:
            found = session.get(HandoverPack, pack_id)
            if found is None:
                raise NotFound("handover pack", pack_id)
            # The case is locked first, as every action does, and the pack read again under that lock.
            actor, work = _seen(session, runtime, actor_id, found.case_id, now)
            pack = session.get_one(HandoverPack, pack_id, populate_existing=True)
            held = _own_instructor_role(actor, work)
            _refuse(session, pack, actor, held)
            pack.signed_at = now
            session.flush()
            write_standing_entry(work, SIGN, actor, held, {"pack": pack.id})
            return {"id": pack.id, "case_id": pack.case_id, "version": work.case.version}

    return answer_once(runtime, Request(actor_id, key, {"sign_pack": pack_id}), act)


def _seen(session: Session, runtime: Runtime, actor_id: int, case_id: int, now: datetime) -> tuple[Actor, CaseWork]:
    actor = load_actor(session, actor_id, local_day(now))
    work = locked_work(session, runtime, case_id, now)
    if not actor.sees(work.case):
        raise NotFound("case", case_id)
    return actor, work


def _own_instructor_role(actor: Actor, work: CaseWork) -> HeldRole | None:
    """Nobody signs or notes for another: a substitute leaves that to the instructor."""
    held = actor.may_act_as(work.definition.groups["instructor"], work.case, work.committee.path)
    return held if held is not None and held.lent is None else None


def _refuse(session: Session, pack: HandoverPack, actor: Actor, held: HeldRole | None) -> None:
    if pack.receiver_id != actor.id or held is None:
        receiver = session.get(User, pack.receiver_id) if pack.receiver_id is not None else None
        who = receiver.display_name if receiver else None
        raise NotPermitted(
            SIGN,
            Text(
                f"这份交接单由接手人{who}签收" if who else "还没有接手人：请主管部门先选派指导员，再由其签收",
                f"This pack is for {who} to sign" if who else "Nobody took the case on yet: the managers name one",
            ),
        )
    if pack.superseded_at is not None:
        raise Conflict(Text("案件已再次移交，这份交接单已作废", "The case was handed on; this pack no longer counts"))
    if pack.signed_at is not None:
        raise Conflict(Text("这份交接单已经签收", "This pack is signed already"))
