"""The error file, the template and the summary: what goes back to the towns and to the person who imports."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl

from tests.rosters import COLUMNS, TODAY, TownSheet, book, enterprise, town
from workflow.roster import ImportReport, read_roster, summarise, write_error_file, write_template
from workflow.roster.places import Place
from workflow.roster.report import Remark, Tally
from workflow.roster.returned import DUPLICATES_SHEET, REJECTED_SHEET
from workflow.text import Text


def report_on(data: bytes, **tally: Any) -> ImportReport:
    return ImportReport(False, read_roster(data, today=TODAY), Tally(**tally), (), ())


def error_file(data: bytes) -> bytes:
    target = io.BytesIO()
    write_error_file(report_on(data), target)
    return target.getvalue()


def sheet_rows(data: bytes, name: str) -> list[dict[str, Any]]:
    rows = list(openpyxl.load_workbook(io.BytesIO(data))[name].iter_rows(values_only=True))
    return [dict(zip(rows[2], row, strict=True)) for row in rows[3:]]


class TestErrorFile:
    def test_it_lists_every_rejected_row_with_its_problems_and_its_own_cells(self) -> None:
        bad = enterprise(2, 正式党员="若干", 成立时间="2031-13-45", 备注="待核")
        (row,) = sheet_rows(error_file(town(enterprise(1), bad)), REJECTED_SHEET)
        assert (row["工作表 Sheet"], row["行 Row"]) == ("姜山镇", 6)
        assert row["列 Column"] == "D\nH"
        assert row["原因 Reason"] == "date_invalid\nnot_a_number"
        assert row["发现的值 Found"] == "2031-13-45\n若干"
        assert "请填写具体人数" in row["怎么办"]
        assert "enter how many" in row["What to do"]
        assert (row["企业名称"], row["正式党员"], row["备注"]) == ("宁波第2机械有限公司", "若干", "待核")
        assert (row["所属镇街"], row["所属商会"]) == ("姜山镇", "姜山镇商会党组织")

    def test_columns_of_the_town_s_own_are_kept(self) -> None:
        sheet = TownSheet(columns=[*COLUMNS, "备注", "网格员"], rows=[[*enterprise(1, 企业名称=""), "二", "某某"]])
        (row,) = sheet_rows(error_file(book(sheet)), REJECTED_SHEET)
        assert (row["备注 O"], row["网格员"]) == ("二", "某某")

    def test_mended_and_read_again_it_warns_of_nothing_it_wrote_itself(self) -> None:
        bad = enterprise(2, 正式党员="若干")
        first = error_file(town(enterprise(1), enterprise(1), bad))
        again = read_roster(first, today=TODAY)
        assert [note.zh for note in again.notes] == []
        second = error_file(first)
        (row,) = sheet_rows(second, REJECTED_SHEET)
        headings = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(second))[REJECTED_SHEET][3]]
        assert len(headings) == len(set(headings)) == len(row)

    def test_cells_keep_their_kind(self) -> None:
        founded = datetime.combine(date(2019, 4, 18), time(0))
        bad = enterprise(1, 企业名称="", 成立时间=founded, 是否规上=True, 备注=2.5)
        (row,) = sheet_rows(error_file(town(bad)), REJECTED_SHEET)
        assert (row["成立时间"], row["是否规上"], row["备注"]) == (founded, True, 2.5)

    def test_it_lists_every_duplicate_with_the_row_it_repeats(self) -> None:
        (row,) = sheet_rows(error_file(town(enterprise(1), enterprise(1))), DUPLICATES_SHEET)
        assert (row["行 Row"], row["列 Column"], row["原因 Reason"]) == (6, "C", "duplicate")
        assert "第 5 行" in row["怎么办"]

    def test_text_of_the_town_can_never_become_a_formula(self) -> None:
        evil = {"企业名称": "@SUM(1)", "入党申请人": '=HYPERLINK("http://x","y")', "备注": "+1", "成立时间": "-x"}
        data = error_file(town(enterprise(1, **{name: f"\u200b{text}" for name, text in evil.items()})))
        sheet = openpyxl.load_workbook(io.BytesIO(data))[REJECTED_SHEET]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert not any(cell.data_type == "f" for cell in cells)
        assert not any(str(cell.value).startswith(("=", "+", "-", "@")) for cell in cells if cell.data_type == "s")

    def test_corrected_in_place_it_is_a_roster_again(self) -> None:
        rows = [enterprise(1), enterprise(2, 正式党员="若干", 备注="- 待核"), enterprise(1)]
        book_again = openpyxl.load_workbook(io.BytesIO(error_file(town(*rows))))
        sheet = book_again[REJECTED_SHEET]
        titles = [cell.value for cell in sheet[3]]
        sheet.cell(4, titles.index("正式党员") + 1, 5)
        target = io.BytesIO()
        book_again.save(target)
        roster = read_roster(target.getvalue(), today=TODAY)
        (row,) = roster.rows
        assert (row.full_members, row.remark) == (5, "- 待核")
        assert row.source.place == Place("姜山镇", "姜山镇商会党组织")
        assert row.source.counted_on == date(2026, 6, 30)
        assert not roster.rejected
        assert not roster.duplicates

    def test_it_can_be_written_to_a_path(self, tmp_path: Path) -> None:
        write_error_file(report_on(town()), tmp_path / "errors.xlsx")
        assert openpyxl.load_workbook(tmp_path / "errors.xlsx").sheetnames == [REJECTED_SHEET, DUPLICATES_SHEET]


class TestTemplate:
    def test_filled_in_it_is_a_roster(self) -> None:
        target = io.BytesIO()
        write_template(target, town="首南街道", chamber="首南街道商会党组织")
        workbook = openpyxl.load_workbook(target)
        for place, cell in enumerate(enterprise(3), 1):
            workbook["首南街道"].cell(5, place, cell)
        filled = io.BytesIO()
        workbook.save(filled)
        (row,) = read_roster(filled.getvalue(), today=TODAY).rows
        assert row.source.place == Place("首南街道", "首南街道商会党组织")
        assert (row.name, row.full_members, row.applicants) == ("宁波第3机械有限公司", 3, 4)

    def test_codes_are_text_and_figures_are_checked_as_they_are_typed(self, tmp_path: Path) -> None:
        write_template(tmp_path / "template.xlsx")
        sheet = openpyxl.load_workbook(tmp_path / "template.xlsx").worksheets[0]
        assert sheet.column_dimensions["C"].number_format == "@"
        assert {rule.type for rule in sheet.data_validations.dataValidation} == {"whole", "list"}


class TestSummary:
    def test_it_tells_the_counts_the_reasons_and_the_outcome_in_both_languages(self) -> None:
        remark = Remark(read_roster(town(), today=TODAY).rows[0].source, Text("没有改动", "left as it is"))
        data = town(enterprise(1), enterprise(2, 正式党员="若干"), enterprise(1))
        summary = summarise(report_on(data, created=1, cases_opened=1, newer_figures_kept=2, remarks=[remark]))
        assert "可导入 1，退回 1，重复 1" in summary.zh
        assert "1 importable, 1 sent back, 1 duplicates" in summary.en
        assert "not_a_number：1" in summary.zh
        assert "新增 1，更新 0，不变 0；立案 1" in summary.zh
        assert "2 家企业系统里的数字" in summary.zh
        assert "姜山镇 5：没有改动" in summary.zh
        assert summary.zh.splitlines()[-1] == "导入完成"
        assert summary.en.splitlines()[-1] == "The import is done"

    def test_an_import_that_changes_nothing_says_so(self) -> None:
        summary = summarise(report_on(town(), unchanged=1))
        assert summary.zh.endswith("没有任何变化")
        assert summary.en.endswith("Nothing changed")

    def test_missing_organisations_of_a_dry_run_are_named(self) -> None:
        roster = read_roster(town(), today=TODAY)
        summary = summarise(ImportReport(True, roster, Tally(created=1), (), ("姜山镇党委",)))
        assert "组织树里没有：姜山镇党委" in summary.zh
        assert "nothing was written" in summary.en

    def test_the_report_is_ready_for_json(self) -> None:
        report = report_on(town(enterprise(1), enterprise(2, 正式党员="若干"), enterprise(1)))
        told = json.loads(json.dumps(report.as_dict()))
        assert told["counts"]["rejected"] == {"not_a_number": 1}
        assert told["rejected_rows"][0]["problems"][0]["column"] == "H"
        assert told["duplicate_rows"][0]["first_row"] == 5
