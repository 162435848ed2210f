"""`zujian campaign`."""

from __future__ import annotations

from pathlib import Path

import click

from workflow.campaign import import_ledger, summarise, write_returned
from workflow.cli.arguments import in_a_folder_that_takes_it
from workflow.cli.opening import open_runtime


@click.group(help="创先争优台账 / The ledger of the campaign.")
def group() -> None:
    pass


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只看结果，不写入 / Say what would happen and write nothing.")
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    callback=in_a_folder_that_takes_it,
    help="把有错的行写成 xlsx / Write the faulty rows to this xlsx file.",
)
@click.pass_context
def import_file(context: click.Context, file: Path, dry_run: bool, errors: Path | None) -> None:
    """导入台账的九张表；有一处错误就都不导入，重复导入不变。

    / Imports the ledger's nine sheets: all of it or, with any fault, nothing; the same again changes nothing.
    """
    outcome = import_ledger(open_runtime(), file, actor_id=None, dry_run=dry_run)
    for fault in outcome.faults:
        place = f"{fault.place.sheet}\t{fault.place.row}\t{fault.letter}\t{fault.reason}"
        click.echo(f"{place}\t{fault.text.zh} / {fault.text.en}")
    summary = summarise(outcome)
    click.echo(f"{summary.zh}\n\n{summary.en}")
    if errors is not None and outcome.faults:
        write_returned(outcome, errors)
    context.exit(1 if outcome.is_refused else 0)
