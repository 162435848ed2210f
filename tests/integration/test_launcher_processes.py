"""Children of the launcher: started again when they end, gone when the launcher is, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.processes import is_alive, pids_in
from tests.servers import wait_until
from workflow.launcher.program import CHILD_PROGRAM

LAUNCHER = """
import signal, sys
from pathlib import Path
from workflow.launcher.processes import Supervisor
from workflow.launcher.program import Program

# Tests that run under nohup would pass on that a hang-up is ignored.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
folder = Path(sys.argv[1])

def program(name, code, **how):
    note = "import os, signal, sys, time; open(sys.argv[1], 'a').write(f'{os.getpid()}\\\\n')\\n"
    return Program(name, [sys.executable, "-c", note + code, str(folder / name)], **how)

SLEEP = "time.sleep(600)"
DEAF = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\\nopen(sys.argv[1] + '.deaf', 'w').close()\\n" + SLEEP
"""

PATIENT = f"""{LAUNCHER}
sys.exit(Supervisor([
    program("broker", SLEEP, ends_last=True),
    program("web", SLEEP),
    program("worker", SLEEP, may_start=lambda: (folder / "go").exists()),
]).run())
"""

STUBBORN = f"""{LAUNCHER}
sys.exit(Supervisor([program("deaf", DEAF)], grace=0.3).run())
"""

FAILING_WORK = f"""{LAUNCHER}
sys.exit(Supervisor([program("web", SLEEP), program("prepare", "sys.exit(3)", once=True)]).run())
"""

DONE_WORK = f"""{LAUNCHER}
supervisor = Supervisor([
    program("prepare", "", once=True),
    program("web", SLEEP, may_start=lambda: supervisor.is_done("prepare")),
])
sys.exit(supervisor.run())
"""

CANNOT_START = f"""{LAUNCHER}
def repair():
    (folder / "repaired").touch()
sys.exit(Supervisor([
    program("broker", "sys.exit(not os.path.exists(os.path.dirname(sys.argv[1]) + '/repaired') or " + SLEEP + ")",
            repair=repair),
]).run())
"""


class Launched:
    """A launcher of stand-in children, each of which writes its process id when it starts."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen([sys.executable, "-c", program, str(folder)])

    def starts(self, name: str, times: int = 1) -> list[int]:
        """Waits for that many starts of a child; answers the process ids."""
        wait_until(lambda: len(pids_in(self.folder / name)) >= times, f"start {times} of {name}")
        return pids_in(self.folder / name)

    def every_pid(self) -> list[int]:
        return [pid for file in self.folder.iterdir() for pid in pids_in(file) if not file.suffix]


Launch = Callable[[str], Launched]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    launched: list[Launched] = []

    def start(program: str) -> Launched:
        launched.append(Launched(tmp_path, program))
        return launched[-1]

    yield start
    for one in launched:
        one.process.kill()
        one.process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_the_launcher_ends_every_child(launch: Launch, number: signal.Signals) -> None:
    launched = launch(PATIENT)
    pids = [*launched.starts("broker"), *launched.starts("web")]
    launched.process.send_signal(number)
    assert launched.process.wait() == 0
    assert not any(is_alive(pid) for pid in pids)


def test_killing_the_launcher_ends_every_child(launch: Launch) -> None:
    launched = launch(PATIENT)
    pids = [*launched.starts("broker"), *launched.starts("web")]
    launched.process.kill()
    launched.process.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in pids), "the end of the children")


def test_a_child_that_dies_is_started_again(launch: Launch) -> None:
    launched = launch(PATIENT)
    os.kill(launched.starts("web")[0], signal.SIGKILL)
    first, second = launched.starts("web", times=2)
    assert first != second
    assert not is_alive(first)
    assert is_alive(second)


def test_a_child_waits_until_it_may_start(launch: Launch, tmp_path: Path) -> None:
    launched = launch(PATIENT)
    launched.starts("web")
    assert pids_in(tmp_path / "worker") == []
    (tmp_path / "go").touch()
    assert is_alive(launched.starts("worker")[0])


def test_a_child_that_will_not_end_is_ended(launch: Launch, tmp_path: Path) -> None:
    launched = launch(STUBBORN)
    (pid,) = launched.starts("deaf")
    wait_until((tmp_path / "deaf.deaf").exists, "the child to turn deaf")
    launched.process.terminate()
    assert launched.process.wait() == 0
    assert not is_alive(pid)


def test_work_that_fails_ends_everything_with_a_failure(launch: Launch) -> None:
    launched = launch(FAILING_WORK)
    assert launched.process.wait() == 1
    assert not any(is_alive(pid) for pid in launched.every_pid())


def test_work_that_is_done_lets_the_others_start_and_is_not_done_again(launch: Launch, tmp_path: Path) -> None:
    launched = launch(DONE_WORK)
    launched.starts("web")
    assert len(pids_in(tmp_path / "prepare")) == 1


def test_a_child_that_cannot_start_is_repaired(launch: Launch) -> None:
    launched = launch(CANNOT_START)
    assert is_alive(launched.starts("broker", times=2)[-1])


def test_without_help_of_the_kernel_a_child_still_notices_that_its_parent_is_gone(tmp_path: Path) -> None:
    """What macOS does: the wrapper stays and watches."""
    note = "import os, sys, time; open(sys.argv[1], 'w').write(str(os.getpid())); time.sleep(600)"
    parent = (
        "import subprocess, sys, time, os; sys.path.insert(0, sys.argv[1]); import child\n"
        "if os.fork() == 0:\n"
        "    os._exit(child.watch(os.getppid(), [sys.executable, '-c', sys.argv[3], sys.argv[2]]))\n"
        "time.sleep(600)"
    )
    file = tmp_path / "pid"
    launcher = subprocess.Popen([sys.executable, "-c", parent, str(CHILD_PROGRAM.parent), str(file), note])
    wait_until(lambda: bool(pids_in(file)), "the child")
    (pid,) = pids_in(file)
    launcher.kill()
    launcher.wait()
    wait_until(lambda: not is_alive(pid), "the end of the child")
