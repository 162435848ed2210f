"""A group that imports a command when it is asked for.

`zujian run` must not load the database layer: it lives as long as the product and waits for its first page.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import click

from workflow.errors import DefinitionError, WorkflowError


class Entry(NamedTuple):
    """Where a command lives ("module:attribute" in this package), and its line in the list of commands."""

    target: str
    summary: str


class LazyGroup(click.Group):
    """Refusals of the engine come out here as their sentence and exit code 1, never as a traceback."""

    def __init__(self, *args: Any, entries: Mapping[str, Entry], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.entries:
            return None
        module, attribute = self.entries[cmd_name].target.split(":")
        command: click.Command = getattr(import_module(f"workflow.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands costs no import of any of them."""
        with formatter.section("Commands 命令"):
            formatter.write_dl([(name, entry.summary) for name, entry in self.entries.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except WorkflowError as error:
            for line in _sentences(error):
                click.echo(line, err=True)
            ctx.exit(1)


def _sentences(error: WorkflowError) -> tuple[str, ...]:
    if isinstance(error, DefinitionError):
        return error.faults
    return (error.text.zh, error.text.en)
