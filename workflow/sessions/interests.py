"""Declared conflicts of interest (回避): who may not vote on the cases of an enterprise, and who noted it."""

from __future__ import annotations

from workflow.errors import InvalidInput, NotFound
from workflow.models import Interest
from workflow.runtime import Runtime
from workflow.sessions.acting import Request, SessionOutcome, act_on
from workflow.sessions.work import KINDS, SessionWork
from workflow.text import Text

MAX_NOTE = 200


def declare_interest(
    runtime: Runtime, session_id: int, request: Request, case_id: int, seat_id: int, kind: str, note: str = ""
) -> SessionOutcome:
    """Somebody on the roll is recused from the enterprise of a case, here and in later sessions.

    Raises what `act_on` raises, NotFound, InvalidInput.
    """
    content = {"case": case_id, "seat": seat_id, "kind": kind, "note": note}

    def declare(work: SessionWork) -> None:
        seat = next((seat for seat in work.seats if seat.id == seat_id), None)
        _require_readable(kind, note, seat is not None)
        case = work.cases([work.item(case_id)])[case_id]
        enterprise_id = case.enterprise.id
        mine = [i for i in work.interests_of(enterprise_id) if seat is not None and i.name == seat.name]
        for interest in mine:
            interest.kind, interest.note = kind, note.strip() or None
        if seat is not None and not mine:
            work.session.add(
                Interest(
                    enterprise_id=enterprise_id,
                    user_id=seat.user_id,
                    name=seat.name,
                    kind=kind,
                    note=note.strip() or None,
                    noted_by=request.actor_id,
                    noted_at=work.now,
                )
            )

    return act_on(runtime, session_id, request, "recuse", content, declare)


def withdraw_interest(runtime: Runtime, session_id: int, request: Request, interest_id: int) -> SessionOutcome:
    """Takes back what was declared by mistake; the session's acts keep that it stood there."""

    def withdraw(work: SessionWork) -> None:
        interest = work.session.get(Interest, interest_id)
        enterprises = {case.enterprise.id for case in work.cases(work.items).values()}
        if interest is None or interest.enterprise_id not in enterprises:
            raise NotFound("interest", interest_id)
        work.session.delete(interest)

    return act_on(runtime, session_id, request, "unrecuse", {"interest": interest_id}, withdraw)


def _require_readable(kind: str, note: str, is_on_roll: bool) -> None:
    if not is_on_roll:
        raise InvalidInput({"seat": Text("请从应到会名单中选择", "Choose somebody on the roll")})
    if kind not in KINDS:
        raise InvalidInput({"kind": Text("请选择回避情形", f"kind is one of {', '.join(KINDS)}")})
    if len(note) > MAX_NOTE or "\x00" in note:
        raise InvalidInput({"note": Text(f"说明最多 {MAX_NOTE} 个字", f"At most {MAX_NOTE} characters")})
