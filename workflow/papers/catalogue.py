"""The catalogue of papers as data: `catalogue.yaml`, read once into frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from workflow.definition.model import Field
from workflow.definition.reading import read_field
from workflow.text import Text, text_from

SOURCE = Path(__file__).with_name("catalogue.yaml")
PERMANENT = "permanent"


@dataclass(frozen=True, slots=True)
class PaperKind:
    """One of the 22 kinds. `asks` is what its wording needs beyond the case; `keep` is years, None for ever.

    `needed_by` names the actions that ask for it, `made_in` the states in which it is offered to be made, `says` what
    it has to say beyond the common fields.
    """

    code: str
    name: Text
    sender: Text
    receiver: Text
    needed_by: tuple[str, ...]
    made_in: tuple[str, ...]
    asks: tuple[Field, ...]
    says: tuple[Text, ...]
    keep: int | None

    @property
    def is_made(self) -> bool:
        """From the case; the others are only brought."""
        return bool(self.made_in)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The kinds of one process by code, in their order."""

    process: str
    kinds: Mapping[str, PaperKind]

    def made(self, process: str, code: str) -> PaperKind | None:
        """The kind, if papers of it are made from cases of the process."""
        kind = self.kinds.get(code) if process == self.process else None
        return kind if kind is not None and kind.is_made else None


@cache
def catalogue() -> Catalogue:
    """Read once; the file comes with the product."""
    raw = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    fields = {name: read_field(name, row) for name, row in raw["fields"].items()}
    return Catalogue(raw["process"], {code: _kind(code, row, fields) for code, row in raw["papers"].items()})


def _kind(code: str, row: Mapping[str, Any], fields: Mapping[str, Field]) -> PaperKind:
    return PaperKind(
        code=code,
        name=text_from(row["name"]),
        sender=text_from(row["from"]),
        receiver=text_from(row["to"]),
        needed_by=tuple(row.get("needed_by", ())),
        made_in=tuple(row.get("made_in", ())),
        asks=tuple(fields[name] for name in row.get("asks", ())),
        says=tuple(text_from(said) for said in row["says"]),
        keep=None if row["keep"] == PERMANENT else int(row["keep"]),
    )
