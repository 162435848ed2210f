"""Who has a step: the people who can take a state's next action, as a condition on work items and as names.

A post is narrower than the owner of a state: a committee's clerk belongs to the owner of "under review", but only its
approver can decide there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from workflow.definition.course import due_steps
from workflow.definition.library import PROCESS
from workflow.definition.model import Definition, Group
from workflow.definition.versions import Versions
from workflow.engine.actors import Actor, HeldRole
from workflow.models import ApprovalRound, Case, Claim, Organisation, WorkItem
from workflow.queries.standing_in import waits_for_substitute
from workflow.queries.versions import for_versions, item_lives_by


@dataclass(frozen=True, slots=True)
class Post:
    """Holders of one of `roles` at the place of `group` take the next step in these `states`."""

    group: Group
    roles: frozenset[str]
    states: tuple[str, ...]


def post_of(definition: Definition, state: str, facts: Mapping[str, Any]) -> Post:
    """The post of one open state, as the case stands. Where no action leads on, everybody of the owning group."""
    first = definition.states[state].first_due(facts)
    owner = definition.groups[first.owner if first else definition.states[state].owner]
    groups = [definition.groups[code] for step in due_steps(definition, state, facts) for code in step.by]
    roles = {role for group in groups if group.at == owner.at for role in group.roles}
    return Post(owner, frozenset(roles or owner.roles), (state,))


def _posts_of(definition: Definition, state: str) -> list[Post]:
    """That of the state's owner, and of who has to go first there."""
    first = definition.states[state].first
    noted = {first.until: True} if first else {}
    return [post_of(definition, state, noted), *([post_of(definition, state, {})] if first else [])]


def posts(definition: Definition) -> tuple[Post, ...]:
    """All posts of a process; states whose next step is taken by the same people stand together."""
    found: dict[tuple[str, frozenset[str]], tuple[Group, list[str]]] = {}
    for state in definition.open_states:
        for post in _posts_of(definition, state):
            found.setdefault((post.group.code, post.roles), (post.group, []))[1].append(state)
    return tuple(Post(group, roles, tuple(states)) for (_, roles), (group, states) in found.items())


def waits_for(versions: Versions, actor: Actor) -> ColumnElement[bool]:
    """The condition on `WorkItem`: open, the next step is this person's, or of one for whom they stand in, and neither
    has somebody else claimed it nor is it being signed: then it waits for those who are asked."""
    own = for_versions(versions, posts, lambda found: _waits_for(found, actor, _is_beside(versions)), item_lives_by)
    lent = [WorkItem.case_id.in_(select(Case.id).where(waits_for_substitute(held, actor))) for held in actor.lent]
    claimed = select(Claim.work_item_id).where(Claim.user_id.not_in(_claimants(actor)))
    signed = select(ApprovalRound.case_id).where(ApprovalRound.outcome.is_(None))
    mine = or_(own, and_(WorkItem.closed_at.is_(None), or_(*lent))) if lent else own
    return and_(mine, WorkItem.id.not_in(claimed), WorkItem.case_id.not_in(signed))


def _claimants(actor: Actor) -> list[int]:
    """Whose claims leave a step to this person: their own, and those of people they stand in for."""
    return [actor.id or 0, *(held.principal_id for held in actor.lent if held.principal_id is not None)]


def _is_beside(versions: Versions) -> bool:
    """Not the founding of branches, which is what nearly all items belong to."""
    return versions.current.process != PROCESS


def _waits_for(all_posts: tuple[Post, ...], actor: Actor, by_state: bool) -> ColumnElement[bool]:
    return _any_of(_items(all_posts, post, _held(post, actor), actor, by_state) for post in all_posts)


def waits_for_others(versions: Versions, actor: Actor) -> ColumnElement[bool]:
    """Open items of cases this person answers for (as the instructor, or in the deciding body), with somebody else."""
    return for_versions(
        versions,
        lambda definition: (posts(definition), tuple(definition.groups.values())),
        lambda found: _waits_for_others(*found, actor, _is_beside(versions)),
        item_lives_by,
    )


def _waits_for_others(
    all_posts: tuple[Post, ...], groups: Iterable[Group], actor: Actor, by_state: bool
) -> ColumnElement[bool]:
    conditions = [_items(all_posts, post, _held_beside(post, actor), actor, by_state) for post in all_posts]
    if any(held.role == "instructor" for held in actor.roles):
        own = select(Case.id).where(Case.instructor_id == actor.id, Case.finished_on.is_(None))
        named = [group.code for group in groups if group.at == "case"]
        conditions.append(and_(WorkItem.case_id.in_(own), WorkItem.role.not_in(named)))
    return _any_of(conditions)


def _held(post: Post, actor: Actor) -> list[HeldRole]:
    return [held for held in actor.roles if held.role in post.roles]


def _held_beside(post: Post, actor: Actor) -> list[HeldRole]:
    """Roles in the owning group, where they are not enough to take the step."""
    mine = {held.organisation_id for held in _held(post, actor)}
    return [held for held in actor.roles if held.role in post.group.roles and held.organisation_id not in mine]


def _any_of(conditions: Iterable[ColumnElement[bool] | None]) -> ColumnElement[bool]:
    found = [condition for condition in conditions if condition is not None]
    return and_(WorkItem.closed_at.is_(None), or_(*found)) if found else false()


def _items(
    all_posts: tuple[Post, ...], post: Post, held: list[HeldRole], actor: Actor, by_state: bool
) -> ColumnElement[bool] | None:
    """The items of a post that lie where the roles are held; `by_state`: another process has the same groups."""
    if not held:
        return None
    conditions = [WorkItem.role == post.group.code]
    if by_state or sum(other.group.code == post.group.code for other in all_posts) > 1:
        conditions.append(WorkItem.state.in_(post.states))
    if post.group.at == "case":
        conditions.append(WorkItem.user_id == actor.id)
    elif post.group.at == "committee":
        conditions.append(WorkItem.organisation_id.in_(sorted({h.organisation_id for h in held})))
    else:
        paths = sorted({h.scope_path for h in held})
        areas = [Organisation.path.startswith(path, autoescape=True) for path in paths]
        conditions.append(WorkItem.organisation_id.in_(select(Organisation.id).where(or_(*areas))))
    return and_(*conditions)
