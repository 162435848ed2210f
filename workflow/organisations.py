"""Adding a body to the tree of organisations."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.errors import Conflict, InvalidInput
from workflow.models import Organisation, OrganisationKind, OrganisationType
from workflow.models.organisation import DEEPEST, DEPARTMENTS
from workflow.text import Text


def add_organisation(
    session: Session,
    *,
    name: str,
    type_: OrganisationType,
    kind: OrganisationKind | None = None,
    parent_id: int | None = None,
) -> Organisation:
    """Adds a body below its parent, or the district itself where there is none yet.

    Without a kind the place says it: departments by their type, towns below the district, chambers below those.
    Raises InvalidInput for a place that is none, Conflict for a second district or a name taken at that place.
    """
    parent = _parent(session, parent_id)
    name = name.strip()
    if not name:
        raise InvalidInput({"name": Text("请填写组织名称", "Give the organisation a name")})
    kind = kind or _kind(type_, parent)
    _refuse_wrong_kind(type_, kind, parent)
    _refuse_taken_place(session, name, parent)
    return insert_organisation(session, parent, name, type_, kind)


def insert_organisation(
    session: Session, parent: Organisation | None, name: str, type_: OrganisationType, kind: OrganisationKind
) -> Organisation:
    """Inserts without a question; the caller knows that the place is right."""
    organisation = Organisation(parent_id=parent.id if parent else None, name=name, type=type_, kind=kind)
    session.add(organisation)
    session.flush()  # the path is made of the new row's own number
    organisation.path = f"{parent.path if parent else '/'}{organisation.id}/"
    return organisation


def _parent(session: Session, parent_id: int | None) -> Organisation | None:
    if parent_id is None:
        return None
    parent = session.get(Organisation, parent_id)
    if parent is None:
        raise InvalidInput(
            {
                "parent": Text(
                    f"没有编号为 {parent_id} 的上级组织：请用 zujian org list 查看编号",
                    f"There is no organisation {parent_id} to put it under: zujian org list shows the numbers",
                )
            }
        )
    if len(parent.path.strip("/").split("/")) >= DEEPEST:
        raise InvalidInput(
            {
                "parent": Text(
                    f"组织最多 {DEEPEST} 级：请挂在更高一级的组织下",
                    f"The tree has at most {DEEPEST} levels: put it under a body further up",
                )
            }
        )
    return parent


def _kind(type_: OrganisationType, parent: Organisation | None) -> OrganisationKind:
    if parent is None:
        return OrganisationKind.DISTRICT
    if type_ in DEPARTMENTS:
        return OrganisationKind.DEPARTMENT
    return OrganisationKind.TOWN if parent.kind == OrganisationKind.DISTRICT else OrganisationKind.CHAMBER


def _refuse_wrong_kind(type_: OrganisationType, kind: OrganisationKind, parent: Organisation | None) -> None:
    if (kind == OrganisationKind.DISTRICT) != (parent is None):
        fault = Text(
            "只有区委没有上级：其他组织请用 --parent 指明上级编号",
            "The district alone has nothing above it: name the parent of any other body with --parent",
        )
        raise InvalidInput({"kind": fault})
    if type_ in DEPARTMENTS and kind != OrganisationKind.DEPARTMENT:
        fault = Text(
            "组织部、社会工作部和工商联只能是部门，且要先建区委",
            "These departments are of the kind department, below the district: add the district first",
        )
        raise InvalidInput({"kind": fault})


def _refuse_taken_place(session: Session, name: str, parent: Organisation | None) -> None:
    if parent is None:
        root = session.scalar(select(Organisation).where(Organisation.parent_id.is_(None)))
        if root is not None:
            raise Conflict(
                Text(
                    f"已经有区委“{root.name}”（编号 {root.id}）：请用 --parent 指明上级",
                    f"There is a district already, {root.name} (number {root.id}): name a parent with --parent",
                )
            )
    elif session.scalar(select(Organisation.id).where(Organisation.parent_id == parent.id, Organisation.name == name)):
        raise Conflict(
            Text(
                f"“{parent.name}”下已经有“{name}”：请换一个名称",
                f"{parent.name} has a {name} already: choose another name",
            )
        )
