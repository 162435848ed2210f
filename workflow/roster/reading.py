"""From a workbook to rows: what is importable, what is sent back and why, what repeats another row.

A sheet without any content is left out and noted; a sheet with content but no head, or a head that lacks a column,
refuses the whole file, since a figure read from the wrong column would look right. Hidden sheets and those called
说明, 汇总, 目录 ... need no head.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from workflow.roster.caption import Caption, read_caption
from workflow.roster.cells import folded
from workflow.roster.columns import REQUIRED, TITLES, Column
from workflow.roster.head import Head, find_head, usual_titles
from workflow.roster.refusals import refused
from workflow.roster.returned import ABOUT, DUPLICATES_SHEET
from workflow.roster.row_reading import SheetContext, read_row
from workflow.roster.rows import DuplicateRow, RejectedRow, Roster, RosterRow, Source
from workflow.roster.table import part
from workflow.roster.workbook import Sheet, open_workbook
from workflow.text import Text

_NO_ROSTER = re.compile(r"说明|须知|封面|目录|字典|汇总|重复的行")
_NAMED_SHEETS = 5


def read_roster(source: Path | bytes, *, today: date) -> Roster:
    """Reads without touching a database; raises InvalidInput with one sentence where the file cannot be read whole."""
    notes: list[Text] = []
    faults: list[Text] = []
    read: list[RosterRow | RejectedRow] = []
    sheets = 0
    for sheet in open_workbook(source):
        head = find_head(sheet)
        if head is None:
            _place_headless(sheet, notes, faults)
        elif missing := [column for column in REQUIRED if column not in head.columns]:
            faults.append(_missing_columns(sheet, missing))
        else:
            sheets += 1
            read.extend(_read_sheet(sheet, head, today, notes))
    _refuse(faults)
    if not read:
        raise refused(
            "工作簿里没有一行企业数据：请填好后再导入", "The workbook holds no row of data: fill it in, then import"
        )
    return _roster(sheets, read, notes)


def _place_headless(sheet: Sheet, notes: list[Text], faults: list[Text]) -> None:
    name = sheet.name
    if not any(folded(cell) for row in sheet.rows for cell in row):
        notes.append(Text(f"工作表“{name}”是空的，已跳过", f"Sheet “{name}” is empty and was left out"))
    elif name == DUPLICATES_SHEET:
        return  # of a file of rows sent back: they are in the system
    elif sheet.is_hidden or _NO_ROSTER.search(name):
        notes.append(Text(f"工作表“{name}”不是摸排表，已跳过", f"Sheet “{name}” is no roster and was left out"))
    else:
        faults.append(
            Text(
                f"工作表“{name}”里找不到表头（企业名称、统一社会信用代码……）：请补上表头，或删去这张工作表",
                f"Sheet “{name}” has no head (企业名称, 统一社会信用代码 ...): add it, or remove the sheet",
            )
        )


def _missing_columns(sheet: Sheet, missing: Sequence[Column]) -> Text:
    zh = "、".join(TITLES[column].zh for column in missing)
    return Text(f"工作表“{sheet.name}”缺少列：{zh}", f"Sheet “{sheet.name}” lacks the column(s) {zh}")


def _refuse(faults: Sequence[Text]) -> None:
    if not faults:
        return
    shown, more = faults[:_NAMED_SHEETS], len(faults) - _NAMED_SHEETS
    zh = "；".join(fault.zh for fault in shown) + (f"；另有 {more} 张工作表也有问题" if more > 0 else "")
    en = "; ".join(fault.en for fault in shown) + (f"; and {more} more sheet(s)" if more > 0 else "")
    raise refused(zh + "。没有导入任何数据", en + ". Nothing was imported")


def _read_sheet(sheet: Sheet, head: Head, today: date, notes: list[Text]) -> list[RosterRow | RejectedRow]:
    table = part(sheet, head)
    caption = read_caption(sheet.name, table.around, rows_tell_town=Column.TOWN in head.columns)
    counted_on = caption.reported_on if caption.reported_on and caption.reported_on <= today else None
    notes.extend(_notes(sheet, head, caption, counted_on, bool(table.rows)))
    latest = max(today, caption.reported_on or today)
    context = SheetContext(sheet.name, head, usual_titles(head), caption, counted_on, latest)
    return [read_row(context, number, row) for number, row in table.rows]


def _notes(sheet: Sheet, head: Head, caption: Caption, counted_on: date | None, has_rows: bool) -> Iterable[Text]:
    if not has_rows:
        yield Text(f"工作表“{sheet.name}”没有数据行", f"Sheet “{sheet.name}” has no rows of data")
    if counted_on is None:
        found = f"填报日期 {caption.reported_on} 还没到" if caption.reported_on else "没有填报日期"
        found_en = f"is dated {caption.reported_on}, a day to come" if caption.reported_on else "has no reporting date"
        yield Text(
            f"工作表“{sheet.name}”{found}：新企业按今天计，已有企业的数据不改动",
            f"Sheet “{sheet.name}” {found_en}: new enterprises count as of today, known ones are left as they are",
        )
    unknown = [title for place, title in sorted(head.titles.items()) if _is_strange(head, place, title)]
    if unknown:
        zh = "、".join(unknown)
        yield Text(
            f"工作表“{sheet.name}”有不认识的列，未导入：{zh}", f"Sheet “{sheet.name}” has columns not read: {zh}"
        )


def _is_strange(head: Head, place: int, title: str) -> bool:
    return place not in head.columns.values() and title not in ABOUT


def _roster(sheets: int, read: Iterable[RosterRow | RejectedRow], notes: Iterable[Text]) -> Roster:
    """The first good row of a credit code is taken; a rejected row does not stand in a good one's way."""
    first: dict[str, Source] = {}
    rows: list[RosterRow] = []
    rejected: list[RejectedRow] = []
    duplicates: list[DuplicateRow] = []
    for row in read:
        if isinstance(row, RejectedRow):
            rejected.append(row)
        elif row.credit_code in first:
            duplicates.append(DuplicateRow(row.source, row.credit_code, row.credit_code_letter, first[row.credit_code]))
        else:
            first[row.credit_code] = row.source
            rows.append(row)
    return Roster(sheets, tuple(rows), tuple(rejected), tuple(duplicates), tuple(notes))
