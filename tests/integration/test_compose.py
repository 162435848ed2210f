"""docker-compose.yml against the code: what it names exists, and its very commands work as plain processes."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tasks.queues import ROUTES
from tests.compose import ROLES, ROOT, env_example, environment, services, variables
from tests.processes import environment_without
from tests.servers import BrokerServer, PostgresServer, free_port, wait_until
from web.app import create_app
from workflow.delivery.courier import SERVICES_AT_ONCE
from workflow.errors import SettingsError
from workflow.queue_names import QUEUES
from workflow.runtime import Runtime
from workflow.settings import load_settings

SECRETS = {
    "SECRET_KEY": "s" * 32,
    "FIELD_KEYS": "a" * 64,
    "FIELD_LOOKUP_KEY": "b" * 64,
    "POSTGRES_PASSWORD": "p" * 32,
    "REDIS_PASSWORD": "r" * 32,
}
BOUGHT_IN = {"postgres": {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "POSTGRES_INITDB_ARGS"}}
BOUGHT_IN["redis"] = {"REDISCLI_AUTH"}


@pytest.fixture(scope="module")
def composed() -> dict[str, dict[str, Any]]:
    return services(SECRETS)


def test_the_services_are_those_of_the_house(composed: dict[str, dict[str, Any]]) -> None:
    assert set(composed) == {"postgres", "redis", *ROLES}
    assert (composed["postgres"]["image"], composed["redis"]["image"]) == ("postgres:16", "redis:7")
    assert {composed[role]["image"] for role in ROLES} == {"zujian"}
    replicas = {role: composed[role].get("deploy", {}).get("replicas", 1) for role in ROLES}
    assert replicas == {"migrate": 1, "web": 1, "worker": 2, "beat": 1}


def test_channels_that_all_hang_leave_workers_for_everything_else(composed: dict[str, dict[str, Any]]) -> None:
    worker = composed["worker"]
    (each,) = re.findall(r"--concurrency=(\d+)", " ".join(worker["command"]))
    assert int(each) * worker["deploy"]["replicas"] >= SERVICES_AT_ONCE + 2


def test_workers_can_be_as_many_as_are_wanted_and_beat_is_one(composed: dict[str, dict[str, Any]]) -> None:
    """A name or a port of its own would be taken by the first; two beats would only double the ticks."""
    assert composed["worker"].keys() & {"container_name", "ports", "hostname"} == set()
    assert "replicas" not in composed["beat"].get("deploy", {})


def test_every_service_has_a_health_check_and_waits_for_what_it_needs(composed: dict[str, dict[str, Any]]) -> None:
    for name, service in composed.items():
        assert service["healthcheck"]["test"][0] == "CMD", name
    assert composed["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    for role in ("web", "worker", "beat"):
        assert composed[role]["depends_on"] == {
            "postgres": {"condition": "service_healthy"},
            "redis": {"condition": "service_healthy"},
            "migrate": {"condition": "service_completed_successfully"},
        }


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_no_secret_has_a_default(missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        services({name: value for name, value in SECRETS.items() if name != missing})


def test_the_example_names_every_variable_and_holds_no_secret() -> None:
    example = env_example()
    assert {variable.name for variable in variables()} == set(example)
    assert {name for name in example if {v.required for v in variables() if v.name == name} == {True}} == set(SECRETS)
    assert {example[name] for name in SECRETS} == {""}
    for variable in variables():
        if variable.default is not None:
            assert variable.default == example[variable.name], variable.name


def test_every_name_in_an_environment_is_one_somebody_reads(composed: dict[str, dict[str, Any]]) -> None:
    readers = [(ROOT / f"workflow/{name}.py").read_text() for name in ("settings", "channel_settings")]
    known = set(re.findall(r'"([A-Z][A-Z_]+)"', "".join(readers)))
    for role in ROLES:
        assert set(composed[role]["environment"]) <= known, role
    for name, names in BOUGHT_IN.items():
        assert set(composed[name]["environment"]) == names


def test_the_environment_of_each_role_is_fit_for_production(
    composed: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    for role in ROLES:
        settings = load_settings({**environment(composed[role]), "ZUJIAN_DATA_DIR": str(tmp_path)})
        assert settings.is_production
        assert settings.database_url.startswith("postgresql+psycopg://zujian:ppp")
        assert settings.redis_url == f"redis://:{'r' * 32}@redis:6379/0"
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        load_settings({**environment(composed["web"]), "SECRET_KEY": "short"})


def test_the_password_of_each_store_is_the_one_the_product_is_given(composed: dict[str, dict[str, Any]]) -> None:
    assert composed["postgres"]["environment"]["POSTGRES_PASSWORD"] == SECRETS["POSTGRES_PASSWORD"]
    assert SECRETS["REDIS_PASSWORD"] in composed["redis"]["command"]
    assert composed["redis"]["environment"]["REDISCLI_AUTH"] == SECRETS["REDIS_PASSWORD"]


def test_workers_take_from_every_queue_that_a_task_is_sent_to(composed: dict[str, dict[str, Any]]) -> None:
    (queues,) = (word for word in composed["worker"]["command"] if word.startswith("--queues="))
    assert set(queues.removeprefix("--queues=").split(",")) == set(QUEUES)
    assert {route["queue"] for route in ROUTES.values()} <= set(QUEUES)


def test_each_module_that_is_run_exists(composed: dict[str, dict[str, Any]]) -> None:
    for role in ROLES:
        for words in (composed[role]["command"], composed[role]["healthcheck"]["test"]):
            if "-m" in words:
                assert importlib.util.find_spec(words[words.index("-m") + 1]) is not None


def test_the_address_of_the_health_check_is_a_page_open_to_all(
    composed: dict[str, dict[str, Any]], sqlite_url: str, tmp_path: Path
) -> None:
    settings = load_settings({"ZUJIAN_DATA_DIR": str(tmp_path), "DATABASE_URL": sqlite_url})
    runtime = Runtime.from_settings(settings)
    (path,) = re.findall(r"'(/\w+)'", composed["web"]["healthcheck"]["test"][-1])
    assert create_app(runtime, settings).test_client().get(path).status_code == 200
    runtime.db.dispose()


def test_a_web_that_must_not_start_says_why_and_is_not_started_again(tmp_path: Path) -> None:
    unsafe = {"ZUJIAN_ENV": "production", "SECRET_KEY": "short", "ZUJIAN_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{free_port()}", "wsgi:app"]
    web = subprocess.run(
        command, cwd=ROOT, env=environment_without("DATABASE_URL") | unsafe, capture_output=True, text=True, timeout=60
    )
    assert web.returncode == 3
    assert "SECRET_KEY is missing or short" in web.stderr
    assert "Traceback" not in web.stderr


def test_the_image_runs_without_root_from_the_lock_and_holds_the_whole_house() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert "USER zujian" in lines
    assert any("--require-hashes" in line and "-r requirements.lock" in line for line in lines)
    assert any("python -m workflow.cli" in line and "> /usr/local/bin/zujian" in line for line in lines)
    copied = {line.split()[1] for line in lines if line.startswith("COPY")}
    assert copied == {"requirements.lock", "workflow", "web", "tasks", "wsgi.py"}
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {line[1:] for line in sent if line.startswith("!")} == copied


@dataclass
class Deployment:
    """The product's services as processes of this machine, as compose would start them."""

    services: Mapping[str, Mapping[str, Any]]
    elsewhere: Mapping[str, str]
    folder: Path
    started: list[tuple[str, subprocess.Popen[bytes]]] = field(default_factory=list)

    def environment(self, role: str) -> dict[str, str]:
        """As in the image, but for where the stores, the data and the port are on this machine."""
        programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        given = {**environment(self.services[role]), **self.elsewhere}
        if role != "web":
            given.pop("PORT")
        return {**environment_without("CI", "PORT"), **given, "PATH": programs, "PYTHONPATH": str(ROOT)}

    def start(self, role: str) -> subprocess.Popen[bytes]:
        command = self.services[role]["command"]
        process = subprocess.Popen(command, env=self.environment(role), cwd=self.folder, process_group=0)
        self.started.append((role, process))
        return process

    def is_healthy(self, role: str) -> bool:
        check = self.services[role]["healthcheck"]["test"][1:]
        asked = subprocess.run(check, env=self.environment(role), cwd=self.folder, capture_output=True)
        return asked.returncode == 0

    def stop(self) -> dict[str, int]:
        """Ends them as compose does; answers the exit code of each."""
        for _, process in self.started:
            process.send_signal(signal.SIGTERM)
        return {f"{role}-{number}": process.wait(60) for number, (role, process) in enumerate(self.started)}

    def kill(self) -> None:
        for _, process in self.started:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture
