"""What waits for a person: overdue first, then what is due soonest, then what has waited longest."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, func, literal, select, tuple_
from sqlalchemy.orm import Session, aliased

from workflow.definition.course import leading
from workflow.definition.model import Definition, Transition
from workflow.engine.actors import Actor
from workflow.models import Case, Enterprise, Organisation, User, Visit, WorkItem
from workflow.models.base import UTCDateTime
from workflow.queries.case_list import holder_words
from workflow.queries.cursor import Page, bad_cursor, read_cursor, write_cursor
from workflow.queries.posts import waits_for, waits_for_others
from workflow.runtime import Runtime
from workflow.text import Text

SOON = timedelta(days=3)
# The one condition that stands in the way of each case of its step, and the action that mends it.
FIRST_VISIT, MENDED_BY = "first_visit_logged", "log_visit"


@dataclass(frozen=True, slots=True)
class Card:
    """One open work item. `action` (`next` in words) is what to do now: the step it waits for, or, where that waits
    for the first visit, the visit. `holder` is who has it.
    """

    item_id: int
    case_id: int
    enterprise: str
    chamber: str
    state: str
    state_name: Text
    action: str | None
    next: Text
    holder: Text | None
    due_on: date | None
    opened_at: datetime

    def urgency(self, today: date) -> str:
        """ "overdue", "soon" or "later"; without a due day: later."""
        if self.due_on is None or self.due_on > today + SOON:
            return "later"
        return "overdue" if self.due_on < today else "soon"


@dataclass(frozen=True, slots=True)
class Load:
    """How much waits for a person."""

    overdue: int
    soon: int
    total: int

    @property
    def later(self) -> int:
        return self.total - self.overdue - self.soon


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of what waits, and how much there is in all."""

    cards: tuple[Card, ...]
    next_cursor: str | None
    load: Load


def inbox(
    session: Session,
    runtime: Runtime,
    actor: Actor,
    *,
    today: date,
    states: Iterable[str] = (),
    cursor: str = "",
    limit: int = 50,
) -> Inbox:
    """What waits for the person, in two queries. `states` narrows it. Raises InvalidInput for a foreign cursor."""
    definition = runtime.branch_formation
    condition = waits_for(definition, actor)
    if wanted := list(states):
        condition &= WorkItem.state.in_(wanted)
    page = _page(session, definition, condition, 0, cursor, limit)
    return Inbox(page.rows, page.next_cursor, _load(session, condition, today))


def _load(session: Session, condition: ColumnElement[bool], today: date) -> Load:
    row = session.execute(
        select(
            func.count(),
            func.sum(case((WorkItem.due_on < today, 1), else_=0)),
            func.sum(case((WorkItem.due_on.between(today, today + SOON), 1), else_=0)),
        ).where(condition)
    ).one()
    return Load(overdue=row[1] or 0, soon=row[2] or 0, total=row[0])


def count_waiting(session: Session, runtime: Runtime, actor: Actor) -> int:
    """The number beside the menu entry."""
    condition = waits_for(runtime.branch_formation, actor)
    return session.scalar(select(func.count()).select_from(WorkItem).where(condition)) or 0


def waiting_on_others(session: Session, runtime: Runtime, actor: Actor, *, limit: int = 20) -> Page[Card]:
    """Cases the person answers for whose next step is somebody else's."""
    definition = runtime.branch_formation
    condition = waits_for_others(definition, actor)
    total = session.scalar(select(func.count()).select_from(WorkItem).where(condition)) or 0
    return _page(session, definition, condition, total, "", limit)


def next_card(session: Session, runtime: Runtime, actor: Actor, *, after_case: int) -> Card | None:
    """The most urgent thing waiting for the person besides one case."""
    definition = runtime.branch_formation
    condition = waits_for(definition, actor) & (WorkItem.case_id != after_case)
    return next(iter(_page(session, definition, condition, 0, "", 1).rows), None)


