"""`zujian definition`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workflow.definition.check import check_definition
from workflow.definition.library import BRANCH_FORMATION, load_definition
from workflow.diagram import draw_diagram
from workflow.text import LOCALES


@click.group(help="流程定义 / The process definition.")
def group() -> None:
    pass


@group.command("check")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path | None) -> None:
    """证明定义可用，列出各环节；默认检查自带的。/ Proves a definition sound (ours by default) and lists it."""
    result = check_definition(file)
    for fault in result.faults:
        click.echo(f"✗ {fault}", err=True)
    for line in result.lines:
        click.echo(line)
    sys.exit(1 if result.faults else 0)


@group.command("diagram")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(LOCALES), default="zh", help="图中文字 / The language of its words.")
def diagram(file: Path | None, language: str) -> None:
    """画出流程图（SVG，写到标准输出）。/ Draws the process as SVG, to standard output."""
    click.echo(draw_diagram(load_definition(file or BRANCH_FORMATION), language))
