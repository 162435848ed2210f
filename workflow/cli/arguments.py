"""Kinds of arguments that several commands take."""

from __future__ import annotations

import click

# A number no database can hold is a wrong call, not an error of the driver.
ROW_NUMBER = click.IntRange(1, 2**63 - 1)
