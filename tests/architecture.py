"""Reads the imports of the product's own modules from their source: those inside functions too.

Nothing is imported to find out, so a module that hides an import from the interpreter does not hide it from here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

OWN = ("workflow", "web", "tasks", "wsgi")


@dataclass(frozen=True)
class Import:
    """One imported name: a module of ours, or the dotted name of a foreign one."""

    target: str
    line: int
    in_function: bool
    for_types_only: bool


@dataclass(frozen=True)
class Module:
    name: str
    path: Path
    tree: ast.Module
    imports: tuple[Import, ...]

    @property
    def package(self) -> str:
        return self.name.split(".")[0]

    def foreign(self) -> set[str]:
        """The top names of what is not ours."""
        return {found.target.split(".")[0] for found in self.imports if found.target.split(".")[0] not in OWN}

    def own(self, *, with_types: bool) -> set[str]:
        return {
            found.target
            for found in self.imports
            if found.target.split(".")[0] in OWN and (with_types or not found.for_types_only)
        }


def read_modules(root: Path) -> dict[str, Module]:
    """Every module of the product below a folder, by dotted name."""
    files = [file for top in OWN for file in ([root / f"{top}.py"], (root / top).rglob("*.py"))[(root / top).is_dir()]]
    names = {_dotted(file, root): file for file in sorted(files) if file.exists()}
    return {name: _read(name, file, names) for name, file in names.items()}


def _dotted(file: Path, root: Path) -> str:
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _read(name: str, file: Path, known: Mapping[str, Path]) -> Module:
    tree = ast.parse(file.read_text(encoding="utf-8"), str(file))
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    found = tuple(
        Import(target, node.lineno, in_function, for_types)
        for node, in_function, for_types in _import_statements(tree)
        for target in _targets(node, package, known)
    )
    return Module(name, file, tree, found)


def _import_statements(
    node: ast.AST, in_function: bool = False, for_types: bool = False
) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool, bool]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, in_function, for_types
        inside = in_function or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _import_statements(child, inside, for_types or _is_for_types(child))


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def _targets(node: ast.Import | ast.ImportFrom, package: str, known: Mapping[str, Path]) -> Iterator[str]:
    """`from a import b` means the module a.b where there is one, else a."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        parents = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*parents, *([node.module] if node.module else [])])
    for alias in node.names:
        full = f"{base}.{alias.name}"
        yield full if full in known else base


def find_circle(modules: Mapping[str, Module]) -> list[str]:
    """The modules of one circle in their order, or an empty list. Imports for types alone do not count."""
    done: set[str] = set()
    for name in modules:
        circle = _circle_from(name, modules, [], done)
        if circle:
            return circle
    return []


def _circle_from(name: str, modules: Mapping[str, Module], path: list[str], done: set[str]) -> list[str]:
    if name in path:
        return [*path[path.index(name) :], name]
    if name in done or name not in modules:
        return []
    for target in sorted(modules[name].own(with_types=False)):
        circle = _circle_from(target, modules, [*path, name], done)
        if circle:
            return circle
    done.add(name)
    return []


def reached(name: str, modules: Mapping[str, Module]) -> set[str]:
    """Every foreign package that importing a module brings in, by way of our own modules too."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        now = waiting.pop()
        if now in seen or now not in modules:
            continue
        seen.add(now)
        waiting.extend(modules[now].own(with_types=False))
        # Importing a.b.c runs a and a.b first.
        waiting.extend(".".join(now.split(".")[:end]) for end in range(1, now.count(".") + 1))
    return {foreign for module in seen for foreign in modules[module].foreign()}


def calls_of(attribute: str, modules: Iterable[Module]) -> Iterator[tuple[str, int]]:
    """Where something's method of this name is called."""
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == attribute:
                yield module.name, node.lineno


def uses_of(dotted: str, modules: Iterable[Module]) -> Iterator[str]:
    """The modules that name something such as `os.environ`."""
    for module in modules:
        if any(isinstance(node, ast.Attribute) and ast.unparse(node) == dotted for node in ast.walk(module.tree)):
            yield module.name
