"""Numbers, days and yes or no as people write them in cells."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflow.roster.cells import MAX_COUNT, count_in, day_in, flag_in, text_in
from workflow.roster.spreadsheet_text import harmless, unguarded

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
days = st.dates(date(1930, 1, 1), date(2099, 12, 31))


class TestCounts:
    @pytest.mark.parametrize(
        ("cell", "count"),
        [
            (28.0, 28),
            (28, 28),
            ("28", 28),
            ("２８", 28),
            (" 28 人 ", 28),
            ("12名", 12),
            ("1,024", 1024),
            ("１，０２４人", 1024),
            ("28.0", 28),
            (-1.0, -1),
            ("－3", -3),
            ("−3", -3),
            ("+3", 3),
            ("007", 7),
        ],
    )
    def test_whole_numbers_are_read_in_every_spelling(self, cell: Any, count: int) -> None:
        assert count_in(cell) == count

    @pytest.mark.parametrize("cell", ["", "  ", "\u3000", "-", "—", "/", "无"])
    def test_a_blank_or_a_dash_says_nothing(self, cell: str) -> None:
        assert count_in(cell) is None

    @pytest.mark.parametrize(
        "cell",
        [
            "若干", "约12", "12.5", 12.5, "十二", "12人左右", "1,02", "１2万", math.nan, math.inf, 1e20, "9" * 400,
            MAX_COUNT + 1, True, date(2020, 1, 1), datetime.combine(date(2020, 1, 1), time(0)), time(1, 2),
            timedelta(days=3), "#N/A", "½",
        ],
    )  # fmt: skip
    def test_what_is_no_whole_number_is_refused(self, cell: Any) -> None:
        with pytest.raises(ValueError, match=r"."):
            count_in(cell)

    @given(st.integers(-MAX_COUNT, MAX_COUNT), st.sampled_from(["{}", " {} ", "{}人", "{:,}", "{}.0"]))
    def test_every_spelling_of_a_number_reads_the_same(self, number: int, style: str) -> None:
        written = style.format(number)
        assert count_in(written) == number
        assert count_in(written.translate(FULL_WIDTH)) == number
        assert count_in(float(number)) == number

    @given(st.text() | st.floats() | st.integers() | st.booleans() | st.datetimes() | st.dates())
    def test_any_cell_is_a_number_nothing_or_refused(self, cell: Any) -> None:
        try:
            count = count_in(cell)
        except ValueError:
            return
        assert count is None or abs(count) <= MAX_COUNT


class TestDays:
    @pytest.mark.parametrize(
        ("cell", "day"),
        [
            ("1981/10/10", date(1981, 10, 10)),
            ("19820120", date(1982, 1, 20)),
            (19820120.0, date(1982, 1, 20)),
            ("2019.4.18", date(2019, 4, 18)),
            ("1982-02-25", date(1982, 2, 25)),
            ("1982年3月3日", date(1982, 3, 3)),
            ("1982年 3月 3日", date(1982, 3, 3)),
            ("２０１９．４．１８", date(2019, 4, 18)),
            ("2019-04-18 00:00:00", date(2019, 4, 18)),
            ("2026.5", date(2026, 5, 1)),
            (2026.5, date(2026, 5, 1)),
            (2026.12, date(2026, 12, 1)),
            ("2026.10", date(2026, 10, 1)),
            ("2026年5月", date(2026, 5, 1)),
            ("201904", date(2019, 4, 1)),
            (43573.0, date(2019, 4, 18)),
            ("43573", date(2019, 4, 18)),
            (datetime.combine(date(2019, 4, 18), time(13, 5)), date(2019, 4, 18)),
            (date(2019, 4, 18), date(2019, 4, 18)),
        ],
    )
    def test_days_are_read_in_every_style(self, cell: Any, day: date) -> None:
        assert day_in(cell) == day

    @pytest.mark.parametrize("cell", ["", " ", "-", "无"])
    def test_a_blank_says_nothing(self, cell: str) -> None:
        assert day_in(cell) is None

    @pytest.mark.parametrize(
        "cell",
        [
            "2031-13-45", "2019-02-29", "20190229", "4月18日", "19.4.18", "2019", 2019.0, "去年", 99999.0, "0312.12.1",
            1e300, math.nan, True, time(1, 2), timedelta(days=3), "2019-04-18-1", "12:30",
        ],
    )  # fmt: skip
    def test_what_is_no_day_is_refused(self, cell: Any) -> None:
        with pytest.raises(ValueError, match=r"."):
            day_in(cell)

    def test_a_number_that_may_be_january_or_october_is_refused_while_the_same_text_is_read(self) -> None:
        with pytest.raises(ValueError, match="January or October"):
            day_in(2026.1)
        assert day_in("2026.1") == date(2026, 1, 1)

    @given(days, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M:%S"]))
    def test_every_style_of_a_day_reads_the_same(self, day: date, style: str) -> None:
        written = day.strftime(style)
        assert day_in(written) == day
        assert day_in(written.translate(FULL_WIDTH)) == day

    @given(days)
    def test_excel_serials_read_as_their_days(self, day: date) -> None:
        assert day_in(float((day - date(1899, 12, 30)).days)) == day

    @given(st.text() | st.floats() | st.integers() | st.booleans() | st.datetimes() | st.dates())
    def test_any_cell_is_a_day_nothing_or_refused(self, cell: Any) -> None:
        try:
            day = day_in(cell)
        except ValueError:
            return
        assert day is None or day.year >= 1900


class TestFlags:
    @pytest.mark.parametrize("cell", ["是", " 是 ", "√", "✔", "有", "Y", "yes", 1.0, True, "是（2015年）", "已建"])
    def test_yes_is_read_in_every_spelling(self, cell: Any) -> None:
        assert flag_in(cell) is True

    @pytest.mark.parametrize("cell", ["否", "×", "x", "无", "没有", "No", 0.0, False, "否(筹备)", "未建"])
    def test_no_is_read_in_every_spelling(self, cell: Any) -> None:
        assert flag_in(cell) is False

    @pytest.mark.parametrize("cell", ["", "\u3000", "—", "/"])
    def test_a_blank_says_nothing(self, cell: str) -> None:
        assert flag_in(cell) is None

    @pytest.mark.parametrize("cell", ["筹备中", "是否", 2.0, "？"])
    def test_what_is_neither_is_refused(self, cell: Any) -> None:
        with pytest.raises(ValueError, match="neither"):
            flag_in(cell)


class TestText:
    def test_text_becomes_one_clean_line(self) -> None:
        assert text_in(" 宁波\n第一\u200b机械\x00厂 \t有限公司 ") == "宁波 第一机械 厂 有限公司"

    def test_whole_numbers_lose_their_point(self) -> None:
        assert text_in(91330212.0) == "91330212"

    @pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@sum", "\tx", "\rx", "\0x"])
    def test_text_that_starts_like_a_formula_is_guarded_and_comes_back(self, text: str) -> None:
        assert harmless(text).startswith("'")
        assert unguarded(harmless(text)) == text

    @given(st.text(max_size=100))
    def test_guarding_is_undone_exactly_and_leaves_no_formula(self, text: str) -> None:
        guarded = harmless(text)
        assert guarded[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n", "\0"}
        assert unguarded(guarded) == text or text.startswith("'")
