"""The definitions this product ships, read and proved once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from workflow.definition.model import Definition
from workflow.definition.needs import prove_needs
from workflow.definition.proof import prove
from workflow.definition.reading import Faults, read_definition
from workflow.effect_names import EFFECT_NAMES
from workflow.errors import DefinitionError
from workflow.guards import GUARDS
from workflow.rules.book import load_rules

PROCESS = "branch_formation"
MEMBER_DEVELOPMENT_PROCESS = "member_development"
BRANCH_FORMATION = Path(__file__).with_name("branch_formation.yaml")
MEMBER_DEVELOPMENT = Path(__file__).with_name("member_development.yaml")


def load_definition(path: Path) -> Definition:
    """Reads and proves one file; raises DefinitionError naming every fault with file and line."""
    definition, faults = prove_source(path.read_text(encoding="utf-8"), path.name)
    faults.raise_if_any()
    return definition


def prove_source(source: str, filename: str) -> tuple[Definition, Faults]:
    """The same for a text, with what was found against it; raises DefinitionError where it cannot be read at all."""
    try:
        return _proved(source, filename)
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        # A file may hold anything in any place: what no check names is still no definition.
        raise DefinitionError([f"{filename}:1: not in the form of a definition: {error}"]) from error


def _proved(source: str, filename: str) -> tuple[Definition, Faults]:
    definition, faults = read_definition(source, filename)
    prove(definition, faults, guards=GUARDS, effects=EFFECT_NAMES, rules=load_rules())
    prove_needs(definition, faults)
    return definition, faults


@lru_cache(maxsize=32)
def published_definition(process: str, version: int, source: str) -> Definition:
    """A version that was proved when it was published; read once in a process, however many ask."""
    return read_definition(source, f"{process} {version}")[0]


def shipped_source() -> str:
    return BRANCH_FORMATION.read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def shipped_definitions() -> Mapping[str, Definition]:
    """By process name."""
    loaded = [load_definition(path) for path in (BRANCH_FORMATION, MEMBER_DEVELOPMENT)]
    return {definition.process: definition for definition in loaded}
