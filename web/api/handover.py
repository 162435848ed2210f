"""What cases were handed over with, signing for it, and the note for whoever comes next."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from web.actor import actor
from web.api.actions import IdempotencyKey, Replayed
from web.api.blueprint import bp, documented
from web.api.shapes import Input, Line, Shape, Words, shaped
from web.api.substitutions import headers_of
from web.auth.access import me
from web.context import reading, runtime
from workflow.people.packs import MAX_NOTE, sign_pack, write_note
from workflow.queries.packs import PackPage, pack_page, unsigned_packs


class PackLineShape(Shape):
    """`receiver` null: nobody took the case on yet. `is_mine`: you have to sign it."""

    id: int
    case_id: int
    enterprise: str
    leaver: str
    receiver: str | None
    made_at: datetime
    signed_at: datetime | None
    is_superseded: bool
    is_mine: bool


class PackListing(Shape):
    items: list[PackLineShape]


class PromiseShape(Shape):
    """What was said at a visit to come next."""

    on: date
    met: str
    next_step: str
    findings: str | None
    by: str


class DueShape(Shape):
    name: Words
    due_on: date
    is_paused: bool


class PaperNameShape(Shape):
    code: str
    name: Words


class PackShape(PackLineShape):
    state: Words
    full_members: int
    promises: list[PromiseShape]
    deadlines: list[DueShape]
    notes: list[str]
    papers: list[PaperNameShape]
    missing: list[PaperNameShape]


class NoteRequest(Input):
    note: Annotated[Line, Field(min_length=1, max_length=MAX_NOTE)]


class NotedShape(Shape):
    case_id: int
    version: int


class SignedShape(Shape):
    id: int
    case_id: int
    version: int


@bp.get("/handover-packs")
@bp.output(PackListing)
@documented("people", "listHandoverPacks")
def get_handover_packs() -> PackListing:
    """The packs that wait for a signature on cases you may see, the oldest first."""
    return PackListing(items=[PackLineShape.model_validate(line) for line in unsigned_packs(reading(), actor())])


@bp.get("/handover-packs/<int:pack_id>")
@bp.output(PackShape)
@documented("people", "getHandoverPack")
def get_handover_pack(pack_id: int) -> PackShape:
    """A case as it was handed over."""
    return _shape(pack_page(reading(), runtime(), actor(), pack_id))


def _shape(page: PackPage) -> PackShape:
    lines = {name: getattr(page.line, name) for name in PackLineShape.model_fields}
    return shaped(
        PackShape,
        page,
        **lines,
        deadlines=[{"name": n.as_dict(), "due_on": due, "is_paused": paused} for n, due, paused in page.deadlines],
        papers=[{"code": code, "name": name.as_dict()} for code, name in page.papers],
        missing=[{"code": code, "name": name.as_dict()} for code, name in page.missing],
    )


@bp.post("/handover-packs/<int:pack_id>/sign")
@bp.input(IdempotencyKey, location="headers")
@bp.output(SignedShape, headers=Replayed)
@documented("people", "signHandoverPack", 403, 409)
def post_handover_pack_sign(pack_id: int, headers_data: IdempotencyKey) -> tuple[SignedShape, int, dict[str, str]]:
    """Sign for what you received; it stands in the history of the case."""
    answer = sign_pack(runtime(), me().id, pack_id, headers_data.idempotency_key)
    return SignedShape.model_validate(answer.data), 200, headers_of(answer)


@bp.post("/cases/<int:case_id>/handover-note")
@bp.input(NoteRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(NotedShape, 201, headers=Replayed)
@documented("people", "writeHandoverNote", 403)
def post_handover_note(
    case_id: int, json_data: NoteRequest, headers_data: IdempotencyKey
) -> tuple[NotedShape, int, dict[str, str]]:
    """Note what the next instructor of your case should know."""
    answer = write_note(runtime(), me().id, case_id, json_data.note, headers_data.idempotency_key)
    return NotedShape.model_validate(answer.data), 201, headers_of(answer)
