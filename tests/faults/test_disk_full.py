"""F16: the disk is full. What cannot be kept is refused, what is kept can be read, and room mends all."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.clients import Client
from tests.faults.figures import report
from tests.faults.processes import Nursery
from tests.faults.trial import Ground, Trial, trial
from tests.servers import BrokerServer, wait_until
from workflow.migrations import upgrade

SIZE = 24  # megabytes


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, in memory; only root may mount one."""
    disk = tmp_path / "data"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


def test_f16_a_full_disk_refuses_and_room_mends_it(
    nursery: Nursery, own_broker: BrokerServer, small_disk: Path
) -> None:
    url = f"sqlite:///{small_disk / 'zujian.db'}"
    upgrade(url)
    ground = Ground(nursery, url, own_broker, small_disk.parent)
    with trial("F16", ground, cases=2) as at:
        _, at.board.port = at.site.web()
        client, case_id = Client(at.board, 0), at.board.cases[0]
        assert _return_and_submit(client, case_id) == ["ok", "ok"]
        filler = _fill(small_disk)
        files = _documents(at)
        full = [
            client.attempt(f"full-{number}", case_id, "clerk", "return", {"reason": "满" * 4000}) for number in range(5)
        ]
        papers = [_bring(client, case_id, number) for number in range(3)]
        reads = client.send("GET", f"/cases/{case_id}", "clerk")[0]
        kept = _documents(at)
        filler.unlink()
        began = time.monotonic()
        wait_until(lambda: _return_and_submit(client, case_id)[-1] == "ok", "an action that succeeds", within=60)
        normal = time.monotonic() - began
        at.site.beat()
        at.site.worker("-P", "threads", "-c", "4")
        at.drain()
        client.close()
        report(at, at.judge(), normal_after=normal, refused=full.count("unknown"), papers=str(papers), read=reads)
    assert "unknown" in full, "the disk was not full"
    assert {one.status for one in at.history.tries} <= {200, 422, 503}
    assert set(papers) <= {201, 507}
    assert reads == 200
    assert len(kept - files) == papers.count(201), "half a file was left behind"


def _return_and_submit(client: Client, case_id: int) -> list[str]:
    instructor = client.board.instructors[case_id]
    return [
        client.wish(case_id, "clerk", "return", {"reason": "请补正"}),
        client.wish(case_id, instructor, "submit", {}),
    ]


def _fill(disk: Path) -> Path:
    """Takes every byte there is."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while file.write(b"0" * size):
                    pass
            except OSError:
                continue
    return filler


def _documents(at: Trial) -> set[Path]:
    return {path for path in (at.ground.folder / "data" / "documents").rglob("*") if path.is_file()}


def _bring(client: Client, case_id: int, number: int) -> int:
    content = b"%PDF-1.4 " + bytes([number]) * 200_000
    return client.bring(case_id, client.board.instructors[case_id], "D01", content)[0]
