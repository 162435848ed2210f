"""Reads docker-compose.yml the way compose does, as far as our file needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<mark>[-?])(?P<word>[^}]*))?\}")

# The services that run our image; the others are bought in.
ROLES = ("migrate", "web", "worker", "beat")


@dataclass(frozen=True)
class Variable:
    """`${NAME:-default}` has a default, `${NAME:?reason}` must be set."""

    name: str
    default: str | None
    required: bool


def source() -> str:
    return (ROOT / "docker-compose.yml").read_text(encoding="utf-8")


def variables() -> list[Variable]:
    return [
        Variable(found["name"], found["word"] if found["mark"] == "-" else None, found["mark"] == "?")
        for found in VARIABLE.finditer(source())
    ]


def services(values: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Every service with its variables filled; raises KeyError for a required one that is not set."""

    def fill(found: re.Match[str]) -> str:
        value = values.get(found["name"], "")
        if value:
            return value
        if found["mark"] == "-":
            return str(found["word"])
        raise KeyError(found["name"])

    parsed: dict[str, dict[str, Any]] = yaml.safe_load(VARIABLE.sub(fill, source()))["services"]
    return parsed


def environment(service: Mapping[str, Any]) -> dict[str, str]:
    """An empty value is an empty text, as compose has it."""
    return {name: "" if value is None else str(value) for name, value in service["environment"].items()}


def env_example() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
