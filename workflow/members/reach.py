"""Whose persons somebody may see and register: an instructor those of own enterprises, others those of their area.

The federation is left out: personal details are not its business by default (domain section 10).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from workflow.engine.actors import SEES_PERSONS, Actor, HeldRole
from workflow.errors import NotFound, NotPermitted
from workflow.models import Case, Enterprise, Organisation, Person
from workflow.models.case import founding
from workflow.text import Text


def own_enterprises(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Enterprise`: the actor's as its instructor, or in the area of one of the other roles."""
    conditions: list[ColumnElement[bool]] = []
    if any(held.role == "instructor" for held in actor.roles):
        own = select(Case.enterprise_id).where(Case.instructor_id == actor.id, founding())
        conditions.append(Enterprise.id.in_(own))
    if areas := _areas(actor):
        conditions.append(Enterprise.chamber_id.in_(select(Organisation.id).where(or_(*areas))))
    return or_(*conditions) if conditions else false()


def visible_persons(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Person`: those of the enterprises above, those in hand, and those hosted in the area."""
    conditions = [Person.employer_id.in_(select(Enterprise.id).where(own_enterprises(actor)))]
    if any(held.role == "instructor" for held in actor.roles):
        conditions.append(Person.id.in_(select(Case.person_id).where(Case.instructor_id == actor.id)))
    if areas := _areas(actor):
        conditions.append(Person.host_id.in_(select(Organisation.id).where(or_(*areas))))
    return or_(*conditions)


def _areas(actor: Actor) -> list[ColumnElement[bool]]:
    paths = {held.scope_path for held in actor.roles if held.role in SEES_PERSONS}
    return [Organisation.path.startswith(path, autoescape=True) for path in sorted(paths)]


def seen_person(session: Session, actor: Actor, person_id: int, *, lock: bool = False) -> Person:
    """Raises NotFound where there is none, or the actor may not know of them."""
    query = select(Person).where(Person.id == person_id, visible_persons(actor))
    person = session.scalars(query.with_for_update(of=Person) if lock else query).first()
    if person is None:
        raise NotFound("person", person_id)
    return person


def seen_enterprise(session: Session, actor: Actor, enterprise_id: int) -> Enterprise:
    """Raises NotFound where there is none, or its persons are none of the actor's business."""
    query = select(Enterprise).where(Enterprise.id == enterprise_id, own_enterprises(actor))
    enterprise = session.scalars(query).first()
    if enterprise is None:
        raise NotFound("enterprise", enterprise_id)
    return enterprise


def recording_role(actor: Actor, what: str, *roles: str) -> HeldRole:
    """The role by which the actor may record it; raises NotPermitted where there is none."""
    held = next((held for held in actor.roles if held.role in roles), None)
    if held is None:
        raise NotPermitted(
            what, Text("由指导员、党委经办或区级主管部门登记", "For instructors, committee clerks and managers")
        )
    return held
