"""YAML with line numbers: plain data, and for each path in it the line it stands on."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import yaml

Path = tuple[Hashable, ...]
DEEPEST = 20
MOST = 50_000


# The one in C reads a definition eight times as fast, which every start and every command waits for.
_Safe: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):  # type: ignore[misc]  # which of the two it is, is known only at run time
    """Only `true` and `false` are booleans here: an election has columns named yes and no."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rows if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, rows in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class DuplicateKey(ValueError):
    """The same key twice in one mapping: YAML would silently keep the last."""

    def __init__(self, key: Hashable, line: int) -> None:
        super().__init__(f"{key!r} is defined twice")
        self.line = line


def load_with_lines(text: str) -> tuple[Any, dict[Path, int]]:
    """Answers the data and the line (from 1) of every key; raises yaml.YAMLError or DuplicateKey."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Path, int] = {}
        if node is None:
            return None, lines
        _note_lines(node, (), lines)
        return loader.construct_document(node), lines
    finally:
        loader.dispose()


def _note_lines(node: yaml.Node, path: Path, lines: dict[Path, int]) -> None:
    if len(path) > DEEPEST:
        raise yaml.YAMLError("nested deeper than a definition ever is: does an alias contain itself?")
    if len(lines) > MOST:
        raise yaml.YAMLError("more in it than a definition ever has: do aliases multiply?")
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*path, key.value)
            if here in lines:
                raise DuplicateKey(key.value, key.start_mark.line + 1)
            lines[here] = key.start_mark.line + 1
            _note_lines(value, here, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _note_lines(item, (*path, index), lines)
