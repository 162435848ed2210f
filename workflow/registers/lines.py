"""The lines of a register as they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select, true
from sqlalchemy.orm import Session, aliased

from workflow.campaign.standing import stands
from workflow.errors import Conflict, NotFound
from workflow.models import Enterprise, LeaderContact, Organisation, RoleAssignment
from workflow.queries.colleagues import names_of
from workflow.registers.catalogue import RegisterKind
from workflow.registers.fields import Field, Kind
from workflow.registers.references import names, within
from workflow.reports.reader import EVERYWHERE
from workflow.text import Text

CHANGED = Text("这条登记刚刚被更正或撤回：请重新打开", "This line was corrected or withdrawn meanwhile: open it again")
YES, NO = Text("是", "yes"), Text("否", "no")
Shown = str | int | date | Text | None


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """`typed` is what a form would be filled with to say the same again, `shown` what people read."""

    id: int
    typed: dict[str, str]
    shown: dict[str, Shown]
    enterprise_id: int | None
    source: str
    is_withdrawn: bool
    correction_reason: str | None
    recorded_by: str | None
    recorded_at: datetime
    figures: dict[str, Any] | None


def list_lines(
    session: Session, register: RegisterKind, areas: Sequence[str], *, limit: int, before: int | None = None
) -> tuple[list[RegisterLine], int]:
    """Standing lines of the areas, the newest first, those with a number below `before`; and how many there are."""
    model = register.model
    here = (stands(model), _in_area(register, areas))
    older = () if before is None else (model.id < before,)
    rows = session.scalars(select(model).where(*here, *older).order_by(model.id.desc()).limit(limit)).all()
    total = session.scalar(select(func.count()).select_from(model).where(*here)) or 0
    return _lines(session, register, rows), total


def line_in_area(session: Session, register: RegisterKind, areas: Sequence[str], line_id: int) -> Any:
    """Raises NotFound for a line of none or of another area, Conflict for one that no longer stands."""
    model = register.model
    row = session.scalar(select(model).where(model.id == line_id, _in_area(register, areas)))
    if row is None:
        raise NotFound(register.code, line_id)
    if session.scalar(select(model.id).where(model.id == line_id, stands(model))) is None:
        raise Conflict(CHANGED)
    return row


def line_history(session: Session, register: RegisterKind, areas: Sequence[str], line_id: int) -> list[RegisterLine]:
    """A line, whether or not it still stands, with what became of it before and after; the newest first."""
    model = register.model
    row = session.scalar(select(model).where(model.id == line_id, _in_area(register, areas)))
    if row is None:
        raise NotFound(register.code, line_id)
    chain = [row]
    while chain[-1].replaces_id is not None:
        chain.append(session.get_one(model, chain[-1].replaces_id))
    while later := session.scalar(select(model).where(model.replaces_id == chain[0].id)):
        chain.insert(0, later)
    return _lines(session, register, chain)


def _in_area(register: RegisterKind, areas: Sequence[str]) -> ColumnElement[bool]:
    """By the enterprise, the town or the instructor's office; what belongs to no place is everybody's."""
    if tuple(areas) == EVERYWHERE:
        return true()
    model, kinds = register.model, {one.kind: one.name for one in register.fields}
    body = aliased(Organisation)
    here = within(areas, body.path)
    if Kind.CONTACT in kinds:
        contact = exists().where(LeaderContact.id == model.contact_id, LeaderContact.enterprise_id == Enterprise.id)
        return exists().where(body.id == Enterprise.chamber_id, here, contact)
    if Kind.ENTERPRISE in kinds:
        return exists().where(Enterprise.id == model.enterprise_id, body.id == Enterprise.chamber_id, here)
    if Kind.INSTRUCTOR in kinds:
        held = RoleAssignment.user_id == model.instructor_id, RoleAssignment.organisation_id == body.id
        return exists().where(*held, RoleAssignment.role == "instructor", here)
    column = kinds.get(Kind.TOWN) or kinds.get(Kind.AREA)
    return exists().where(body.id == getattr(model, column), here) if column else true()


def _lines(session: Session, register: RegisterKind, rows: Sequence[Any]) -> list[RegisterLine]:
    known = names(session, register, rows)
    people = names_of(session, {row.recorded_by for row in rows} - {None})
    return [
        RegisterLine(
            row.id,
            {one.name: _typed(one, getattr(row, one.name), known) for one in register.fields},
            {one.name: _shown(one, getattr(row, one.name), known) for one in register.fields},
            getattr(row, "enterprise_id", None),
            row.source,
            row.is_withdrawn,
            row.correction_reason,
            people.get(row.recorded_by),
            row.recorded_at,
            getattr(row, "figures", None),
        )
        for row in rows
    ]


def _typed(spec: Field, value: Any, known: dict[str, dict[int, tuple[str, str]]]) -> str:
    if value is None:
        return ""
    if spec.name in known:
        return known[spec.name].get(value, ("", ""))[0]
    if isinstance(value, bool):
        return str(value).lower()
    return value.isoformat() if isinstance(value, date) else str(value)


def _shown(spec: Field, value: Any, known: dict[str, dict[int, tuple[str, str]]]) -> Shown:
    if value is None:
        return None
    if spec.name in known:
        return known[spec.name].get(value, ("", str(value)))[1]
    if isinstance(value, bool):
        return YES if value else NO
    shown: Shown = spec.choices.get(value, value)
    return shown
