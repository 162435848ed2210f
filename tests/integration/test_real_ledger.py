"""The district's own ledger gives the district's own report, to the digit, on both stores and from the command line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from docx import Document
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.busy import module_store
from tests.ledgers import LEDGER, fill_register
from tests.rosters import DATA, needs_real_roster
from workflow.campaign import LedgerOutcome, import_ledger
from workflow.cli import main
from workflow.database import Database
from workflow.models import Organisation
from workflow.reports import FILES, Format, Report, Wanted, kind_of, read_report
from workflow.reports.catalogue import make_report
from workflow.reports.reader import Reader
from workflow.runtime import Runtime

pytestmark = needs_real_roster
FIRST, LAST = date(2010, 1, 1), date(2011, 12, 31)


def expected() -> dict[str, int]:
    return json.loads((DATA / "ledger_expected.json").read_text(encoding="utf-8"))


def stage_report(runtime: Runtime, first: date = FIRST, last: date = LAST) -> Report:
    with runtime.db.reading() as session:
        return read_report(session, runtime, None, Wanted("stage", first, last))


def by_name(report: Report) -> dict[str, object]:
    return {figure.name.zh: figure.value for figure in report.figures()}


@dataclass
class Loaded:
    """The register filled, the ledger tried and imported, and the report before that."""

    runtime: Runtime
    before: Report
    tried: LedgerOutcome
    done: LedgerOutcome


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def loaded(request: pytest.FixtureRequest) -> Iterator[Loaded]:
    with module_store(request, request.param) as (database, folder):
        fill_register(database)
        runtime = Runtime(database, folder / "documents", clock=lambda: datetime(2026, 11, 23, 2, tzinfo=UTC))
        tried = import_ledger(runtime, LEDGER, actor_id=None, dry_run=True)
        before = stage_report(runtime)
        yield Loaded(runtime, before, tried, import_ledger(runtime, LEDGER, actor_id=None, dry_run=False))


def test_the_ledger_gives_the_figures_of_the_report_and_is_imported_once(loaded: Loaded) -> None:
    assert (loaded.tried.faults, loaded.tried.changes_nothing) == ((), False)
    assert set(by_name(loaded.before).values()) == {0}, "a trial writes nothing"
    assert loaded.tried.sheets == loaded.done.sheets
    assert all(one.rows == one.added for one in loaded.done.sheets.values())

    figures = by_name(stage_report(loaded.runtime))
    assert {name: figures[name] for name in expected()} == expected()
    assert import_ledger(loaded.runtime, LEDGER, actor_id=None, dry_run=False).changes_nothing
    assert by_name(stage_report(loaded.runtime)) == figures


def test_a_part_of_the_period_counts_a_part_and_an_area_only_its_own(loaded: Loaded) -> None:
    runtime = loaded.runtime
    whole = by_name(stage_report(runtime))
    early = by_name(stage_report(runtime, FIRST, date(2010, 12, 31)))
    late = by_name(stage_report(runtime, date(2011, 1, 1), LAST))
    assert {name: early[name] + late[name] for name in whole} == whole
    assert 0 < early["示范点"] < whole["示范点"]

    with runtime.db.reading() as session:
        reader = Reader(session, runtime.rules, runtime.versions(session), FIRST, LAST, runtime.now(), runtime.today())
        town = next(row for row in make_report(kind_of("stage"), reader).figure("models").listing.rows).cells[2]
        narrowed = replace(reader, paths=(_path_of(session, town),))
        models = make_report(kind_of("stage"), narrowed).figure("models").listing.rows
    assert {row.cells[2] for row in models} == {town}


def _path_of(session: Session, town: str) -> str:
    return session.scalars(select(Organisation.path).where(Organisation.name == town)).one()


def test_excel_and_word_hold_the_figures_and_the_lists(loaded: Loaded) -> None:
    report = stage_report(loaded.runtime)
    book = openpyxl.load_workbook(io.BytesIO(FILES[Format.XLSX].write(report, "zh")))
    found = {row[0]: row[1] for row in book["指标"].iter_rows(values_only=True) if isinstance(row[1], int)}
    assert {name: found[name] for name in expected()} == expected()
    assert book["示范点"].max_row == 2 + expected()["示范点"]
    assert book["党建工作指导员"].max_row == 2 + expected()["党建工作指导员"]

    document = Document(io.BytesIO(FILES[Format.DOCX].write(report, "zh")))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert ["领导干部联系点", "146 个"] in [row[:2] for row in rows]
    said = "".join(paragraph.text for paragraph in document.paragraphs)
    assert "帮助18家非公有制企业组建了党支部" in said
    assert len(document.tables[-1].rows) == 1 + expected()["和谐企业"]
    assert document.sections[0].left_margin.mm == pytest.approx(28, abs=0.1)


def test_the_command_line_imports_and_prints(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("ZUJIAN_DATA_DIR", str(tmp_path / "var"))
    database = Database(sqlite_url)
    fill_register(database)
    database.dispose()
    run = CliRunner()
    done = run.invoke(main, ["campaign", "import", str(LEDGER)])
    assert (done.exit_code, "导入完成" in done.output) == (0, True), done.output
    span = ["--from", FIRST.isoformat(), "--to", LAST.isoformat()]
    printed = run.invoke(main, ["report", "stage", *span, "--no-lists"])
    for name, number in expected().items():
        assert f"\n{name}\t{number} " in printed.output
    written = run.invoke(main, ["report", "stage", *span, "--format", "xlsx", "--out", str(tmp_path / "a.xlsx")])
    assert written.exit_code == 0, written.output
    assert (tmp_path / "a.xlsx").stat().st_size > 10_000
    assert run.invoke(main, ["report", "stage", *span, "--format", "docx"]).exit_code == 2
    issued = run.invoke(main, ["report", "coverage", *span, "--issue", "--set", "work_coverage_base=all"])
    assert (issued.exit_code, "issued as no. 1" in issued.output) == (0, True), issued.output
    assert "全部企业" in issued.output
