"""Handing a whole case to a person: managers alone, and each time it is noted who took it."""

from __future__ import annotations

import io
import tempfile
from typing import IO

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from workflow.casefile.export import write_zip
from workflow.engine.actors import Actor
from workflow.engine.work import CaseWork
from workflow.errors import NotPermitted
from workflow.models import Document
from workflow.queries.seen import seen_work
from workflow.runtime import Runtime
from workflow.text import Text

EXPORT = "export_case"
MANAGERS = "manager"
# Papers of so many bytes are handed over without touching the disk; most cases have fewer.
IN_MEMORY = 32 * 1024 * 1024

log = structlog.get_logger(__name__)


def may_export(work: CaseWork, actor: Actor) -> bool:
    """The managers of the case's area keep its files (档案)."""
    group = work.definition.groups.get(MANAGERS)
    return group is not None and actor.may_act_as(group, work.case, work.committee.path) is not None


def exported_zip(session: Session, runtime: Runtime, actor: Actor, case_id: int) -> IO[bytes]:
    """An open file at its start, gone when it is closed. NotPermitted for whoever sees the case and is no manager."""
    work = seen_work(session, runtime, actor, case_id)
    if not may_export(work, actor):
        raise NotPermitted(EXPORT, Text("案卷由主管部门导出", "A case is exported by the managers"))
    log.info("case_exported", case_id=case_id, actor=actor.id, head=work.case.ledger_head)
    out = _open_for(work)
    try:
        write_zip(work, out, runtime.now())
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return out


def _open_for(work: CaseWork) -> IO[bytes]:
    papers = work.session.scalar(select(func.sum(Document.size)).where(Document.case_id == work.case.id)) or 0
    # Whoever is handed the file closes it.
    return io.BytesIO() if papers <= IN_MEMORY else tempfile.TemporaryFile()
