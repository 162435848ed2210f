"""`zujian calendar`."""

from __future__ import annotations

from pathlib import Path

import click

from workflow.cli.opening import open_runtime
from workflow.queries.official_calendar import calendar_years
from workflow.workdays import import_calendar, missing_words, recompute


@click.group(help="工作日历 / The official calendar.")
def group() -> None:
    pass


@group.command("list")
def list_years() -> None:
    """列出各年、是否已齐、休班天数。/ Lists the years, whether each is complete, and its unusual days."""
    runtime = open_runtime()
    with runtime.db.reading() as session:
        years = calendar_years(session)
    for line in years:
        mark = "已齐 complete" if line.is_complete else "未齐 provisional"
        click.echo(f"{line.year}  {mark}  休 off {line.holidays}  班 worked {line.workdays}  {line.source}")
    if (missing := missing_words(runtime.calendar, runtime.today())) is not None:
        click.echo(f"{missing.zh} / {missing.en}", err=True)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--year", type=click.IntRange(2000, 2099), help="年份；默认看文件里的日期 / By default that of the days.")
@click.option("--incomplete", is_flag=True, help="这一年还没齐，仍算暂算 / The year is not complete yet.")
def import_file(file: Path, year: int | None, incomplete: bool) -> None:
    """导入一年（.xlsx 或 .csv：日期、类别、事由），并重算在办期限；有错的行都列出，什么也不改。

    / Puts a year in (day, kind, reason) and counts running deadlines anew; any faulty row refuses all of it.
    """
    runtime = open_runtime()
    found = import_calendar(runtime, file.read_bytes(), file.name, actor_id=None, year=year, is_complete=not incomplete)
    if found.import_id is None:
        click.echo(f"{found.year} 没有变化 / unchanged")
        return
    click.echo(f"{found.year} 已导入 imported: 休 off {found.holidays}, 班 worked {found.workdays}")
    click.echo(f"变动期限 / deadlines changed: {recompute(runtime)}")
