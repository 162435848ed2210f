"""`zujian ledger`."""

from __future__ import annotations

import sys

import click

from workflow.cli.arguments import ROW_NUMBER
from workflow.cli.opening import open_runtime
from workflow.ledger import verify


@click.group(help="历史 / The history.")
def group() -> None:
    pass


@group.command("verify")
@click.option("--case", "case_id", type=ROW_NUMBER, help="只核验一个个案 / One case alone.")
def verify_ledger(case_id: int | None) -> None:
    """重算每条记录的链；指出第一处损坏。/ Recomputes every chain and names the first row that does not fit."""
    runtime = open_runtime()
    with runtime.db.reading() as session:
        verdict = verify(session, case_id)
    if verdict.damage is not None:
        damage = verdict.damage
        click.echo(
            f"损坏 / damage: 个案 case {damage.case_id}, 第 {damage.seq} 条 entry {damage.seq}: {damage.kind}", err=True
        )
        sys.exit(1)
    click.echo(f"完好 / intact: {verdict.cases} 个案 cases, {verdict.entries} 条记录 entries")
