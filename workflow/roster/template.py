"""An empty roster with the right columns, for whoever fills one in for the first time."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

from workflow.roster.cells import MAX_COUNT
from workflow.roster.columns import ALL_FIGURES, HEADINGS, Column
from workflow.roster.sheet_writing import new_book

_LAST_ROW = 2000
_HEAD = 2
_MEMBERS = (Column.FULL_MEMBERS, Column.PROBATIONARY_MEMBERS, Column.ACTIVISTS, Column.APPLICANTS)
_LEFT_OUT = (Column.TOWN, Column.CHAMBER, Column.MEMBERS_IN_TRANSIT)
_COLUMNS = tuple(heading for heading in HEADINGS if heading.column not in _LEFT_OUT)
_WIDTHS = {Column.NAME: 36, Column.CREDIT_CODE: 24, Column.REMARK: 24, Column.SEQUENCE: 6}
_YES_OR_NO = (Column.ON_SCALE, Column.HIGH_TECH, Column.HAS_BRANCH)

_GUIDE = (
    "填表说明",
    "1. 每个镇（街道）一张工作表，工作表名写镇街名，如“姜山镇”。",
    "2. 填报单位写商会党组织的全称，填报日期写数字统计到哪一天，如 2026-06-30。",
    "3. 统一社会信用代码照营业执照填 18 位，这一列已设为文本格式。",
    "4. 人数填整数，没有就填 0；正式党员以组织关系在本企业为准。",
    "5. 带 * 的列必须有；可以加别的列，导入时不读。",
    "6. 导入前可先试运行：不写入数据，只列出要改的行。",
)


def write_template(target: Path | IO[bytes], *, town: str = "请改为镇街名", chamber: str = "") -> None:
    """Writes a workbook that `import_roster` takes as soon as rows are filled in."""
    with new_book(target) as book:
        sheet = book.add_worksheet(town)
        last = len(_COLUMNS) - 1
        sheet.merge_range(0, 0, 0, last, f"{town}非公有制企业党建工作摸排表", book.add_format(_TITLE))
        sheet.write_string(1, 0, f"填报单位（盖章）：{chamber}")
        sheet.write_string(1, 4, "填报日期：")
        _write_head(book, sheet)
        _set_columns(book, sheet)
        sheet.freeze_panes(_HEAD + 2, 3)
        _write_guide(book)


_TITLE = {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"}
_HEADING = {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}


def _write_head(book: Any, sheet: Any) -> None:
    """Two rows: the four member columns stand under one group, every other heading over both rows."""
    heading = book.add_format(_HEADING)
    members = [place for place, column in enumerate(_COLUMNS) if column.column in _MEMBERS]
    sheet.merge_range(_HEAD, members[0], _HEAD, members[-1], "党员情况", heading)
    for place, column in enumerate(_COLUMNS):
        title = column.title.zh + ("*" if column.required else "")
        if place in members:
            sheet.write_string(_HEAD + 1, place, title, heading)
        else:
            sheet.merge_range(_HEAD, place, _HEAD + 1, place, title, heading)


def _set_columns(book: Any, sheet: Any) -> None:
    text = book.add_format({"num_format": "@"})
    first = _HEAD + 2
    for place, heading in enumerate(_COLUMNS):
        column = heading.column
        sheet.set_column(place, place, _WIDTHS.get(column, 13), text if column is Column.CREDIT_CODE else None)
        if column in ALL_FIGURES:
            whole = {"validate": "integer", "criteria": "between", "minimum": 0, "maximum": MAX_COUNT}
            sheet.data_validation(first, place, _LAST_ROW, place, whole)
        elif column in _YES_OR_NO:
            sheet.data_validation(first, place, _LAST_ROW, place, {"validate": "list", "source": ["是", "否"]})
        elif column is Column.INTENDED_FORM:
            forms = {"validate": "list", "source": ["单独组建", "联合组建", "依托商会"], "error_type": "warning"}
            sheet.data_validation(first, place, _LAST_ROW, place, forms)


def _write_guide(book: Any) -> None:
    sheet = book.add_worksheet("填表说明")
    sheet.set_column(0, 0, 90)
    for row, line in enumerate(_GUIDE):
        sheet.write_string(row, 0, line)
