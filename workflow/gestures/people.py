"""Whom a gesture can name: people who see the case, and whether a person may do what they are asked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select

from workflow.engine.actors import SEES_SUBTREE, load_actor
from workflow.engine.rounds import interested_in
from workflow.errors import NotFound
from workflow.gestures.gesture import Problems, problem
from workflow.gestures.scene import Scene
from workflow.guards import MENDERS
from workflow.models import Organisation, RoleAssignment, User
from workflow.models.organisation import scope_of
from workflow.roles import ROLE_NAMES
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Choice:
    """A person who can be named, with office: "王主任（甲镇商会党委 审批人）"."""

    username: str
    words: Text


def people_who_see(scene: Scene) -> list[Choice]:
    """Everybody but oneself who may see the case, by account."""
    case, today = scene.work.case, scene.work.today
    bodies = [int(part) for part in case.scope_path.strip("/").split("/")]
    rows = scene.work.session.execute(
        select(User.id, User.username, User.display_name, RoleAssignment.role, Organisation)
        .join(RoleAssignment, RoleAssignment.user_id == User.id)
        .join(Organisation, Organisation.id == RoleAssignment.organisation_id)
        .where(
            User.is_active,
            User.id != scene.actor.id,
            RoleAssignment.valid_from <= today,
            or_(RoleAssignment.valid_to.is_(None), RoleAssignment.valid_to >= today),
            or_(
                RoleAssignment.role.in_(SEES_SUBTREE)
                & or_(Organisation.id.in_(bodies), Organisation.parent_id.in_(bodies)),
                User.id == case.instructor_id,
            ),
        )
        .order_by(User.username)
    )
    found: dict[str, Choice] = {}
    for row in rows:
        body: Organisation = row.Organisation
        if row.id == case.instructor_id or case.scope_path.startswith(scope_of(body.type, body.path)):
            found.setdefault(row.username, Choice(row.username, _words(row.display_name, body.name, row.role)))
    return list(found.values())


def _words(name: str, body: str, role: str) -> Text:
    office = ROLE_NAMES[role]
    return Text(f"{name}（{body} {office.zh}）", f"{name} ({body}, {office.en})")


def person_problems(scene: Scene) -> Problems:
    """The named person exists, is not oneself, and may see the case."""
    if "person" not in scene.data:
        return
    person = scene.person
    if person is None or not person.is_active:
        yield problem("NO_PERSON", "没有这个账号，或账号已停用", "There is no such account", MENDERS["you"])
    elif person.id == scene.actor.id:
        yield problem("SELF", "不能选自己", "This cannot be oneself", MENDERS["you"])
    elif not _sees(scene, person.id):
        yield problem(
            "CANNOT_SEE",
            "此人无权查看本案，须先由管理员授予相应组织的角色",
            "This person may not see the case: an administrator would have to give a role at the body first",
            Text("系统管理员", "the administrator"),
        )


def _sees(scene: Scene, user_id: int) -> bool:
    try:
        return load_actor(scene.work.session, user_id, scene.work.today).sees(scene.work.case)
    except NotFound:
        return False


def independence_problems(scene: Scene, *user_ids: int | None) -> Problems:
    """Nobody signs a case they have a part in, nor in the place of somebody who has."""
    parts = {scene.work.case.instructor_id, scene.work.case.submitter_id} - {None}
    if parts & set(user_ids):
        yield problem(
            "CONFLICT_OF_INTEREST",
            "本案的指导员或报送人不能表态，请选另一位同志",
            "The instructor or submitter of the case cannot sign: choose somebody else",
            MENDERS["other"],
        )
    if interested_in(scene.work) & set(user_ids):
        yield problem(
            "RECUSED",
            "此人已申报与该企业的利害关系，应当回避，请选另一位同志",
            "This person has declared an interest in the enterprise and has to stand aside: choose somebody else",
            MENDERS["other"],
        )
