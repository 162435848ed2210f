"""What a line refers to: found by what people type, shown by name, and only within the person's own area."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from workflow import credit_code
from workflow.campaign.standing import stands
from workflow.models import Enterprise, InstructorProfile, LeaderContact, Organisation, OrganisationKind, User
from workflow.queries.parameters import is_number
from workflow.registers.catalogue import RegisterKind
from workflow.registers.fields import REFERENCES, Field, Kind
from workflow.reports.reader import EVERYWHERE
from workflow.text import Text


def within(paths: Sequence[str], column: Any = Organisation.path) -> ColumnElement[bool]:
    if tuple(paths) == EVERYWHERE:
        return true()
    return or_(*(column.startswith(path, autoescape=True) for path in paths))


def find(session: Session, spec: Field, typed: str, paths: Sequence[str]) -> int:
    """The number of what is meant; raises ValueError with the sentence as its argument."""
    typed = typed.strip()
    if not typed:
        raise ValueError(Text("请填写{label}", "Enter: {label}").filled(label=spec.label))
    query: Any
    if spec.kind is Kind.ENTERPRISE:
        query = _enterprise(credit_code.normalised(typed), paths)
    elif spec.kind is Kind.INSTRUCTOR:
        query = select(User.id).join(InstructorProfile).where(User.username == typed)
    else:
        number = int(typed) if is_number(typed) else 0
        query = _contact(number, paths) if spec.kind is Kind.CONTACT else _body(spec, number, paths)
    found: int | None = session.scalar(query)
    if found is None:
        words = Text("没有找到“{typed}”，或不在您的范围内", "“{typed}” is not there, or outside your area")
        raise ValueError(
            Text(f"{spec.label.zh}：{{words}}", f"{spec.label.en}: {{words}}").filled(
                words=words.filled(typed=typed[:80])
            )
        )
    return found


def _enterprise(code: str, paths: Sequence[str]) -> Any:
    body = Organisation.id == Enterprise.chamber_id
    return select(Enterprise.id).join(Organisation, body).where(Enterprise.credit_code == code, within(paths))


def _contact(number: int, paths: Sequence[str]) -> Any:
    return (
        select(LeaderContact.id)
        .join(Enterprise, Enterprise.id == LeaderContact.enterprise_id)
        .join(Organisation, Organisation.id == Enterprise.chamber_id)
        .where(LeaderContact.id == number, stands(LeaderContact), within(paths))
    )


def _body(spec: Field, number: int, paths: Sequence[str]) -> Any:
    return select(Organisation.id).where(Organisation.id == number, Organisation.kind.in_(_kinds(spec)), within(paths))


def bodies(session: Session, spec: Field, paths: Sequence[str]) -> list[tuple[int, str]]:
    """The bodies a field can be filled with."""
    rows = session.execute(
        select(Organisation.id, Organisation.name)
        .where(Organisation.kind.in_(_kinds(spec)), within(paths))
        .order_by(Organisation.path)
    )
    return [(row[0], row[1]) for row in rows]


def _kinds(spec: Field) -> tuple[OrganisationKind, ...]:
    return (OrganisationKind.DISTRICT, OrganisationKind.TOWN) if spec.kind is Kind.AREA else (OrganisationKind.TOWN,)


def names(session: Session, register: RegisterKind, rows: Iterable[Any]) -> dict[str, dict[int, tuple[str, str]]]:
    """For each field that refers to something: what people typed for it, and its name."""
    found: dict[str, dict[int, tuple[str, str]]] = {}
    for spec in register.fields:
        if spec.kind in REFERENCES:
            ids = {getattr(row, spec.name) for row in rows} - {None}
            found[spec.name] = {row[0]: (str(row[1]), row[2]) for row in session.execute(_named(spec, ids))}
    return found


def _named(spec: Field, ids: set[int]) -> Any:
    if spec.kind is Kind.ENTERPRISE:
        return select(Enterprise.id, Enterprise.credit_code, Enterprise.name).where(Enterprise.id.in_(ids))
    if spec.kind is Kind.INSTRUCTOR:
        return select(User.id, User.username, User.display_name).where(User.id.in_(ids))
    if spec.kind is Kind.CONTACT:
        query = select(LeaderContact.id, LeaderContact.id.label("typed"), Enterprise.name)
        return query.join(Enterprise, Enterprise.id == LeaderContact.enterprise_id).where(LeaderContact.id.in_(ids))
    return select(Organisation.id, Organisation.id.label("typed"), Organisation.name).where(Organisation.id.in_(ids))
