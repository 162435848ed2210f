"""Adding a paper to a case: the bytes to the store, the row and a ledger entry to the database."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.definition.model import DocumentSpec
from workflow.documents.kinds import kind_of
from workflow.documents.store import DocumentStore
from workflow.engine.actors import Actor, HeldRole, load_actor
from workflow.engine.examining import refuse_stale
from workflow.engine.messages import tell_people
from workflow.engine.recipients import HOLDER, holder_of, people_for
from workflow.engine.work import CaseWork, Deed, load_work
from workflow.engine.writing import write_entry
from workflow.errors import InvalidInput, NotFound, NotPermitted, TransitionRefused
from workflow.guards import MENDERS, Problem
from workflow.machine import Moved
from workflow.models import Document
from workflow.runtime import Runtime
from workflow.text import Text

ATTACH = "attach_document"
PAPER_REPLACED = "paper_replaced"
# Marks that turn the reading direction around can make "exe.pdf" of "fdp.exe"; control characters break headers.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069/\\]")


def attach_document(
    runtime: Runtime,
    case_id: int,
    actor_id: int,
    code: str,
    filename: str,
    data: bytes,
    title: str | None = None,
    *,
    made_from_version: int | None = None,
) -> Document:
    """Stores a new version of a paper. Raises InvalidInput for a file that is not taken, NotPermitted for a paper
    that is not this person's to bring, TransitionRefused on a finished case.

    `made_from_version`: the product made it from the case as it was then; Conflict where the case moved since.
    """
    now = runtime.now()
    content_type = kind_of(filename, data)
    store = DocumentStore(runtime.documents_dir)
    stored_name = store.put(data)
    try:
        with runtime.db.unit_of_work() as session, session.no_autoflush:
            work, deed, spec = _open_for(session, runtime, case_id, actor_id, code, now)
            refuse_stale(work, made_from_version)
            document = Document(
                case_id=case_id,
                code=code,
                version=_next_version(session, case_id, code),
                title=(title or "").strip()[:200] or spec.name.zh,
                filename=_UNSAFE.sub("_", filename)[-120:],
                stored_name=stored_name,
                content_type=content_type,
                size=len(data),
                sha256=hashlib.sha256(data).hexdigest(),
                uploaded_by=actor_id,
                uploaded_at=now,
            )
            session.add(document)
            moved = Moved(work.case.state, work.case.state, ())
            about: dict[str, Any] = {"code": code, "version": document.version, "sha256": document.sha256}
            if made_from_version is not None:
                about["made_from_version"] = made_from_version
            write_entry(work, ATTACH, moved, deed, {"document": about})
            work.case.updated_at = now
            work.save()
            if document.version > 1:
                _tell_holders(work, deed, spec)
            work.send()
            session.flush()
            return document
    except BaseException:
        store.remove(stored_name)
        raise


def _open_for(
    session: Session, runtime: Runtime, case_id: int, actor_id: int, code: str, now: datetime
) -> tuple[CaseWork, Deed, DocumentSpec]:
    today = local_day(now)
    actor = load_actor(session, actor_id, today)
    work = load_work(session, runtime, case_id, now, today, lock=True)
    if not actor.sees(work.case):
        raise NotFound("case", case_id)
    spec = work.definition.documents.get(code)
    if spec is None:
        raise InvalidInput({"code": Text(f"没有这种文件：{code}", f"There is no such document: {code}")})
    held = bringing_role(actor, work, spec)
    return work, Deed(actor, held, max(today, work.case.last_occurred_on), None, {}), spec


def bringing_role(actor: Actor, work: CaseWork, spec: DocumentSpec) -> HeldRole:
    """The role by which the person brings this paper now; TransitionRefused on a finished case, else NotPermitted."""
    if work.case.finished_on is not None:
        raise TransitionRefused(ATTACH, work.case.state, [_finished(work)])
    held = uploading_role(actor, work, spec)
    if held is None:
        names = [work.definition.groups[g].name for g in spec.by]
        raise NotPermitted(
            ATTACH,
            Text(
                f"{spec.name.zh}由{'、'.join(n.zh for n in names)}上传",
                f"{spec.name.en} is brought by: {', '.join(n.en for n in names)}",
            ),
        )
    return held


def _tell_holders(work: CaseWork, deed: Deed, spec: DocumentSpec) -> None:
    """A body that holds the case has seen the paper as it was: who decides there learns that another took its place."""
    holder = holder_of(work.definition, work.case)
    asked_for = {code for transition in work.definition.transitions.values() for code in transition.papers}
    is_theirs = deed.actor.may_act_as(holder, work.case, work.committee.path) is not None
    if holder.at == "case" or is_theirs or spec.code not in asked_for:
        return
    people = people_for(
        work.connection,
        work.case,
        [HOLDER],
        definition=work.definition,
        today=work.today,
        leaving_out=[deed.actor.id],
    )
    name, state = work.enterprise.name, work.definition.states[work.case.state].name
    title = Text(f"{name}：《{spec.name.zh}》有更新", f"{name}: {spec.name.en} was replaced")
    body = Text(
        f"{name}（案件 {work.case.id}，{state.zh}）：《{spec.name.zh}》（{spec.code}）已换为新的版本，请按新版本核对。",
        f'{name} (case {work.case.id}, "{state.en}"): {spec.name.en} ({spec.code}) has a new version: check that one.',
    )
    tell_people(work, people, PAPER_REPLACED, title, body)


def uploading_role(actor: Actor, work: CaseWork, spec: DocumentSpec) -> HeldRole | None:
    """The role by which the person may bring this paper, or None."""
    found = (actor.may_act_as(work.definition.groups[g], work.case, work.committee.path) for g in spec.by)
    return next((held for held in found if held is not None), None)


def _finished(work: CaseWork) -> Problem:
    state = work.definition.states[work.case.state].name
    return Problem(
        "STATE",
        "state",
        Text(f"案件已办结（{state.zh}），不能再加文件", f"The case is finished ({state.en}): no papers can be added"),
        MENDERS["manager"],
        "history",
    )


def _next_version(session: Session, case_id: int, code: str) -> int:
    newest = session.scalar(
        select(func.max(Document.version)).where(Document.case_id == case_id, Document.code == code)
    )
    return (newest or 0) + 1
