"""An import job ends in a report or a reason, whatever happens to the worker that runs it."""

from __future__ import annotations

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from tests.clocks import START, StandingClock
from tests.integration.telling import Cast, outbox_rows, seed
from workflow import imports
from workflow.database import Database
from workflow.errors import WorkflowError
from workflow.import_run import Progress, run_next
from workflow.imports import Upload
from workflow.jobs import DEAD_AFTER, MAX_ATTEMPTS
from workflow.models import ImportJob
from workflow.runtime import Runtime
from workflow.text import Text

UPLOAD = Upload("名册.xlsx", b"PK...", dry_run=False, create_organisations=True)
NO_WORKBOOK = Text("这不是工作簿", "This is no workbook")


@pytest.fixture
def cast(database: Database) -> Cast:
    return seed(database)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "imports"


@pytest.fixture
def runtime(database: Database, tmp_path: Path, clock: StandingClock) -> Runtime:
    return Runtime(database, tmp_path, clock=clock)


@pytest.fixture
def upload(database: Database, cast: Cast, folder: Path) -> Callable[[], int]:
    def create() -> int:
        with database.unit_of_work() as session:
            return imports.create_job(session, folder, UPLOAD, cast.manager, START).id

    return create


def job_now(database: Database, job_id: int) -> ImportJob:
    with database.reading() as session:
        job = session.get_one(ImportJob, job_id)
        session.expunge(job)
        return job


def claim(runtime: Runtime) -> int | None:
    with runtime.db.unit_of_work() as session:
        job = imports.claim_next(session, runtime.clock())
        return job.id if job else None


def reading(counts: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """A reader that finds ten rows and answers these counts."""

    def read(_runtime: Runtime, _folder: Path, _job: ImportJob, progress: Progress) -> dict[str, Any]:
        progress(10, 10)
        return counts

    return read


def raising(error: Exception) -> Callable[..., dict[str, Any]]:
    def read(*_: object) -> dict[str, Any]:
        raise error

    return read


class TestUpload:
    def test_the_file_lies_under_a_random_name_that_only_the_product_reads(
        self, database: Database, folder: Path, upload: Callable[[], int]
    ) -> None:
        first, second = job_now(database, upload()), job_now(database, upload())
        assert first.stored_name != second.stored_name
        stored = folder / first.stored_name
        assert (stored.read_bytes(), stat.S_IMODE(stored.stat().st_mode)) == (UPLOAD.data, 0o600)
        assert (first.status, first.filename, first.create_organisations) == ("waiting", "名册.xlsx", True)


class TestClaim:
    def test_one_import_runs_at_a_time_oldest_first(self, runtime: Runtime, upload: Callable[[], int]) -> None:
        first = upload()
        upload()
        assert [claim(runtime), claim(runtime)] == [first, None]

    def test_of_workers_that_ask_together_one_gets_a_job(self, runtime: Runtime, upload: Callable[[], int]) -> None:
        jobs = [upload(), upload()]
        barrier = Barrier(4)

        def ask(_: int) -> int | None:
            barrier.wait()
            return claim(runtime)

        with ThreadPoolExecutor(4) as pool:
            assert [job for job in pool.map(ask, range(4)) if job] == jobs[:1]

    def test_the_job_of_a_dead_worker_is_taken_up_again(
        self, runtime: Runtime, clock: StandingClock, upload: Callable[[], int]
    ) -> None:
        job_id = upload()
        claim(runtime)
        clock.advance(DEAD_AFTER - timedelta(seconds=1))
        assert claim(runtime) is None
        clock.advance(timedelta(seconds=1))
        assert claim(runtime) == job_id

    def test_a_file_that_kills_every_worker_is_given_up_and_the_next_is_taken(
        self, database: Database, runtime: Runtime, clock: StandingClock, upload: Callable[[], int]
    ) -> None:
        poison = upload()
        for _ in range(MAX_ATTEMPTS):
            assert claim(runtime) == poison
            clock.advance(DEAD_AFTER)
        sound = upload()
        assert claim(runtime) == sound
        given_up = job_now(database, poison)
        assert (given_up.status, given_up.finished_at) == ("failed", clock.now)
        assert [row.event for row in outbox_rows(database)] == [f"import:{poison}"]


class TestRun:
    def test_without_a_job_nothing_runs(self, runtime: Runtime, folder: Path) -> None:
        assert not run_next(runtime, folder, reading({}))

    def test_a_job_ends_with_its_counts_and_tells_who_started_it(
        self, database: Database, cast: Cast, runtime: Runtime, folder: Path, upload: Callable[[], int]
    ) -> None:
        job_id = upload()
        assert run_next(runtime, folder, reading({"accepted": 9, "rejected": 1}))
        job = job_now(database, job_id)
        assert (job.status, job.counts, job.rows_done) == ("done", {"accepted": 9, "rejected": 1}, 10)
        (row,) = outbox_rows(database)
        assert (row.user_id, row.channel, row.kind, row.case_id) == (cast.manager, "in_app", "import", None)
        assert "10" in row.payload["body"]["zh"]

    def test_a_file_that_is_refused_ends_with_the_reason_in_both_languages(
        self, database: Database, runtime: Runtime, folder: Path, upload: Callable[[], int]
    ) -> None:
        job_id = upload()
        run_next(runtime, folder, raising(WorkflowError(NO_WORKBOOK)))
        job = job_now(database, job_id)
        assert (job.status, job.message) == ("failed", NO_WORKBOOK.as_dict())
        assert NO_WORKBOOK.zh in outbox_rows(database)[0].payload["body"]["zh"]

    def test_an_unforeseen_error_tells_the_person_nothing_of_its_text_and_reaches_the_log(
        self, database: Database, runtime: Runtime, folder: Path, upload: Callable[[], int]
    ) -> None:
        job_id = upload()
        with pytest.raises(ZeroDivisionError):
            run_next(runtime, folder, raising(ZeroDivisionError("row 7: 某某")))
        job = job_now(database, job_id)
        assert job.status == "failed"
        assert "某某" not in str(job.message)

    def test_progress_is_written_at_most_twice_a_second(
        self, database: Database, runtime: Runtime, clock: StandingClock, folder: Path, upload: Callable[[], int]
    ) -> None:
        job_id = upload()
        seen: list[int] = []

        def read(_runtime: Runtime, _folder: Path, _job: ImportJob, progress: Progress) -> dict[str, Any]:
            for row in range(1, 21):
                clock.advance(timedelta(milliseconds=100))
                progress(row, 100)
                seen.append(job_now(database, job_id).rows_done)
            return {}

        run_next(runtime, folder, read)
        assert sorted(set(seen)) == [0, 5, 10, 15, 20]

    def test_a_worker_that_slept_too_long_stops_and_leaves_the_job_to_the_next(
        self, database: Database, runtime: Runtime, clock: StandingClock, folder: Path, upload: Callable[[], int]
    ) -> None:
        job_id = upload()
        written: list[str] = []

        def read(_runtime: Runtime, _folder: Path, _job: ImportJob, progress: Progress) -> dict[str, Any]:
            clock.advance(DEAD_AFTER)
            run_next(runtime, folder, reading({"by": "the next"}))
            progress(1, 10)
            written.append("after the job was lost")
            return {"by": "the sleeper"}

        assert run_next(runtime, folder, read)
        assert written == []
        assert job_now(database, job_id).counts == {"by": "the next"}
        assert len(outbox_rows(database)) == 1
