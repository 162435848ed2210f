"""Importing rosters: what is written, what is left alone, and that nothing is ever written twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, insert, select, update

from tests.rosters import DATA, TODAY, TownSheet, book, code_number, enterprise, needs_real_roster, town
from workflow.database import Database
from workflow.errors import InvalidInput, NotFound, NotPermitted
from workflow.models import (
    Base,
    Case,
    Enterprise,
    HeadCount,
    LedgerEntry,
    Organisation,
    OrganisationKind,
    OrganisationType,
    RoleAssignment,
    User,
)
from workflow.roster import ImportReport, import_roster, summarise
from workflow.roster.importing import CHUNK
from workflow.runtime import Runtime

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
JUNE = "填报日期：2026.6.30"
JULY = "填报日期：2026.7.31"


@pytest.fixture
def runtime(database: Database, tmp_path: Path) -> Runtime:
    return Runtime(database, tmp_path / "documents", clock=lambda: NOW)


def imported(runtime: Runtime, data: bytes, **options: Any) -> ImportReport:
    settings: dict[str, Any] = {"actor_id": None, "dry_run": False, "create_organisations": True, **options}
    return import_roster(runtime, data, **settings)


def counted(runtime: Runtime, model: type[Base]) -> int:
    with runtime.db.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def everything(runtime: Runtime) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table: what must not change where nothing is to be written."""
    with runtime.db.reading() as session:
        return {
            name: sorted(map(tuple, session.execute(select(table)).all()), key=repr)
            for name, table in Base.metadata.tables.items()
        }


def the_enterprise(runtime: Runtime, number: int = 1) -> Enterprise:
    with runtime.db.reading() as session:
        return session.scalars(select(Enterprise).where(Enterprise.credit_code == code_number(number))).one()


def organisations(runtime: Runtime) -> dict[str, Organisation]:
    with runtime.db.reading() as session:
        return {one.name: one for one in session.scalars(select(Organisation))}


def add_organisation(
    runtime: Runtime, name: str, kind: OrganisationKind, body: OrganisationType, parent: Organisation | None = None
) -> Organisation:
    with runtime.db.unit_of_work() as session:
        added = Organisation(parent_id=parent.id if parent else None, name=name, type=body, kind=kind)
        session.add(added)
        session.flush()
        added.path = f"{parent.path if parent else '/'}{added.id}/"
        return added


def add_user(runtime: Runtime, role: str, organisation: Organisation) -> int:
    with runtime.db.unit_of_work() as session:
        user = User(username=role, display_name=role, password_hash="x", created_at=NOW)
        session.add(user)
        session.flush()
        session.add(
            RoleAssignment(user_id=user.id, role=role, organisation_id=organisation.id, valid_from=date(2026, 1, 1))
        )
        return user.id


class TestTheRealRoster:
    @needs_real_roster
    def test_it_is_imported_whole_once_and_a_second_time_changes_nothing(self, runtime: Runtime) -> None:
        expected = json.loads((DATA / "roster_expected.json").read_text(encoding="utf-8"))
        source = DATA / "roster.xlsx"
        dry = import_roster(runtime, source, actor_id=None, dry_run=True, create_organisations=True)
        assert counted(runtime, Enterprise) == counted(runtime, Organisation) == 0
        report = import_roster(runtime, source, actor_id=None, dry_run=False, create_organisations=True)
        assert {**report.as_dict(), "dry_run": True} == dry.as_dict()
        assert report.counts == expected
        assert report.created == counted(runtime, Enterprise) == expected["importable"]
        assert report.covered == expected["has_branch"]
        assert report.cases_opened == counted(runtime, Case) == expected["importable"] - expected["has_branch"]
        with runtime.db.reading() as session:
            members = select(func.sum(Enterprise.full_members), func.sum(HeadCount.full_members))
            joined = members.select_from(Enterprise).join(HeadCount, HeadCount.enterprise_id == Enterprise.id)
            assert tuple(session.execute(joined).one()) == (expected["full_members"],) * 2
        again = import_roster(runtime, source, actor_id=None, dry_run=False, create_organisations=True)
        assert again.changes_nothing
        assert again.unchanged == expected["importable"]
        assert summarise(again).en.endswith("Nothing changed")
        assert again.counts == expected
        assert counted(runtime, HeadCount) == expected["importable"]


