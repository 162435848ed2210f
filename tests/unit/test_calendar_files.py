"""A year of the official calendar as a file: what is read, and every way a row can be wrong."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from workflow.errors import InvalidInput
from workflow.workdays.sheet import NamedDay, read_days

HEAD = "日期,类别,事由\n"


def csv_of(*rows: str) -> bytes:
    return (HEAD + "\n".join(rows) + "\n").encode()


def refusal(data: bytes, year: int | None = None) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_days(data, year)
    return "；".join(text.zh for text in caught.value.fields.values())


def test_a_csv_is_read_in_order_and_names_its_year() -> None:
    data = csv_of("2027-02-06,上班,春节", "2027/1/1,放假,元旦", "", "2027年1月2日,放假,")
    assert read_days(data, None) == (
        2027,
        (
            NamedDay(date(2027, 1, 1), False, "元旦"),
            NamedDay(date(2027, 1, 2), False, ""),  # a Saturday marked as a holiday is fine
            NamedDay(date(2027, 2, 6), True, "春节"),
        ),
    )


def test_a_workbook_is_read_as_well_with_english_headings_and_real_dates() -> None:
    book, kept = Workbook(), io.BytesIO()
    new_year = datetime(2027, 1, 1)  # noqa: DTZ001  # a workbook has no zones
    for row in (["reason", "day", "kind"], ["元旦", new_year, "holiday"]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(kept)
    assert read_days(kept.getvalue(), None) == (2027, (NamedDay(date(2027, 1, 1), False, "元旦"),))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (["2027-01-01,放假,元旦", "2027-01-01,放假,元旦"], "第 3 行：2027-01-01 在第 2 行已有"),
        (["2027-01-02,放假,元旦", "2027-01-02,上班,元旦"], "第 3 行：2027-01-02 在第 2 行是另一类别"),
        (["2027-01-01,放假,元旦", "2027-01-04,放假,元旦", "2026-12-31,放假,元旦"], "2026-12-31 不在 2027 年内"),
        (["2027-01-01,放假,元旦", "元月二日,放假,元旦"], "第 3 行：日期“元月二日”无法识别"),
        (["2027-02-30,放假,春节"], "第 2 行：日期“2027-02-30”无法识别"),
        (["2027-01-01,也许,元旦"], "第 2 行：类别“也许”只能是 放假 或 上班"),
        (["2027-01-05,上班,元旦"], "第 2 行：2027-01-05 本来就是工作日"),
        (["2027-01-01,放假," + "节" * 101], "事由最长 100 个字"),
    ],
)  # fmt: skip
def test_every_faulty_row_is_named(rows: list[str], words: str) -> None:
    assert words in refusal(csv_of(*rows))


def test_a_file_is_of_the_year_that_was_asked_for() -> None:
    assert "2027-01-01 不在 2028 年内" in refusal(csv_of("2027-01-01,放假,元旦"), 2028)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "找不到表头"),
        (HEAD.encode(), "没有一行日期"),
        (b"a,b\n1,2\n", "找不到表头"),
        ("日期,类别,事由\n".encode("gbk"), "不是 UTF-8"),
        (b"PK\x03\x04 no workbook", ""),
        (csv_of("1900-01-01,放假,旧"), "年份须在"),
    ],
)
def test_what_is_no_calendar_is_refused(data: bytes, words: str) -> None:
    assert words in refusal(data)
