"""Local choices that figures depend on: each with what it can be, and the rule row that says the usual one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from workflow.errors import InvalidInput
from workflow.rules import RuleBook
from workflow.text import Text


@dataclass(frozen=True, slots=True)
class Setting:
    """`choices` stand in the order of the rule's value: 0 is the first. The rule's code is the setting's."""

    code: str
    name: Text
    choices: Mapping[str, Text]


WORK_COVERAGE_BASE = Setting(
    "work_coverage_base",
    Text("工作覆盖率的分母", "Denominator of work coverage"),
    {
        "uncovered": Text("未建党组织的企业", "enterprises without a Party organisation"),
        "all": Text(
            "全部企业（已建党组织的也计入分子）", "all enterprises, those with an organisation in the numerator too"
        ),
    },
)
FOUNDING_DATE_BASIS = Setting(
    "founding_date_basis",
    Text("成立日期的统计口径", "Which day counts as founded"),
    {
        "founding_approved_on": Text("成立批复日期", "the founding reply"),
        "result_approved_on": Text("选举结果批复日期", "the reply to the election's result"),
        "filed_on": Text("备案日期", "the filing"),
    },
)
ATTACHED_COVERED = Setting(
    "attached_is_covered",
    Text("挂靠组建是否计入组织覆盖", "Whether attached founding counts as covered"),
    {"no": Text("不计入", "no"), "yes": Text("计入", "yes")},
)


def chosen(setting: Setting, given: Mapping[str, str], rules: RuleBook, day: date) -> str:
    """What was asked for, else the rule in force on the day; raises InvalidInput for a choice that is none."""
    choices = list(setting.choices)
    choice = given.get(setting.code)
    if choice is None:
        return choices[rules.number(setting.code, day)]
    if choice not in choices:
        names_zh = "、".join(text.zh for text in setting.choices.values())
        names_en = ", ".join(text.en for text in setting.choices.values())
        raise InvalidInput(
            {setting.code: Text(f"{setting.name.zh}：请选 {names_zh}", f"{setting.name.en}: choose one of {names_en}")}
        )
    return choice