class TestNewEnterprises:
    def test_one_without_a_branch_is_recorded_with_its_figures_and_gets_a_case(self, runtime: Runtime) -> None:
        report = imported(runtime, town(enterprise(1, 是否规上="√", 备注="园区内")))
        assert (report.created, report.cases_opened, report.covered) == (1, 1, 0)
        made = the_enterprise(runtime)
        assert (made.name, made.employees, made.on_scale, made.remark) == ("宁波第1机械有限公司", 28, True, "园区内")
        assert (made.full_members, made.applicants, made.has_branch) == (3, 4, False)
        with runtime.db.reading() as session:
            case = session.scalars(select(Case)).one()
            count = session.scalars(select(HeadCount)).one()
        assert (case.enterprise_id, case.state, case.finished_on) == (made.id, "no_branch", None)
        assert (count.counted_on, count.full_members, count.recorded_by) == (date(2026, 6, 30), 3, None)
        assert counted(runtime, LedgerEntry) == 1

    def test_one_with_a_branch_is_recorded_as_covered_and_gets_no_case(self, runtime: Runtime) -> None:
        report = imported(runtime, town(enterprise(1, 是否已建党组织="是")))
        assert (report.created, report.cases_opened, report.covered) == (1, 0, 1)
        assert the_enterprise(runtime).has_branch
        assert counted(runtime, Case) == 0

    def test_the_same_roster_again_changes_nothing_and_says_so(self, runtime: Runtime) -> None:
        data = town(enterprise(1), enterprise(2, 是否已建党组织="是"), enterprise(3, 成立时间="", 备注=""))
        imported(runtime, data)
        before = everything(runtime)
        again = imported(runtime, data)
        assert again.changes_nothing
        assert again.as_dict()["changes_nothing"]
        assert (again.unchanged, again.covered, again.organisations_created) == (3, 0, ())
        assert everything(runtime) == before

    def test_a_dry_run_writes_nothing_and_answers_what_the_import_does(self, runtime: Runtime) -> None:
        imported(runtime, town(enterprise(1), enterprise(2)))
        data = town(enterprise(1, 正式党员=4), enterprise(2), enterprise(3), enterprise(4, 正式党员=-1), day=JULY)
        before = everything(runtime)
        dry = imported(runtime, data, dry_run=True)
        assert everything(runtime) == before
        real = imported(runtime, data)
        assert (dry.created, dry.updated, dry.unchanged, dry.cases_opened) == (1, 1, 1, 1)
        assert {**real.as_dict(), "dry_run": True} == dry.as_dict()


