"""Reading sheets and rows: every oddity a town's workbook may hold, and the reason for every row sent back."""

from __future__ import annotations

import io
import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.architecture import read_modules
from tests.rosters import (
    COLUMNS,
    DATA,
    FIRST_ROW,
    TODAY,
    TownSheet,
    book,
    code_number,
    enterprise,
    needs_real_roster,
    town,
)
from workflow.errors import InvalidInput
from workflow.roster import read_roster
from workflow.roster.places import Place
from workflow.roster.reasons import Reason
from workflow.roster.rows import Roster, RosterRow

CHAMBER = Place("姜山镇", "姜山镇商会党组织")


def read(data: bytes) -> Roster:
    return read_roster(data, today=TODAY)


def the_row(data: bytes) -> RosterRow:
    (row,) = read(data).rows
    return row


def test_reading_needs_no_database() -> None:
    modules = read_modules(Path(__file__).parents[2])
    seen: set[str] = set()
    waiting = {"workflow.roster.reading"}
    while waiting:
        seen |= waiting
        waiting = {target for name in waiting for target in modules[name].own(with_types=False)} - seen
    assert not [name for name in seen if "sqlalchemy" in modules[name].foreign()]


class TestTheRealRoster:
    @needs_real_roster
    def test_its_counts_are_the_expected_ones_exactly(self) -> None:
        expected = json.loads((DATA / "roster_expected.json").read_text(encoding="utf-8"))
        assert read_roster(DATA / "roster.xlsx", today=TODAY).counts() == expected

    @needs_real_roster
    def test_every_row_sent_back_tells_where_why_and_what_to_do(self) -> None:
        roster = read_roster(DATA / "roster.xlsx", today=TODAY)
        for row in roster.rejected:
            assert row.source.sheet
            assert row.source.row >= FIRST_ROW
            for problem in row.problems:
                assert problem.letter
                assert problem.heading
                assert problem.text.zh
                assert problem.text.en
        assert {row.source.place.town for row in roster.rows} == {row.source.sheet for row in roster.rows}
        assert not roster.notes


class TestHeads:
    @pytest.mark.parametrize(
        ("usual", "other"),
        [
            ("企业名称", "单位名称"),
            ("企业名称", "企业 全称"),
            ("企业名称", "企业名称*"),
            ("统一社会信用代码", "社会信用代码"),
            ("统一社会信用代码", "信用代码："),
            ("统一社会信用代码", "统一社会\n信用代码"),
            ("职工人数（人）", "职工人数(人)"),
            ("职工人数（人）", "从业人员数"),
            ("成立时间", "注册日期"),
            ("是否规上", "规模以上"),
            ("正式党员", "正式"),
            ("入党积极分子", "积极分子（人）"),
            ("是否已建党组织", "是否建立党组织"),
            ("拟组建方式", "组建方式"),
        ],
    )
    def test_columns_are_known_by_other_names(self, usual: str, other: str) -> None:
        columns = [other if title == usual else title for title in COLUMNS]
        plain = TownSheet(columns=columns)
        assert the_row(book(plain)).full_members == 3

    def test_columns_may_stand_in_any_order_among_others(self) -> None:
        titles = ["备注", "行业", *COLUMNS[:-1], "法定代表人"]
        row = dict(zip(COLUMNS, enterprise(备注="新设"), strict=True)) | {"行业": "机械", "法定代表人": "某某"}
        data = book(TownSheet(columns=titles, rows=[[row[title] for title in titles]]))
        assert the_row(data).remark == "新设"
        assert "行业、法定代表人" in read(data).notes[0].zh

    def test_a_head_of_one_row_three_rows_and_far_down_is_found(self) -> None:
        def one_row(sheet: Any) -> None:
            sheet.append(COLUMNS)
            sheet.append(enterprise(1))

        def three_rows(sheet: Any) -> None:
            for _ in range(12):
                sheet.append([])
            groups = {"企业名称": "企业基本情况", "正式党员": "党员情况", "是否已建党组织": "组建情况"}
            sheet.append([groups.get(title, "") for title in COLUMNS])
            sheet.append([title if title not in COLUMNS[7:11] else "其中" for title in COLUMNS])
            sheet.append([title if title in COLUMNS[7:11] else "" for title in COLUMNS])
            sheet.append(enterprise(2))

        roster = read(book(one_row, three_rows, names=["姜山镇", "首南街道"]))
        assert [row.source.row for row in roster.rows] == [2, 16]
        assert [row.applicants for row in roster.rows] == [4, 4]

    def test_a_figure_split_under_its_heading_is_a_missing_column_and_not_a_wrong_figure(self) -> None:
        """正式党员 over 男 and 女: reading the first of the two as the whole would look right."""

        def split(sheet: Any) -> None:
            sheet.append([*COLUMNS[:8], "", *COLUMNS[8:]])
            sheet.append([""] * 7 + ["男", "女"])
            sheet.merge_cells("H1:I1")
            sheet.append(enterprise())

        with pytest.raises(InvalidInput, match="正式党员"):
            read(book(split, names=["姜山镇"]))


