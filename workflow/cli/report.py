"""`zujian report`."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click

from workflow.cli.arguments import in_a_folder_that_takes_it
from workflow.cli.opening import open_runtime
from workflow.reports import FILES, KINDS, Format, Wanted, issue_report, issued_file, read_report
from workflow.reports.text_file import as_text
from workflow.runtime import Runtime
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
@click.option("--set", "settings", multiple=True, metavar="NAME=CHOICE", callback=lambda _c, _o, given: _pairs(given))
@click.option("--issue", is_flag=True, help="签发：存档，不能更改 / Issue it: it is kept and cannot be changed.")
@click.option("--lang", type=click.Choice(LOCALES), default="zh", show_default=True)
def report(
    report: str,
    from_on: datetime,
    to_on: datetime,
    format_: str,
    out: Path | None,
    lists: bool,
    settings: dict[str, str],
    issue: bool,
    lang: str,
) -> None:
    """打印报表：指标、口径和清单；--set 改设置，如 work_coverage_base=all。

    / Prints a report: figures, definitions, lists; --set takes another local setting.
    """
    if out is None and format_ != Format.TEXT:
        raise click.UsageError(f"--format {format_} 需要 --out / needs --out")
    runtime, kind = open_runtime(), Format(format_)
    wanted = Wanted(report, from_on.date(), to_on.date(), settings)
    data = _issued(runtime, wanted, kind) if issue else _made(runtime, wanted, kind, lang, with_lists=lists)
    if out is None:
        sys.stdout.buffer.write(data)
    else:
        out.write_bytes(data)


def _made(runtime: Runtime, wanted: Wanted, kind: Format, lang: str, *, with_lists: bool) -> bytes:
    with runtime.db.reading() as session:
        made = read_report(session, runtime, None, wanted)
    if kind is Format.TEXT:
        return as_text(made, lang, with_lists=with_lists).encode()
    return FILES[kind].write(made, lang)


def _issued(runtime: Runtime, wanted: Wanted, kind: Format) -> bytes:
    """What was kept, which is Chinese and has its lists."""
    number = issue_report(runtime, None, wanted)
    click.echo(f"已签发：第 {number} 号 / issued as no. {number}", err=True)
    with runtime.db.reading() as session:
        return issued_file(session, runtime, None, number, kind)


def _pairs(given: tuple[str, ...]) -> dict[str, str]:
    if wrong := [one for one in given if "=" not in one]:
        raise click.BadParameter(f"写成 NAME=CHOICE / written NAME=CHOICE: {', '.join(wrong)}")
    return dict(one.split("=", 1) for one in given)