class TestKnownEnterprises:
    def test_a_newer_roster_changes_what_differs_and_adds_a_head_count(self, runtime: Runtime) -> None:
        imported(runtime, town(enterprise(1)))
        report = imported(runtime, town(enterprise(1, 企业名称="宁波新名", 正式党员=5), day=JULY))
        assert (report.created, report.updated, report.cases_opened) == (0, 1, 0)
        changed = the_enterprise(runtime)
        assert (changed.name, changed.full_members) == ("宁波新名", 5)
        with runtime.db.reading() as session:
            counts = session.execute(select(HeadCount.counted_on, HeadCount.full_members).order_by(HeadCount.id)).all()
        assert [tuple(count) for count in counts] == [(date(2026, 6, 30), 3), (date(2026, 7, 31), 5)]

    def test_an_older_roster_changes_nothing_about_it(self, runtime: Runtime) -> None:
        imported(runtime, town(enterprise(1), day=JULY))
        before = everything(runtime)
        report = imported(runtime, town(enterprise(1, 企业名称="旧名", 正式党员=9, 是否已建党组织="是"), day=JUNE))
        assert report.changes_nothing
        assert report.tally.newer_figures_kept == 1
        assert everything(runtime) == before

    def test_an_instructor_s_later_count_is_not_overwritten(self, runtime: Runtime) -> None:
        data = town(enterprise(1))
        imported(runtime, data)
        self._count(runtime, date(2026, 7, 5), 7)
        assert imported(runtime, data).changes_nothing
        assert the_enterprise(runtime).full_members == 7

    def test_an_instructor_s_count_of_the_roster_s_own_day_is_not_overwritten(self, runtime: Runtime) -> None:
        data = town(enterprise(1))
        imported(runtime, data)
        self._count(runtime, date(2026, 6, 30), 7)
        report = imported(runtime, data)
        assert (report.changes_nothing, report.tally.newer_figures_kept) == (True, 1)
        assert the_enterprise(runtime).full_members == 7

    @pytest.mark.parametrize("day", ["", "填报日期：2036.1.1"])
    def test_a_roster_without_a_date_or_with_one_to_come_changes_nothing_about_it(
        self, runtime: Runtime, day: str
    ) -> None:
        imported(runtime, town(enterprise(1)))
        report = imported(runtime, town(enterprise(1, 正式党员=9), enterprise(2), day=day))
        assert (report.created, report.updated, report.unchanged) == (1, 0, 1)
        assert the_enterprise(runtime, 1).full_members == 3
        with runtime.db.reading() as session:
            new = select(HeadCount.counted_on).where(HeadCount.enterprise_id == the_enterprise(runtime, 2).id)
            assert session.scalars(new).one() == TODAY

    def test_blank_cells_erase_nothing(self, runtime: Runtime) -> None:
        imported(runtime, town(enterprise(1, 是否规上="是", 备注="园区内")))
        blank = dict.fromkeys(["成立时间", "职工人数（人）", "是否规上", "是否高新", "拟组建方式", "备注"], "")
        assert imported(runtime, town(enterprise(1, **blank), day=JULY)).changes_nothing
        assert the_enterprise(runtime).remark == "园区内"

    def test_members_in_transit_are_kept_by_a_roster_without_that_column(self, runtime: Runtime) -> None:
        columns = [*TownSheet().columns, "组织关系未转入"]
        imported(runtime, book(TownSheet(columns=columns, rows=[[*enterprise(1), 2]])))
        imported(runtime, town(enterprise(1, 正式党员=4), day=JULY))
        kept = the_enterprise(runtime)
        assert (kept.full_members, kept.members_in_transit) == (4, 2)

    def test_one_without_a_case_gets_its_case(self, runtime: Runtime) -> None:
        imported(runtime, town(enterprise(1, 是否已建党组织="是")))
        with runtime.db.unit_of_work() as session:
            session.execute(update(Enterprise).values(has_branch=False))
        assert imported(runtime, town(enterprise(1))).cases_opened == 1
        assert counted(runtime, Case) == 1

    def test_one_whose_case_is_finished_gets_no_second_case(self, runtime: Runtime) -> None:
        imported(runtime, town(enterprise(1)))
        with runtime.db.unit_of_work() as session:
            session.execute(update(Case).values(finished_on=TODAY))
        assert imported(runtime, town(enterprise(1))).changes_nothing
        assert counted(runtime, Case) == 1

    def test_a_branch_founded_here_is_not_taken_back_by_a_roster(self, runtime: Runtime) -> None:
        imported(runtime, town(enterprise(1)))
        with runtime.db.unit_of_work() as session:
            session.execute(update(Case).values(finished_on=TODAY))
            session.execute(update(Enterprise).values(has_branch=True))
        report = imported(runtime, town(enterprise(1), day=JULY))
        assert report.changes_nothing
        (remark,) = report.as_dict()["remarks"]
        assert (remark["sheet"], remark["row"]) == ("姜山镇", 5)
        assert "系统里已建" in remark["text"]["zh"]

    def test_a_branch_is_recorded_where_no_case_is_open(self, runtime: Runtime) -> None:
        imported(runtime, town(enterprise(1)))
        with runtime.db.unit_of_work() as session:
            session.execute(update(Case).values(finished_on=TODAY))
        report = imported(runtime, town(enterprise(1, 是否已建党组织="是"), day=JULY))
        assert (report.updated, report.covered) == (1, 1)
        assert the_enterprise(runtime).has_branch

    def test_a_branch_is_not_recorded_over_an_open_case(self, runtime: Runtime) -> None:
        imported(runtime, town(enterprise(1)))
        report = imported(runtime, town(enterprise(1, 是否已建党组织="是"), day=JULY))
        assert report.changes_nothing
        assert "案件还在办理" in report.tally.remarks[0].text.zh

    def test_one_moves_to_another_town_unless_its_case_is_open(self, runtime: Runtime) -> None:
        imported(runtime, town(enterprise(1), enterprise(2, 是否已建党组织="是")))
        moved = TownSheet(
            name="首南街道",
            unit="填报单位：首南街道商会党组织",
            day=JULY,
            rows=[enterprise(1), enterprise(2, 是否已建党组织="是")],
        )
        report = imported(runtime, book(moved))
        chambers = organisations(runtime)
        assert the_enterprise(runtime, 1).chamber_id == chambers["姜山镇商会党组织"].id
        assert the_enterprise(runtime, 2).chamber_id == chambers["首南街道商会党组织"].id
        assert "换了镇街或商会" in report.tally.remarks[0].text.zh

    @staticmethod
    def _count(runtime: Runtime, day: date, full_members: int) -> None:
        """What the engine writes when an instructor enters a head-count."""
        known = the_enterprise(runtime)
        figures = {"full_members": full_members, "probationary_members": 1, "activists": 2, "applicants": 4}
        with runtime.db.unit_of_work() as session:
            session.execute(
                insert(HeadCount).values(enterprise_id=known.id, counted_on=day, recorded_at=NOW, **figures)
            )
            session.execute(update(Enterprise).where(Enterprise.id == known.id).values(**figures))


