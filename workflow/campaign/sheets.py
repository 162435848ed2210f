"""The nine sheets of the ledger as data: their columns, the register each line goes to, and how lines differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from workflow.models import (
    Activity,
    Appointment,
    ChamberOrganisation,
    DevelopedMember,
    FoundedOrganisation,
    Honour,
    HonourKind,
    LeaderContact,
    OrganisationType,
)
from workflow.models.base import Base


class Kind(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    FLAG = "flag"
    CHOICE = "choice"
    CODE = "code"  # a credit code, which stands for an enterprise of the register
    NAME = "name"  # the enterprise's name, held against the code
    TOWN = "town"


@dataclass(frozen=True, slots=True)
class Field:
    """A column that must be there and filled in. `name` is the register's column; "" where there is none."""

    heading: str
    kind: Kind
    name: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


class Repeats(StrEnum):
    """Whether several lines may share an identity; those that do are told apart by their order."""

    NEVER = "never"
    DIFFERING = "differing"  # not where they agree in every other field too: that line was pasted twice
    ALIKE = "alike"  # two people of one firm admitted on one day, whom the sheet does not name


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """`identity` are the fields that say which line it is; `fixed` are values that the sheet itself says."""

    name: str
    code: str
    model: type[Base]
    fields: tuple[Field, ...]
    identity: tuple[str, ...]
    repeats: Repeats = Repeats.NEVER
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[Field, ...]:
        return tuple(one for one in self.fields if one.name)


FORMS = {
    "单独组建": "single",
    "联合组建": "joint",
    "挂靠组建": "attached",
    "区域组建": "regional",
    "行业组建": "industry",
}
TYPES = {
    "党委": OrganisationType.COMMITTEE.value,
    "党总支": OrganisationType.GENERAL_BRANCH.value,
    "党支部": OrganisationType.BRANCH.value,
}

_NAME = Field("企业名称", Kind.NAME)
_CODE = Field("统一社会信用代码", Kind.CODE, "enterprise_id")
_TOWN = Field("所属镇街", Kind.TOWN)


def _honours(name: str, kind: HonourKind) -> LedgerSheet:
    named_on = Field("命名日期", Kind.DAY, "named_on")
    fields = (_NAME, _CODE, _TOWN, named_on)
    return LedgerSheet(name, kind, Honour, fields, ("enterprise_id",), fixed={"kind": kind.value})


SHEETS = (
    LedgerSheet(
        "领导干部联系点",
        "leader_contact",
        LeaderContact,
        (_NAME, _CODE, _TOWN, Field("联系领导职务", Kind.TEXT, "post"), Field("设立日期", Kind.DAY, "from_on")),
        ("enterprise_id", "post", "from_on"),
    ),
    LedgerSheet(
        "党建工作指导员",
        "instructor",
        Appointment,
        (
            Field("指导员编号", Kind.TEXT, "number"),
            Field("所属镇街", Kind.TOWN, "town_id"),
            Field("选派日期", Kind.DAY, "from_on"),
            Field("联系企业统一社会信用代码", Kind.CODE, "enterprise_id"),
        ),
        ("number", "enterprise_id", "from_on"),
    ),
    LedgerSheet(
        "新建党组织",
        "founded_organisation",
        FoundedOrganisation,
        (
            _NAME,
            _CODE,
            _TOWN,
            Field("组建方式", Kind.CHOICE, "form", FORMS),
            Field("批复日期", Kind.DAY, "approved_on"),
            Field("是否依托商会组建", Kind.FLAG, "by_chamber"),
        ),
        ("enterprise_id",),
    ),
    LedgerSheet(
        "商会党组织",
        "chamber_organisation",
        ChamberOrganisation,
        (
            Field("名称", Kind.TEXT, "name"),
            Field("类别", Kind.CHOICE, "type", TYPES),
            Field("成立日期", Kind.DAY, "founded_on"),
        ),
        ("name",),
    ),
    LedgerSheet(
        "新发展职工党员",
        "developed_member",
        DevelopedMember,
        (Field("所在企业", Kind.NAME), _CODE, _TOWN, Field("发展日期", Kind.DAY, "developed_on")),
        ("enterprise_id", "developed_on"),
        Repeats.ALIKE,
    ),
    LedgerSheet(
        "活动情况讲评",
        "activity",
        Activity,
        (
            Field("日期", Kind.DAY, "held_on"),
            Field("所属镇街", Kind.TOWN, "town_id"),
            Field("活动主题", Kind.TEXT, "theme"),
            Field("参与人数", Kind.COUNT, "participants"),
            Field("学习心得篇数", Kind.COUNT, "essays"),
            Field("献计献策条数", Kind.COUNT, "suggestions"),
        ),
        ("held_on", "town_id", "theme"),
        Repeats.DIFFERING,
    ),
    _honours("示范点", HonourKind.DEMONSTRATION_SITE),
    _honours("先进典型", HonourKind.MODEL),
    _honours("和谐企业", HonourKind.HARMONIOUS_ENTERPRISE),
)
