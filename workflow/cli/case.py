"""`zujian case`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from workflow.casefile.export import export_folder, export_zip
from workflow.casefile.verify import Finding, verify_casefile
from workflow.cli.arguments import ROW_NUMBER
from workflow.cli.opening import open_runtime
from workflow.clock import local_day
from workflow.engine.actors import Actor, HeldRole
from workflow.ledger import hash_of
from workflow.queries.case_page import CasePage, NextStep, case_page
from workflow.queries.deadlines import explained_deadline
from workflow.queries.seen import seen_work
from workflow.queries.timeline import Event
from workflow.text import Text

# Who may run this command may read the database; they see every case and act on none.
OPERATOR = Actor(None, (HeldRole("federation", 0, "", "/", "/", may_approve=False),))


@click.group(help="个案 / Cases.")
def group() -> None:
    pass


@group.command("show")
@click.argument("case_id", metavar="ID", type=ROW_NUMBER)
def show(case_id: int) -> None:
    """显示所在环节、经办人、期限和历史。/ Where it stands, who holds it, what is due, and its history."""
    runtime = open_runtime()
    with runtime.db.reading() as session:
        page = case_page(session, runtime, OPERATOR, case_id)
    for line in _lines(page):
        click.echo(line)


@group.command("deadline")
@click.argument("case_id", metavar="ID", type=ROW_NUMBER)
@click.argument("code", metavar="CODE")
def deadline(case_id: int, code: str) -> None:
    """说明一个期限是怎么算的，例如 T09。/ How the day of a deadline is counted, step by step."""
    runtime = open_runtime()
    with runtime.db.reading() as session:
        found = explained_deadline(seen_work(session, runtime, OPERATOR, case_id), code)
    click.echo(f"{found.code} {found.name.zh} {found.name.en}: {found.due_on}（{found.status}）")
    for number, step in enumerate(found.steps, 1):
        click.echo(f"{number:>3}  {step.zh} / {step.en}")


@group.command("export")
@click.argument("case_id", metavar="ID", type=ROW_NUMBER)
@click.argument("target", type=click.Path(path_type=Path))
def export(case_id: int, target: Path) -> None:
    """导出案卷（文件、历史、清单）到文件夹或 .zip。/ Papers, history and manifest into a folder, or one .zip."""
    runtime = open_runtime()
    with runtime.db.reading() as session:
        work = seen_work(session, runtime, OPERATOR, case_id)
        write = export_zip if target.suffix.lower() == ".zip" else export_folder
        manifest = write(work, target.absolute(), runtime.now())
    click.echo(f"已导出 exported: {target}，{len(manifest['files'])} 个文件 files")
    click.echo(f"历史 ledger: {manifest['ledger']['entries']} 条 entries，head {manifest['ledger']['head']}")


@group.command("verify")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--with-database", is_flag=True, help="并与数据库核对链首 / Compare the head with the database too.")
def verify(source: Path, with_database: bool) -> None:
    """核验导出的案卷；不需要数据库。/ Verifies an exported case; no database is needed."""
    found = verify_casefile(source)
    faults = [*found.faults, *(_unlike_database(found) if with_database else ())]
    for fault in faults:
        click.echo(f"{fault.zh} / {fault.en}", err=True)
    if faults:
        sys.exit(1)
    click.echo(f"完好 / intact: 案件 case {found.case_id}，{found.entries} 条 entries，{found.papers} 份文件 papers")
    click.echo(f"head {found.head}")


def _unlike_database(found: Finding) -> Iterator[Text]:
    runtime = open_runtime()
    with runtime.db.reading() as session:
        known = hash_of(session, found.case_id, found.entries)
    if known != found.head:
        yield Text("与数据库中的历史不符", "The history is not the one in the database")


def _lines(page: CasePage) -> Iterator[str]:
    head = page.head
    yield f"{head.figures.name}（{head.figures.credit_code}）"
    yield f"环节 State     {head.state_name.zh} {head.state_name.en}（{head.state}），{local_day(head.since)} 起 since"
    if page.clock is not None:
        yield f"期限 Due       {page.clock.due_on}，{page.clock.name.zh} {page.clock.name.en}"
    if page.next is not None:
        yield from _next_lines(page.next)
    yield "历史 History"
    yield from (_event_line(event) for event in reversed(page.history))


def _next_lines(step: NextStep) -> Iterator[str]:
    yield f"下一步 Next    {step.label.zh} {step.label.en}（{step.action}），由 by {step.by.zh} {step.by.en}"
    for problem in step.problems:
        yield f"   还差 missing  {problem.code} {problem.text.zh} / {problem.text.en}"


def _event_line(event: Event) -> str:
    moved = f" → {event.to_state}" if event.has_moved else ""
    return f"{event.seq:>4}  {event.occurred_on}  {event.label.zh} {event.label.en}（{event.who.zh}）{moved}"
