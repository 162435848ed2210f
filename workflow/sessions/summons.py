"""Telling the members of a committee that it meets: day, place, how many cases. No personal data."""

from __future__ import annotations

from sqlalchemy import select

from workflow.engine.telling import ADD_ROWS
from workflow.models import User
from workflow.outbox import rows_for
from workflow.prepared import Writes
from workflow.runtime import Runtime
from workflow.sessions.acting import Request, SessionOutcome, act_on
from workflow.sessions.work import SessionWork
from workflow.text import Text


def summon(runtime: Runtime, session_id: int, request: Request) -> SessionOutcome:
    """Tells everybody on the roll who has an account, whoever asks for it left out; answers how many.

    Done again after a change it tells them again. Raises what `act_on` raises.
    """

    def tell(work: SessionWork) -> int:
        people = _members(work, leaving_out=request.actor_id)
        event = f"session:{work.record.id}:{work.record.version + 1}"
        writes = Writes()
        writes.add(ADD_ROWS, *rows_for(event, "session", None, people, _words(work), work.now))
        writes.send(work.session.connection())
        return len(people)

    return act_on(runtime, session_id, request, "summon", {}, tell)


def _members(work: SessionWork, leaving_out: int) -> list[int]:
    users = {seat.user_id for seat in work.seats if seat.user_id not in (None, leaving_out)}
    return list(work.session.scalars(select(User.id).where(User.id.in_(users), User.is_active).order_by(User.id)))


def _words(work: SessionWork) -> dict[str, object]:
    record, body, number = work.record, work.body.name, len(work.items)
    title = Text(f"{body} {record.held_on} 开会", f"{body} meets on {record.held_on}")
    text = Text(
        f"{record.held_on} 在{record.place}召开会议，研究案件 {number} 件。请准时到会；不能到会的请向经办请假。",
        f"On {record.held_on}, {record.place}: {number} cases. Whoever cannot come tells the clerk.",
    )
    return {"title": title.as_dict(), "body": text.as_dict(), "link": f"/sessions/{record.id}"}
