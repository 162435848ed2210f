"""Each report of the catalogue on a district in the middle of its work: figures known by hand, and lists as long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from tests.busy import Busy, busy_store
from workflow.errors import InvalidInput, NotFound
from workflow.registers import record_line, register_of
from workflow.reports import FILES, KINDS, Format, Report, Wanted, read_report
from workflow.reports.figure import Rate

FIRMS = 6


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def busy(request: pytest.FixtureRequest) -> Iterator[Busy]:
    """The cases began on 23 November; the report is made a month later."""
    with busy_store(request, request.param) as found:
        _register(found)
        yield found


def _register(busy: Busy) -> None:
    """A target, a plan, and an enterprise on the priority list whose instructor is known by the ledger alone."""
    district = busy.district
    office = district.people["org_dept"]
    lines: list[tuple[str, Mapping[str, str]]] = [
        ("targets", {"name": "五十人以上全覆盖", "employees_min": "50", "metric": "organisation", "goal_percent": "100",
                     "due_on": "2027-12-31"}),
        ("priorities", {"enterprise_id": district.codes["far_second"], "kind": "high_tech", "reason": "高新技术企业",
                        "from_on": "2026-12-01"}),
        ("appointments", {"number": "ZD1", "town_id": str(district.bodies["other_town"]), "from_on": "2026-12-01",
                          "enterprise_id": district.codes["far_second"]}),
    ]  # fmt: skip
    for register, values in lines:
        record_line(district.runtime, office, register_of(register), values)


def made(busy: Busy, code: str, who: str | None = "org_dept", **asked: Any) -> Report:
    runtime = busy.district.runtime
    days = {"from_on": date(2026, 11, 1), "to_on": runtime.today()} | asked
    with runtime.db.reading() as session:
        return read_report(session, runtime, busy.district.people[who] if who else None, Wanted(code, **days))


def value(report: Report, code: str) -> Any:
    found = report.figure(code).value
    return (found.numerator, found.denominator) if isinstance(found, Rate) else found


@pytest.mark.parametrize("code", [kind.code for kind in KINDS])
def test_every_figure_says_how_it_is_counted_and_every_file_can_be_written(busy: Busy, code: str) -> None:
    report = made(busy, code)
    figures = list(report.figures())
    codes = [figure.code for figure in figures]
    assert codes
    assert len(codes) == len(set(codes)), "an address means one figure"
    for figure in figures:
        assert figure.definition.zh
        assert figure.definition.en
        assert not isinstance(figure.value, Rate) or figure.value.numerator == len(figure.listing.rows)
        assert {len(row.cells) for row in figure.listing.rows} <= {len(figure.listing.columns)}
    for kind in Format:
        assert len(FILES[kind].write(report, "en")) > 100


def test_progress_counts_stock_and_flow_and_what_is_late(busy: Busy) -> None:
    report = made(busy, "monthly")
    assert [value(report, code) for code in ("stock", "established", "established_this_year")] == [FIRMS, 1, 1]
    stages = {
        stage: value(report, f"stock.{stage}@stage")
        for stage in ("none", "training", "approval", "established", "paused")
    }
    assert stages == {"none": 1, "training": 1, "approval": 1, "established": 1, "paused": 1}
    assert (value(report, "in.training@stage"), value(report, "out.training@stage")) == (4, 3)
    by_town = [value(report, f"stock.none@{town}") for town in ("甲镇党委", "乙街道党工委")]
    assert by_town == [0, 1]
    # Request and first visit, assignment and review are all over after a month; who waits for T04 is not.
    assert value(report, "overdue") == len(report.figure("overdue").listing.rows)
    assert {row.cells[0] for row in report.figure("overdue").listing.rows} >= {
        "示例third有限公司",
        "示例far_second有限公司",
    }
    assert "示例second有限公司" not in {row.cells[0] for row in report.figure("overdue").listing.rows}


def test_an_earlier_day_is_counted_as_it_stood_then(busy: Busy) -> None:
    before = made(busy, "monthly", to_on=busy.district.runtime.today() - timedelta(days=40))
    assert [value(before, code) for code in ("stock", "overdue", "established")] == [0, 0, 0]


def test_coverage_takes_either_base_and_names_its_targets(busy: Busy) -> None:
    report = made(busy, "coverage")
    names = ("organisation_rate", "single_rate", "eligible_rate")
    assert [value(report, name) for name in names] == [(1, FIRMS)] * 3
    # Of five without an organisation: three with an instructor of the case, one by the register; one is on hold.
    assert value(report, "work_rate") == (4, FIRMS - 1)
    assert value(made(busy, "coverage", settings={"work_coverage_base": "all"}), "work_rate") == (5, FIRMS)
    target = next(figure for figure in report.figures() if figure.code.startswith("target."))
    assert (target.name.zh, target.value) == ("五十人以上全覆盖", Rate(1, FIRMS))
    assert value(report, "operating@size:重点企业名单") == 1
    with pytest.raises(InvalidInput, match="choose one of"):
        made(busy, "coverage", settings={"work_coverage_base": "some"})
    with pytest.raises(InvalidInput, match="no such setting"):
        made(busy, "stage", settings={"work_coverage_base": "all"})


def test_duty_counts_by_person(busy: Busy) -> None:
    report = made(busy, "duty")
    who = "instructor（测试）（instructor.user）"
    assert [value(report, f"{name}@{who}") for name in ("held", "visits", "established")] == [4, 4, 1]
    # A month and a day went by since three running cases were assigned; the fourth was finished on the day.
    assert value(report, f"planned@{who}") == 3
    assert value(report, f"moves@{who}") == value(report, "moves")


def test_approval_times_are_counted_from_the_submission(busy: Busy) -> None:
    report = made(busy, "approval-times")
    assert [value(report, code) for code in ("replies", "median", "p90", "late")] == [1, 0, 0, 0]
    assert [value(report, f"{code}@甲镇商会党委") for code in ("replies", "late")] == [1, 0]


def test_who_ought_to_have_a_branch_is_listed_with_the_day(busy: Busy) -> None:
    report = made(busy, "due-unfounded")
    assert [value(report, code) for code in ("due", "due_long", "due_idle")] == [FIRMS - 1, 0, 0]
    rows = report.figure("due").listing.rows
    assert {row.cells[-2] for row in rows} == {31}, "days since the first count of three"


def test_terms_that_end_are_named_half_a_year_before(busy: Busy) -> None:
    expected = {date(2029, 5, 1): (0, 0), date(2029, 6, 1): (1, 0), date(2030, 1, 1): (0, 1)}
    for day, numbers in expected.items():
        report = made(busy, "renewal", to_on=day)
        assert (value(report, "soon"), value(report, "over")) == numbers


def test_table_27_leaves_empty_what_is_not_recorded(busy: Busy) -> None:
    report = made(busy, "table-27")
    (table,) = report.tables
    cells = {line.name.zh: line.figures[0].value if line.figures[0] else None for line in table.lines}
    assert [cells[name] for name in ("单位数", "已单独建立党组织的", "应建立尚未建立的", "在岗职工", "党委")] == [
        FIRMS, 1, FIRMS - 1, 60 * FIRMS, None,
    ]  # fmt: skip
    assert [line.figures[3] for line in table.lines] == [None] * len(table.lines)
    assert any("不是零" in remark.zh for remark in report.remarks)
    assert len(table.columns) == 13


def test_reports_are_for_managers_and_their_area(busy: Busy) -> None:
    with pytest.raises(Exception, match="managing departments"):
        made(busy, "stage", who="clerk")
    with pytest.raises(NotFound):
        made(busy, "no-such-report")
    with pytest.raises(InvalidInput, match="ends before it begins"):
        made(busy, "stage", to_on=date(2026, 1, 1))
