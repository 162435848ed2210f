"""D03 the notice of assignment (选派通知), D06 the request to found a branch (请示)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from workflow.errors import InvalidInput
from workflow.papers.official import OfficialPaper, day_words, numbered
from workflow.papers.subject import Subject, lines_of
from workflow.text import Text

NO_INSTRUCTOR = Text("案件还没有指导员：请先选派", "The case has no instructor yet: assign one first")
NO_UNITS = Text("联合组建：请填写其他单位", "A joint branch: name the other units")
BASIS = "根据《中国共产党章程》和《中国共产党支部工作条例（试行）》有关规定"
USUAL_ATTACHMENTS = ("党员花名册", "企业营业执照复印件")


def assignment_notice(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    name = subject.instructor or subject.fact("instructor", NO_INSTRUCTOR)
    since, until = (date.fromisoformat(entered[key]) for key in ("service_from", "service_to"))
    return OfficialPaper(
        title="关于选派党建工作指导员的通知",
        number=entered.get("number"),
        addressee=f"{name}同志，{subject.enterprise}，{subject.committee}",
        paragraphs=(
            "为推进非公有制企业党的组织覆盖和工作覆盖，经研究，决定选派"
            f"{name}同志（{entered['unit']}，{entered['post']}）任{subject.enterprise}党建工作指导员，"
            f"时间自{day_words(since)}至{day_words(until)}。",
            "主要职责如下：",
            *numbered(lines_of(entered["duties"])),
            "请有关单位和企业支持配合。",
            "特此通知。",
        ),
        signed_by=subject.issuer,
        dated_on=date.fromisoformat(entered["dated_on"]),
    )


def founding_request(subject: Subject, entered: Mapping[str, Any]) -> OfficialPaper:
    """One matter, one addressee (中办发〔2012〕14号); the contact stands in the note, as a request has it."""
    if subject.form == "joint" and len(_units(subject, entered)) == 1:
        raise InvalidInput({"joint_units": NO_UNITS})
    attachments = (*USUAL_ATTACHMENTS, *lines_of(entered.get("attachments")))
    return OfficialPaper(
        title=f"关于成立{entered['branch_name']}的请示",
        number=entered.get("request_no"),
        addressee=subject.committee,
        paragraphs=(_enterprise(subject, entered), _plan(subject, entered), "妥否，请批示。"),
        attachments=attachments,
        signed_by="、".join(_units(subject, entered)),
        dated_on=date.fromisoformat(entered["dated_on"]),
        note=f"联系人：{entered['contact']}，电话：{entered['phone']}",
    )


def _units(subject: Subject, entered: Mapping[str, Any]) -> tuple[str, ...]:
    others = (entered.get("joint_units") or "").replace("，", "、").split("、")
    return (subject.enterprise, *(unit.strip() for unit in others if unit.strip()))


def _enterprise(subject: Subject, entered: Mapping[str, Any]) -> str:
    founded = f"成立于{subject.founded_on.year}年{subject.founded_on.month}月，" if subject.founded_on else ""
    staff = f"现有职工{subject.employees}人。" if subject.employees is not None else "职工人数待核。"
    moved = {"received": "组织关系已转入", "to_come": "组织关系拟转入"}[entered["membership"]]
    return (
        f"{subject.enterprise}（{entered['nature']}，统一社会信用代码{subject.credit_code}）{founded}"
        f"主要从事{entered['business']}，{staff}现有正式党员{subject.full_members}名、"
        f"预备党员{subject.probationary_members}名，入党积极分子{subject.activists}名，{moved}。"
    )


def _plan(subject: Subject, entered: Mapping[str, Any]) -> str:
    units = _units(subject, entered)
    joint = f"{'、'.join(units)}拟联合成立党支部" if len(units) > 1 else f"拟{subject.form_words[:2]}成立党支部"
    secretary = f"拟由{entered['proposed_secretary']}同志任书记"
    if entered["committee_size"]:
        board = f"设支部委员会，由{entered['committee_size']}人组成，其中书记1名"
    else:
        board = f"因正式党员不足{subject.committee_line}名，不设支部委员会，设书记1名"
    return f"为{entered['grounds'].rstrip('。')}，{BASIS}，{joint}，{board}，{secretary}，隶属{subject.committee}。"
