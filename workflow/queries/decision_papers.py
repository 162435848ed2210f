"""The paper of a decision on a case, written from the history: what was decided then, whatever the case says now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.actors import Actor
from workflow.engine.numbers import written_number
from workflow.engine.work import CaseWork
from workflow.errors import NotFound
from workflow.models import Document, LedgerContent, LedgerEntry, Organisation
from workflow.papers.decisions import PAPERS, PROCESS, Decision
from workflow.papers.official import OfficialPaper
from workflow.queries.seen import seen_work
from workflow.runtime import Runtime
from workflow.undone import taken_back


@dataclass(frozen=True, slots=True)
class DecisionPaper:
    """`seq` is the decision's entry in the history. A decision that was taken back keeps its paper and its number."""

    case_id: int
    seq: int
    code: str
    session_id: int | None
    was_taken_back: bool
    paper: OfficialPaper


def decision_paper(session: Session, runtime: Runtime, actor: Actor, case_id: int, seq: int) -> DecisionPaper:
    """Raises NotFound where the person may not see the case, or the entry is no decision a paper is written on."""
    work = seen_work(session, runtime, actor, case_id)
    rows = _history(session, case_id)
    row = next((row for row in rows if row.seq == seq), None)
    if row is None or not bears_paper(work.case.process, row.action):
        raise NotFound("paper", seq)
    code, wording = PAPERS[row.action]
    undone = _undone(rows)
    paper = wording(_decision(work, row, _known(work, rows, row, undone)))
    return DecisionPaper(case_id, seq, code, row.content.get("session"), seq in undone, paper)


def newest_decision(work: CaseWork, code: str) -> Decision | None:
    """The last decision that holds and on which a paper of the kind is written; None where there is none."""
    rows = _history(work.session, work.case.id)
    undone = _undone(rows)
    holding = (row for row in reversed(rows) if row.seq not in undone)
    decided = next((row for row in holding if row.action in PAPERS and PAPERS[row.action][0] == code), None)
    return _decision(work, decided, _known(work, rows, decided, undone)) if decided else None


def bears_paper(process: str, action: str) -> bool:
    """Whether a paper is written on the action."""
    return process == PROCESS and action in PAPERS


def papers_of_session(session: Session, session_id: int, case_ids: Iterable[int]) -> dict[int, int]:
    """The entries by which a session decided, by case; one query."""
    rows = session.execute(
        select(LedgerEntry.case_id, LedgerEntry.seq)
        .join(LedgerContent, and_(LedgerContent.case_id == LedgerEntry.case_id, LedgerContent.seq == LedgerEntry.seq))
        .where(
            LedgerEntry.case_id.in_(list(case_ids)),
            LedgerEntry.action.in_(PAPERS),
            LedgerContent.content["session"].as_integer() == session_id,
        )
    )
    return {row.case_id: row.seq for row in rows}


def _history(session: Session, case_id: int) -> list[Row[Any]]:
    return list(
        session.execute(
            select(
                LedgerEntry.seq,
                LedgerEntry.action,
                LedgerEntry.occurred_on,
                LedgerEntry.recorded_at,
                LedgerContent.content,
                Organisation.name.label("body"),
            )
            .join(
                LedgerContent, and_(LedgerContent.case_id == LedgerEntry.case_id, LedgerContent.seq == LedgerEntry.seq)
            )
            .outerjoin(Organisation, Organisation.id == LedgerEntry.organisation_id)
            .where(LedgerEntry.case_id == case_id)
            .order_by(LedgerEntry.seq)
        )
    )


def _undone(rows: Iterable[Row[Any]]) -> set[int]:
    return {seq for row in rows for seq in taken_back(row.content)}


def _known(work: CaseWork, rows: Iterable[Row[Any]], decided: Row[Any], undone: set[int]) -> dict[str, Any]:
    """What had been entered with the actions of the process when it was decided."""
    known: dict[str, Any] = {"request_title": _title_of_request(work, decided)}
    for row in rows:
        if row.seq < decided.seq and row.seq not in undone and row.action in work.definition.transitions:
            known |= row.content.get("data", {})
    return {**known, **_data(decided)}


def _title_of_request(work: CaseWork, decided: Row[Any]) -> str | None:
    """Of the request (D06) as it was brought before the decision; None where it came some other way."""
    requests = select(Document.title).where(Document.case_id == work.case.id, Document.code == "D06")
    brought = requests.where(Document.uploaded_at <= decided.recorded_at).order_by(Document.version.desc())
    return work.session.scalar(brought.limit(1))


def _data(row: Row[Any]) -> Mapping[str, Any]:
    data: Mapping[str, Any] = row.content.get("data", {})
    return data


def _decision(work: CaseWork, row: Row[Any], known: Mapping[str, Any]) -> Decision:
    data, recorded_on = _data(row), local_day(row.recorded_at)
    in_session = row.occurred_on if row.content.get("session") else None
    return Decision(
        action=row.action,
        enterprise=work.enterprise.name,
        committee=row.body or work.committee.name,
        number=written_number(data),
        reason=row.content.get("reason") or "",
        met_on=date.fromisoformat(data["meeting_on"]) if data.get("meeting_on") else in_session,
        dated_on=date.fromisoformat(data["reply_on"]) if data.get("reply_on") else recorded_on,
        term_years=int(work.runtime.rules.number("term_years", row.occurred_on)),
        data=data,
        known=known,
    )
