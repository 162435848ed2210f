"""`zujian user`."""

from __future__ import annotations

import click

from workflow.accounts import create_user, disable_demo_users
from workflow.channels import CHANNELS
from workflow.cli.arguments import ROW_NUMBER
from workflow.cli.opening import open_runtime
from workflow.contacts import account_of, remove_contact, set_contact
from workflow.errors import InvalidInput
from workflow.models import InstructorProfile, Organisation
from workflow.people.leaving import disable_account
from workflow.roles import ROLE_NAMES
from workflow.settings import load_settings
from workflow.text import Text

# The system acts by itself; nobody signs in as it.
ROLES = [role for role in ROLE_NAMES if role != "system"]


@click.group(help="账号 / Accounts.")
def group() -> None:
    pass


@group.command("add")
@click.argument("username")
@click.option("--name", required=True, help="显示姓名 / The name people read.")
@click.option("--role", required=True, type=click.Choice(ROLES), help="角色 / What they may do.")
@click.option("--organisation", type=ROW_NUMBER, required=True, help="组织编号，见 zujian org list / Its number.")
@click.option("--email", help="电子邮箱 / Where mail goes.")
def add(username: str, name: str, role: str, organisation: int, email: str | None) -> None:
    """开户，打印一次性的随机密码。/ Opens an account and prints its random password, this once."""
    runtime = open_runtime()
    with runtime.db.unit_of_work() as session:
        if session.get(Organisation, organisation) is None:
            raise _no_organisation(organisation)
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


@group.command("disable")
@click.argument("username", required=False)
@click.option("--demo", is_flag=True, help="停用全部演示账号 / All accounts of the demo district.")
def disable(username: str | None, demo: bool) -> None:
    """停用账号，立即退出，所带企业退回主管部门；历史保留。/ Nobody signs in with it; its cases go to the managers."""
    if (username is None) != demo:
        raise click.UsageError("USERNAME 或 --demo，二选一 / give either USERNAME or --demo")
    runtime = open_runtime()
    if username is not None:
        count = disable_account(runtime, username)
    else:
        with runtime.db.unit_of_work() as session:
            count = disable_demo_users(session)
    click.echo(f"已停用 {count} 个账号 / {count} accounts disabled")


@group.command("contact")
@click.argument("username")
@click.argument("channel", type=click.Choice(list(CHANNELS)))
@click.argument("address", required=False)
@click.option("--remove", is_flag=True, help="删除 / Take the address out.")
def contact(username: str, channel: str, address: str | None, remove: bool) -> None:
    """填写或删除某人在一个渠道的联系方式。/ Gives a person an address in a channel, or takes it out."""
    if (address is None) != remove:
        raise click.UsageError("ADDRESS 或 --remove，二选一 / give either ADDRESS or --remove")
    runtime = open_runtime()
    with runtime.db.unit_of_work() as session:
        person = account_of(session, username)
        if address is None:
            remove_contact(session, person, channel)
    shown = "" if address is None else set_contact(runtime, load_settings().channels, person, channel, address)
    click.echo(f"{username}\t{channel}\t{shown}")


def _no_organisation(number: int) -> InvalidInput:
    fault = Text(
        f"没有编号为 {number} 的组织：用 zujian org list 查看，用 zujian org add 新建",
        f"There is no organisation {number}: zujian org list shows them, zujian org add adds one",
    )
    return InvalidInput({"organisation": fault})
