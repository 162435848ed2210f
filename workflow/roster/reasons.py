"""Why a row is not taken. The codes are stable: reports and error files carry them."""

from __future__ import annotations

from enum import StrEnum

from workflow.text import Text


class Reason(StrEnum):
    """In the order in which they are looked for; a row counts under its first one."""

    NAME_MISSING = "name_missing"  # no name of the enterprise
    NAME_TOO_LONG = "name_too_long"  # a paragraph where a name belongs
    CREDIT_CODE_MISSING = "credit_code_missing"
    CREDIT_CODE_INVALID = "credit_code_invalid"  # length, alphabet or check digit
    TOWN_MISSING = "town_missing"  # neither the row nor the sheet tells the town
    DATE_INVALID = "date_invalid"  # no such day, or one to come
    NOT_A_NUMBER = "not_a_number"  # "若干", "12.5", beyond any head-count
    NEGATIVE_NUMBER = "negative_number"
    MORE_MEMBERS_THAN_EMPLOYEES = "more_members_than_employees"  # full and probationary together
    NOT_YES_OR_NO = "not_yes_or_no"


SENTENCES = {
    Reason.NAME_MISSING: Text(
        "没有{heading}：请填写营业执照上的企业全称",
        "{heading} is empty: enter the full name on the business licence",
    ),
    Reason.NAME_TOO_LONG: Text(
        "{heading}过长：这里只填企业全称，其他内容写到备注",
        "{heading} is too long: enter the full name only and put the rest under remarks",
    ),
    Reason.CREDIT_CODE_MISSING: Text(
        "没有{heading}：请照营业执照填写 18 位代码",
        "{heading} is empty: enter the 18 characters on the business licence",
    ),
    Reason.TOWN_MISSING: Text(
        "没有{heading}：请填写镇或街道的名称",
        "{heading} is empty: enter the name of the town or street",
    ),
    Reason.DATE_INVALID: Text(
        "{heading}“{found}”不是有效日期：请写成 2019-04-18 的样子，并且不晚于今天",
        "{heading} “{found}” is not a valid date: write it like 2019-04-18, and not a day to come",
    ),
    Reason.NOT_A_NUMBER: Text(
        "{heading}“{found}”不是整数：请填写具体人数，没有就填 0",
        "{heading} “{found}” is not a whole number: enter how many, and 0 for none",
    ),
    Reason.NEGATIVE_NUMBER: Text(
        "{heading}是负数（{found}）：请填写实际人数，没有就填 0",
        "{heading} is negative ({found}): enter the actual number, and 0 for none",
    ),
    Reason.MORE_MEMBERS_THAN_EMPLOYEES: Text(
        "正式党员和预备党员共 {members} 人，多于职工 {employees} 人：请核对人数，组织关系不在本企业的不计入",
        "{members} full and probationary members are more than {employees} employees: check the figures, and leave"
        " out members whose membership is kept elsewhere",
    ),
    Reason.NOT_YES_OR_NO: Text(
        "{heading}“{found}”看不出是或否：请填“是”或“否”",
        "{heading} “{found}” is neither yes nor no: enter 是 or 否",
    ),
}
