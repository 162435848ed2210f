"""`zujian definition`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from workflow.cli.opening import open_runtime
from workflow.definition.check import check_definition
from workflow.definition.library import BRANCH_FORMATION, PROCESS, load_definition, shipped_definitions
from workflow.diagram import draw_diagram
from workflow.errors import NotFound
from workflow.publishing.comparing import Fate
from workflow.publishing.listing import VersionLine, list_versions
from workflow.publishing.moving import Moved, move_cases
from workflow.publishing.preview import CaseLine, Preview
from workflow.publishing.publish import preview_of, publish
from workflow.publishing.rollback import move_back, put_back
from workflow.publishing.source import proved, read_source
from workflow.runtime import Runtime
from workflow.text import LOCALES, Text

# So many cases of each kind are listed where not all are asked for.
SHOWN = 20
KINDS = {
    Fate.UNAFFECTED: Text("不受影响", "unaffected"),
    Fate.MAPPED: Text("可以迁移", "can be moved over"),
    Fate.NEEDS_PERSON: Text("需要人工处理", "need a person"),
}
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(help="流程定义 / The process definition.")
def group() -> None:
    pass


@group.command("check")
@click.argument("file", required=False, type=FILE)
def check(file: Path | None) -> None:
    """证明定义可用，列出各环节；默认检查自带的。/ Proves a definition sound (ours by default) and lists it."""
    result = check_definition(file)
    for fault in result.faults:
        click.echo(f"✗ {fault}", err=True)
    for line in result.lines:
        click.echo(line)
    sys.exit(1 if result.faults else 0)


@group.command("diagram")
@click.argument("file", required=False, type=FILE)
@click.option("--language", type=click.Choice(LOCALES), default="zh", help="图中文字 / The language of its words.")
def diagram(file: Path | None, language: str) -> None:
    """画出流程图（SVG，写到标准输出）。/ Draws the process as SVG, to standard output."""
    click.echo(draw_diagram(load_definition(file or BRANCH_FORMATION), language))


@group.command("list")
def list_published() -> None:
    """列出已发布的版本和各版在办案件数。/ Lists the published versions, and the open cases of each."""
    runtime = open_runtime()
    with runtime.db.reading() as session:
        found = list_versions(session, runtime.versions(session))
    for line in found:
        click.echo(_version(line))
    shipped = shipped_definitions()[PROCESS]
    if any(line.version == shipped.version and line.digest != shipped.digest for line in found):
        click.echo(f"自带文件与已登记的第 {shipped.version} 版不同，系统按登记的办理 / the shipped file is another one")


@group.command("publish")
@click.argument("file", type=FILE)
@click.option("--apply", "is_applied", is_flag=True, help="发布；不加则只预演 / Publish; without it only tell.")
@click.option(
    "--move-cases",
    "with_cases",
    is_flag=True,
    help="同时迁移在办案件 / Move the open cases that can go.",
)
@click.option("--list", "is_whole", is_flag=True, help=f"列出全部案件，不只前 {SHOWN} 件 / List every case.")
@click.option("--note", help="说明 / A note kept with the version.")
def publish_file(file: Path, is_applied: bool, with_cases: bool, is_whole: bool, note: str | None) -> None:
    """核验新版本、预演对在办案件的影响，并发布。/ Proves a new version, tells what it means, publishes it."""
    if with_cases and not is_applied:
        raise click.UsageError("--move-cases 须与 --apply 一起用 / goes with --apply")
    runtime, source = open_runtime(), read_source(file.read_bytes())
    if is_applied and with_cases and _is_in_force(runtime, source, file.name):
        _moved(_move(runtime))
        return
    _preview(runtime, source, file.name, is_whole)
    if is_applied:
        setting = publish(runtime, source, actor_id=None, note=note, filename=file.name)
        click.echo(f"已发布，新案件按第 {setting.version} 版办理 / version {setting.version} is in force for new cases")
        if with_cases:
            _moved(_move(runtime))


@group.command("rollback")
@click.option("--process", default=PROCESS, show_default=True, help="流程 / The process.")
@click.option("--to", "version", required=True, type=click.IntRange(1, 2**31 - 1), help="版本 / The version.")
@click.option("--note", help="说明 / A note kept with it.")
def rollback(process: str, version: int, note: str | None) -> None:
    """恢复旧版本，迁移过的案件回到原来的位置。/ Puts an older version back, and moved cases where they were."""
    if process != PROCESS:
        raise NotFound("process", process)
    runtime = open_runtime()
    put_back(runtime, version, actor_id=None, note=note)
    click.echo(f"现行为第 {version} 版 / version {version} is in force")
    _moved(move_back(runtime, actor_id=None, progress=_show_progress))


def _is_in_force(runtime: Runtime, source: str, name: str) -> bool:
    """The very file was published before: what is left to do is to move cases."""
    definition, _ = proved(source, name)
    with runtime.db.reading() as session:
        return runtime.versions(session).current.digest == definition.digest


def _preview(runtime: Runtime, source: str, name: str, is_whole: bool) -> None:
    with runtime.db.reading() as session:
        definition, found = preview_of(session, runtime, source, name)
    click.echo(f"✓ {definition.name.zh} / {definition.name.en}: {found.from_version} → {found.version}")
    for line in _cases(found, is_whole):
        click.echo(line)
    if found.in_use is not None:
        raise found.in_use


def _cases(found: Preview, is_whole: bool) -> Iterator[str]:
    for fate, lines in found.by_fate.items():
        yield f"{KINDS[fate].zh} / {KINDS[fate].en}: {len(lines)}"
        yield from (_case(line) for line in (lines if is_whole else lines[:SHOWN]))
        if len(lines) > SHOWN and not is_whole:
            yield f"  … {len(lines) - SHOWN} (--list)"


def _case(line: CaseLine) -> str:
    becomes = f" → {line.becomes.zh}" if line.becomes and line.becomes != line.state_name else ""
    why = "".join(f"；{reason.zh} / {reason.en}" for reason in line.reasons)
    return f"  {line.case_id}  {line.enterprise}  v{line.version} {line.state_name.zh}{becomes}{why}"


def _version(line: VersionLine) -> str:
    mark = "*" if line.is_current else " "
    who = line.published_by or "控制台 console"
    when = line.published_at.isoformat(timespec="seconds")
    note = f"  {line.note}" if line.note else ""
    return f"{mark} {line.process} {line.version}  {line.digest[:12]}  {when}  {who}  在办 open {line.open_cases}{note}"


def _move(runtime: Runtime) -> Moved:
    return move_cases(runtime, actor_id=None, progress=_show_progress)


def _moved(done: Moved) -> None:
    click.echo(f"迁移 {done.moved} 件，{done.kept} 件留在原版本 / {done.moved} cases moved, {done.kept} stay")


def _show_progress(done: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done}", err=True, nl=False)
