"""`zujian definition`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workflow.definition.check import check_definition


@click.group(help="流程定义 / The process definition.")
def group() -> None:
    pass


@group.command("check")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def check(file: Path | None) -> None:
    """证明定义可用，列出各环节；默认检查自带的。/ Proves a definition sound (ours by default) and lists it."""
    result = check_definition(file)
    for fault in result.faults:
        click.echo(f"✗ {fault}", err=True)
    for line in result.lines:
        click.echo(line)
    sys.exit(1 if result.faults else 0)
