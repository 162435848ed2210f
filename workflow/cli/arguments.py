"""Kinds of arguments that several commands take."""

from __future__ import annotations

import os
from pathlib import Path

import click

# A number no database can hold is a wrong call, not an error of the driver.
ROW_NUMBER = click.IntRange(1, 2**63 - 1)


def in_a_folder_that_takes_it(_context: click.Context, _option: click.Parameter, path: Path | None) -> Path | None:
    """A mistyped folder is a wrong call before the work, not a lost file after it."""
    if path is not None and not os.access(path.parent, os.W_OK | os.X_OK):
        raise click.BadParameter(f"目录不存在或不可写 / no folder that can be written to: {path.parent}")
    return path