# The last day there is: what has no due day comes after everything that has one.
_NEVER = date.max
_due = func.coalesce(WorkItem.due_on, literal(_NEVER)).label("due")


def _page(
    session: Session, definition: Definition, condition: ColumnElement[bool], total: int, cursor: str, limit: int
) -> Page[Card]:
    chosen = select(WorkItem.id, _due, WorkItem.opened_at).where(condition)
    if cursor:
        chosen = chosen.where(tuple_(_due.element, WorkItem.opened_at, WorkItem.id) > tuple_(*_place(cursor)))
    rows = session.execute(_cards(chosen.order_by(_due, WorkItem.opened_at, WorkItem.id).limit(limit + 1))).all()
    kept = rows[:limit]
    following = None
    if len(rows) > limit:
        last = kept[-1].WorkItem
        following = write_cursor(f"{last.due_on or _NEVER}/{last.opened_at.isoformat()}", last.id)
    cards = [_card(definition, row) for row in kept]
    return Page(tuple(_with_visits_first(session, definition, cards)), following, total)


def _with_visits_first(session: Session, definition: Definition, cards: Collection[Card]) -> list[Card]:
    """One query for all, and none where no step waits for a visit."""
    waiting = {card.case_id for card in cards if _needs_visit(definition, card)}
    if not waiting:
        return list(cards)
    visited = set(session.scalars(select(Visit.case_id).where(Visit.case_id.in_(waiting)).distinct()))
    visit = definition.transitions[MENDED_BY]
    return [
        replace(card, action=visit.action, next=visit.label) if card.case_id in waiting - visited else card
        for card in cards
    ]


def _needs_visit(definition: Definition, card: Card) -> bool:
    return card.action is not None and FIRST_VISIT in definition.transitions[card.action].guards


def _cards(chosen: Select) -> Select:  # type: ignore[type-arg]  # a long Select[...]
    """The names around the chosen items: joined after the limit, so that a long list is not joined to be sorted."""
    page = chosen.subquery()
    chamber, place = aliased(Organisation), aliased(Organisation)
    return (
        select(
            WorkItem,
            Enterprise.name.label("enterprise"),
            chamber.name.label("chamber"),
            place.name.label("place"),
            User.display_name.label("holder"),
        )
        .join(page, page.c.id == WorkItem.id)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(chamber, chamber.id == Case.chamber_id)
        .outerjoin(place, place.id == WorkItem.organisation_id)
        .outerjoin(User, User.id == WorkItem.user_id)
        .order_by(page.c.due, page.c.opened_at, page.c.id)
    )


def _place(cursor: str) -> tuple[object, object, object]:
    words, item_id = read_cursor(cursor)
    due, _, opened = words.partition("/")
    try:
        due_on, opened_at = date.fromisoformat(due), datetime.fromisoformat(opened)
    except ValueError as error:
        raise bad_cursor() from error
    if opened_at.tzinfo is None:
        raise bad_cursor()
    return literal(due_on), literal(opened_at, UTCDateTime()), literal(item_id)


def _step_of(definition: Definition, item: WorkItem) -> Transition | None:
    first = definition.states[item.state].first
    if first is not None and item.role == first.owner:
        return definition.transitions[first.action]
    return next(iter(leading(definition, item.state)), None)


def _card(definition: Definition, row) -> Card:  # type: ignore[no-untyped-def]  # a long Row[...]
    item: WorkItem = row.WorkItem
    step = _step_of(definition, item)
    state = definition.states[item.state]
    return Card(
        item_id=item.id,
        case_id=item.case_id,
        enterprise=row.enterprise,
        chamber=row.chamber,
        state=item.state,
        state_name=state.name,
        action=step.action if step else None,
        next=step.label if step else state.name,
        holder=holder_words(definition, item.role, row.holder, row.place),
        due_on=item.due_on,
        opened_at=item.opened_at,
    )
