"""`zujian org`."""

from __future__ import annotations

import click
from sqlalchemy import select

from workflow.cli.opening import open_runtime
from workflow.engine.rerouting import set_organisation_type
from workflow.models import Organisation, OrganisationType
from workflow.models.organisation import TYPE_NAMES


@click.group(help="党组织与部门 / Organisations.")
def group() -> None:
    pass


@group.command("list")
def list_organisations() -> None:
    """按层级列出编号、名称、类型。/ Lists number, name and type; each level stands further in."""
    runtime = open_runtime()
    with runtime.db.reading() as session:
        found = sorted(session.scalars(select(Organisation)), key=_by_tree)
    for organisation in found:
        click.echo(_line(organisation))


@group.command("set-type")
@click.argument("organisation_id", metavar="ID", type=int)
@click.argument("type_", metavar="TYPE", type=click.Choice([str(one) for one in OrganisationType]))
def set_type(organisation_id: int, type_: str) -> None:
    """设定类型；能否审批由类型决定。/ Sets the type, from which follows whether it may approve.

    尚未报送的在办案件随之改报，已报送或已批复的不变。
    / Open cases that were not submitted yet are routed anew; what is submitted or approved stays.
    """
    runtime = open_runtime()
    moved = set_organisation_type(runtime, organisation_id, OrganisationType(type_))
    with runtime.db.reading() as session:
        click.echo(_line(session.get_one(Organisation, organisation_id)))
    click.echo(f"改报 {moved} 件在办案件 / {moved} open cases routed anew")


def _by_tree(organisation: Organisation) -> list[int]:
    return [int(part) for part in organisation.path.strip("/").split("/") if part]


def _line(organisation: Organisation) -> str:
    indent = "  " * (organisation.path.count("/") - 2)
    name = TYPE_NAMES[OrganisationType(organisation.type)]
    decides = "，可审批 may approve" if organisation.may_approve else ""
    return f"{organisation.id:>5}  {indent}{organisation.name}（{name.zh} {name.en}{decides}）"
