"""The definitions this product ships, read and proved once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from workflow.definition.model import Definition
from workflow.definition.proof import prove
from workflow.definition.reading import read_definition
from workflow.effect_names import EFFECT_NAMES
from workflow.guards import GUARDS
from workflow.rules.book import load_rules

BRANCH_FORMATION = Path(__file__).with_name("branch_formation.yaml")


def load_definition(path: Path) -> Definition:
    """Reads and proves one file; raises DefinitionError naming every fault with file and line."""
    definition, faults = read_definition(path.read_text(encoding="utf-8"), path.name)
    prove(definition, faults, guards=GUARDS, effects=EFFECT_NAMES, rules=load_rules())
    faults.raise_if_any()
    return definition


@lru_cache(maxsize=1)
def shipped_definitions() -> Mapping[str, Definition]:
    """By process name."""
    definition = load_definition(BRANCH_FORMATION)
    return {definition.process: definition}
