"""`zujian case`."""

from __future__ import annotations

from collections.abc import Iterator

import click

from workflow.cli.arguments import ROW_NUMBER
from workflow.cli.opening import open_runtime
from workflow.clock import local_day
from workflow.engine.actors import Actor, HeldRole
from workflow.queries.case_page import CasePage, NextStep, case_page
from workflow.queries.timeline import Event

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
