"""F16: the disk is full. What cannot be kept is refused, what is kept can be read, and room mends all."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.clients import Client
from tests.faults.figures import report
from tests.faults.options import option
from tests.faults.processes import Nursery
from tests.faults.scarce import SIZE, Scarce, SmallDisk, SmallFiles
from tests.faults.trial import Ground, Trial, trial
from tests.servers import BrokerServer, wait_until
from workflow.migrations import upgrade


@pytest.fixture
def scarce(tmp_path: Path) -> Iterator[Scarce]:
    """A file system of its own where one may be mounted, else files that cannot grow."""
    folder = tmp_path / "data"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", folder]
    if not option("mount", 1) or subprocess.run(mount, capture_output=True).returncode:
        yield SmallFiles(folder)
        return
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_f16_a_full_disk_refuses_and_room_mends_it(nursery: Nursery, own_broker: BrokerServer, scarce: Scarce) -> None:
    url = f"sqlite:///{scarce.folder / 'zujian.db'}"
    upgrade(url)
    ground = Ground(nursery, url, own_broker, scarce.folder.parent)
    with trial("F16", ground, cases=2) as at:
        web, at.board.port = at.site.web()
        client, case_id = Client(at.board, 0), at.board.cases[0]
        assert _return_and_submit(client, case_id) == ["ok", "ok"]
        files = _documents(at)
        scarce.fill(web.pid)
        full = [
            client.attempt(f"full-{number}", case_id, "clerk", "return", {"reason": "满" * 4000}) for number in range(5)
        ]
        papers = [_bring(client, case_id, number) for number in range(3)]
        reads = client.send("GET", f"/cases/{case_id}", "clerk")[0]
        kept = _documents(at)
        scarce.free(web.pid)
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


def _documents(at: Trial) -> set[Path]:
    return {path for path in (at.ground.folder / "data" / "documents").rglob("*") if path.is_file()}


def _bring(client: Client, case_id: int, number: int) -> int:
    content = b"%PDF-1.4 " + bytes([number]) * 200_000
    return client.bring(case_id, client.board.instructors[case_id], "D01", content)[0]
