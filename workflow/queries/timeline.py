"""The history of a case in words: what happened, who did it in which role and where, what was entered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import Session, aliased

from workflow.clock import local_day
from workflow.definition.model import Definition, Field, Transition
from workflow.definition.versions import Versions
from workflow.definition.wording import Answer, answers, with_state_names
from workflow.engine.documents import ATTACH
from workflow.engine.handing_persons import FOLLOW, HAND_OVER
from workflow.engine.handover import NOTE, SIGN
from workflow.engine.joining import UNIT_JOINED, UNIT_LEFT
from workflow.engine.migrating import MIGRATIONS
from workflow.engine.opening import OPEN
from workflow.engine.releasing import RELEASE
from workflow.engine.rerouting import REROUTE
from workflow.engine.rounds import PROPOSE
from workflow.engine.unit_cases import COVERED, UNCOVERED
from workflow.gestures.catalogue import GESTURES
from workflow.members.hand import ROSTER_CHANGED
from workflow.models import LedgerContent, LedgerEntry, Organisation, User
from workflow.queries.decision_papers import bears_paper
from workflow.roles import ROLE_NAMES
from workflow.text import Text, text_from

OWN_LABELS = {
    OPEN: Text("立案", "Case opened"),
    ATTACH: Text("上传文件", "Document added"),
    NOTE: Text("交接备注", "Note for whoever comes next"),
    SIGN: Text("签收交接单", "Handover signed"),
    RELEASE: Text("指导员离任，待重新选派", "The instructor left; another is to be named"),
    REROUTE: Text("审批机关变更", "Routed to another body"),
    HAND_OVER: Text("随党支部成立移交", "Handed over to the new branch"),
    FOLLOW: Text("随企业更换指导员", "To the enterprise's new instructor"),
    ROSTER_CHANGED: Text("党员花名册有变化", "The roster of members has changed"),
    UNIT_JOINED: Text("成员单位并入", "A unit joined"),
    UNIT_LEFT: Text("成员单位退出", "A unit left"),
    COVERED: Text("所在联合支部成立，纳入覆盖", "The joint branch is established; covered by it"),
    UNCOVERED: Text("所在联合支部未建成，不再覆盖", "The joint branch is gone; no longer covered"),
    PROPOSE: Text("提请会签", "Put forward to be signed"),
    **{gesture.name: gesture.label for gesture in GESTURES.values()},
}
GESTURE_FIELDS = {gesture.name: gesture.fields for gesture in GESTURES.values()}

MOVED_OVER = Text("改按流程第 {version} 版办理", "Moved to version {version} of the process")


@dataclass(frozen=True, slots=True)
class Overridden:
    """A general condition a manager let pass."""

    code: str
    text: Text
    reason: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One entry; its stages are those of the version it was written in.

    `is_late` (补录): it was recorded on a later day than it happened. A case that was moved to another version of the
    process has not moved on its road, even where the step has another name there. `bears_paper`: a reply or notice is
    written on it.
    """

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
    from_stage: str | None
    stage: str
    occurred_on: date
    recorded_at: datetime
    is_late: bool
    reason: str | None
    answers: tuple[Answer, ...]
    overridden: tuple[Overridden, ...]
    document: tuple[str, int] | None
    session_id: int | None = None
    bears_paper: bool = False

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


def timeline(session: Session, versions: Versions, case_id: int) -> tuple[Event, ...]:
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
    taken = [_transition(versions, row.LedgerEntry) for row in rows]
    entries = [(row.LedgerEntry.definition_version, row.LedgerEntry.action, row.content or {}) for row in rows]
    people = _people(session, versions, entries)
    return tuple(_event(versions, step, row, people) for step, row in zip(taken, rows, strict=True))


def _transition(versions: Versions, entry: LedgerEntry) -> Transition | None:
    """The action as the version it was taken in describes it; None for what no process describes."""
    return versions.of(entry.definition_version).transitions.get(entry.action)


def _people(
    session: Session, versions: Versions, entries: Iterable[tuple[int, str, Mapping[str, Any]]]
) -> dict[str, str]:
    """The names of the accounts that were entered."""
    accounts = {
        content["data"][field.name]
        for version, action, content in entries
        for field in _fields(versions.of(version), action, content)
        if field.type in ("instructor", "person") and field.name in content.get("data", {})
    }
    if not accounts:
        return {}
    rows = session.execute(select(User.username, User.display_name).where(User.username.in_(accounts)))
    return {row.username: row.display_name for row in rows}


def _fields(definition: Definition, action: str, content: Mapping[str, Any]) -> tuple[Field, ...]:
    """What an entry's data consists of: of the action, of the gesture, or of what was put forward to be signed."""
    name = content.get("proposes", action)
    if name in definition.transitions:
        return with_state_names(definition.transitions[name].fields, definition.states)
    return GESTURE_FIELDS.get(name, ())


def _label(transition: Transition | None, entry: LedgerEntry) -> Text:
    if entry.action in MIGRATIONS:
        return MOVED_OVER.filled(version=entry.definition_version)
    return transition.label if transition else OWN_LABELS.get(entry.action, Text(entry.action, entry.action))


def _event(versions: Versions, transition: Transition | None, row: Row[Any], people: Mapping[str, str]) -> Event:
    entry: LedgerEntry = row.LedgerEntry
    content = row.content or {}
    has_moved = entry.from_state != entry.to_state and entry.action not in MIGRATIONS
    stages = versions.stages_in(versions.of(entry.definition_version))
    document = content.get("document")
    return Event(
        seq=entry.seq,
        action=entry.action,
        label=_label(transition, entry),
        person=row.display_name,
        principal=row.principal,
        role=ROLE_NAMES.get(entry.role, Text(entry.role, entry.role)),
        role_code=entry.role,
        body=row.body,
        from_state=entry.from_state,
        to_state=entry.to_state,
        moved_to=versions.state_name(entry.to_state, entry.definition_version) if has_moved else None,
        from_stage=stages.get(entry.from_state or ""),
        stage=stages.get(entry.to_state, ""),
        occurred_on=entry.occurred_on,
        recorded_at=entry.recorded_at,
        is_late=entry.occurred_on < local_day(entry.recorded_at),
        reason=content.get("reason"),
        answers=answers(
            _fields(versions.of(entry.definition_version), entry.action, content), content.get("data", {}), people
        ),
        overridden=tuple(
            Overridden(item["code"], text_from(item["text"]), item.get("reason"))
            for item in content.get("overridden", ())
        ),
        document=(document["code"], document["version"]) if document else None,
        session_id=content.get("session"),
        bears_paper=bears_paper(versions.of(entry.definition_version).process, entry.action),
    )
