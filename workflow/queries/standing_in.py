"""Standing in for another: what waits for the substitute, as a condition of a query, and who stands in on a case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, false, select

from workflow.engine.actors import Actor, HeldRole
from workflow.engine.lending import WAITS_AT
from workflow.engine.recipients import seats_for
from workflow.engine.work import CaseWork
from workflow.models import Case, User
from workflow.roles import ROLE_NAMES
from workflow.text import Text


def stand_ins(
    work: CaseWork, groups: Sequence[str], roles: Collection[str] = ROLE_NAMES
) -> Mapping[int, tuple[str, ...]]:
    """Who can act on the case today in whose place, by one of the roles: names by the account of the principal."""
    seats = seats_for(work.connection, work.case, groups, definition=work.definition, today=work.today)
    pairs = {(s.principal_id, s.user_id) for s in seats if s.principal_id is not None and s.role in roles}
    if not pairs:
        return {}
    wanted = select(User.id, User.display_name).where(User.id.in_(sorted({substitute for _, substitute in pairs})))
    names: dict[int, str] = dict(work.session.execute(wanted).all())
    found: dict[int, tuple[str, ...]] = {}
    for principal_id, substitute in sorted(pairs):
        found[principal_id] = (*found.get(principal_id, ()), names[substitute])
    return found


def with_substitutes(name: str, substitutes: Sequence[str]) -> Text:
    """A name as it is shown beside a step: whoever stands in follows in brackets."""
    if not substitutes:
        return Text(name, name)
    zh, en = "、".join(substitutes), ", ".join(substitutes)
    return Text(f"{name}（现由{zh}代理）", f"{name} (now by the substitute {en})")


def waits_for_substitute(held: HeldRole, actor: Actor) -> ColumnElement[bool]:
    """The condition on `Case`; the same as `Actor.stands_in_on` for one of the roles lent to the person."""
    lent, place = held.lent, WAITS_AT.get(held.role)
    if lent is None or place is None:
        return false()
    at: dict[str, ColumnElement[bool]] = {
        "case": Case.instructor_id == lent.principal_id,
        "committee": Case.committee_id == held.organisation_id,
        "area": Case.scope_path.startswith(held.scope_path, autoescape=True),
    }
    return and_(
        Case.state.in_(sorted(lent.states)),
        Case.scope_path.startswith(lent.area, autoescape=True),
        Case.instructor_id.is_distinct_from(actor.id),
        at[place],
    )
