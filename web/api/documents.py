"""The papers of a case: what there is, what is wanted, bringing one, fetching one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from apiflask.fields import UploadFile
from flask import Response, url_for
from pydantic import Field

from web.actor import actor
from web.api.blueprint import bp, documented
from web.api.shapes import Created, Input, Line, Shape, Words
from web.auth.access import me
from web.context import reading, runtime
from web.documents.sending import as_download
from workflow.casefile.handing_over import exported_zip
from workflow.documents.kinds import DOCX, JPEG, PDF, PNG, XLSX
from workflow.documents.store import DocumentStore
from workflow.engine import attach_document
from workflow.errors import NotFound
from workflow.queries.papers import case_papers, document

THE_FILE: dict[str, Any] = {
    "description": "The file, under its own type.",
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in (PDF, PNG, JPEG, DOCX, XLSX)},
}


THE_ZIP: dict[str, Any] = {
    "description": "The case as a folder in a zip.",
    "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
}


class PaperVersionShape(Shape):
    id: int
    version: int
    title: str
    filename: str
    size: int
    uploaded_by: str
    uploaded_at: datetime


class CasePaperShape(Shape):
    """A kind of document on this case, newest version first."""

    code: str
    name: Words
    is_needed: bool = Field(description="The present step asks for it.")
    is_missing: bool
    may_bring: bool = Field(description="You may upload it now.")
    may_make: bool = Field(description="You may have it made from the case now.")
    brought_by: list[Words]
    versions: list[PaperVersionShape]


class CasePapersShape(Shape):
    items: list[CasePaperShape]


class Upload(Input):
    code: Annotated[Line, Field(max_length=20, description="The kind of document, such as D06.")]
    file: UploadFile = Field(description="PDF, JPG, PNG, DOCX or XLSX, 20 MB at most.")
    title: Annotated[Line, Field(max_length=200)] = Field("", description="The name of the kind where left out.")


class DocumentShape(Shape):
    """A paper as it was stored; `sha256` is that of its bytes."""

    id: int
    case_id: int
    code: str
    version: int
    title: str
    filename: str
    content_type: str
    size: int
    sha256: str
    uploaded_at: datetime


@bp.get("/cases/<int:case_id>/documents")
@bp.output(CasePapersShape)
@documented("cases", "listDocuments")
def get_documents(case_id: int) -> CasePapersShape:
    """Every kind of document, its versions on this case, and whether it is wanted now."""
    found = case_papers(reading(), runtime(), actor(), case_id)
    return CasePapersShape(items=[CasePaperShape.model_validate(paper) for paper in found.papers])


@bp.post("/cases/<int:case_id>/documents")
@bp.input(Upload, location="form_and_files")
@bp.output(DocumentShape, 201, headers=Created)
@documented("cases", "addDocument", 403)
def post_document(case_id: int, form_and_files_data: Upload) -> tuple[DocumentShape, int, dict[str, str]]:
    """Bring a paper: a new version where there is one already."""
    sent = form_and_files_data
    stored = attach_document(
        runtime(), case_id, me().id, sent.code, sent.file.filename or "", sent.file.read(), sent.title
    )
    address = url_for("api.get_document", case_id=case_id, document_id=stored.id)
    return DocumentShape.model_validate(stored), 201, {"Location": address}


@bp.get("/cases/<int:case_id>/documents/<int:document_id>")
@documented("cases", "getDocument", answer=THE_FILE)
def get_document(case_id: int, document_id: int) -> Response:
    """Fetch the bytes of a paper."""
    found = document(reading(), actor(), document_id)
    if found.case_id != case_id:
        raise NotFound("document", document_id)
    path = DocumentStore(runtime().documents_dir).path(found.stored_name)
    return as_download(path, found.content_type, found.filename)


@bp.get("/cases/<int:case_id>/casefile")
@documented("cases", "exportCase", 403, answer=THE_ZIP)
def get_casefile(case_id: int) -> Response:
    """The whole case: papers, history, and a manifest with every digest and the head of the history.

    For the managers. `zujian case verify` checks it without the database.
    """
    found = exported_zip(reading(), runtime(), actor(), case_id)
    return as_download(found, "application/zip", f"case-{case_id}.zip")