def deployment(
    composed: dict[str, dict[str, Any]], postgres_server: PostgresServer, own_broker: BrokerServer, tmp_path: Path
) -> Iterator[Deployment]:
    postgres_server.execute("CREATE DATABASE deployed TEMPLATE template0")
    elsewhere = {
        "DATABASE_URL": postgres_server.url("deployed").replace("postgresql+psycopg", "postgresql"),
        "REDIS_URL": own_broker.url,
        "ZUJIAN_DATA_DIR": str(tmp_path),
        "PORT": str(free_port()),
    }
    deployment = Deployment(composed, elsewhere, tmp_path)
    yield deployment
    deployment.kill()
    postgres_server.execute("DROP DATABASE deployed WITH (FORCE)")


def test_the_very_commands_make_a_working_site_on_postgresql_and_redis(deployment: Deployment) -> None:
    assert not deployment.is_healthy("worker")
    assert deployment.start("migrate").wait(60) == 0
    deployment.started.clear()
    for role in ("web", "worker", "worker", "beat"):
        deployment.start(role)
    wait_until(lambda: deployment.is_healthy("web"), "the web")
    wait_until(lambda: deployment.is_healthy("worker"), "a tick that a worker executed")
    assert deployment.is_healthy("beat")
    assert all(process.poll() is None for _, process in deployment.started)
    assert set(deployment.stop().values()) == {0}
    assert not deployment.is_healthy("web")
