"""Who belongs to a case, by name: the bodies on its way, its instructor, the people who have its next step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from workflow.engine.recipients import holder_of
from workflow.engine.work import CaseWork
from workflow.models import Organisation, RoleAssignment, User
from workflow.models.organisation import scope_of
from workflow.queries.posts import Post, post_of
from workflow.queries.standing_in import stand_ins, with_substitutes
from workflow.text import Text

# A district has few people at one post; where it has more, some names stand for all.
NAMED = 4


@dataclass(frozen=True, slots=True)
class Parties:
    """`holders` are the people who can take the next step, `shown` the same with whoever stands in for them; `holding`
    is the group or body they act for.
    """

    chamber: str
    town: str
    committee: str
    instructor: str | None
    holding: Text | None
    holders: tuple[str, ...]
    shown: tuple[Text, ...] = ()

    @property
    def holder_words(self) -> Text | None:
        """Body and people in one line; None where the step waits for somebody and nobody is there."""
        if self.holding is None or not self.holders:
            return self.holding
        named = self.shown[:NAMED]
        zh, en = "、".join(name.zh for name in named), ", ".join(name.en for name in named)
        if len(self.holders) > NAMED:
            zh, en = f"{zh}等 {len(self.holders)} 人", f"{en} and {len(self.holders) - NAMED} more"
        return Text(f"{self.holding.zh}：{zh}", f"{self.holding.en}: {en}")


def parties(work: CaseWork) -> Parties:
    """Four queries at most."""
    chamber, town = aliased(Organisation), aliased(Organisation)
    row = work.session.execute(
        select(chamber.name.label("chamber"), town.name.label("town"), User.display_name.label("instructor"))
        .select_from(chamber)
        .join(town, town.id == work.enterprise.town_id)
        .outerjoin(User, User.id == work.case.instructor_id)
        .where(chamber.id == work.case.chamber_id)
    ).one()
    names = Parties(row.chamber, row.town, work.committee.name, row.instructor, None, ())
    if not work.definition.states[work.case.state].is_open:
        return names
    post = post_of(work.definition, work.case.state, work.facts)
    if (holder := holder_of(work.definition, work.case)) != post.group:
        post = Post(holder, frozenset(holder.roles), post.states)
    holding = post.group.name
    if post.group.at == "committee":
        holding = Text(names.committee, names.committee)
    people = _instructor(work, row.instructor) if post.group.at == "case" else _people_at(work, post)
    instead = stand_ins(work, [post.group.code], post.roles) if people else {}
    shown = tuple(with_substitutes(name, instead.get(user_id, ())) for user_id, name in people.items())
    return replace(names, holding=holding, holders=tuple(people.values()), shown=shown)


def _instructor(work: CaseWork, name: str | None) -> dict[int, str]:
    return {work.case.instructor_id: name} if work.case.instructor_id is not None and name is not None else {}


def _people_at(work: CaseWork, post: Post) -> dict[int, str]:
    """Active holders of the post's roles at the committee, or at bodies whose area covers it: names by account."""
    on_path = [int(part) for part in work.case.scope_path.strip("/").split("/") if part]
    near = (
        Organisation.id == work.case.committee_id
        if post.group.at == "committee"
        else or_(Organisation.id.in_(on_path), Organisation.parent_id.in_(on_path))
    )
    rows = work.session.execute(
        select(User.id, User.display_name, Organisation.type, Organisation.path)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .where(
            User.is_active,
            RoleAssignment.role.in_(sorted(post.roles)),
            RoleAssignment.valid_from <= work.today,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= work.today),
            near,
        )
        .order_by(User.id)
    )
    path = work.case.scope_path
    covered = post.group.at == "committee"
    return {row.id: row.display_name for row in rows if covered or path.startswith(scope_of(row.type, row.path))}