class TestOrganisations:
    def test_missing_ones_refuse_the_import_by_name_and_nothing_is_written(self, runtime: Runtime) -> None:
        before = everything(runtime)
        with pytest.raises(InvalidInput) as refused:
            imported(runtime, town(), create_organisations=False)
        assert "姜山镇党委、姜山镇商会党组织" in refused.value.text.zh
        assert "--create-organisations" in refused.value.text.en
        assert everything(runtime) == before

    def test_a_dry_run_counts_all_the_same_and_names_the_missing_ones(self, runtime: Runtime) -> None:
        report = imported(runtime, town(), create_organisations=False, dry_run=True)
        assert (report.created, report.cases_opened) == (1, 1)
        assert report.organisations_missing == ("区委", "姜山镇党委", "姜山镇商会党组织")
        assert report.organisations_created == ()

    def test_created_ones_stand_under_the_district_with_type_and_path(self, runtime: Runtime) -> None:
        district = add_organisation(runtime, "鄞州区委", OrganisationKind.DISTRICT, OrganisationType.COMMITTEE)
        street = TownSheet(name="首南街道", unit="填报单位：首南街道商会党总支", rows=[enterprise(2)])
        report = imported(runtime, book(TownSheet(), street))
        made = organisations(runtime)
        assert set(report.organisations_created) == set(made) - {"鄞州区委"}
        assert "新建组织：" in summarise(report).zh
        assert {name: (one.type, one.kind) for name, one in made.items() if name != "鄞州区委"} == {
            "姜山镇党委": ("committee", "town"),
            "首南街道党工委": ("working_committee", "town"),
            "姜山镇商会党组织": ("unspecified", "chamber"),
            "首南街道商会党总支": ("general_branch", "chamber"),
        }
        town_body, chamber = made["姜山镇党委"], made["姜山镇商会党组织"]
        assert town_body.path == f"/{district.id}/{town_body.id}/"
        assert chamber.path == f"{town_body.path}{chamber.id}/"
        with runtime.db.reading() as session:
            case = session.scalars(select(Case).where(Case.chamber_id == chamber.id)).one()
        assert case.committee_id == town_body.id

    def test_existing_ones_are_found_by_their_many_names(self, runtime: Runtime) -> None:
        district = add_organisation(runtime, "鄞州区委", OrganisationKind.DISTRICT, OrganisationType.COMMITTEE)
        town_body = add_organisation(
            runtime, "中共鄞州区姜山镇委员会", OrganisationKind.TOWN, OrganisationType.COMMITTEE, district
        )
        chamber = add_organisation(
            runtime, "姜山镇商会党委", OrganisationKind.CHAMBER, OrganisationType.COMMITTEE, town_body
        )
        imported(runtime, town(), create_organisations=False)
        found = the_enterprise(runtime)
        assert (found.town_id, found.chamber_id) == (town_body.id, chamber.id)
        assert counted(runtime, Organisation) == 3

    def test_a_sheet_without_a_chamber_leaves_its_enterprises_with_the_town(self, runtime: Runtime) -> None:
        imported(runtime, town(unit=""))
        found = the_enterprise(runtime)
        assert found.chamber_id == found.town_id

    def test_a_name_that_fits_several_is_refused_and_a_full_name_decides(self, runtime: Runtime) -> None:
        district = add_organisation(runtime, "鄞州区委", OrganisationKind.DISTRICT, OrganisationType.COMMITTEE)
        body = add_organisation(runtime, "姜山镇党委", OrganisationKind.TOWN, OrganisationType.COMMITTEE, district)
        for name, kind in [
            ("姜山镇商会党委", OrganisationType.COMMITTEE),
            ("姜山镇商会党支部", OrganisationType.BRANCH),
        ]:
            add_organisation(runtime, name, OrganisationKind.CHAMBER, kind, body)
        with pytest.raises(InvalidInput, match="fits several"):
            imported(runtime, town())
        imported(runtime, town(unit="填报单位：姜山镇商会党支部"))
        assert the_enterprise(runtime).chamber_id == organisations(runtime)["姜山镇商会党支部"].id


