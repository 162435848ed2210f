"""`zujian org`."""

from __future__ import annotations

import click
from sqlalchemy import select

from workflow.cli.arguments import ROW_NUMBER
from workflow.cli.opening import open_runtime
from workflow.engine.rerouting import set_organisation_type
from workflow.models import Organisation, OrganisationKind, OrganisationType
from workflow.models.organisation import TYPE_NAMES
from workflow.organisations import add_organisation

TYPES = click.Choice([str(one) for one in OrganisationType])
KINDS = click.Choice([str(one) for one in OrganisationKind])


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


@group.command("add")
@click.argument("name")
@click.option("--type", "type_", required=True, type=TYPES, help="类型；能否审批由它决定 / Its type.")
@click.option("--kind", type=KINDS, help="层级；默认由类型和上级推定 / By default from type and parent.")
@click.option("--parent", type=ROW_NUMBER, help="上级编号；区委没有上级 / Its number; the district has none.")
def add(name: str, type_: str, kind: str | None, parent: int | None) -> None:
    """新建组织：先建区委，再建部门、镇街，最后建商会。/ Adds a body: the district, then what is below it."""
    runtime = open_runtime()
    with runtime.db.unit_of_work() as session:
        added = add_organisation(
            session,
            name=name,
            type_=OrganisationType(type_),
            kind=OrganisationKind(kind) if kind else None,
            parent_id=parent,
        )
    click.echo(_line(added))


@group.command("set-type")
@click.argument("organisation_id", metavar="ID", type=ROW_NUMBER)
@click.argument("type_", metavar="TYPE", type=TYPES)
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
