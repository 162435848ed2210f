"""The tree of Party and government bodies. Who may approve follows from the type alone (domain section 0, point 3)."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from workflow.models.base import Base, Key
from workflow.text import Text


class OrganisationType(StrEnum):
    COMMITTEE = "committee"  # 党委
    WORKING_COMMITTEE = "working_committee"  # 党工委
    GENERAL_BRANCH = "general_branch"  # 党总支
    BRANCH = "branch"  # 党支部
    UNSPECIFIED = "unspecified"  # 党组织, its type not yet known: may not approve
    ORGANISATION_DEPARTMENT = "organisation_department"  # 组织部
    SOCIAL_WORK_DEPARTMENT = "social_work_department"  # 社会工作部
    FEDERATION = "federation"  # 工商联


class OrganisationKind(StrEnum):
    DISTRICT = "district"
    TOWN = "town"
    CHAMBER = "chamber"
    DEPARTMENT = "department"
    BRANCH = "branch"  # of an enterprise, from its establishment on


# Branch Regulation art. 6: founding is decided by a committee; a general branch or a branch cannot.
MAY_APPROVE = frozenset({OrganisationType.COMMITTEE, OrganisationType.WORKING_COMMITTEE})

# Departments serve the area of the body they belong to, not a subtree of their own.
DEPARTMENTS = frozenset(
    {
        OrganisationType.ORGANISATION_DEPARTMENT,
        OrganisationType.SOCIAL_WORK_DEPARTMENT,
        OrganisationType.FEDERATION,
    }
)

# Levels of the tree: district, town and chamber are three, and some room is left.
DEEPEST = 8

TYPE_NAMES = {
    OrganisationType.COMMITTEE: Text("党委", "Party committee"),
    OrganisationType.WORKING_COMMITTEE: Text("党工委", "Party working committee"),
    OrganisationType.GENERAL_BRANCH: Text("党总支", "general Party branch"),
    OrganisationType.BRANCH: Text("党支部", "Party branch"),
    OrganisationType.UNSPECIFIED: Text("党组织（类型待定）", "Party organisation (type not yet known)"),
    OrganisationType.ORGANISATION_DEPARTMENT: Text("组织部", "organisation department"),
    OrganisationType.SOCIAL_WORK_DEPARTMENT: Text("社会工作部", "social work department"),
    OrganisationType.FEDERATION: Text("工商联", "federation of industry and commerce"),
}


def scope_of(organisation_type: str, path: str) -> str:
    """The prefix of everything a person with a role at a body may see: its own, or the parent's for a department."""
    return path.rstrip("/").rsplit("/", 1)[0] + "/" if organisation_type in DEPARTMENTS else path


class Organisation(Base):
    """`path` is "/1/4/9/": the ids from the root down to this body, so that a subtree is one prefix."""

    __tablename__ = "organisation"
    __table_args__ = (UniqueConstraint("parent_id", "name"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str]
    type: Mapped[str]
    kind: Mapped[str]
    path: Mapped[str] = mapped_column(index=True, default="")

    @property
    def may_approve(self) -> bool:
        return self.type in MAY_APPROVE

    @property
    def scope_path(self) -> str:
        return scope_of(self.type, self.path)
