"""Queues, schedule and limits are one list each; these hold them together."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import fields
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from celery.beat import ScheduleEntry, Scheduler

from tasks import context
from tasks.app import app, configuration, quiet_ticks
from tasks.imports import run_waiting as run_imports
from tasks.moves import run_waiting as run_moves
from tasks.notify import deliver
from tasks.queues import ROUTES
from tasks.schedule import SCHEDULE
from tasks.workdays import recompute_due
from workflow.delivery import Courier
from workflow.delivery.keeping import LONGEST_DELIVERY
from workflow.delivery.mailer import TIMEOUT_SECONDS
from workflow.errors import SettingsError
from workflow.outbox import LEASE
from workflow.queue_names import QUEUES

A_MINUTE = 60


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What Celery is told, in an environment that names a broker nobody connects to."""
    monkeypatch.setenv("ZUJIAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1/0")
    context.settings.cache_clear()
    yield configuration()
    context.settings.cache_clear()


def own_tasks() -> dict[str, Any]:
    app.loader.import_default_modules()
    app.finalize()
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def test_every_tick_names_a_task_that_is_there() -> None:
    assert {tick["task"] for tick in SCHEDULE.values()} == set(own_tasks()) - {deliver.name}


def test_every_task_is_sent_to_a_queue_workers_know(settings: dict[str, Any]) -> None:
    queues = {name: [r["queue"] for pattern, r in ROUTES.items() if fnmatch(name, pattern)] for name in own_tasks()}
    assert all(len(found) == 1 for found in queues.values()), queues
    assert {queue for found in queues.values() for queue in found} == set(QUEUES) == set(settings["task_queues"])


def test_a_delivery_ends_by_itself_then_by_its_task_and_keeps_its_row_until_then() -> None:
    assert TIMEOUT_SECONDS < deliver.soft_time_limit < deliver.time_limit < LONGEST_DELIVERY < A_MINUTE


def test_a_dead_worker_costs_its_row_less_than_ten_seconds_and_one_slow_renewal_none() -> None:
    renew_every = next(field.default for field in fields(Courier) if field.name == "renew_every")
    assert 2 * renew_every < LEASE.total_seconds() < 10


def test_no_tasks_but_the_long_runs_outlive_the_visibility_timeout(settings: dict[str, Any]) -> None:
    visibility = settings["broker_transport_options"]["visibility_timeout"]
    assert settings["task_time_limit"] < visibility
    long = {name for name, task in own_tasks().items() if (task.time_limit or 0) >= visibility}
    assert long == {run_imports.name, run_moves.name, recompute_due.name}


def test_a_message_is_done_when_its_task_has_ended(settings: dict[str, Any]) -> None:
    assert settings["task_acks_late"]
    assert settings["task_reject_on_worker_lost"]


def test_nothing_but_json_is_read(settings: dict[str, Any]) -> None:
    assert (settings["task_serializer"], settings["accept_content"]) == ("json", ["json"])


def test_without_a_broker_named_nothing_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "")
    context.settings.cache_clear()
    with pytest.raises(SettingsError, match="REDIS_URL"):
        configuration()


def test_a_tick_that_finds_no_broker_is_one_line_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    quiet_ticks()
    alone = Celery(broker="redis://127.0.0.1:1/0", set_as_current=False)
    alone.conf.task_publish_retry = False
    Scheduler(alone, lazy=True).apply_entry(ScheduleEntry(name="tick", task="tasks.nowhere", schedule=1, app=alone))
    (said,) = [record for record in caplog.records if record.name == "celery.beat"]
    assert said.getMessage().startswith("Couldn't apply scheduled task tick")
    assert "\n" not in logging.Formatter().format(said)
