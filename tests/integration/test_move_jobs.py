"""Moves of cases that run beside the request: watched, killed, doubled, taken up again, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from tests.client import Office
from tests.desk import Desk
from tests.district import District
from tests.html_forms import form_to
from tests.publishing import publish_here, standing
from tests.versions import RENAMED, SECOND, version_of
from workflow.jobs import DEAD_AFTER, MAX_ATTEMPTS
from workflow.models import MoveJob, OutboxRow
from workflow.publishing import move_run
from workflow.publishing.move_jobs import Kind
from workflow.publishing.move_run import run_next, start_move
from workflow.publishing.moving import Chunk
from workflow.publishing.rollback import put_back
from workflow.queries.moves import MoveLine, move_line

FIRMS = ("first", "second", "third")
# What the new version calls the clock of being ready; a case on which the old one runs has to wait for a person.
OTHER_CLOCK = version_of(2, (r"(?<!\w)T06(?!\w)", "T26"))


class Killed(BaseException):
    """Ends a worker as a signal does: nobody catches it."""


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("moving", "rollback", "move_run"):
        monkeypatch.setattr(f"workflow.publishing.{module}.CHUNK", 2)


@pytest.fixture
def before_chunk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int, Callable[[], Any]], None]:
    """Has something done once, inside the transaction of the chunk with this number."""

    def arrange(number: int, happens: Callable[[], Any]) -> None:
        steps, calls = dict(move_run.STEPS), iter(range(1, 100))

        def watched(kind: str) -> Callable[..., Chunk]:
            def step(*given: Any) -> Chunk:
                if next(calls) == number:
                    happens()
                return steps[kind](*given)

            return step

        monkeypatch.setattr(move_run, "STEPS", {kind: watched(kind) for kind in steps})

    return arrange


def kill() -> None:
    raise Killed


def lose_the_database() -> None:
    raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))


def admin(district: District) -> int:
    return district.people["admin"]


def line(district: District, job_id: int) -> MoveLine:
    with district.db.reading() as session:
        return move_line(session, job_id)


def versions(district: District, case_ids: list[int]) -> list[int]:
    return [district.case(case_id).definition_version for case_id in case_ids]


def told(district: District) -> list[str]:
    with district.db.reading() as session:
        return sorted(session.scalars(select(OutboxRow.event).where(OutboxRow.kind == "move")))


def test_a_worker_or_a_database_that_goes_away_loses_nothing_there_and_back(
    district: District, before_chunk: Callable[[int, Callable[[], Any]], None]
) -> None:
    case_ids = [district.walk(district.open(firm), until="training") for firm in FIRMS]
    before = [standing(district, case_id) for case_id in case_ids]
    publish_here(district, RENAMED)
    forth = start_move(district.runtime, actor_id=admin(district))
    before_chunk(2, kill)
    with pytest.raises(Killed):
        run_next(district.runtime)
    assert versions(district, case_ids) == [2, 2, 1]
    assert (line(district, forth).moved, line(district, forth).is_open) == (2, True)
    assert not run_next(district.runtime)
    district.clock.advance(seconds=DEAD_AFTER.total_seconds())
    assert run_next(district.runtime)
    assert versions(district, case_ids) == [2, 2, 2]
    assert (line(district, forth).job.status, line(district, forth).moved) == ("done", 3)

    back = put_back(district.runtime, 1, actor_id=admin(district), with_cases=True).job_id
    assert back
    before_chunk(2, lose_the_database)
    with pytest.raises(OperationalError):
        run_next(district.runtime)
    assert versions(district, case_ids) == [1, 1, 2]
    district.clock.advance(seconds=DEAD_AFTER.total_seconds())
    assert run_next(district.runtime)
    assert [standing(district, case_id) for case_id in case_ids] == before
    assert all(district.actions(case_id)[-2:] == ["migrate", "migrate_back"] for case_id in case_ids)
    assert told(district) == [f"move:{forth}", f"move:{back}"]


def test_of_workers_that_start_together_one_moves(district: District) -> None:
    case_ids = [district.open(firm) for firm in FIRMS]
    publish_here(district, SECOND)
    start_move(district.runtime, actor_id=admin(district))
    barrier = Barrier(3)

    def run(_: int) -> bool:
        barrier.wait()
        return run_next(district.runtime)

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(run, range(3))) == [False, False, True]
    assert all(district.actions(case_id).count("migrate") == 1 for case_id in case_ids)


def test_a_worker_that_slept_too_long_moves_nothing_more(district: District, monkeypatch: pytest.MonkeyPatch) -> None:
    case_ids = [district.open(firm) for firm in FIRMS]
    publish_here(district, SECOND)
    job_id = start_move(district.runtime, actor_id=admin(district))
    take_step, naps = move_run._Run.take_step, iter([True])

    def step_and_sleep(run: Any) -> None:
        take_step(run)
        if next(naps, False):
            district.clock.advance(seconds=DEAD_AFTER.total_seconds())
            assert run_next(district.runtime)

    monkeypatch.setattr(move_run._Run, "take_step", step_and_sleep)
    assert run_next(district.runtime)
    assert line(district, job_id).job.status == "done"
    assert all(district.actions(case_id).count("migrate") == 1 for case_id in case_ids)
    assert told(district) == [f"move:{job_id}"]


def test_a_move_that_kills_every_worker_is_given_up_and_the_next_is_taken(
    district: District, before_chunk: Callable[[int, Callable[[], Any]], None]
) -> None:
    district.open("first")
    publish_here(district, SECOND)
    poison = start_move(district.runtime, actor_id=admin(district))
    for _ in range(MAX_ATTEMPTS):
        before_chunk(1, kill)
        with pytest.raises(Killed):
            run_next(district.runtime)
        district.clock.advance(seconds=DEAD_AFTER.total_seconds())
    sound = start_move(district.runtime, actor_id=admin(district))
    assert run_next(district.runtime)
    assert [line(district, job_id).job.status for job_id in (poison, sound)] == ["failed", "done"]
    assert line(district, sound).moved == 1


def test_a_move_stops_where_another_version_has_come_into_force(district: District) -> None:
    case_id = district.open("first")
    publish_here(district, SECOND)
    job_id = start_move(district.runtime, actor_id=admin(district))
    put_back(district.runtime, 1, actor_id=admin(district))
    run_next(district.runtime)
    job = line(district, job_id).job
    assert (job.status, versions(district, [case_id])) == ("failed", [1])
    assert "现行已是第 1 版" in (job.message or {})["zh"]


def test_whoever_moves_many_watches_and_sees_what_became_of_each(desk: Desk) -> None:
    district = desk.district
    kept = district.walk(district.open("first"), until="ready")
    moved = [district.open(firm) for firm in FIRMS[1:]]
    publish_here(district, OTHER_CLOCK)
    form = form_to(desk.page("admin", "/definitions/move"), "/definitions/move")
    addresses = [desk.send("admin", form).headers["Location"] for _ in range(2)]
    assert addresses == ["/definitions/moves/1"] * 2
    page = desk.page("admin", addresses[0])
    assert f'hx-get="{addresses[0]}/progress"' in page
    assert '<meta http-equiv="refresh"' in page
    assert "等待处理" in desk.page("admin", f"{addresses[0]}/progress")
    with district.db.unit_of_work() as session:
        session.get_one(MoveJob, 1).status = "running"
    assert "已处理 0 / 3 件" in desk.page("admin", f"{addresses[0]}/progress")
    assert run_next(district.runtime)
    ended = desk.as_("admin").get(f"{addresses[0]}/progress")
    assert (ended.status_code, ended.headers["HX-Redirect"]) == (204, addresses[0])
    page = desk.page("admin", addresses[0])
    assert "T06" in page
    assert all(f"示例{firm}有限公司" in page for firm in FIRMS)
    assert versions(district, [kept, *moved]) == [1, 2, 2]
    assert "2 件已办，1 件留在原版本" in desk.page("admin", "/definitions")


def test_over_the_api_many_are_on_their_way_and_then_listed(sqlite_district: District) -> None:
    district, client = sqlite_district, Office(sqlite_district)("admin")
    kept = district.walk(district.open("first"), until="ready")
    moved = [district.open(firm) for firm in FIRMS[1:]]
    asked = {"json": {"source": OTHER_CLOCK, "move_cases": True}, "headers": {"Idempotency-Key": "one"}}
    answers = [client.expect("POST", "/definitions", **asked) for _ in range(2)]
    assert [answer.status for answer in answers] == [202, 202]
    assert {answer.headers["Location"] for answer in answers} == {"/api/v1/definitions/moves/1"}
    waiting = client.get("/definitions/moves/1")
    assert (waiting["kind"], waiting["status"], waiting["cases"], waiting["moved"]) == (Kind.MOVE, "waiting", 3, 0)
    assert run_next(district.runtime)
    done = client.get("/definitions/moves/1")
    assert (done["status"], done["moved"], done["kept"]) == ("done", 2, 1)
    [stays] = client.get("/definitions/moves/1/cases")["items"]
    assert (stays["case_id"], "T06" in stays["reasons"][0]["zh"]) == (kept, True)
    first = client.get("/definitions/moves/1/cases", outcome="moved", limit=1)
    rest = client.get("/definitions/moves/1/cases", outcome="moved", limit=1, cursor=first["next_cursor"])
    assert [item["case_id"] for item in first["items"] + rest["items"]] == moved
    assert (first["total"], rest["next_cursor"]) == (2, None)


def test_over_the_api_the_same_key_is_the_same_move(sqlite_district: District) -> None:
    client = Office(sqlite_district)("admin")
    sqlite_district.open("first")
    publish_here(sqlite_district, SECOND)
    key = {"Idempotency-Key": "one"}
    first, again = (client.expect("POST", "/definitions/moves", headers=key) for _ in range(2))
    assert (first.status, first.json) == (202, again.json)
    assert (first.json["status"], first.json["moved"]) == ("done", 1)
    assert client.expect("POST", "/definitions/moves").json["moved"] == 0
