"""`zujian run` and `zujian prepare`."""

from __future__ import annotations

import sys

import click

from workflow.launcher.run import run as run_everything
from workflow.settings import load_settings


@click.command()
@click.option("--no-demo", is_flag=True, help="空库时不建演示区 / Leave an empty database empty.")
def run(no_demo: bool) -> None:
    """启动消息代理、网页、工作进程和定时器，Ctrl-C 全部结束。

    Runs broker, web, worker and beat in the foreground; Ctrl-C ends all of them.
    """
    sys.exit(run_everything(load_settings(), with_demo=not no_demo))
