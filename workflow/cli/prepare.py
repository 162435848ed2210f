"""`zujian prepare`, which `zujian run` does by itself."""

from __future__ import annotations

import click

from workflow.launcher.prepare import prepare as prepare_database
from workflow.settings import load_settings


@click.command()
@click.option("--no-demo", is_flag=True, help="空库时不建演示区 / Leave an empty database empty.")
def prepare(no_demo: bool) -> None:
    """建表；数据库为空时建演示区。/ Brings the tables up; makes the demo district in an empty database."""
    prepare_database(load_settings(), with_demo=not no_demo)
