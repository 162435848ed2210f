"""The columns of a roster and every heading they are known under. A new spelling is one more word in this table."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from workflow.text import Text


class Column(StrEnum):
    SEQUENCE = "sequence"
    NAME = "name"
    CREDIT_CODE = "credit_code"
    TOWN = "town"
    CHAMBER = "chamber"
    FOUNDED_ON = "founded_on"
    EMPLOYEES = "employees"
    ON_SCALE = "on_scale"
    HIGH_TECH = "high_tech"
    FULL_MEMBERS = "full_members"
    PROBATIONARY_MEMBERS = "probationary_members"
    ACTIVISTS = "activists"
    APPLICANTS = "applicants"
    MEMBERS_IN_TRANSIT = "members_in_transit"
    HAS_BRANCH = "has_branch"
    INTENDED_FORM = "intended_form"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Heading:
    """`title` is the usual heading; `others` are the ones seen elsewhere, parted by blanks."""

    column: Column
    title: Text
    required: bool
    others: str = ""


HEADINGS = (
    Heading(Column.SEQUENCE, Text("序号", "No."), False, "编号 No"),
    Heading(
        Column.NAME,
        Text("企业名称", "Enterprise name"),
        True,
        "单位名称 企业全称 单位全称 公司名称 公司全称 名称 企业 非公企业名称 非公有制企业名称 企业单位名称"
        " 市场主体名称",
    ),
    Heading(
        Column.CREDIT_CODE,
        Text("统一社会信用代码", "Credit code"),
        True,
        "社会信用代码 信用代码 统一信用代码 统一代码 企业信用代码 社会统一信用代码 统一社会信用码 信用代码证号",
    ),
    Heading(
        Column.TOWN,
        Text("所属镇街", "Town"),
        False,
        "所在镇街 镇街 镇(街道) 镇、街道 所属镇(街道) 所在镇(街道) 所属街道",
    ),
    Heading(
        Column.CHAMBER,
        Text("所属商会", "Chamber"),
        False,
        "商会 基层商会 所在商会 商会党组织 所属商会党组织 隶属商会 所属基层商会",
    ),
    Heading(
        Column.FOUNDED_ON,
        Text("成立时间", "Founded on"),
        True,
        "成立日期 企业成立时间 企业成立日期 注册日期 注册时间 登记日期 设立日期 设立时间 创办时间",
    ),
    Heading(
        Column.EMPLOYEES,
        Text("职工人数（人）", "Employees"),
        True,
        "职工人数 职工数 职工总数 从业人员数 从业人员 从业人数 从业人员人数 员工人数 员工数 员工总数 在岗职工"
        " 在岗职工数 企业职工人数 企业人数 用工人数",
    ),
    Heading(
        Column.ON_SCALE,
        Text("是否规上", "Above designated size"),
        False,
        "规上 规模以上 是否规模以上 是否规上企业 规上企业 规模以上企业",
    ),
    Heading(
        Column.HIGH_TECH,
        Text("是否高新", "High-tech"),
        False,
        "高新 高新/科技型 高新技术企业 是否高新技术企业 是否高新企业 高新企业 是否科技型 科技型企业 是否高新/科技型",
    ),
    Heading(
        Column.FULL_MEMBERS,
        Text("正式党员", "Full members"),
        True,
        "正式党员数 正式党员人数 正式 正式党员(人) 党员情况正式党员 其中正式党员",
    ),
    Heading(
        Column.PROBATIONARY_MEMBERS,
        Text("预备党员", "Probationary members"),
        True,
        "预备党员数 预备党员人数 预备 其中预备党员",
    ),
    Heading(
        Column.ACTIVISTS,
        Text("入党积极分子", "Activists"),
        True,
        "积极分子 入党积极分子数 积极分子数 入党积极分子人数 积极分子人数",
    ),
    Heading(
        Column.APPLICANTS,
        Text("入党申请人", "Applicants"),
        True,
        "申请人 入党申请人数 申请人数 申请入党人数 入党申请人人数 递交入党申请书人数 入党申请",
    ),
    Heading(
        Column.MEMBERS_IN_TRANSIT,
        Text("组织关系未转入", "Members not yet transferred in"),
        False,
        "未转入组织关系 组织关系未转入党员 组织关系未转入党员数 未转入组织关系党员 未转入组织关系党员数 未转入",
    ),
    Heading(
        Column.HAS_BRANCH,
        Text("是否已建党组织", "Has a Party organisation"),
        True,
        "是否建立党组织 是否建有党组织 已建党组织 是否已建立党组织 是否已建 是否建立 是否已建党支部"
        " 是否建立党支部 党组织是否已建",
    ),
    Heading(
        Column.INTENDED_FORM,
        Text("拟组建方式", "Intended form"),
        False,
        "组建方式 拟建方式 组建形式 拟组建形式 计划组建方式",
    ),
    Heading(Column.REMARK, Text("备注", "Remark"), False, "说明 备注说明 情况说明"),
)

TITLES = {heading.column: heading.title for heading in HEADINGS}
REQUIRED = tuple(heading.column for heading in HEADINGS if heading.required)
FIGURES = (Column.EMPLOYEES, Column.FULL_MEMBERS, Column.PROBATIONARY_MEMBERS, Column.ACTIVISTS, Column.APPLICANTS)
ALL_FIGURES = (*FIGURES, Column.MEMBERS_IN_TRANSIT)

_BRACKETS = re.compile(r"\(.*?\)")
_DECORATION = re.compile(r"[\s:*、,。_]|^其中")


def _bare(heading: str) -> str:
    return _DECORATION.sub("", unicodedata.normalize("NFKC", heading)).upper()


_COLUMN_OF = {
    _bare(word): heading.column for heading in HEADINGS for word in (heading.title.zh, *heading.others.split())
}


@lru_cache(maxsize=8192)
def column_named(heading: str) -> Column | None:
    """The column a heading stands for: blanks, asterisks, colons and a unit in brackets make no difference."""
    bare = _bare(heading)
    return _COLUMN_OF.get(bare) or _COLUMN_OF.get(_BRACKETS.sub("", bare))
