"""`zujian roster`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from workflow.cli.arguments import in_a_folder_that_takes_it
from workflow.cli.opening import open_runtime
from workflow.roster import ImportReport, import_roster, summarise, write_error_file


@click.group(help="企业名册 / The roster of enterprises.")
def group() -> None:
    pass


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="只看结果，不写入 / Say what would happen and write nothing.")
@click.option(
    "--errors",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    callback=in_a_folder_that_takes_it,
    help="把退回的行写成 xlsx / Write the rows sent back to this xlsx file.",
)
@click.option("--create-organisations", is_flag=True, help="新建缺少的镇街和商会 / Add missing towns and chambers.")
def import_file(file: Path, dry_run: bool, errors: Path | None, create_organisations: bool) -> None:
    """导入摸排表；重复导入不会重复。/ Imports a roster; the same again changes nothing."""
    report = import_roster(
        open_runtime(),
        file,
        actor_id=None,
        dry_run=dry_run,
        create_organisations=create_organisations,
        progress=_show_progress if sys.stderr.isatty() else None,
    )
    for line in _lines(report):
        click.echo(line)
    if errors is not None:
        write_error_file(report, errors)


def _lines(report: ImportReport) -> Iterator[str]:
    """Every row sent back or left out with its place, reason and sentence, then the summary in both languages."""
    for row in report.rejected:
        for problem in row.problems:
            place = f"{row.source.sheet}\t{row.source.row}\t{problem.letter}\t{problem.reason}"
            yield f"{place}\t{problem.text.zh} / {problem.text.en}"
    for repeated in report.duplicates:
        place = f"{repeated.source.sheet}\t{repeated.source.row}\t{repeated.letter}\tduplicate"
        yield f"{place}\t{repeated.text.zh} / {repeated.text.en}"
    summary = summarise(report)
    yield summary.zh
    yield ""
    yield summary.en


def _show_progress(done: int, total: int) -> None:
    click.echo(f"\r{done} / {total}", err=True, nl=done == total)