class TestAroundTheTable:
    def test_totals_notes_blanks_and_repeated_heads_are_no_rows(self) -> None:
        numbering = ["甲", "乙", "丙", *range(1, 12)]
        head = [title if title not in COLUMNS[7:11] else "党员情况" for title in COLUMNS]
        rows = [
            numbering,
            enterprise(1),
            [],
            [2],
            ["小 计", "", "", "", 28, "", "", 3, 1, 2, 4],
            ["姜山镇非公有制企业党建工作摸排表"],
            head,
            [title if title in COLUMNS[7:11] else "" for title in COLUMNS],
            enterprise(3),
            ["", "合计", "", "", 56, "", "", 6, 2, 4, 8],
            ["合计：2 家", "", "2家"],
            ["", "注：以上数据截至六月底"],
            ["填表人：", "", "联系电话：", "", "", "", "审核人："],
        ]
        roster = read(town(*rows))
        assert [row.source.row for row in roster.rows] == [FIRST_ROW + 1, FIRST_ROW + 8]
        assert not roster.rejected

    def test_a_note_merged_across_the_name_column_is_no_row(self) -> None:
        def fill(sheet: Any) -> None:
            TownSheet(below=[]).fill(sheet)
            sheet.append(["", "以上企业名单由镇商会提供，数字以六月底为准"])
            sheet.merge_cells("B6:N6")

        assert read(book(fill, names=["姜山镇"])).counts()["data_rows"] == 1

    def test_a_name_set_over_several_columns_for_looks_is_still_a_row(self) -> None:
        def fill(sheet: Any) -> None:
            for row in (COLUMNS, enterprise(1), enterprise(2)):
                sheet.append([row[1], "", "", *row[2:]])
                sheet.merge_cells(start_row=sheet.max_row, end_row=sheet.max_row, start_column=1, end_column=3)

        assert read(book(fill, names=["姜山镇"])).counts()["importable"] == 2

    def test_a_row_with_too_little_is_sent_back_and_not_overlooked(self) -> None:
        roster = read(town(enterprise(1), ["", "宁波某某厂"], ["", "", "", "", 28]))
        assert [row.reason for row in roster.rejected] == [Reason.CREDIT_CODE_MISSING, Reason.NAME_MISSING]

    def test_an_empty_sheet_beside_a_good_one_is_left_out_and_noted(self) -> None:
        roster = read(book(TownSheet(), lambda sheet: None, names=["", "Sheet2"]))
        assert roster.counts()["sheets"] == 1
        assert roster.notes[0].zh == "工作表“Sheet2”是空的，已跳过"

    @pytest.mark.parametrize(("name", "state"), [("填表说明", "visible"), ("数据字典", "visible"), ("x", "hidden")])
    def test_sheets_of_instructions_and_hidden_lists_are_left_out_and_noted(self, name: str, state: str) -> None:
        def lists(sheet: Any) -> None:
            sheet.append(["是"])
            sheet.sheet_state = state

        roster = read(book(TownSheet(), lists, names=["", name]))
        assert f"“{name}”不是摸排表" in roster.notes[0].zh

    def test_charts_on_sheets_of_their_own_are_passed_over(self) -> None:
        workbook = openpyxl.load_workbook(io.BytesIO(town()))
        workbook.create_chartsheet("图表")
        target = io.BytesIO()
        workbook.save(target)
        assert read(target.getvalue()).counts()["sheets"] == 1

    def test_a_town_without_rows_is_noted(self) -> None:
        roster = read(book(TownSheet(), TownSheet(name="首南街道", unit="", rows=[])))
        assert "“首南街道”没有数据行" in roster.notes[0].zh


