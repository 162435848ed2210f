"""`zujian demo`."""

from __future__ import annotations

import click

from workflow.demo import create_demo
from workflow.runtime import Runtime
from workflow.settings import load_settings


@click.group(help="演示区 / The demo district.")
def group() -> None:
    pass


@group.command("create")
def create() -> None:
    """新建演示区和随机密码的账号。/ Makes the demo district, with accounts that have random passwords."""
    settings = load_settings()
    create_demo(Runtime.from_settings(settings), settings.demo_accounts_file)
    click.echo(f"账号见 / accounts are in {settings.demo_accounts_file}")