class TestWhoMayImport:
    @pytest.fixture
    def district(self, runtime: Runtime) -> Organisation:
        return add_organisation(runtime, "鄞州区委", OrganisationKind.DISTRICT, OrganisationType.COMMITTEE)

    def test_a_manager_of_the_district_may_and_is_recorded(self, runtime: Runtime, district: Organisation) -> None:
        department = add_organisation(
            runtime,
            "区委社会工作部",
            OrganisationKind.DEPARTMENT,
            OrganisationType.SOCIAL_WORK_DEPARTMENT,
            district,
        )
        manager = add_user(runtime, "social_work", department)
        imported(runtime, town(), actor_id=manager)
        with runtime.db.reading() as session:
            entry = session.scalars(select(LedgerEntry)).one()
            recorded_by = session.scalars(select(HeadCount.recorded_by)).one()
        assert (entry.actor_id, entry.role, entry.organisation_id) == (manager, "social_work", department.id)
        assert recorded_by == manager

    @pytest.mark.parametrize("role", ["instructor", "clerk", "approver", "federation", "admin", "auditor"])
    def test_nobody_else_may(self, runtime: Runtime, district: Organisation, role: str) -> None:
        other = add_user(runtime, role, district)
        with pytest.raises(NotPermitted):
            imported(runtime, town(), actor_id=other)
        assert counted(runtime, Enterprise) == 0

    def test_a_manager_of_one_town_may_not(self, runtime: Runtime, district: Organisation) -> None:
        body = add_organisation(runtime, "姜山镇党委", OrganisationKind.TOWN, OrganisationType.COMMITTEE, district)
        with pytest.raises(NotPermitted):
            imported(runtime, town(), actor_id=add_user(runtime, "org_dept", body), dry_run=True)

    def test_nobody_is_not_found(self, runtime: Runtime) -> None:
        with pytest.raises(NotFound):
            imported(runtime, town(), actor_id=4711)


