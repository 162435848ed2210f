"""The registers of the district as data: what each holds, in which order, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflow.errors import NotFound
from workflow.models import (
    Activity,
    Appointment,
    ChamberOrganisation,
    DevelopedMember,
    FoundedOrganisation,
    Honour,
    HonourKind,
    InstructorAssessment,
    InstructorPlan,
    LeaderContact,
    LeaderVisit,
    Metric,
    PriorityEnterprise,
    PriorityKind,
    ServiceStation,
    Target,
)
from workflow.registers.fields import Field, Kind
from workflow.reports.words import FORMS, MARKS, TYPES
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class RegisterKind:
    """`days` are two fields the second of which may not lie before the first."""

    code: str
    name: Text
    about: Text
    model: Any
    fields: tuple[Field, ...]
    days: tuple[str, str] | None = None

    def field(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)


ENTERPRISE = Field(
    "enterprise_id",
    Text("企业", "Enterprise"),
    Kind.ENTERPRISE,
    hint=Text(
        "填 18 位统一社会信用代码，须已在企业名册中", "Its credit code of 18 characters; it must be in the register"
    ),
)
TOWN = Field("town_id", Text("所属镇街", "Town"), Kind.TOWN)
FROM = Field("from_on", Text("起日", "From"), Kind.DAY)
TO = Field("to_on", Text("止日", "To"), Kind.LATER_DAY, is_optional=True)
INSTRUCTOR = Field(
    "instructor_id",
    Text("指导员", "Instructor"),
    Kind.INSTRUCTOR,
    hint=Text("填登录用的账号名", "The name used to sign in"),
)
HALF_YEAR = Field(
    "half_year",
    Text("半年", "Half-year"),
    Kind.HALF_YEAR,
    hint=Text("写成 2026-1 或 2026-2", "Written 2026-1 or 2026-2"),
)
PERIOD = ("from_on", "to_on")
HONOURS = {
    HonourKind.DEMONSTRATION_SITE.value: Text("示范点", "demonstration site"),
    HonourKind.MODEL.value: Text("先进典型", "model"),
    HonourKind.HARMONIOUS_ENTERPRISE.value: Text("和谐企业", "harmonious enterprise"),
}
PRIORITIES = {
    PriorityKind.GROWING.value: Text("具有发展潜力", "growing"),
    PriorityKind.SMALL_TECH.value: Text("中小科技型企业", "small technology firm"),
    PriorityKind.HIGH_TECH.value: Text("高新技术企业", "high-tech firm"),
}
METRICS = {
    Metric.MEMBER.value: Text("有党员的企业", "enterprises with a member"),
    Metric.ORGANISATION.value: Text("有党组织的企业", "enterprises with an organisation"),
    Metric.SINGLE.value: Text("单独建立党组织的企业", "enterprises with one of their own"),
    Metric.WORK.value: Text("未建企业中派了指导员的", "of those without one, with an instructor"),
}

REGISTERS = (
    RegisterKind(
        "leader-contacts",
        Text("领导干部联系点", "Leader contact points"),
        Text("一名领导干部联系一家企业", "A leading cadre and an enterprise"),
        LeaderContact,
        (
            ENTERPRISE,
            Field("post", Text("联系领导职务", "Post of the leader"), Kind.TEXT),
            Field("leader", Text("联系领导", "Leader"), Kind.TEXT, is_optional=True),
            FROM,
            TO,
        ),
        PERIOD,
    ),
    RegisterKind(
        "leader-visits",
        Text("联系点走访", "Visits to contact points"),
        Text("领导干部到联系点的走访", "Visits of leading cadres to their contact points"),
        LeaderVisit,
        (
            Field(
                "contact_id",
                Text("联系点", "Contact point"),
                Kind.CONTACT,
                hint=Text("填“领导干部联系点”里的编号", "Its number in the list of contact points"),
            ),
            Field("visited_on", Text("走访日期", "Visited on"), Kind.DAY),
            Field("topics", Text("内容", "Topics"), Kind.LONG_TEXT),
            Field("solved", Text("解决的问题", "What was solved"), Kind.LONG_TEXT, is_optional=True),
        ),
    ),
    RegisterKind(
        "service-stations",
        Text("党员联系服务站", "Members' service stations"),
        Text("地点、人员和开放时间", "Place, staff and opening"),
        ServiceStation,
        (
            Field("name", Text("名称", "Name"), Kind.TEXT),
            TOWN,
            Field("address", Text("地址", "Address"), Kind.TEXT),
            Field("staff", Text("工作人员数", "Staff"), Kind.COUNT, is_optional=True),
            Field("opening", Text("开放时间", "Opening"), Kind.TEXT, is_optional=True),
            FROM,
            TO,
        ),
        PERIOD,
    ),
    RegisterKind(
        "appointments",
        Text("指导员选派（台账）", "Instructors selected (ledger)"),
        Text("本系统案件以外的选派", "Selections outside the cases here"),
        Appointment,
        (
            Field("number", Text("指导员编号", "Instructor's number"), Kind.TEXT),
            Field(
                "user_id",
                Text("账号", "Account"),
                Kind.INSTRUCTOR,
                is_optional=True,
                hint=Text("有账号的填上，报表按一人计", "Where there is one: reports then count one person"),
            ),
            TOWN,
            ENTERPRISE,
            FROM,
            TO,
        ),
        PERIOD,
    ),
    RegisterKind(
        "activities",
        Text("活动情况讲评", "Activities"),
        Text("主题、人数、心得和建议", "Theme, participants, essays and suggestions"),
        Activity,
        (
            Field("held_on", Text("日期", "Day"), Kind.DAY),
            TOWN,
            Field("theme", Text("活动主题", "Theme"), Kind.TEXT),
            Field("participants", Text("参与人数", "Participants"), Kind.COUNT),
            Field("essays", Text("学习心得篇数", "Essays"), Kind.COUNT),
            Field("suggestions", Text("献计献策条数", "Suggestions"), Kind.COUNT),
        ),
    ),
    RegisterKind(
        "honours",
        Text("示范点、典型、和谐企业", "Honours"),
        Text("命名的企业", "Enterprises that were named"),
        Honour,
        (
            Field("kind", Text("类别", "Kind"), Kind.CHOICE, HONOURS),
            ENTERPRISE,
            Field("named_on", Text("命名日期", "Named on"), Kind.DAY),
            TO,
        ),
        ("named_on", "to_on"),
    ),
    RegisterKind(
        "priorities",
        Text("重点企业", "Priority enterprises"),
        Text(
            "具有发展潜力的、中小科技型和高新技术企业，写明理由",
            "Growing, small technology and high-tech firms, and why",
        ),
        PriorityEnterprise,
        (
            ENTERPRISE,
            Field("kind", Text("类别", "Kind"), Kind.CHOICE, PRIORITIES),
            Field("reason", Text("理由", "Reason"), Kind.LONG_TEXT),
            FROM,
            TO,
        ),
        PERIOD,
    ),
    RegisterKind(
        "targets",
        Text("工作目标", "Targets"),
        Text("哪些企业、什么指标、多少、到什么时候", "Which enterprises, what share, by when"),
        Target,
        (
            Field("name", Text("名称", "Name"), Kind.TEXT),
            Field("employees_min", Text("职工不少于", "Employees at least"), Kind.COUNT, is_optional=True),
            Field("employees_max", Text("职工不多于", "Employees at most"), Kind.COUNT, is_optional=True),
            Field("on_scale", Text("规模以上", "Above scale"), Kind.FLAG, is_optional=True),
            Field("has_member", Text("有党员", "Has a member"), Kind.FLAG, is_optional=True),
            Field("metric", Text("指标", "Metric"), Kind.CHOICE, METRICS),
            Field("goal_percent", Text("目标（%）", "Goal (%)"), Kind.COUNT, most=100),
            Field("due_on", Text("完成期限", "By"), Kind.LATER_DAY),
            Field("basis", Text("依据", "Basis"), Kind.TEXT, is_optional=True),
        ),
    ),
    RegisterKind(
        "plans",
        Text("指导员计划", "Instructors' plans"),
        Text("半年的走访次数和工作安排", "Visits and work of a half-year"),
        InstructorPlan,
        (
            INSTRUCTOR,
            HALF_YEAR,
            Field("visits", Text("计划走访次数", "Visits planned"), Kind.COUNT, most=1000),
            Field("work", Text("工作安排", "Work"), Kind.LONG_TEXT),
        ),
    ),
    RegisterKind(
        "assessments",
        Text("指导员半年考核", "Half-year assessments"),
        Text("等次和理由；当时的履职数字一并留存", "Mark and reason; the figures of the day are kept with it"),
        InstructorAssessment,
        (
            INSTRUCTOR,
            HALF_YEAR,
            Field("mark", Text("等次", "Mark"), Kind.CHOICE, MARKS),
            Field("remark", Text("理由", "Reason"), Kind.LONG_TEXT),
        ),
    ),
    RegisterKind(
        "founded-organisations",
        Text("新建党组织（台账）", "Organisations founded (ledger)"),
        Text("本系统案件以外新建的", "Those founded without a case here"),
        FoundedOrganisation,
        (
            ENTERPRISE,
            Field("form", Text("组建方式", "Form"), Kind.CHOICE, FORMS),
            Field("approved_on", Text("批复日期", "Day of the reply"), Kind.DAY),
            Field("by_chamber", Text("依托商会组建", "With the chamber's help"), Kind.FLAG),
        ),
    ),
    RegisterKind(
        "chamber-organisations",
        Text("基层商会党组织", "Chambers' organisations"),
        Text("商会党委、党总支、党支部", "Committees, general branches and branches of chambers"),
        ChamberOrganisation,
        (
            Field("name", Text("名称", "Name"), Kind.TEXT),
            Field("type", Text("类别", "Type"), Kind.CHOICE, TYPES),
            Field("area_id", Text("所在镇街或全区", "Town or the district"), Kind.AREA),
            Field("founded_on", Text("成立日期", "Founded on"), Kind.DAY),
        ),
    ),
    RegisterKind(
        "developed-members",
        Text("新发展职工党员（台账）", "Members admitted (ledger)"),
        Text("依托商会平台发展的职工党员，不记姓名", "Employees admitted by way of the chambers, without names"),
        DevelopedMember,
        (ENTERPRISE, Field("developed_on", Text("发展日期", "Admitted on"), Kind.DAY)),
    ),
)
BY_CODE = {register.code: register for register in REGISTERS}


def register_of(code: str) -> RegisterKind:
    """Raises NotFound for a code of none."""
    if code not in BY_CODE:
        raise NotFound("register", code)
    return BY_CODE[code]
