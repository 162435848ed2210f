"""`zujian keys`."""

from __future__ import annotations

import click

from workflow.cli.opening import open_runtime
from workflow.contacts import reseal_contacts
from workflow.errors import SettingsError
from workflow.field_keys import add_kept_key
from workflow.members.numbers import reseal
from workflow.settings import load_settings
from workflow.text import Text


@click.group(help="加密密钥 / The keys of personal numbers.")
def group() -> None:
    pass


@group.command("add")
def add() -> None:
    """新增一把密钥，以后用它加密（仅限数据目录中的密钥文件）。/ A new key seals from now on (keys kept in a file)."""
    settings = load_settings()
    if settings.is_production or not settings.keys_are_kept:
        raise SettingsError(
            Text(
                "密钥来自 FIELD_KEYS：请把新密钥写在最前面",
                "The keys come from FIELD_KEYS: put the new one first",
            )
        )
    name = add_kept_key(settings.data_dir)
    click.echo(f"新密钥 {name}，重启后生效；再执行 zujian keys reseal / {name} seals after a restart, then reseal")


@group.command("reseal")
def reseal_all() -> None:
    """把旧密钥加密的改用现行密钥。/ Seals anew what lies under an older key."""
    runtime = open_runtime()
    done = reseal(runtime) + reseal_contacts(runtime)
    click.echo(f"已改用现行密钥 {done} 项 / {done} values sealed anew")
