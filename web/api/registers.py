"""The registers of the district: lines that are added, and corrected or withdrawn by further lines."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from flask import url_for
from pydantic import BeforeValidator, Field

from web.api.actions import IdempotencyKey
from web.api.blueprint import bp, documented
from web.api.shapes import LARGEST_ROW, Created, Input, Line, PageSize, Shape, Words, read_count
from web.auth.access import me
from web.context import reading, runtime
from workflow.registers import (
    REGISTERS,
    RegisterLine,
    line_history,
    list_lines,
    record_line,
    register_of,
    withdraw_line,
)
from workflow.registers.fields import Field as RegisterField
from workflow.reports import areas_of

Values = dict[Annotated[Line, Field(max_length=40)], Annotated[Line, Field(max_length=2000)]]
Reason = Annotated[Line, Field(max_length=500)]
Number = Annotated[int, Field(ge=1, le=LARGEST_ROW), BeforeValidator(read_count)]


class LineQuery(Input):
    before: Number | None = Field(None, description="Lines with a smaller number.")
    limit: PageSize = 50


class LineRequest(Input):
    values: Values = Field(description="By field, as text: days as 2026-03-05, an enterprise by its credit code.")


class CorrectionRequest(LineRequest):
    reason: Reason = Field(description="Why it is corrected.")


class WithdrawalRequest(Input):
    reason: Reason = Field(description="Why it is withdrawn.")


class RegisterFieldShape(Shape):
    name: str
    label: Words
    kind: str
    choices: dict[str, Words]
    is_optional: bool


class RegisterShape(Shape):
    code: str
    name: Words
    about: Words
    fields: list[RegisterFieldShape]


class RegisterListing(Shape):
    items: list[RegisterShape]


class RegisterLineShape(Shape):
    """`values` are as `recordLine` takes them; `source` is ledger or entry."""

    id: int
    values: dict[str, str]
    source: str
    is_withdrawn: bool
    correction_reason: str | None
    recorded_by: str | None
    recorded_at: datetime


class RegisterLineListing(Shape):
    items: list[RegisterLineShape]
    total: int


class RecordedShape(Shape):
    """The number of the line that was added."""

    id: int


@bp.get("/registers")
@bp.output(RegisterListing)
@documented("registers", "listRegisters", 403)
def get_registers() -> RegisterListing:
    """The registers there are, with their fields. For managers."""
    areas_of(reading(), runtime(), me().id)
    items = [
        RegisterShape(
            code=one.code,
            name=Words.model_validate(one.name),
            about=Words.model_validate(one.about),
            fields=[_field(field) for field in one.fields],
        )
        for one in REGISTERS
    ]
    return RegisterListing(items=items)


@bp.get("/registers/<code>")
@bp.input(LineQuery, location="query")
@bp.output(RegisterLineListing)
@documented("registers", "listLines", 403)
def get_register_lines(code: str, query_data: LineQuery) -> RegisterLineListing:
    """The lines that stand, the newest first."""
    areas = areas_of(reading(), runtime(), me().id)
    lines, total = list_lines(reading(), register_of(code), areas, limit=query_data.limit, before=query_data.before)
    return RegisterLineListing(items=[_line(one) for one in lines], total=total)


@bp.get("/registers/<code>/<int:line_id>")
@bp.output(RegisterLineListing)
@documented("registers", "getLine", 403)
def get_register_line(code: str, line_id: int) -> RegisterLineListing:
    """A line with everything that became of it, the newest first."""
    areas = areas_of(reading(), runtime(), me().id)
    lines = [_line(one) for one in line_history(reading(), register_of(code), areas, line_id)]
    return RegisterLineListing(items=lines, total=len(lines))


@bp.post("/registers/<code>")
@bp.input(LineRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(RecordedShape, 201, headers=Created)
@documented("registers", "recordLine", 403, 409)
def post_register_line(
    code: str, json_data: LineRequest, headers_data: IdempotencyKey
) -> tuple[RecordedShape, int, dict[str, str]]:
    """Enter a line."""
    key = headers_data.idempotency_key
    return _recorded(code, record_line(runtime(), me().id, register_of(code), json_data.values, key=key))


@bp.post("/registers/<code>/<int:line_id>/corrections")
@bp.input(CorrectionRequest)
@bp.input(IdempotencyKey, location="headers")
@bp.output(RecordedShape, 201, headers=Created)
@documented("registers", "correctLine", 403, 409)
def post_register_correction(
    code: str, line_id: int, json_data: CorrectionRequest, headers_data: IdempotencyKey
) -> tuple[RecordedShape, int, dict[str, str]]:
    """Correct a line by a new one; the old one stays in the history."""
    sent, key = json_data, headers_data.idempotency_key
    number = record_line(
        runtime(), me().id, register_of(code), sent.values, key=key, replaces=line_id, reason=sent.reason
    )
    return _recorded(code, number)


@bp.post("/registers/<code>/<int:line_id>/withdrawal")
@bp.input(WithdrawalRequest)
@bp.output(RecordedShape, 201, headers=Created)
@documented("registers", "withdrawLine", 403, 409)
def post_register_withdrawal(
    code: str, line_id: int, json_data: WithdrawalRequest
) -> tuple[RecordedShape, int, dict[str, str]]:
    """Withdraw a line: reports leave it out, the record stays."""
    return _recorded(code, withdraw_line(runtime(), me().id, register_of(code), line_id, json_data.reason))


def _recorded(code: str, number: int) -> tuple[RecordedShape, int, dict[str, str]]:
    return RecordedShape(id=number), 201, {"Location": url_for("api.get_register_line", code=code, line_id=number)}


def _field(field: RegisterField) -> RegisterFieldShape:
    return RegisterFieldShape(
        name=field.name,
        label=Words.model_validate(field.label),
        kind=field.kind,
        choices={code: Words.model_validate(words) for code, words in field.choices.items()},
        is_optional=field.is_optional,
    )


def _line(line: RegisterLine) -> RegisterLineShape:
    return RegisterLineShape(
        id=line.id,
        values=line.typed,
        source=line.source,
        is_withdrawn=line.is_withdrawn,
        correction_reason=line.correction_reason,
        recorded_by=line.recorded_by,
        recorded_at=line.recorded_at,
    )
