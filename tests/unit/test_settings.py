"""Settings: read once, typed, and refused by name where they are unsafe."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier

import pytest

from workflow.database import Database
from workflow.errors import SettingsError
from workflow.models import Base, User
from workflow.production import refuse_demo_accounts
from workflow.settings import Settings, load_settings

LONG_SECRET = "s" * 32
FIELD_KEYS = {"FIELD_KEYS": "a" * 64, "FIELD_LOOKUP_KEY": "b" * 64}


def settings_of(folder: Path, **environ: str) -> Settings:
    return load_settings({"ZUJIAN_DATA_DIR": str(folder), **environ})


def production(folder: Path, **environ: str) -> Settings:
    return settings_of(folder, ZUJIAN_ENV="production", **{"SECRET_KEY": LONG_SECRET, **FIELD_KEYS, **environ})


def test_nothing_has_to_be_set(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert settings.database_url == f"sqlite:///{tmp_path / 'zujian.db'}"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert (settings.host, settings.port, settings.redis_url) == ("127.0.0.1", 8000, "")
    assert not settings.is_production
    assert not settings.debug


def test_a_random_secret_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    first = settings_of(tmp_path).secret_key
    assert len(first) >= 32
    assert settings_of(tmp_path).secret_key == first
    assert settings_of(tmp_path / "other").secret_key != first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_parts_that_start_at_once_have_the_same_secrets(tmp_path: Path) -> None:
    for attempt in range(20):
        folder, start = tmp_path / str(attempt), Barrier(6)

        def read(folder: Path = folder, start: Barrier = start) -> Settings:
            start.wait()
            return settings_of(folder)

        with ThreadPoolExecutor(6) as pool:
            found = [one.result() for one in [pool.submit(read) for _ in range(6)]]
        assert len({settings.secret_key for settings in found}) == 1
        assert all(settings.field_keys == found[0].field_keys for settings in found)
        assert sorted(path.name for path in folder.iterdir()) == ["field_keys.json", "secret_key"]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql"])
def test_an_address_of_postgresql_in_any_spelling_means_our_driver(tmp_path: Path, scheme: str) -> None:
    settings = settings_of(tmp_path, DATABASE_URL=f"{scheme}://u:p@db/z")
    assert settings.database_url == "postgresql+psycopg://u:p@db/z"


def test_the_port_is_part_of_the_address_people_are_sent_to(tmp_path: Path) -> None:
    assert settings_of(tmp_path, PORT="8123").base_url == "http://127.0.0.1:8123"
    assert settings_of(tmp_path, ZUJIAN_BASE_URL="https://zj.example/").base_url == "https://zj.example"


@pytest.mark.parametrize("name", ["PORT", "WEB_CONCURRENCY", "SMTP_PORT", "ZUJIAN_PROXY_HOPS"])
def test_a_number_that_is_none_is_refused_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} must be a whole number from [01] to [0-9]+, not 'many'"):
        settings_of(tmp_path, **{name: "many"})


@pytest.mark.parametrize("port", ["0", "65536", "-1", "²", "9" * 5000])
def test_a_port_there_cannot_be_is_refused(tmp_path: Path, port: str) -> None:
    with pytest.raises(SettingsError, match="PORT must be a whole number from 1 to 65535"):
        settings_of(tmp_path, PORT=port)


@pytest.mark.parametrize("url", ["mysql://u:hidden@db/z", "zujian-hidden.db", "postgresql+asyncpg://u:hidden@db/z"])
def test_a_database_of_an_unknown_kind_is_refused_without_repeating_its_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match="must begin with postgresql:// or sqlite:///") as refused:
        settings_of(tmp_path, DATABASE_URL=url)
    assert "hidden" not in f"{refused.value.text.zh}{refused.value.text.en}"


@pytest.mark.parametrize("environment", ["development", "production"])
def test_a_data_folder_that_cannot_be_one_is_refused(tmp_path: Path, environment: str) -> None:
    file = tmp_path / "file"
    file.touch()
    for folder in (file, file / "below"):
        with pytest.raises(SettingsError, match="choose another with ZUJIAN_DATA_DIR"):
            settings_of(folder, ZUJIAN_ENV=environment, SECRET_KEY=LONG_SECRET, **FIELD_KEYS)


def test_an_environment_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="not 'prod'"):
        settings_of(tmp_path, ZUJIAN_ENV="prod")


def test_production_starts_with_what_it_needs(tmp_path: Path) -> None:
    assert production(tmp_path).is_production
    assert production(tmp_path, DATABASE_URL="postgresql://db/z", WEB_CONCURRENCY="4").web_processes == 4


@pytest.mark.parametrize(
    ("environ", "reason"),
    [
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG must be off"),
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing or short"),
        ({"SECRET_KEY": "s" * 31}, "SECRET_KEY is missing or short"),
        ({"WEB_CONCURRENCY": "2"}, "SQLite takes one web process"),
    ],
)
def test_production_refuses_an_unsafe_start_with_its_reason(
    tmp_path: Path, environ: dict[str, str], reason: str
) -> None:
    with pytest.raises(SettingsError, match=reason):
        production(tmp_path, **environ)


def test_production_refuses_the_accounts_of_the_demo(tmp_path: Path) -> None:
    (tmp_path / "demo-accounts.txt").touch()
    with pytest.raises(SettingsError, match="demo accounts are still there"):
        production(tmp_path)


def test_production_names_every_reason_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        production(tmp_path, FLASK_DEBUG="true", SECRET_KEY="", WEB_CONCURRENCY="3", FIELD_KEYS="", FIELD_LOOKUP_KEY="")
    assert str(refused.value).count(";") == 3
    assert refused.value.text.zh.count("；") == 3


def test_no_secret_is_made_up_for_production(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        production(tmp_path / "new", SECRET_KEY="")
    assert not (tmp_path / "new").exists()


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    given = {
        "SECRET_KEY": LONG_SECRET,
        "SMTP_PASSWORD": "mail-hidden",
        "DATABASE_URL": "postgresql://u:db-hidden@db/z",
        "REDIS_URL": "redis://:broker-hidden@redis/0",
    }
    shown = repr(settings_of(tmp_path, **given))
    assert "hidden" not in shown
    assert LONG_SECRET not in shown


@pytest.fixture
def with_demo_account(tmp_path: Path) -> Database:
    database = Database(f"sqlite:///{tmp_path / 'zujian.db'}")
    Base.metadata.create_all(database.engine)
    with database.unit_of_work() as session:
        session.add(
            User(
                username="demo",
                display_name="演示",
                password_hash="-",
                is_demo=True,
                is_active=True,
                created_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )
    return database


def test_production_refuses_demo_accounts_in_the_database_until_they_are_disabled(
    tmp_path: Path, with_demo_account: Database
) -> None:
    refuse_demo_accounts(settings_of(tmp_path), with_demo_account)
    with pytest.raises(SettingsError, match="1 demo accounts can still sign in"):
        refuse_demo_accounts(production(tmp_path), with_demo_account)
    with with_demo_account.unit_of_work() as session:
        session.query(User).update({"is_active": False})
    refuse_demo_accounts(production(tmp_path), with_demo_account)
    with_demo_account.dispose()
