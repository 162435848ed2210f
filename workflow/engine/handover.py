"""What a case is handed over with (交接单): how it stands, what was promised, what is due, what the leaver noted.

Made in the transaction in which the case changes hands, and kept as it was then.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update

from workflow.definition.course import leading
from workflow.engine.work import CaseWork
from workflow.models import Document, HandoverPack, LedgerContent, LedgerEntry, User, Visit

NOTE = "handover_note"
SIGN = "sign_handover"
# As many as a person reads at once; the rest stands in the case.
PROMISES = 10


def hand_over(work: CaseWork, leaver_id: int | None, receiver_id: int | None) -> None:
    """Makes the pack of a case that goes from one instructor to another, or to nobody yet.

    Where a pack waits for somebody to take the case on, it is theirs now. One that its receiver did not sign before
    handing on is superseded.
    """
    if leaver_id is None:
        if receiver_id is not None:
            waiting = _open_packs(work) & HandoverPack.receiver_id.is_(None)
            work.run(update(HandoverPack).where(waiting).values(receiver_id=receiver_id))
        return
    work.run(update(HandoverPack).where(_open_packs(work)).values(superseded_at=work.now))
    work.run(
        insert(HandoverPack).values(
            case_id=work.case.id,
            leaver_id=leaver_id,
            receiver_id=receiver_id,
            content=_content(work, leaver_id),
            made_at=work.now,
        )
    )


def _open_packs(work: CaseWork) -> ColumnElement[bool]:
    is_open = HandoverPack.signed_at.is_(None) & HandoverPack.superseded_at.is_(None)
    return (HandoverPack.case_id == work.case.id) & is_open


def _content(work: CaseWork, leaver_id: int) -> dict[str, Any]:
    present = set(work.run(select(Document.code).where(Document.case_id == work.case.id).distinct()).scalars())
    needed = [code for step in leading(work.definition, work.case.state) for code in step.papers]
    return {
        "state": work.case.state,
        "since": work.case.state_since.isoformat(),
        "full_members": work.enterprise.full_members,
        "promises": list(_promises(work)),
        "deadlines": [
            {"code": clock.code, "due_on": clock.due_on.isoformat(), "paused": clock.status == "paused"}
            for clock in sorted(work.deadlines, key=lambda clock: (clock.due_on, clock.code))
        ],
        "notes": list(_notes(work, leaver_id)),
        "papers": [code for code in work.definition.documents if code in present],
        "missing": [code for code in dict.fromkeys(needed) if code not in present],
    }


def _promises(work: CaseWork) -> Iterator[dict[str, Any]]:
    """What was said to come next at each visit, the newest first."""
    rows = work.run(
        select(Visit.visited_on, Visit.met, Visit.next_step, Visit.findings, User.display_name)
        .join(User, User.id == Visit.instructor_id)
        .where(Visit.case_id == work.case.id, Visit.next_step.is_not(None))
        .order_by(Visit.visited_on.desc(), Visit.id.desc())
        .limit(PROMISES)
    )
    for row in rows:
        yield {
            "on": row.visited_on.isoformat(),
            "met": row.met,
            "next_step": row.next_step,
            "findings": row.findings,
            "by": row.display_name,
        }


def _notes(work: CaseWork, leaver_id: int) -> Iterator[dict[str, Any]]:
    """What the leaver wrote down for whoever comes next, oldest first."""
    rows = work.run(
        select(LedgerEntry.recorded_at, LedgerContent.content)
        .join(LedgerContent, (LedgerContent.case_id == LedgerEntry.case_id) & (LedgerContent.seq == LedgerEntry.seq))
        .where(LedgerEntry.case_id == work.case.id, LedgerEntry.action == NOTE, LedgerEntry.actor_id == leaver_id)
        .order_by(LedgerEntry.seq)
    )
    for row in rows:
        yield {"at": row.recorded_at.isoformat(), "text": row.content["reason"]}
