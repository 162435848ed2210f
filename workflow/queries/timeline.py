"""The history of a case in words: what happened, who did it in which role and where, what was entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session, aliased

from workflow.clock import local_day
from workflow.definition.model import Definition
from workflow.definition.wording import Answer, answers
from workflow.engine.documents import ATTACH
from workflow.engine.handover import NOTE, SIGN
from workflow.engine.opening import OPEN
from workflow.engine.releasing import RELEASE
from workflow.engine.rerouting import REROUTE
from workflow.models import LedgerContent, LedgerEntry, Organisation, User
from workflow.roles import ROLE_NAMES
from workflow.text import Text, text_from

OWN_LABELS = {
    OPEN: Text("立案", "Case opened"),
    ATTACH: Text("上传文件", "Document added"),
    NOTE: Text("交接备注", "Note for whoever comes next"),
    SIGN: Text("签收交接单", "Handover signed"),
    RELEASE: Text("指导员离任，待重新选派", "The instructor left; another is to be named"),
    REROUTE: Text("审批机关变更", "Routed to another body"),
}


@dataclass(frozen=True, slots=True)
class Overridden:
    """A general condition a manager let pass."""

    code: str
    text: Text
    reason: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. `is_late` (补录): it was recorded on a later day than it happened."""

    seq: int
    action: str
    label: Text
    person: str | None
    principal: str | None
    role: Text
    role_code: str
    body: str | None
    from_state: str | None
    to_state: str
    moved_to: Text | None
    occurred_on: date
    recorded_at: datetime
    is_late: bool
    reason: str | None
    answers: tuple[Answer, ...]
    overridden: tuple[Overridden, ...]
    document: tuple[str, int] | None

    @property
    def has_moved(self) -> bool:
        return self.moved_to is not None

    @property
    def who(self) -> Text:
        """Names and office; the system where nobody acted."""
        zh, en = (self.actors.zh, self.body, self.role.zh), (self.actors.en, self.body, self.role.en)
        return Text("·".join(part for part in zh if part), ", ".join(part for part in en if part))

    @property
    def actors(self) -> Text:
        """Who acted, and in whose place; empty where it was the system."""
        person = self.person or ""
        if self.principal is None:
            return Text(person, person)
        return Text(f"{person} 代 {self.principal}", f"{person} for {self.principal}")


def timeline(session: Session, definition: Definition, case_id: int) -> tuple[Event, ...]:
    """All entries, newest first; two queries at most. The caller has made sure that the person may see the case."""
    principal = aliased(User)
    rows = session.execute(
        select(
            LedgerEntry,
            LedgerContent.content,
            User.display_name,
            principal.display_name.label("principal"),
            Organisation.name.label("body"),
        )
        .outerjoin(
            LedgerContent, and_(LedgerContent.case_id == LedgerEntry.case_id, LedgerContent.seq == LedgerEntry.seq)
        )
        .outerjoin(User, User.id == LedgerEntry.actor_id)
        .outerjoin(principal, principal.id == LedgerEntry.principal_id)
        .outerjoin(Organisation, Organisation.id == LedgerEntry.organisation_id)
        .where(LedgerEntry.case_id == case_id)
        .order_by(LedgerEntry.seq.desc())
    ).all()
    people = _people(session, definition, [(row.LedgerEntry.action, row.content or {}) for row in rows])
    return tuple(_event(definition, row, people) for row in rows)


def _people(
    session: Session, definition: Definition, entries: Iterable[tuple[str, Mapping[str, Any]]]
) -> dict[str, str]:
    """The names of the accounts that were entered."""
    accounts = {
        content["data"][field.name]
        for action, content in entries
        if action in definition.transitions
        for field in definition.transitions[action].fields
        if field.type == "instructor" and field.name in content.get("data", {})
    }
    if not accounts:
        return {}
    rows = session.execute(select(User.username, User.display_name).where(User.username.in_(accounts)))
    return {row.username: row.display_name for row in rows}


def _event(definition: Definition, row: Row[Any], people: Mapping[str, str]) -> Event:
    entry: LedgerEntry = row.LedgerEntry
    content = row.content or {}
    transition = definition.transitions.get(entry.action)
    has_moved = entry.from_state != entry.to_state
    document = content.get("document")
    return Event(
        seq=entry.seq,
        action=entry.action,
        label=transition.label if transition else OWN_LABELS.get(entry.action, Text(entry.action, entry.action)),
        person=row.display_name,
        principal=row.principal,
        role=ROLE_NAMES.get(entry.role, Text(entry.role, entry.role)),
        role_code=entry.role,
        body=row.body,
        from_state=entry.from_state,
        to_state=entry.to_state,
        moved_to=definition.states[entry.to_state].name if has_moved else None,
        occurred_on=entry.occurred_on,
        recorded_at=entry.recorded_at,
        is_late=entry.occurred_on < local_day(entry.recorded_at),
        reason=content.get("reason"),
        answers=answers(transition.fields, content.get("data", {}), people) if transition else (),
        overridden=tuple(
            Overridden(item["code"], text_from(item["text"]), item.get("reason"))
            for item in content.get("overridden", ())
        ),
        document=(document["code"], document["version"]) if document else None,
    )
