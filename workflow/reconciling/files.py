"""Whether the bytes of the papers are those that were brought: a stretch of them in each run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select

from workflow.documents.store import DocumentStore
from workflow.errors import NotFound
from workflow.incidents import Finding, Kind
from workflow.models import Document, Incident
from workflow.reconciling.look import Check, Look


def damaged(look: Look) -> Iterator[Finding]:
    store = DocumentStore(look.runtime.documents_dir)
    for paper in look.session.scalars(select(Document).where(look.papers.of(Document.id)).order_by(Document.id)):
        if fault := _fault(store, paper):
            cause = f"{paper.code} version {paper.version} of case {paper.case_id}: {fault}"
            yield Finding(Kind.FILE_DAMAGED, f"document:{paper.id}", cause, paper.case_id)


def _fault(store: DocumentStore, paper: Document) -> str | None:
    try:
        found = digest_of(store.path(paper.stored_name))
    except NotFound:
        return "the file is missing"
    except OSError as error:
        return f"the file cannot be read ({type(error).__name__})"
    return None if found == paper.sha256 else "the file was changed"


def digest_of(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _covers(look: Look, incident: Incident) -> bool:
    return look.papers.has(int(incident.subject.removeprefix("document:")))


CHECKS = (Check((Kind.FILE_DAMAGED,), damaged, _covers),)
