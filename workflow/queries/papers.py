"""The papers of a case: what is there in which versions, what the present step still needs, who may bring what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.definition.course import leading
from workflow.definition.model import DocumentSpec
from workflow.engine.actors import Actor
from workflow.engine.documents import uploading_role
from workflow.engine.work import CaseWork
from workflow.errors import NotFound
from workflow.models import Case, Document, User
from workflow.papers.catalogue import catalogue
from workflow.queries.seen import seen_work
from workflow.runtime import Runtime
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class PaperVersion:
    id: int
    version: int
    title: str
    filename: str
    size: int
    uploaded_by: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of document on this case, newest version first.

    `is_needed`: the present step asks for it. `may_make`: this person can have it made from the case, which is
    `is_offered` where the case stands.
    """

    code: str
    name: Text
    versions: tuple[PaperVersion, ...]
    is_needed: bool
    may_bring: bool
    may_make: bool
    is_offered: bool
    brought_by: tuple[Text, ...]

    @property
    def is_missing(self) -> bool:
        return self.is_needed and not self.versions

    @property
    def newest(self) -> PaperVersion | None:
        return self.versions[0] if self.versions else None


def papers(work: CaseWork, actor: Actor) -> tuple[Paper, ...]:
    """Every kind of the catalogue, in its order, then what was brought under an older version; one query."""
    definition = work.definition
    versions = _versions(work.session, work.case.id)
    older = [_older_kind(work, code) for code in versions if code not in definition.documents]
    needed = {code for transition in leading(definition, work.case.state) for code in transition.papers}
    specs = (*definition.documents.values(), *older)
    is_open = work.case.finished_on is None
    mine = {spec.code for spec in specs if is_open and uploading_role(actor, work, spec) is not None}
    offered = {code for code in mine if _is_offered(work, code)}
    return tuple(
        Paper(
            code=spec.code,
            name=spec.name,
            versions=tuple(versions.get(spec.code, ())),
            is_needed=spec.code in needed,
            may_bring=spec.code in mine,
            may_make=spec.code in mine and catalogue().made(work.case.process, spec.code) is not None,
            is_offered=spec.code in offered,
            brought_by=tuple(definition.groups[code].name for code in spec.by),
        )
        for spec in specs
    )


def _is_offered(work: CaseWork, code: str) -> bool:
    kind = catalogue().made(work.case.process, code)
    return kind is not None and work.case.state in kind.made_in


def _older_kind(work: CaseWork, code: str) -> DocumentSpec:
    """A kind of document the case's version no longer has: it stays to be read, and nobody brings another."""
    known = work.runtime.versions(work.session, work.case.process).documents.get(code)
    return DocumentSpec(code, known.name if known else Text(code, code), ())


def missing(found: Iterable[Paper]) -> list[Paper]:
    return [paper for paper in found if paper.is_missing]


def _versions(session: Session, case_id: int) -> dict[str, list[PaperVersion]]:
    rows = session.execute(
        select(Document, User.display_name)
        .join(User, User.id == Document.uploaded_by)
        .where(Document.case_id == case_id)
        .order_by(Document.code, Document.version.desc())
    )
    found: dict[str, list[PaperVersion]] = {}
    for document, uploader in rows:
        version = PaperVersion(
            document.id,
            document.version,
            document.title,
            document.filename,
            document.size,
            uploader,
            document.uploaded_at,
        )
        found.setdefault(document.code, []).append(version)
    return found


@dataclass(frozen=True, slots=True)
class CasePapers:
    """All papers of one case, for the page that lists and takes them."""

    case_id: int
    enterprise: str
    state: Text
    is_open: bool
    papers: tuple[Paper, ...]


def case_papers(session: Session, runtime: Runtime, actor: Actor, case_id: int) -> CasePapers:
    """Raises NotFound where the person may not see the case."""
    work = seen_work(session, runtime, actor, case_id)
    return CasePapers(
        case_id,
        work.enterprise.name,
        work.definition.states[work.case.state].name,
        work.case.finished_on is None,
        papers(work, actor),
    )


def document(session: Session, actor: Actor, document_id: int) -> Document:
    """One version of a paper; NotFound where there is none or its case may not be seen."""
    row = session.execute(
        select(Document, Case).join(Case, Case.id == Document.case_id).where(Document.id == document_id)
    ).first()
    if row is None or not actor.sees(row.Case):
        raise NotFound("document", document_id)
    found: Document = row.Document
    return found
