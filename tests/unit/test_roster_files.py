"""Files that are no roster: one clear sentence, in both languages, and never a crash."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.rosters import TODAY, TownSheet, book, town
from workflow.errors import InvalidInput
from workflow.roster import read_roster
from workflow.roster.archive import MAX_FILE, MAX_MEMBERS, MAX_UNPACKED

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def refusal(data: bytes | Path) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as refused:
        read_roster(data, today=TODAY)
    assert list(refused.value.fields) == ["file"]
    return refused.value.text.zh, refused.value.text.en


def rewritten(data: bytes, change: Callable[[dict[str, bytes]], object]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_sheet(xml: str, strings: str = "<sst/>") -> bytes:
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'

    def change(members: dict[str, bytes]) -> None:
        members[SHEET] = f"{head}{xml}</sheetData></worksheet>".encode()
        members[STRINGS] = strings.encode()

    return rewritten(town(), change)


class TestOtherFormats:
    def test_an_empty_file(self) -> None:
        assert "空的" in refusal(b"")[0]

    @pytest.mark.parametrize("data", [b"hello", "企业名称,信用代码\n".encode(), b"%PDF-1.7 ...", b"\x89PNG\r\n"])
    def test_a_file_of_another_kind(self, data: bytes) -> None:
        zh, en = refusal(data)
        assert "不是 Excel 工作簿" in zh
        assert "not an Excel workbook" in en

    def test_a_zip_that_is_no_workbook(self) -> None:
        assert "不是 Excel 工作簿" in refusal(rewritten(town(), lambda members: members.pop("xl/workbook.xml")))[0]

    def test_an_old_xls(self) -> None:
        assert "另存为 .xlsx" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))[0]

    def test_a_workbook_with_a_password(self) -> None:
        data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
        assert "密码" in refusal(data)[0]

    def test_a_path_where_nothing_is(self, tmp_path: Path) -> None:
        assert "不是 Excel 工作簿" in refusal(tmp_path / "none.xlsx")[0]

    def test_a_workbook_on_disk_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "roster.xlsx"
        path.write_bytes(town())
        assert len(read_roster(path, today=TODAY).rows) == 1


class TestDamage:
    def test_a_file_cut_short(self) -> None:
        data = town()
        assert "已损坏" in refusal(data[: len(data) // 2])[0]

    @pytest.mark.parametrize("member", ["xl/workbook.xml", SHEET, "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
    def test_a_member_that_is_not_well_formed(self, member: str) -> None:
        assert "已损坏" in refusal(rewritten(town(), lambda members: members.update({member: b"<a><b></a>"})))[0]

    def test_a_member_with_a_document_type(self) -> None:
        bomb = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;">]><a>&y;</a>'
        assert "已损坏" in refusal(rewritten(town(), lambda members: members.update({"xl/styles.xml": bomb})))[0]

    def test_a_sheet_that_is_named_but_not_there(self) -> None:
        assert "已损坏" in refusal(rewritten(town(), lambda members: members.pop(SHEET)))[0]

    @pytest.mark.parametrize(
        ("field", "value"),
        [(8, b"\x01\x00"), (10, b"\x0c\x00"), (42, b"\xff\xff\xff\x00")],
        ids=["encrypted", "packed in another way", "not where it should be"],
    )
    def test_a_member_whose_directory_entry_is_strange(self, field: int, value: bytes) -> None:
        data = bytearray(town())
        entry = data.rindex(b"xl/workbook.xml") - 46
        data[entry + field : entry + field + len(value)] = value
        assert "已损坏" in refusal(bytes(data))[0]

    def test_a_member_whose_packed_bytes_are_broken(self) -> None:
        data = bytearray(town())
        start = data.index(SHEET.encode()) + len(SHEET)
        data[start : start + 40] = b"\xff" * 40
        assert "已损坏" in refusal(bytes(data))[0]

    def test_two_members_of_one_name(self) -> None:
        target = io.BytesIO(town())
        with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(SHEET, b"<worksheet/>")
        assert "已损坏" in refusal(target.getvalue())[0]

    def test_a_member_that_is_larger_than_its_directory_says(self) -> None:
        """What the directory hides is never unpacked further than it says."""
        data = bytearray(rewritten(town(), lambda members: members.update({"docProps/core.xml": b" " * 50_000_000})))
        entry = data.rindex(b"docProps/core.xml") - 46
        assert data[entry : entry + 4] == b"PK\x01\x02"
        data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
        assert "已损坏" in refusal(bytes(data))[0]

    def test_bytes_changed_at_random_are_read_or_refused_and_nothing_else(self) -> None:
        chance = random.Random(20260630)  # noqa: S311 - the same mutations on every run
        original = town()
        with zipfile.ZipFile(io.BytesIO(original)) as archive:
            names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        for _ in range(150):
            name = chance.choice(names)

            def change(members: dict[str, bytes], name: str = name) -> None:
                content = bytearray(members[name])
                content[chance.randrange(len(content))] = chance.randrange(32, 127)
                members[name] = bytes(content)

            with contextlib.suppress(InvalidInput):
                read_roster(rewritten(original, change), today=TODAY)


class TestBombs:
    def test_a_file_over_the_size_limit(self, tmp_path: Path) -> None:
        assert "20 MB" in refusal(bytes(MAX_FILE + 1))[0]
        path = tmp_path / "large.xlsx"
        with path.open("wb") as file:
            file.truncate(MAX_FILE + 1)
        assert "20 MB" in refusal(path)[0]

    def test_too_many_members(self) -> None:
        extra = {f"xl/media/{number}.bin": b"" for number in range(MAX_MEMBERS)}
        assert "部件" in refusal(rewritten(town(), lambda members: members.update(extra)))[0]

    def test_a_zip_bomb_is_refused_by_its_directory_alone(self) -> None:
        zeros = {f"xl/media/{number}.bin": bytes(MAX_UNPACKED // 4) for number in range(5)}
        assert "展开后" in refusal(rewritten(town(), lambda members: members.update(zeros)))[0]

    def test_a_ratio_no_roster_has(self) -> None:
        zeros = {"docProps/thumbnail.xml": b" " * (MAX_UNPACKED // 4)}
        assert "压缩比" in refusal(rewritten(town(), lambda members: members.update(zeros)))[0]

    @pytest.mark.parametrize(
        "xml",
        [
            '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>',
            "<row r='1048576'><c r='xfd1048576' ><is><t>x</t></is></c></row>",
            '<row r="1048576"><c><v>1</v></c></row><row r="1">' + "<c><v>1</v></c>" * 5000 + "</row>",
        ],
    )
    def test_a_cell_far_out_that_would_ask_for_all_memory(self, xml: str) -> None:
        zh, en = refusal(with_sheet(xml))
        assert "最后一个单元格在" in zh
        assert "The last used cell of a sheet is" in en

    @pytest.mark.parametrize("reference", ["A12345678", "ABCD1", "A", "1", "A-1", ""])
    def test_a_cell_at_an_impossible_place(self, reference: str) -> None:
        assert "已损坏" in refusal(with_sheet(f'<row r="1"><c r="{reference}"><v>1</v></c></row>'))[0]

    def test_a_row_of_an_impossible_number(self) -> None:
        assert "已损坏" in refusal(with_sheet('<row r="123456789"><c><v>1</v></c></row>'))[0]

    def test_rows_and_cells_that_are_only_formats_far_out_do_no_harm(self) -> None:
        def change(members: dict[str, bytes]) -> None:
            far = b'<row r="1048576" ht="12"><c r="XFD1048576" s="0"/></row></sheetData>'
            members[SHEET] = members[SHEET].replace(b"</sheetData>", far)

        assert len(read_roster(rewritten(town(), change), today=TODAY).rows) == 1

    def test_a_long_text_named_by_many_cells(self) -> None:
        cells = "".join(f'<c r="A{number}" t="s"><v>0</v></c>' for number in range(1, 4001))
        data = with_sheet(f'<row r="1">{cells}</row>', f"<sst><si><t>{'长' * 30_000}</t></si></sst>")
        assert "文字总量" in refusal(data)[0]


class TestWorkbooksWithoutARoster:
    def test_a_workbook_with_nothing_in_it(self) -> None:
        assert "没有一行企业数据" in refusal(book(lambda sheet: None))[0]

    def test_a_head_without_rows(self) -> None:
        assert "没有一行企业数据" in refusal(book(TownSheet(rows=[])))[0]

    def test_a_sheet_without_a_head(self) -> None:
        def letter(sheet: Any) -> None:
            sheet.append(["请各镇街于月底前上报"])

        zh, en = refusal(book(TownSheet(), letter, names=["", "通知"]))
        assert "工作表“通知”里找不到表头" in zh
        assert "Sheet “通知” has no head" in en

    @pytest.mark.parametrize(
        "title", ["企业名称", "统一社会信用代码", "职工人数（人）", "正式党员", "是否已建党组织", "成立时间"]
    )
    def test_a_missing_column_is_named_with_its_sheet(self, title: str) -> None:
        columns = [column for column in TownSheet().columns if column != title]
        zh, en = refusal(book(TownSheet(name="首南街道", unit=""), TownSheet(columns=columns)))
        assert f"工作表“姜山镇”缺少列：{title}" in zh
        assert title in en
        assert "没有导入任何数据" in zh

    def test_many_bad_sheets_make_one_sentence(self) -> None:
        columns = [column for column in TownSheet().columns if column != "正式党员"]
        sheets = [TownSheet(name=f"第{number}镇", unit="", columns=columns) for number in range(8)]
        assert "另有 3 张工作表" in refusal(book(*sheets))[0]

    def test_a_sheet_that_tells_no_town(self) -> None:
        assert "看不出工作表“Sheet1”属于哪个镇街" in refusal(book(TownSheet(name="Sheet1", unit="")))[0]

    def test_a_sheet_whose_title_names_another_town(self) -> None:
        assert "写的是“首南街道”" in refusal(book(TownSheet(unit="填报单位：首南街道商会党组织")))[0]
