"""`zujian user`."""

from __future__ import annotations

import click

from workflow.accounts import create_user
from workflow.runtime import Runtime
from workflow.settings import load_settings


@click.group(help="账号 / Accounts.")
def group() -> None:
    pass


@group.command("add")
@click.argument("username")
@click.option("--name", required=True, help="显示姓名 / The name people read.")
@click.option("--role", required=True, help="角色 / The role, such as instructor, clerk, approver, org_dept.")
@click.option("--organisation", type=int, required=True, help="组织编号，见 zujian org list / Its number.")
@click.option("--email", help="电子邮箱 / Where mail goes.")
def add(username: str, name: str, role: str, organisation: int, email: str | None) -> None:
    """开户，打印一次性的随机密码。/ Opens an account and prints its random password, this once."""
    runtime = Runtime.from_settings(load_settings())
    with runtime.db.unit_of_work() as session:
        user, password = create_user(
            session,
            username=username,
            display_name=name,
            roles=[(role, organisation)],
            email=email,
            now=runtime.now(),
        )
    click.echo(f"{user.username}\t{password}")
