"""A year of the official calendar that comes, or changes, moves the deadlines it concerns, once and for everybody."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.desk import Desk
from tests.district import District
from tests.traffic import counted
from workflow.cli.main import main
from workflow.database import Database
from workflow.engine.actors import Actor, load_actor
from workflow.errors import InvalidInput, NotPermitted
from workflow.models import CalendarImport, CalendarYear, Deadline, DeadlineMove, OutboxRow, WorkItem
from workflow.official_calendar import LOOK_EVERY, CalendarKeeper
from workflow.queries.deadlines import explained_deadline
from workflow.queries.seen import seen_work
from workflow.workdays import ImportedYear, import_calendar, missing_words, recompute
from workflow.workdays.recomputing import SETTLES_AFTER

HEAD = "日期,类别,事由\n"
NEW_YEAR = HEAD + "2027-01-01,放假,元旦\n"
MADE_UP = NEW_YEAR + "2027-01-09,上班,春节\n"  # a Saturday
WEEKENDS_ONLY = HEAD + "2027-01-02,放假,元旦\n"  # says nothing new: a Saturday
# Fifteen working days from Monday, 28 December 2026.
BY_WEEKENDS, WITH_NEW_YEAR, WITH_BOTH = date(2027, 1, 18), date(2027, 1, 19), date(2027, 1, 18)


@pytest.fixture
def late_in_the_year(district: District) -> District:
    district.clock.now = datetime(2026, 12, 28, 2, tzinfo=UTC)
    return district


def put_in(district: District, text: str, **more: object) -> ImportedYear:
    return import_calendar(district.runtime, text.encode(), "2027.csv", actor_id=None, **more)  # type: ignore[arg-type]


def first_clock(district: District, case_id: int) -> Deadline:
    with district.db.reading() as session:
        return session.scalars(select(Deadline).where(Deadline.case_id == case_id, Deadline.code == "T01")).one()


def moves(district: District) -> list[tuple[int, date, date]]:
    with district.db.reading() as session:
        rows = session.scalars(select(DeadlineMove).order_by(DeadlineMove.id))
        return [(row.case_id, row.old_due_on, row.new_due_on) for row in rows]


def told(district: District) -> list[OutboxRow]:
    with district.db.reading() as session:
        return list(session.scalars(select(OutboxRow).where(OutboxRow.kind == "calendar")))


def test_a_year_that_comes_moves_what_runs_through_it_and_makes_it_certain(late_in_the_year: District) -> None:
    district = late_in_the_year
    case_id = district.open()
    assert (first_clock(district, case_id).due_on, first_clock(district, case_id).provisional) == (BY_WEEKENDS, True)
    put_in(district, NEW_YEAR)
    assert recompute(district.runtime) == 1
    clock = first_clock(district, case_id)
    assert (clock.due_on, clock.provisional) == (WITH_NEW_YEAR, False)
    assert clock.next_alert_on == date(2027, 1, 14)
    with district.db.reading() as session:
        assert session.scalars(select(WorkItem.due_on).where(WorkItem.case_id == case_id)).one() == WITH_NEW_YEAR
        work = seen_work(session, district.runtime, actor_of(district), case_id)
        words = [step.zh for step in explained_deadline(work, "T01").steps]
    assert "2026-12-28 导入 2027 年日历后由 2027-01-18 改为 2027-01-19" in words
    assert moves(district) == [(case_id, BY_WEEKENDS, WITH_NEW_YEAR)]
    assert told(district) == []  # it moved later
    assert recompute(district.runtime) == 0


def actor_of(district: District) -> Actor:
    with district.db.reading() as session:
        return load_actor(session, district.people["org_dept"], district.runtime.today())


def test_whose_day_comes_earlier_is_told_once_however_many_runs_there_are(late_in_the_year: District) -> None:
    district = late_in_the_year
    put_in(district, NEW_YEAR)
    cases = [district.open(firm) for firm in ("first", "second", "third")]
    put_in(district, MADE_UP)
    barrier = Barrier(2)

    def run(_: int) -> int:
        barrier.wait()
        return recompute(district.runtime)

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, range(2))) == len(cases)
    assert sorted(moves(district)) == [(case_id, WITH_NEW_YEAR, WITH_BOTH) for case_id in cases]
    rows = [(row.event, row.user_id, row.channel) for row in told(district)]
    assert len(rows) == len(set(rows)) > 0
    assert {row.case_id for row in told(district)} == set(cases)
    assert told(district)[0].payload["title"]["zh"] == "期限提前到 2027-01-18：选派指导员"


def test_of_a_clock_that_stands_still_more_is_left_where_a_day_it_had_used_up_was_none(
    late_in_the_year: District,
) -> None:
    district = late_in_the_year
    case_id = district.open()
    district.clock.advance(days=7)  # to Monday, 4 January: five working days by weekends alone
    district.do(case_id, "org_dept", "hold", {"review_on": "2027-03-10"}, reason="停产检修")
    assert first_clock(district, case_id).days_left == 10
    put_in(district, NEW_YEAR)
    assert recompute(district.runtime) == 1
    standing = first_clock(district, case_id)
    assert (standing.status, standing.days_left, standing.next_alert_on) == ("paused", 11, None)
    assert standing.pauses is not None
    assert standing.pauses[-1]["left"] == 11
    put_in(district, MADE_UP)
    assert recompute(district.runtime) == 0  # a day ahead changes nothing of what is left
    district.clock.advance(days=7)
    district.do(case_id, "org_dept", "resume", reason="复产")
    assert first_clock(district, case_id).due_on == date(2027, 1, 26)
    put_in(district, HEAD + "2027-01-09,上班,春节\n")
    assert recompute(district.runtime) == 1
    assert first_clock(district, case_id).due_on == date(2027, 1, 25)
    assert len(moves(district)) == 2


def test_a_program_that_had_not_seen_the_calendar_is_put_right_by_the_second_sweep(late_in_the_year: District) -> None:
    district = late_in_the_year
    behind = replace(district, runtime=replace(district.runtime, calendars=CalendarKeeper(lambda: 0.0)))
    assert behind.runtime.calendar.is_workday(date(2027, 1, 1))
    put_in(district, NEW_YEAR)
    recompute(district.runtime)
    case_id = behind.open()
    assert first_clock(district, case_id).due_on == BY_WEEKENDS
    assert recompute(district.runtime) == 0  # nothing is looked for until all programs must have seen it
    district.clock.advance(seconds=SETTLES_AFTER.total_seconds())
    assert recompute(district.runtime) == 1
    assert first_clock(district, case_id).due_on == WITH_NEW_YEAR
    with district.db.reading() as session:
        kept = session.scalars(select(CalendarImport)).one()
    assert (kept.finished_at, kept.moved) == (district.clock(), 1)


def test_a_program_sees_a_new_calendar_within_the_minute_and_asks_no_more_than_once(late_in_the_year: District) -> None:
    district, at = late_in_the_year, [0.0]
    other = Database(district.db.url, rest=3600)
    keeper = CalendarKeeper(lambda: at[0])
    assert keeper.of(other).is_workday(date(2027, 1, 1))
    put_in(district, NEW_YEAR)
    at[0] = LOOK_EVERY - 1
    with counted(other) as traffic:
        assert keeper.of(other).is_workday(date(2027, 1, 1))
    assert traffic.statements == 0
    at[0] = LOOK_EVERY
    assert not keeper.of(other).is_workday(date(2027, 1, 1))
    with counted(other) as traffic:
        keeper.of(other)
    assert traffic.statements == 0
    other.dispose()


def test_a_faulty_file_changes_nothing_and_the_same_file_again_neither(late_in_the_year: District) -> None:
    district = late_in_the_year
    with pytest.raises(InvalidInput, match="row 3"):
        put_in(district, NEW_YEAR + "2027-01-02,也许,元旦\n")
    with district.db.reading() as session:
        assert session.get(CalendarYear, 2027) is None
        assert session.scalars(select(CalendarImport)).all() == []
    assert put_in(district, NEW_YEAR).import_id is not None
    assert put_in(district, NEW_YEAR).import_id is None
    with pytest.raises(NotPermitted):
        import_calendar(district.runtime, MADE_UP.encode(), "x.csv", actor_id=district.people["org_dept"])


def test_an_incomplete_year_stays_provisional_until_it_is_complete(late_in_the_year: District) -> None:
    district = late_in_the_year
    case_id = district.open()
    assert missing_words(district.runtime.calendar, district.runtime.today()) is not None
    put_in(district, NEW_YEAR, is_complete=False)
    recompute(district.runtime)
    clock = first_clock(district, case_id)
    assert (clock.due_on, clock.provisional) == (WITH_NEW_YEAR, True)
    put_in(district, NEW_YEAR)
    assert recompute(district.runtime) == 1
    assert not first_clock(district, case_id).provisional
    assert missing_words(district.runtime.calendar, district.runtime.today()) is None


class TestPages:
    def send(self, desk: Desk, who: str, text: str, **fields: str) -> TestResponse:
        data = {"file": (io.BytesIO(text.encode()), "2027.csv"), "complete": "true", **fields}
        visitor = desk.as_(who)
        return visitor.post("/calendar", data, token=visitor.token())

    def test_the_administrator_puts_a_year_in_and_sees_what_it_moved(self, desk: Desk) -> None:
        district = desk.district
        district.clock.now = datetime(2026, 12, 28, 2, tzinfo=UTC)
        case_id = district.open()
        assert "缺少 2027 年的官方工作日历" in desk.page("admin", "/calendar")
        answer = self.send(desk, "admin", NEW_YEAR)
        assert answer.status_code == 303
        recompute(district.runtime)
        page = desk.page("admin", answer.headers["Location"])
        assert f"案件 {case_id}" in page
        assert "2027-01-19" in page
        assert "缺少" not in desk.page("admin", "/calendar")
        assert "元旦" in desk.page("org_dept", "/calendar/2027")
        case = desk.page("org_dept", f"/cases/{case_id}")
        assert "这一天怎么算的" in case
        assert "跳过节假日 1 天：元旦 2027-01-01" in case

    def test_a_refused_file_says_each_row_and_keeps_the_page(self, desk: Desk) -> None:
        answer = self.send(desk, "admin", NEW_YEAR + "2027-13-01,放假,元旦\n", year="2027")
        assert answer.status_code == 422
        assert "第 3 行：日期“2027-13-01”无法识别" in answer.text

    def test_readiness_names_the_missing_year_and_is_ready(self, desk: Desk) -> None:
        answer = desk.as_("admin").get("/readyz")
        assert (answer.status_code, answer.json["calendar_missing"]) == (200, [2027])


def test_the_console_imports_and_says_what_moved(
    sqlite_district: District, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("console")
    monkeypatch.setenv("ZUJIAN_DATA_DIR", str(folder))
    monkeypatch.setenv("DATABASE_URL", sqlite_district.db.url)
    file = folder / "2027.csv"
    file.write_text(NEW_YEAR, encoding="utf-8")
    said = CliRunner().invoke(main, ["calendar", "import", str(file)])
    assert (said.exit_code, "2027 已导入" in said.output) == (0, True), said.output
    assert "2027  已齐 complete  休 off 1" in CliRunner().invoke(main, ["calendar", "list"]).output
    file.write_text(NEW_YEAR + "2027-01-01,上班,元旦\n", encoding="utf-8")
    refused = CliRunner().invoke(main, ["calendar", "import", str(file)])
    assert refused.exit_code == 1
    assert "第 3 行" in refused.output
