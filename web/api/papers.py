"""Papers made from a case: what one still asks, the file, and keeping it on the case."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Response, url_for
from pydantic import Field

from web.actor import actor
from web.api.blueprint import bp, documented
from web.api.documents import DocumentShape
from web.api.shapes import Created, Input, Shape, Words
from web.auth.access import me
from web.context import reading, runtime
from web.documents.sending import as_download
from workflow.definition.schema import object_schema
from workflow.documents.kinds import DOCX, PDF
from workflow.papers.making import draft, file_paper, make
from workflow.papers.pdf import as_pdf

THE_DOCX: dict[str, Any] = {
    "description": "The paper in the official format.",
    "content": {DOCX: {"schema": {"type": "string", "format": "binary"}}},
}
THE_PDF: dict[str, Any] = {
    "description": "The paper as PDF.",
    "content": {PDF: {"schema": {"type": "string", "format": "binary"}}},
}


class PaperRequest(Input):
    data: dict[str, Any] = Field({}, description="What the paper asks: its `schema` says.")


class KeepRequest(PaperRequest):
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        None, description="Of the file you read through: 409 where it would be another one now."
    )


class PaperDraftShape(Shape):
    """`known` are values the case has already; send them back with what is missing."""

    case_id: int
    code: str
    name: Words
    says: list[Words] = Field(description="What the paper has to say beyond the common elements.")
    schema_: dict[str, Any] = Field(alias="schema", description="JSON Schema of `data`.")
    known: dict[str, Any]


@bp.get("/cases/<int:case_id>/papers/<code>")
@bp.output(PaperDraftShape)
@documented("cases", "getPaper", 403, 422)
def get_paper(case_id: int, code: str) -> PaperDraftShape:
    """What a paper that is made from the case still asks."""
    found = draft(reading(), runtime(), actor(), case_id, code)
    return PaperDraftShape.model_validate(
        {
            "case_id": case_id,
            "code": code,
            "name": found.kind.name.as_dict(),
            "says": [said.as_dict() for said in found.kind.says],
            "schema": object_schema(found.fields),
            "known": dict(found.known),
        }
    )


@bp.post("/cases/<int:case_id>/papers/<code>/docx")
@bp.input(PaperRequest)
@documented("cases", "makePaper", 403, answer=THE_DOCX)
def post_paper_docx(case_id: int, code: str, json_data: PaperRequest) -> Response:
    """The paper as a file; nothing is kept. The same case and data give the same bytes."""
    made = make(reading(), runtime(), actor(), case_id, code, json_data.data)
    return as_download(made.as_docx(), DOCX, f"{made.filename}.docx")


@bp.post("/cases/<int:case_id>/papers/<code>/pdf")
@bp.input(PaperRequest)
@documented("cases", "makePaperAsPdf", 403, answer=THE_PDF)
def post_paper_pdf(case_id: int, code: str, json_data: PaperRequest) -> Response:
    """The same as PDF; 422 says so where the server has no LibreOffice to make it with."""
    made = make(reading(), runtime(), actor(), case_id, code, json_data.data)
    return as_download(as_pdf(made.as_docx()), PDF, f"{made.filename}.pdf")


@bp.post("/cases/<int:case_id>/papers/<code>")
@bp.input(KeepRequest)
@bp.output(DocumentShape, 201, headers=Created)
@documented("cases", "keepPaper", 403, 409)
def post_paper(case_id: int, code: str, json_data: KeepRequest) -> tuple[DocumentShape, int, dict[str, str]]:
    """Make the paper and keep it on the case, as if it was uploaded."""
    stored = file_paper(runtime(), case_id, me().id, code, json_data.data, json_data.sha256)
    address = url_for("api.get_document", case_id=case_id, document_id=stored.id)
    return DocumentShape.model_validate(stored), 201, {"Location": address}
