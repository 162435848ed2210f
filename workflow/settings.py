"""The only reader of the environment. What is missing or unsafe stops the start by name."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from workflow.channel_settings import ChannelSettings, read_channels
from workflow.errors import SettingsError
from workflow.field_keys import kept_keys, read_keys
from workflow.private_files import make_once
from workflow.text import Text
from workflow.vault import FieldKeys

MINIMUM_SECRET_LENGTH = 32
PORTS = range(1, 65536)
LOG_FORMATS = ("text", "json")
LOG_LEVELS = ("warning", "info", "debug", "error")

# Messages to one person through one channel, before the rest of the day is gathered into one.
MOST_A_DAY = 50


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mail goes: an SMTP server, or a folder of files where `host` is empty."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    sender: str = "zujian@localhost"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the product is told from outside, read once."""

    environment: str
    data_dir: Path
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    host: str = "127.0.0.1"
    port: int = 8000
    web_processes: int = 1
    proxy_hops: int = 0
    notices_a_day: int = MOST_A_DAY
    debug: bool = False
    # Opens /metrics to whoever is not on this machine; empty: nobody.
    metrics_token: str = field(default="", repr=False)
    # key=value lines, or one JSON object a line.
    log_format: str = "text"
    # Each request is told at info.
    log_level: str = "warning"
    mail: MailSettings = field(default_factory=MailSettings)
    channels: ChannelSettings = field(default_factory=ChannelSettings)
    field_keys: FieldKeys | None = field(default=None, repr=False)
    # The field keys are those of the file in the data folder.
    keys_are_kept: bool = False

    @property
    def is_production(self) -> bool:
        return self.environment == "production"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def documents_dir(self) -> Path:
        return self.data_dir / "documents"

    @property
    def mail_dir(self) -> Path:
        return self.data_dir / "mail"

    @property
    def imports_dir(self) -> Path:
        return self.data_dir / "imports"

    @property
    def demo_accounts_file(self) -> Path:
        return self.data_dir / "demo-accounts.txt"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Reads and checks the settings; raises SettingsError naming every unsafe or malformed one."""
    env = os.environ if environ is None else environ
    data_dir = Path(env.get("ZUJIAN_DATA_DIR", "var")).resolve()
    settings = Settings(
        environment=env.get("ZUJIAN_ENV", "development"),
        data_dir=data_dir,
        database_url=_database_url(env.get("DATABASE_URL", ""), data_dir),
        redis_url=env.get("REDIS_URL", ""),
        secret_key=env.get("SECRET_KEY", ""),
        base_url=env.get("ZUJIAN_BASE_URL", f"http://127.0.0.1:{env.get('PORT', '8000')}").rstrip("/"),
        host=env.get("HOST", "127.0.0.1"),
        port=_number(env, "PORT", 8000, PORTS),
        web_processes=_number(env, "WEB_CONCURRENCY", 1, range(1, 1001)),
        proxy_hops=_number(env, "ZUJIAN_PROXY_HOPS", 0, range(101)),
        notices_a_day=_number(env, "ZUJIAN_NOTICES_A_DAY", MOST_A_DAY, range(1, 10001)),
        # As Flask itself reads it: everything but these is on.
        debug=env.get("FLASK_DEBUG", "").lower() not in {"", "0", "false", "no"},
        metrics_token=env.get("METRICS_TOKEN", ""),
        log_format=_choice(env, "LOG_FORMAT", LOG_FORMATS),
        log_level=_choice(env, "LOG_LEVEL", LOG_LEVELS),
        mail=MailSettings(
            host=env.get("SMTP_HOST", ""),
            port=_number(env, "SMTP_PORT", 25, PORTS),
            user=env.get("SMTP_USER", ""),
            password=env.get("SMTP_PASSWORD", ""),
            starttls=env.get("SMTP_STARTTLS", "").lower() in {"1", "true", "yes"},
            sender=env.get("SMTP_SENDER", "zujian@localhost"),
        ),
        channels=read_channels(env, is_production=env.get("ZUJIAN_ENV") == "production"),
        field_keys=_field_keys(env),
    )
    _refuse_unknown_environment(settings)
    if settings.is_production:
        _refuse_unsafe_production(settings)
    _make_data_dir(data_dir)
    if settings.field_keys is None:
        settings = replace(settings, field_keys=kept_keys(data_dir), keys_are_kept=True)
    return settings if settings.secret_key else _with_kept_secret(settings)


def _field_keys(env: Mapping[str, str]) -> FieldKeys | None:
    keys, lookup = env.get("FIELD_KEYS", ""), env.get("FIELD_LOOKUP_KEY", "")
    return read_keys(keys, lookup) if keys or lookup else None


def _database_url(raw: str, data_dir: Path) -> str:
    if not raw:
        return f"sqlite:///{data_dir / 'zujian.db'}"
    if raw.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + raw.split("://", 1)[1]
    if raw.startswith(("postgresql+psycopg://", "sqlite://")):
        return raw
    # The address itself may hold a password and is not repeated.
    raise SettingsError(
        Text(
            "DATABASE_URL 须以 postgresql:// 或 sqlite:/// 开头",
            "DATABASE_URL must begin with postgresql:// or sqlite:///",
        )
    )


def _number(env: Mapping[str, str], name: str, default: int, allowed: range) -> int:
    raw = env.get(name, "")
    if not raw:
        return default
    if not re.fullmatch("[0-9]{1,9}", raw) or int(raw) not in allowed:
        least, most = allowed[0], allowed[-1]
        raise SettingsError(
            Text(
                f"{name} 应为 {least} 到 {most} 的整数，现在是 {raw!r}",
                f"{name} must be a whole number from {least} to {most}, not {raw!r}",
            )
        )
    return int(raw)


def _choice(env: Mapping[str, str], name: str, choices: Sequence[str]) -> str:
    """One of `choices`, the first where nothing is set."""
    chosen = env.get(name, "") or choices[0]
    if chosen not in choices:
        words = " / ".join(choices)
        raise SettingsError(
            Text(f"{name} 只能是 {words}，现在是 {chosen!r}", f"{name} must be one of {words}, not {chosen!r}")
        )
    return chosen


def _refuse_unknown_environment(settings: Settings) -> None:
    if settings.environment not in {"development", "production", "test"}:
        raise SettingsError(
            Text(
                f"ZUJIAN_ENV 只能是 development、production 或 test，现在是 {settings.environment!r}",
                f"ZUJIAN_ENV must be development, production or test, not {settings.environment!r}",
            )
        )


def _refuse_unsafe_production(settings: Settings) -> None:
    reasons: list[Text] = []
    if settings.debug:
        reasons.append(Text("生产环境不得打开 FLASK_DEBUG", "FLASK_DEBUG must be off in production"))
    if len(settings.secret_key) < MINIMUM_SECRET_LENGTH:
        reasons.append(
            Text(
                f"SECRET_KEY 缺失或过短，至少 {MINIMUM_SECRET_LENGTH} 个字符",
                f"SECRET_KEY is missing or short: at least {MINIMUM_SECRET_LENGTH} characters",
            )
        )
    if settings.metrics_token and len(settings.metrics_token) < MINIMUM_SECRET_LENGTH:
        reasons.append(
            Text(
                f"METRICS_TOKEN 过短，至少 {MINIMUM_SECRET_LENGTH} 个字符",
                f"METRICS_TOKEN is short: at least {MINIMUM_SECRET_LENGTH} characters",
            )
        )
    if settings.field_keys is None:
        reasons.append(
            Text(
                "FIELD_KEYS、FIELD_LOOKUP_KEY 缺失：身份证号和电话须加密保存",
                "FIELD_KEYS and FIELD_LOOKUP_KEY are missing: identity and phone numbers are kept encrypted",
            )
        )
    if settings.is_sqlite and settings.web_processes > 1:
        reasons.append(
            Text(
                "SQLite 只能配一个 web 进程：请把 WEB_CONCURRENCY 设为 1，或用 DATABASE_URL 指向 PostgreSQL",
                "SQLite takes one web process: set WEB_CONCURRENCY=1 or point DATABASE_URL at PostgreSQL",
            )
        )
    if settings.demo_accounts_file.exists():
        reasons.append(
            Text(
                f"演示账号文件还在：请先删除 {settings.demo_accounts_file}，再执行 zujian user disable --demo",
                "demo accounts are still there: "
                f"remove {settings.demo_accounts_file}, then run zujian user disable --demo",
            )
        )
    if reasons:
        raise SettingsError(Text("；".join(r.zh for r in reasons), "; ".join(r.en for r in reasons)))


def _make_data_dir(path: Path) -> None:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            Text(
                f"数据目录 {path} 无法使用（{error.strerror}）：请用 ZUJIAN_DATA_DIR 另选目录",
                f"The data folder {path} cannot be used ({error.strerror}): choose another with ZUJIAN_DATA_DIR",
            )
        ) from error


def _with_kept_secret(settings: Settings) -> Settings:
    """Outside production a random key is made once and kept, so that a restart does not sign everybody out."""
    path = settings.data_dir / "secret_key"
    if not path.exists():
        make_once(path, secrets.token_hex(32))
    return replace(settings, secret_key=path.read_text().strip())
