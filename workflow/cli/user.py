"""`zujian user`."""

from __future__ import annotations

import click

from workflow.accounts import create_user
from workflow.cli.opening import open_runtime
from workflow.errors import NotFound
from workflow.models import InstructorProfile, Organisation
from workflow.roles import ROLE_NAMES

# The system acts by itself; nobody signs in as it.
ROLES = [role for role in ROLE_NAMES if role != "system"]


@click.group(help="账号 / Accounts.")
def group() -> None:
    pass


@group.command("add")
@click.argument("username")
@click.option("--name", required=True, help="显示姓名 / The name people read.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="角色 / What they may do.")
@click.option("--organisation", type=int, required=True, help="组织编号，见 zujian org list / Its number.")
@click.option("--email", help="电子邮箱 / Where mail goes.")
def add(username: str, name: str, role: str, organisation: int, email: str | None) -> None:
    """开户，打印一次性的随机密码。/ Opens an account and prints its random password, this once."""
    runtime = open_runtime()
    with runtime.db.unit_of_work() as session:
        if session.get(Organisation, organisation) is None:
            raise NotFound("organisation", organisation)
        user, password = create_user(
            session,
            username=username,
            display_name=name,
            roles=[(role, organisation)],
            email=email,
            now=runtime.now(),
        )
        if role == "instructor":
            session.add(InstructorProfile(user_id=user.id, term_from=runtime.today()))
    click.echo(f"{user.username}\t{password}")
