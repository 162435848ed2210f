"""Makes rosters as towns send them, and finds the district's real one beside the checkout."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from workflow.credit_code import check_digit

TODAY = date(2026, 11, 22)

_BESIDE = Path(__file__).parents[2] / "shared" / "data"
DATA = Path(os.environ.get("ZUJIAN_SHARED_DATA", _BESIDE))
needs_real_roster = pytest.mark.skipif(not DATA.is_dir(), reason=f"the district's data are not at {DATA}")

GROUPS = ["序号", "企业名称", "统一社会信用代码", "成立时间", "职工人数（人）", "是否规上", "是否高新"]
MEMBERS = ["正式党员", "预备党员", "入党积极分子", "入党申请人"]
AFTER = ["是否已建党组织", "拟组建方式", "备注"]
COLUMNS = [*GROUPS, *MEMBERS, *AFTER]
FIRST_ROW = 5


def code_number(number: int) -> str:
    """A valid credit code, a different one for each number."""
    body = f"91330212MA{number:07d}"
    return body + check_digit(body)


def enterprise(number: int = 1, /, **cells: Any) -> list[Any]:
    """A sound row; cells are given by heading and replace its own."""
    sound: dict[str, Any] = {
        "序号": number,
        "企业名称": f"宁波第{number}机械有限公司",
        "统一社会信用代码": code_number(number),
        "成立时间": "2010-03-04",
        "职工人数（人）": 28,
        "是否规上": "",
        "是否高新": "否",
        "正式党员": 3,
        "预备党员": 1,
        "入党积极分子": 2,
        "入党申请人": 4,
        "是否已建党组织": "否",
        "拟组建方式": "单独组建",
        "备注": "",
    }
    unknown = set(cells) - set(sound)
    if unknown:
        raise KeyError(f"no such column: {unknown}")
    return list({**sound, **cells}.values())


@dataclass
class TownSheet:
    """A sheet as the district's template has it: title, reporting line, two rows of head, rows, total, note."""

    rows: Sequence[Sequence[Any]] = field(default_factory=lambda: [enterprise()])
    name: str = "姜山镇"
    unit: str = "填报单位（盖章）：姜山镇商会党组织"
    day: Any = "填报日期：2026.6.30"
    columns: Sequence[str] = tuple(COLUMNS)
    below: Sequence[Sequence[Any]] = (["合计"], ["填表说明：正式党员数以组织关系在本企业为准。"])

    def fill(self, sheet: Any) -> None:
        sheet.append([f"{self.name}非公有制企业党建工作摸排表"])
        sheet.append([self.unit, "", "", "", self.day])
        sheet.append(["党员情况" if title in MEMBERS else title for title in self.columns])
        sheet.append([title if title in MEMBERS else "" for title in self.columns])
        sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(self.columns))
        grouped = [place for place, title in enumerate(self.columns, 1) if title in MEMBERS]
        if len(grouped) == len(MEMBERS):
            sheet.merge_cells(start_row=3, end_row=3, start_column=grouped[0], end_column=grouped[-1])
        for row in [*self.rows, *self.below]:
            sheet.append(list(row))


def book(*sheets: TownSheet | Callable[[Any], None], names: Sequence[str] = ()) -> bytes:
    """A workbook of town sheets, or of sheets that a function fills."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for number, content in enumerate(sheets):
        if isinstance(content, TownSheet):
            content.fill(workbook.create_sheet(content.name))
        else:
            content(workbook.create_sheet(names[number] if names else f"Sheet{number + 1}"))
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def town(*rows: Sequence[Any], **about: Any) -> bytes:
    """A workbook of one town sheet with these rows."""
    return book(TownSheet(rows=rows or [enterprise()], **about))
