"""A ledger with faults: each named with its place and what to do, and nothing of it imported."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from tests.ledgers import add_firms, found_district, workbook
from tests.rosters import code_number
from workflow.campaign import LedgerOutcome, import_ledger, write_returned
from workflow.campaign.standing import stands
from workflow.database import Database
from workflow.errors import InvalidInput
from workflow.models import Activity, DevelopedMember, Honour
from workflow.runtime import Runtime

FIRST, SECOND = (code_number(number) for number in (1, 2))
STRANGE = code_number(3)
MODEL = ["甲电机厂", FIRST, "姜山镇", "2011-04-02"]
REVIEW = ["2011-04-20", "姜山镇", "读书活动", 45, 14, 1]


@pytest.fixture
def runtime(sqlite_database: Database, tmp_path: Path) -> Runtime:
    towns = found_district(sqlite_database, ["姜山镇", "首南街道"])
    add_firms(sqlite_database, [(FIRST, "甲电机厂", towns["姜山镇"]), (SECOND, "乙服饰有限公司", towns["首南街道"])])
    return Runtime(sqlite_database, tmp_path / "documents", clock=lambda: datetime(2026, 11, 23, 2, tzinfo=UTC))


def load(runtime: Runtime, *, dry_run: bool = False, **sheets: Any) -> LedgerOutcome:
    return import_ledger(runtime, workbook(sheets), actor_id=None, dry_run=dry_run)


def standing(runtime: Runtime, model: Any) -> list[Any]:
    with runtime.db.reading() as session:
        return list(session.scalars(select(model).where(stands(model)).order_by(model.id)))


FAULTS = [
    ({"先进典型": [["甲电机厂", STRANGE, "姜山镇", "2011-04-02"]]}, "B", "enterprise_unknown", f"甲电机厂（{FIRST}）"),
    ({"先进典型": [["丙厂", FIRST[:-1] + "X", "姜山镇", "2011-04-02"]]}, "B", "credit_code_invalid", "校验位"),
    ({"先进典型": [["乙服饰有限公司", FIRST, "姜山镇", "2011-04-02"]]}, "A", "name_of_another", SECOND),
    ({"先进典型": [["甲电机厂", FIRST, "横溪镇", "2011-04-02"]]}, "C", "town_unknown", "姜山镇党委"),
    ({"先进典型": [["甲电机厂", FIRST, "姜山镇", "2011-02-30"]]}, "D", "not_a_day", "2011-02-30"),
    ({"先进典型": [["甲电机厂", FIRST, "姜山镇", "2031-02-03"]]}, "D", "day_to_come", "还没到"),
    ({"先进典型": [["甲电机厂", FIRST, "姜山镇", ""]]}, "D", "empty", "没有命名日期"),
    ({"先进典型": [MODEL, MODEL]}, "B", "double", "与第 2 行重复"),
    ({"活动情况讲评": [REVIEW, REVIEW]}, "A", "double", "与第 2 行重复"),
    ({"活动情况讲评": [[*REVIEW[:3], "若干", 1, 1]]}, "D", "not_a_number", "若干"),
    ({"活动情况讲评": [[*REVIEW[:3], -4, 1, 1]]}, "D", "negative_number", "-4"),
    ({"商会党组织": [["姜山镇商会党支部", "党小组", "2011-04-02"]]}, "B", "not_a_choice", "党支部"),
    ({"新建党组织": [["甲电机厂", FIRST, "姜山镇", "单独组建", "2011-04-02", "也许"]]}, "F", "not_yes_or_no", "也许"),
]  # fmt: skip


@pytest.mark.parametrize(("sheets", "letter", "reason", "words"), FAULTS, ids=[fault[2] for fault in FAULTS])
def test_one_fault_is_named_and_refuses_the_whole_ledger(
    runtime: Runtime, sheets: dict[str, Any], letter: str, reason: str, words: str
) -> None:
    sound = {"和谐企业": [MODEL]}
    outcome = load(runtime, **sheets, **sound)
    (fault,) = outcome.faults
    assert (fault.letter, fault.reason, words in fault.text.zh) == (letter, reason, True), fault
    assert fault.text.en
    assert outcome.is_refused
    assert standing(runtime, Honour) == []
    returned = io.BytesIO()
    write_returned(outcome, returned)
    (sheet,) = openpyxl.load_workbook(returned).worksheets
    assert (sheet.title, sheet["C2"].value) == (fault.place.sheet, reason)


def test_all_faults_of_a_file_are_told_at_once(runtime: Runtime) -> None:
    outcome = load(runtime, 先进典型=[["", FIRST, "", "x"]], 活动情况讲评=[[*REVIEW[:3], -4, "", 1]])
    assert [(fault.place.sheet, fault.letter) for fault in outcome.faults] == [
        ("活动情况讲评", "D"), ("活动情况讲评", "E"), ("先进典型", "A"), ("先进典型", "C"), ("先进典型", "D"),
    ]  # fmt: skip


def test_two_people_of_one_firm_admitted_on_one_day_are_two(runtime: Runtime) -> None:
    member = ["甲电机厂", FIRST, "姜山镇", "2011-04-25"]
    outcome = load(runtime, 新发展职工党员=[member, member])
    assert not outcome.is_refused
    assert "按两人计" in outcome.notes[-1].zh
    assert len(standing(runtime, DevelopedMember)) == 2
    assert load(runtime, 新发展职工党员=[member, member]).changes_nothing


def test_a_line_that_says_something_else_replaces_the_one_before(runtime: Runtime) -> None:
    load(runtime, 活动情况讲评=[REVIEW])
    tried = load(runtime, dry_run=True, 活动情况讲评=[[*REVIEW[:3], 54, 14, 1]])
    assert tried.sheets["活动情况讲评"].corrected == 1
    assert [one.participants for one in standing(runtime, Activity)] == [45]
    load(runtime, 活动情况讲评=[[*REVIEW[:3], 54, 14, 1]])
    assert [one.participants for one in standing(runtime, Activity)] == [54]
    assert load(runtime, 活动情况讲评=[REVIEW]).changes_nothing, "the older file, imported again, undoes nothing"
    with runtime.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Activity)) == 2


def test_a_file_that_is_no_ledger_is_refused(runtime: Runtime) -> None:
    book = openpyxl.Workbook()
    book.active.title = "先进典型"
    book.active.append(["企业名称", "命名日期"])
    data = io.BytesIO()
    book.save(data)
    with pytest.raises(InvalidInput, match="lacks the column"):
        import_ledger(runtime, data.getvalue(), actor_id=None, dry_run=True)
    with pytest.raises(InvalidInput, match="not an Excel workbook"):
        import_ledger(runtime, b"no workbook", actor_id=None, dry_run=True)
