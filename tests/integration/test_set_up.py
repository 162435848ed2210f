"""`make` on a bare machine: which Python it takes, and what it does where Debian left out a part of it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class BareMachine:
    """A folder with the Makefile, and a PATH of a shell's tools and stand-ins that write down their calls."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.programs = folder / "programs"
        self.calls_file = folder / "calls"
        self.programs.mkdir()
        shutil.copy(ROOT / "Makefile", folder)
        for name in ("make", "sh", "awk", "echo", "test", "touch"):
            (self.programs / name).symlink_to(shutil.which(name) or f"/bin/{name}")

    def has(self, name: str, body: str) -> None:
        program = self.programs / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> {self.calls_file}\n{body}\n')
        program.chmod(0o755)

    def has_python(self, *, with_venv: bool, supported: bool = True) -> None:
        self.has(
            "python3",
            'case "$2" in\n'
            f"  *'(3, 11)'*) exit {int(not supported)};;\n"
            f"  *ensurepip*) exit {int(not with_venv)};;\n"
            "  *-venv*) echo python3.11-venv;;\n"
            "esac",
        )

    def make(self, target: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", target], cwd=self.folder, env={"PATH": str(self.programs)}, capture_output=True, text=True
        )

    def calls(self) -> list[str]:
        return self.calls_file.read_text().splitlines() if self.calls_file.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> BareMachine:
    return BareMachine(tmp_path)


def test_make_alone_lists_the_commands(machine: BareMachine) -> None:
    shown = machine.make("help").stdout
    for command in ("make run", "make test", "make bench", "make lint", "make lock", "make screenshots"):
        assert command in shown


def test_a_python_with_everything_needs_no_package(machine: BareMachine) -> None:
    machine.has_python(with_venv=True)
    assert machine.make(".venv/bin/pip").returncode == 0
    assert machine.calls()[-1] == "python3 -m venv .venv"


def test_where_venv_is_left_out_root_installs_its_package(machine: BareMachine) -> None:
    machine.has_python(with_venv=False)
    machine.has("id", "echo 0")
    machine.has("apt-get", "")
    assert machine.make(".venv/bin/pip").returncode == 0
    assert "apt-get install -y -qq python3.11-venv" in machine.calls()
    assert machine.calls()[-1] == "python3 -m venv .venv"


def test_where_venv_is_left_out_sudo_is_used_when_it_asks_nothing(machine: BareMachine) -> None:
    machine.has_python(with_venv=False)
    machine.has("id", "echo 1000")
    machine.has("sudo", "")
    machine.has("apt-get", "")
    assert machine.make(".venv/bin/pip").returncode == 0
    assert "sudo apt-get install -y -qq python3.11-venv" in machine.calls()


def test_where_nobody_may_install_the_one_command_to_type_is_shown(machine: BareMachine) -> None:
    machine.has_python(with_venv=False)
    machine.has("id", "echo 1000")
    machine.has("sudo", "exit 1")
    machine.has("apt-get", "")
    refused = machine.make(".venv/bin/pip")
    assert refused.returncode != 0
    assert "sudo apt-get install python3.11-venv" in refused.stderr
    assert not [call for call in machine.calls() if call.startswith("apt-get")]


def test_a_python_that_is_too_old_is_refused_with_the_versions_that_will_do(machine: BareMachine) -> None:
    machine.has_python(with_venv=True, supported=False)
    refused = machine.make(".venv/bin/pip")
    assert refused.returncode != 0
    assert "Python 3.11 to 3.14 is needed" in refused.stderr