class TestInterruption:
    ROWS = CHUNK + 7

    @pytest.fixture
    def data(self) -> bytes:
        return town(*(enterprise(number) for number in range(1, self.ROWS + 1)))

    def test_progress_goes_from_nought_to_all_in_whole_chunks(self, runtime: Runtime, data: bytes) -> None:
        seen: list[tuple[int, int]] = []
        imported(runtime, data, progress=lambda done, total: seen.append((done, total)))
        assert seen == [(0, self.ROWS), (CHUNK, self.ROWS), (self.ROWS, self.ROWS)]

    def test_progress_may_write_to_the_database_itself(self, runtime: Runtime, data: bytes) -> None:
        def note(done: int, _total: int) -> None:
            with runtime.db.unit_of_work() as session:
                session.execute(update(Organisation).values(name=Organisation.name))
            assert counted(runtime, Enterprise) == done

        imported(runtime, data, progress=note)

    def test_killed_half_way_and_run_again_nothing_is_doubled_or_missing(self, runtime: Runtime, data: bytes) -> None:
        class Killed(BaseException):
            pass

        def kill(done: int, _total: int) -> None:
            if done:
                raise Killed

        with pytest.raises(Killed):
            imported(runtime, data, progress=kill)
        assert counted(runtime, Enterprise) == counted(runtime, Case) == counted(runtime, HeadCount) == CHUNK
        report = imported(runtime, data)
        assert (report.created, report.unchanged, report.cases_opened) == (7, CHUNK, 7)
        for model in (Enterprise, HeadCount, Case, LedgerEntry):
            assert counted(runtime, model) == self.ROWS
        assert imported(runtime, data).changes_nothing

    def test_killed_inside_a_chunk_none_of_its_rows_are_kept(self, runtime: Runtime, data: bytes) -> None:
        with refused_inserts(runtime.db, "case_file"), pytest.raises(RuntimeError, match="power cut"):
            imported(runtime, data)
        assert counted(runtime, Enterprise) == counted(runtime, HeadCount) == counted(runtime, Case) == 0
        imported(runtime, data)
        assert counted(runtime, Case) == self.ROWS


class TestARace:
    """Only PostgreSQL lets two transactions write at once; SQLite holds its one write lock from the first look."""

    def test_an_enterprise_somebody_else_enters_meanwhile_is_known_on_the_second_look(
        self, postgres_database: Database, tmp_path: Path
    ) -> None:
        runtime = Runtime(postgres_database, tmp_path / "documents", clock=lambda: NOW)
        imported(runtime, town(enterprise(2)))
        with overtaken(postgres_database, town(enterprise(1)), runtime) as overtakings:
            report = imported(runtime, town(enterprise(1)))
        assert overtakings == [1]
        assert (report.created, report.unchanged, report.cases_opened) == (0, 1, 0)
        assert counted(runtime, Enterprise) == counted(runtime, Case) == 2


@contextmanager
def refused_inserts(database: Database, table: str) -> Iterator[None]:
    def refuse(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(f"INSERT INTO {table} "):
            raise RuntimeError("power cut")

    event.listen(database.engine, "before_cursor_execute", refuse)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", refuse)


@contextmanager
def overtaken(database: Database, data: bytes, runtime: Runtime) -> Iterator[list[int]]:
    """Another import of `data` runs to its end between the first look and the first insert."""
    overtakings: list[int] = []

    def overtake(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("INSERT INTO enterprise ") and not overtakings:
            overtakings.append(0)
            overtakings[0] = imported(runtime, data).created

    event.listen(database.engine, "before_cursor_execute", overtake)
    try:
        yield overtakings
    finally:
        event.remove(database.engine, "before_cursor_execute", overtake)
