"""`zujian report`."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path

import click

from workflow.cli.arguments import in_a_folder_that_takes_it
from workflow.cli.opening import open_runtime
from workflow.reports import FILES, KINDS, Format, Wanted, read_report
from workflow.reports.text_file import as_text
from workflow.text import LOCALES

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("report", type=click.Choice([kind.code for kind in KINDS]))
@click.option("--from", "from_on", type=DAY, required=True, help="起日 / The first day.")
@click.option("--to", "to_on", type=DAY, required=True, help="止日 / The last day.")
@click.option("--format", "format_", type=click.Choice([str(one) for one in Format]), default="text", show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    callback=in_a_folder_that_takes_it,
    help="写到文件；xlsx 和 docx 必填 / Write to this file; needed for xlsx and docx.",
)
@click.option(
    "--lists/--no-lists", default=True, help="文本里带不带清单 / With the lists in the text.", show_default=True
)
@click.option("--lang", type=click.Choice(LOCALES), default="zh", show_default=True)
def report(
    report: str, from_on: datetime, to_on: datetime, format_: str, out: Path | None, lists: bool, lang: str
) -> None:
    """打印报表：指标、口径和清单。/ Prints a report: figures, definitions, lists."""
    if out is None and format_ != Format.TEXT:
        raise click.UsageError(f"--format {format_} 需要 --out / needs --out")
    runtime = open_runtime()
    with runtime.db.reading() as session:
        made = read_report(session, runtime, None, Wanted(report, _day(from_on), _day(to_on)))
    if format_ == Format.TEXT:
        data = as_text(made, lang, with_lists=lists).encode()
    else:
        data = FILES[Format(format_)].write(made, lang)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        out.write_bytes(data)


def _day(moment: datetime) -> date:
    return moment.date()
