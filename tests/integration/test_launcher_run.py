"""`zujian run` as a whole: the real broker, web, worker and beat of one data folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.processes import children_of, environment_without, is_alive
from tests.servers import free_port, wait_until
from workflow.clock import utc_now
from workflow.database import Database
from workflow.health import RELAY, last_tick_age
from workflow.launcher.prepared import mark_prepared
from workflow.migrations import current_revision, newest_revision
from workflow.settings import load_settings

ROOT = Path(__file__).parents[2]
PARTS = {"redis-server", "valkey-server", "waitress", "worker", "beat"}


@dataclass
class Site:
    """One data folder and port, and the launchers a test started on them."""

    folder: Path
    port: int
    launchers: list[subprocess.Popen[str]]

    @property
    def console(self) -> Path:
        """What the launchers wrote for a newcomer to read, as it grows."""
        return self.folder.parent / "console.txt"

    def environment(self, **settings: str) -> dict[str, str]:
        own = {"ZUJIAN_DATA_DIR": str(self.folder), "PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        return environment_without("DATABASE_URL", "REDIS_URL", "CI") | own | settings

    def run(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        with self.console.open("a") as console:
            launcher = subprocess.Popen(
                [sys.executable, "-m", "workflow.cli", "run", *arguments],
                env=self.environment(**settings),
                cwd=self.folder,
                stdout=console,
                stderr=subprocess.PIPE,
                text=True,
            )
        self.launchers.append(launcher)
        return launcher

    def refusal(self, **settings: str) -> str:
        """What a launcher says that does not start."""
        launcher = self.run("--no-demo", **settings)
        _, said = launcher.communicate(timeout=60)
        assert launcher.returncode == 1
        assert "Traceback" not in said
        return said

    def answers(self) -> bool:
        try:
            return urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).status == 200
        except OSError:
            return False

    def greets(self) -> bool:
        return f"http://127.0.0.1:{self.port}" in self.console.read_text(encoding="utf-8")

    def database(self) -> Database:
        return Database(f"sqlite:///{self.folder / 'zujian.db'}")

    def has_ticked(self) -> bool:
        database = self.database()
        try:
            with database.reading() as session:
                return last_tick_age(session, RELAY, utc_now()) is not None
        finally:
            database.dispose()

    def parts(self, launcher: subprocess.Popen[str]) -> dict[str, int]:
        """Process id of each part by its name."""
        found = children_of(launcher.pid)
        return {part: pid for pid, line in found.items() for part in PARTS if part in line}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    folder = tmp_path / "data"
    folder.mkdir()
    site = Site(folder, free_port(), [])
    yield site
    for launcher in site.launchers:
        launcher.kill()
        launcher.communicate()


def test_one_command_runs_everything_and_ctrl_c_ends_it(site: Site) -> None:
    launcher = site.run("--no-demo")
    wait_until(site.answers, "the web")
    wait_until(site.greets, "the address, told while everything runs")
    wait_until(site.has_ticked, "a tick sent by beat and executed by the worker")
    parts = site.parts(launcher)
    assert len(parts) == 4
    launcher.send_signal(signal.SIGINT)
    _, complained = launcher.communicate(timeout=60)
    assert launcher.returncode == 0
    said = site.console.read_text(encoding="utf-8")
    assert "zujian org add" in said
    assert "zujian user add" in said
    assert "Traceback" not in complained
    assert not any(is_alive(pid) for pid in parts.values())


def test_a_killed_launcher_leaves_nothing_behind_and_can_be_started_again(site: Site) -> None:
    first = site.run("--no-demo")
    wait_until(site.answers, "the web")
    wait_until(lambda: len(site.parts(first)) == 4, "all parts")
    parts = site.parts(first)
    first.kill()
    first.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in parts.values()), "the end of the parts")
    assert not site.answers()
    site.run("--no-demo")
    wait_until(site.answers, "the web, a second time")


def test_a_second_copy_on_the_same_folder_is_refused_and_a_part_that_dies_is_started_again(site: Site) -> None:
    launcher = site.run("--no-demo")
    wait_until(site.answers, "the web")
    said = site.refusal(PORT=str(free_port()))
    assert f"is in use by another zujian (process {launcher.pid})" in said
    assert site.answers()
    killed = site.parts(launcher)["waitress"]
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: site.parts(launcher).get("waitress", killed) != killed, "another web")
    wait_until(site.answers, "the web again")


def test_a_port_that_is_taken_is_refused_with_the_reason(site: Site) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", site.port))
        other.listen()
        assert f"127.0.0.1:{site.port} is taken by another program" in site.refusal()


@pytest.mark.parametrize("host", ["192.0.2.1", "nosuch.invalid"])
def test_an_address_of_another_machine_is_refused_as_such(site: Site, host: str) -> None:
    assert "HOST must be an address of this machine" in site.refusal(HOST=host)


def test_unsafe_settings_are_refused_with_the_reason(site: Site) -> None:
    assert "SECRET_KEY is missing" in site.refusal(ZUJIAN_ENV="production")


def test_a_database_that_cannot_be_prepared_ends_the_run(site: Site) -> None:
    (site.folder / "zujian.db").write_bytes(b"this is no database, and somebody may want it back")
    launcher = site.run("--no-demo")
    launcher.communicate(timeout=60)
    assert launcher.returncode == 1
    assert (site.folder / "zujian.db").read_bytes().startswith(b"this is no database")


def test_a_note_that_is_wrong_does_no_harm(site: Site) -> None:
    """An older copy of the database was put back: it is brought up although the note says that it is done."""
    (site.folder / "zujian.db").touch()
    settings = load_settings({"ZUJIAN_DATA_DIR": str(site.folder)})
    mark_prepared(settings)
    site.run("--no-demo")
    wait_until(site.answers, "the web")
    wait_until(lambda: _is_newest(site), "the tables")


def test_a_first_start_that_was_ended_early_is_made_whole_by_the_next(site: Site) -> None:
    prepare = [sys.executable, "-m", "workflow.cli", "prepare"]
    first = subprocess.Popen(prepare, env=site.environment(), cwd=site.folder)
    wait_until((site.folder / "zujian.new").exists, "the draft of the database")
    first.kill()
    first.wait()
    assert not (site.folder / "zujian.db").exists()
    assert subprocess.run(prepare, env=site.environment(), cwd=site.folder).returncode == 0
    assert (site.folder / "demo-accounts.txt").exists()
    assert _is_newest(site)
    assert not list(site.folder.glob("zujian.new*"))
    accounts = (site.folder / "demo-accounts.txt").read_text(encoding="utf-8")
    assert subprocess.run(prepare, env=site.environment(), cwd=site.folder).returncode == 0
    assert (site.folder / "demo-accounts.txt").read_text(encoding="utf-8") == accounts


def _is_newest(site: Site) -> bool:
    database = site.database()
    try:
        return current_revision(database) == newest_revision()
    finally:
        database.dispose()