class TestCaptions:
    @pytest.mark.parametrize(
        ("name", "unit", "place"),
        [
            ("姜山镇", "填报单位（盖章）：姜山镇商会党组织", CHAMBER),
            ("姜山镇", "填报单位： 姜山镇商会党组织（盖章）  填报日期：2026.6.30", CHAMBER),
            ("鄞州区姜山镇", "填报单位：姜山镇商会党组织", CHAMBER),
            ("姜山镇（1）", "填报单位：姜山镇商会党组织", CHAMBER),
            ("Sheet1", "填报单位：姜山镇商会党组织", CHAMBER),
            ("姜山镇", "", Place("姜山镇", "")),
            ("姜山镇", "填报单位：姜山镇党委", Place("姜山镇", "")),
            ("姜山镇", "填报单位：姜山镇人民政府", Place("姜山镇", "")),
        ],
    )
    def test_town_and_chamber_come_from_sheet_name_title_and_reporting_unit(
        self, name: str, unit: str, place: Place
    ) -> None:
        assert the_row(book(TownSheet(name=name, unit=unit))).source.place == place

    def test_a_label_may_stand_in_a_cell_of_its_own(self) -> None:
        def fill(sheet: Any) -> None:
            sheet.append(["填报单位（盖章）：", "姜山镇商会党组织", "填报日期", datetime.combine(TODAY, time(0))])
            sheet.append(COLUMNS)
            sheet.append(enterprise())

        source = the_row(book(fill, names=["姜山镇"])).source
        assert (source.place, source.counted_on) == (CHAMBER, TODAY)

    @pytest.mark.parametrize(
        ("written", "day"),
        [
            ("填报日期：2026.6.30", date(2026, 6, 30)),
            ("填报时间：2026年6月30日", date(2026, 6, 30)),
            ("统计日期 2026-06-30", date(2026, 6, 30)),
            ("截至2026年6月30日", date(2026, 6, 30)),
            ("填报日期：2026.6", date(2026, 6, 1)),
            ("填报日期：", None),
            ("填报日期：六月底", None),
            ("填报日期：2036.6.30", None),
        ],
    )
    def test_the_reporting_date_is_read_and_noted_where_it_is_missing_or_to_come(
        self, written: str, day: date | None
    ) -> None:
        roster = read(town(day=written))
        assert roster.rows[0].source.counted_on == day
        assert any("今天" in note.zh for note in roster.notes) == (day is None)

    def test_the_reporting_line_may_stand_below_the_table(self) -> None:
        data = town(unit="", day="", below=[["填报单位：姜山镇商会党组织", "", "", "填报日期：2026.6.30"]])
        assert the_row(data).source.place == CHAMBER
        assert the_row(data).source.counted_on == date(2026, 6, 30)

    def test_rows_may_name_their_own_town_and_chamber(self) -> None:
        columns = [*COLUMNS, "所属镇街", "所属商会"]
        rows = [
            [*enterprise(1), "首南街道", "首南街道商会党支部"],
            [*enterprise(2), "姜山镇", ""],
            [*enterprise(3), "", ""],
        ]
        named = TownSheet(columns=columns, rows=rows)
        assert [row.source.place for row in read(book(named)).rows] == [
            Place("首南街道", "首南街道商会党支部"),
            CHAMBER,
            CHAMBER,
        ]

    def test_a_row_without_a_town_is_sent_back_where_the_sheet_tells_none(self) -> None:
        columns = [*COLUMNS, "所属镇街"]
        nameless = TownSheet(name="全区", unit="", columns=columns, rows=[[*enterprise(1), "姜山镇"], enterprise(2)])
        (row,) = read(book(nameless)).rejected
        assert row.reason is Reason.TOWN_MISSING


