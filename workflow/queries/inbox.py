"""What waits for a person: overdue first, then what is due soonest, then what has waited longest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from workflow.definition.course import leading, naming
from workflow.definition.model import Definition, Transition
from workflow.definition.versions import Versions
from workflow.engine.actors import Actor
from workflow.models import Case, Enterprise, Organisation, Person, User, Visit, WorkItem
from workflow.models.base import UTCDateTime
from workflow.queries.case_list import holder_words
from workflow.queries.cursor import Page, bad_cursor, read_cursor, write_cursor
from workflow.queries.posts import waits_for, waits_for_others
from workflow.runtime import Runtime
from workflow.text import Text

Processes = Mapping[str, Versions]
SOON = timedelta(days=3)
# The one condition that stands in the way of each case of its step, and the action that mends it.
FIRST_VISIT, MENDED_BY = "first_visit_logged", "log_visit"


@dataclass(frozen=True, slots=True)
class Card:
    """One open work item. `action` (`next` in words) is what to do now: the step it waits for, or, where that waits
    for the first visit, the visit. `holder` is who has it; `on_behalf_of` whose place the person would take it in.
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
    on_behalf_of: str | None

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
    processes = runtime.processes(session)
    condition = _waits_in(processes, waits_for, actor)
    if wanted := list(states):
        condition &= WorkItem.state.in_(wanted)
    page = _page(session, processes, actor, condition, 0, cursor, limit)
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
    condition = _waits_in(runtime.processes(session), waits_for, actor)
    return session.scalar(select(func.count()).select_from(WorkItem).where(condition)) or 0


def waiting_on_others(session: Session, runtime: Runtime, actor: Actor, *, limit: int = 20) -> Page[Card]:
    """Cases the person answers for whose next step is somebody else's."""
    processes = runtime.processes(session)
    condition = _waits_in(processes, waits_for_others, actor)
    total = session.scalar(select(func.count()).select_from(WorkItem).where(condition)) or 0
    return _page(session, processes, actor, condition, total, "", limit)


def next_card(session: Session, runtime: Runtime, actor: Actor, *, after_case: int) -> Card | None:
    """The most urgent thing waiting for the person besides one case."""
    processes = runtime.processes(session)
    condition = _waits_in(processes, waits_for, actor) & (WorkItem.case_id != after_case)
    return next(iter(_page(session, processes, actor, condition, 0, "", 1).rows), None)


def _waits_in(
    processes: Processes, waits: Callable[[Versions, Actor], ColumnElement[bool]], actor: Actor
) -> ColumnElement[bool]:
    """Of every process; no two have a state in common, so that each finds its own items."""
    return or_(*(waits(versions, actor) for versions in processes.values()))


# The last day there is: what has no due day comes after everything that has one.
_NEVER = date.max
_due = func.coalesce(WorkItem.due_on, literal(_NEVER)).label("due")


def _page(
    session: Session,
    processes: Processes,
    actor: Actor,
    condition: ColumnElement[bool],
    total: int,
    cursor: str,
    limit: int,
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
    definitions = {row.WorkItem.case_id: processes[row.process].of(row.definition_version) for row in kept}
    cards = [_card(definitions[row.WorkItem.case_id], actor, row) for row in kept]
    mending = {row.WorkItem.case_id: _mending(definitions[row.WorkItem.case_id], row.WorkItem.state) for row in kept}
    return Page(tuple(_with_visits_first(session, mending, cards)), following, total)


def _with_visits_first(
    session: Session, mending: Mapping[int, Transition | None], cards: Collection[Card]
) -> list[Card]:
    """One query for all, and none where no step waits for a visit. `mending` has the visit by case."""
    waiting = {case_id: visit for case_id, visit in mending.items() if visit is not None}
    if not waiting:
        return list(cards)
    visited = set(session.scalars(select(Visit.case_id).where(Visit.case_id.in_(waiting)).distinct()))
    first = {case_id: visit for case_id, visit in waiting.items() if case_id not in visited}
    return [
        replace(card, action=first[card.case_id].action, next=first[card.case_id].label)
        if card.case_id in first
        else card
        for card in cards
    ]


def _mending(definition: Definition, state: str) -> Transition | None:
    """The visit a state's step waits for, where it waits for one."""
    step = next(iter(leading(definition, state)), None)
    return definition.transitions.get(MENDED_BY) if step is not None and FIRST_VISIT in step.guards else None


def _cards(chosen: Select) -> Select:  # type: ignore[type-arg]  # a long Select[...]
    """The names around the chosen items: joined after the limit, so that a long list is not joined to be sorted."""
    page = chosen.subquery()
    chamber, place = aliased(Organisation), aliased(Organisation)
    return (
        select(
            WorkItem,
            Case.process,
            Case.definition_version,
            Case.state,
            Case.scope_path,
            Case.committee_id,
            Case.instructor_id,
            Case.person_id,
            Person.name.label("person"),
            Enterprise.name.label("enterprise"),
            chamber.name.label("chamber"),
            place.name.label("place"),
            User.display_name.label("holder"),
        )
        .join(page, page.c.id == WorkItem.id)
        .join(Case, Case.id == WorkItem.case_id)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(chamber, chamber.id == Case.chamber_id)
        .outerjoin(Person, Person.id == Case.person_id)
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
    state = definition.states[item.state]
    if state.first is not None and item.role == state.first.owner:
        return definition.transitions[state.first.action]
    # Where the instructor left, the managers have it, and the next thing is to name another.
    steps = leading(definition, item.state) if item.role == state.owner else naming(definition, item.state)
    return next(iter(steps), None)


def _card(definition: Definition, actor: Actor, row) -> Card:  # type: ignore[no-untyped-def]  # a long Row[...]
    item: WorkItem = row.WorkItem
    step = _step_of(definition, item)
    state = definition.states[item.state]
    return Card(
        item_id=item.id,
        case_id=item.case_id,
        enterprise=row.enterprise if row.person is None else f"{row.person} · {row.enterprise}",
        chamber=row.chamber,
        state=item.state,
        state_name=state.name,
        action=step.action if step else None,
        next=step.label if step else state.name,
        holder=holder_words(definition, item.role, row.holder, row.place),
        due_on=item.due_on,
        opened_at=item.opened_at,
        on_behalf_of=_principal(definition, actor, step, row),
    )


def _principal(definition: Definition, actor: Actor, step: Transition | None, row) -> str | None:  # type: ignore[no-untyped-def]  # a long Row[...]
    """Whose step it is where the person has it only as a substitute."""
    if step is None or not actor.lent:
        return None
    held = actor.role_for(step, definition, row, "")
    return held.lent.principal_name if held and held.lent else None
