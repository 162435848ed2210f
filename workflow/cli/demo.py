"""`zujian demo`."""

from __future__ import annotations

import click

from workflow.cli.opening import open_runtime
from workflow.demo import create_demo
from workflow.errors import SettingsError
from workflow.settings import load_settings
from workflow.text import Text


@click.group(help="演示区 / The demo district.")
def group() -> None:
    pass


@group.command("create")
def create() -> None:
    """新建演示区和随机密码的账号。/ Makes the demo district, with accounts that have random passwords."""
    settings = load_settings()
    if settings.is_production:
        raise SettingsError(Text("生产环境不能新建演示区", "There is no demo district in production"))
    create_demo(open_runtime(), settings.demo_accounts_file)
    click.echo(f"账号见 / accounts are in {settings.demo_accounts_file}")