class TestRows:
    def test_a_sound_row_is_read_whole(self) -> None:
        row = the_row(town(enterprise(7, 成立时间="1982年3月3日", 是否规上="√", 备注="园区内")))
        assert (row.name, row.credit_code) == ("宁波第7机械有限公司", code_number(7))
        assert (row.founded_on, row.employees) == (date(1982, 3, 3), 28)
        assert (row.on_scale, row.high_tech, row.has_branch) == (True, False, False)
        assert (row.full_members, row.probationary_members, row.activists, row.applicants) == (3, 1, 2, 4)
        assert (row.members_in_transit, row.intended_form, row.remark) == (None, "single", "园区内")
        assert (row.source.sheet, row.source.row) == ("姜山镇", FIRST_ROW)

    def test_blanks_say_nothing_and_blank_member_figures_are_nought(self) -> None:
        cells = dict.fromkeys(["成立时间", "职工人数（人）", "正式党员", "预备党员", "入党积极分子", "入党申请人"], "")
        row = the_row(town(enterprise(**cells, 是否高新="", 是否已建党组织="", 拟组建方式="")))
        assert (row.founded_on, row.employees, row.on_scale, row.high_tech) == (None, None, None, None)
        assert (row.full_members, row.has_branch, row.intended_form, row.remark) == (0, False, None, None)

    def test_a_code_may_be_written_with_blanks_and_small_letters(self) -> None:
        code = code_number(1)
        assert the_row(town(enterprise(统一社会信用代码=f" {code[:8]} {code[8:].lower()}"))).credit_code == code

    @pytest.mark.parametrize(
        ("written", "form"),
        [("单独组建", "single"), ("联合组建", "joint"), ("依托商会", "industry"), ("楼宇共建", "楼宇共建")],
    )
    def test_forms_of_founding_become_codes_and_other_wordings_stay(self, written: str, form: str) -> None:
        assert the_row(town(enterprise(拟组建方式=written))).intended_form == form

    @pytest.mark.parametrize(
        ("cells", "reason", "letter", "found", "says"),
        [
            ({"企业名称": " "}, Reason.NAME_MISSING, "B", "", "没有企业名称"),
            ({"企业名称": "长" * 201}, Reason.NAME_TOO_LONG, "B", "长" * 80, "过长"),
            ({"统一社会信用代码": ""}, Reason.CREDIT_CODE_MISSING, "C", "", "没有统一社会信用代码"),
            ({"统一社会信用代码": "330212000181702"}, Reason.CREDIT_CODE_INVALID, "C", "330212000181702", "有 15 位"),
            ({"统一社会信用代码": 913302121444177812}, Reason.CREDIT_CODE_INVALID, "C", None, "当成数字"),
            ({"成立时间": "2031-13-45"}, Reason.DATE_INVALID, "D", "2031-13-45", "不是有效日期"),
            ({"成立时间": "2026-11-23"}, Reason.DATE_INVALID, "D", "2026-11-23", "不晚于今天"),
            ({"职工人数（人）": "若干"}, Reason.NOT_A_NUMBER, "E", "若干", "不是整数"),
            ({"正式党员": "2.5"}, Reason.NOT_A_NUMBER, "H", "2.5", "不是整数"),
            ({"正式党员": -1}, Reason.NEGATIVE_NUMBER, "H", "-1", "是负数（-1）"),
            ({"职工人数（人）": 3}, Reason.MORE_MEMBERS_THAN_EMPLOYEES, "H", "3", "共 4 人，多于职工 3 人"),
            ({"是否已建党组织": "筹备中"}, Reason.NOT_YES_OR_NO, "L", "筹备中", "看不出是或否"),
        ],
    )
    def test_a_row_is_sent_back_with_its_place_its_value_and_what_to_do(
        self, cells: dict[str, Any], reason: Reason, letter: str, found: str | None, says: str
    ) -> None:
        (row,) = read(town(enterprise(1, **cells), enterprise(2))).rejected
        (problem,) = row.problems
        assert (row.reason, row.source.row, problem.letter) == (reason, FIRST_ROW, letter)
        assert found is None or problem.found == found
        assert says in problem.text.zh
        assert problem.text.en

    def test_as_many_members_as_employees_is_sound(self) -> None:
        assert the_row(town(enterprise(**{"职工人数（人）": 4}))).employees == 4

    def test_a_row_with_many_faults_counts_once_and_lists_them_all(self) -> None:
        roster = read(town(enterprise(1, 企业名称="", 成立时间="x", 正式党员=-1, 入党申请人="若干"), enterprise(2)))
        (row,) = roster.rejected
        assert [problem.reason for problem in row.problems] == [
            Reason.NAME_MISSING,
            Reason.DATE_INVALID,
            Reason.NOT_A_NUMBER,
            Reason.NEGATIVE_NUMBER,
        ]
        assert roster.counts()["rejected"] == {"name_missing": 1}

    def test_braces_in_a_cell_are_only_text(self) -> None:
        (row,) = read(town(enterprise(1, 入党申请人="{heading}{0}"), enterprise(2))).rejected
        assert "“{heading}{0}”" in row.problems[0].text.zh


class TestDuplicates:
    def test_the_first_good_row_is_taken_and_the_later_ones_point_to_it(self) -> None:
        first = TownSheet(rows=[enterprise(1), enterprise(1, 备注="重复填报")])
        second = TownSheet(name="首南街道", unit="", rows=[enterprise(1), enterprise(2)])
        roster = read(book(first, second))
        assert len(roster.rows) == 2
        assert [(row.source.sheet, row.source.row, row.letter) for row in roster.duplicates] == [
            ("姜山镇", FIRST_ROW + 1, "C"),
            ("首南街道", FIRST_ROW, "C"),
        ]
        assert all("“姜山镇”第 5 行" in row.text.zh for row in roster.duplicates)
        assert not roster.rejected

    def test_a_rejected_row_does_not_stand_in_the_way_of_a_good_one(self) -> None:
        roster = read(town(enterprise(1, 正式党员="若干"), enterprise(1)))
        assert (len(roster.rows), len(roster.rejected), len(roster.duplicates)) == (1, 1, 0)
