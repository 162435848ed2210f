"""From the file to frozen values. Every fault is collected with its line; nothing half-read leaves this module."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from workflow.definition.approval import approval_from
from workflow.definition.model import (
    ALONE,
    ANY_OPEN,
    SESSION_ANSWERS,
    Clocks,
    DeadlineSpec,
    Definition,
    DocumentSpec,
    Field,
    FirstStep,
    Group,
    Stage,
    State,
    Transition,
)
from workflow.definition.source import DuplicateKey, Path, load_with_lines
from workflow.errors import DefinitionError
from workflow.text import text_from

SECTIONS = ("process", "version", "name", "initial", "groups", "stages", "states", "deadlines", "documents", "fields")
OPTIONAL_SECTIONS = ("renamed_states",)
_NAME = {"zh", "en"}
# What may be said in each section: a misspelt key would otherwise drop a guard or a paper without a word.
KEYS: Mapping[str, frozenset[str]] = {
    "groups": frozenset({*_NAME, "roles", "at"}),
    "stages": frozenset({*_NAME, "beside"}),
    "states": frozenset({*_NAME, "stage", "owner", "kind", "coverage", "deadline", "no_deadline", "first"}),
    "first": frozenset({"owner", "action", "until"}),
    "deadlines": frozenset(
        {*_NAME, "rule", "unit", "from_fact", "starts_from", "alerts", "tell", "runs_on_hold"}
        | {"repeat", "escalate", "on_overdue", "after_pause"}
    ),
    "documents": frozenset({*_NAME, "by"}),
    "fields": frozenset({*_NAME, "type", "optional", "default", "example", "minimum", "maximum", "choices", "columns"}),
    "transitions": frozenset(
        {"number", "label", "from", "to", "by", "guards", "papers", "enter", "reason", "clocks", "tell", "effects"}
        | {"automatic_when", "not_yet", "routine", "approval", "in_session"}
    ),
    "clocks": frozenset({"start", "stop", "restart", "pause", "pause_all", "resume_all", "stop_all"}),
}
REASONS = frozenset({"required", "optional", "none"})


@dataclass
class Faults:
    """Collects what is wrong, each with file and line."""

    filename: str
    lines: Mapping[Path, int] = field(default_factory=dict)
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, path: Path, text: str) -> None:
        line = next((self.lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.lines), 1)
        self.found.append((line, f"{self.filename}:{line}: {'.'.join(map(str, path))}: {text}"))

    def as_lines(self) -> list[str]:
        return [text for _, text in sorted(self.found)]

    def raise_if_any(self) -> None:
        if self.found:
            raise DefinitionError(self.as_lines())


def read_definition(text: str, filename: str) -> tuple[Definition, Faults]:
    """Answers the definition and a collector that knows its lines; raises DefinitionError on a malformed file."""
    faults = Faults(filename)
    try:
        raw, faults.lines = load_with_lines(text)
    except DuplicateKey as error:
        raise DefinitionError([f"{filename}:{error.line}: {error}"]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise DefinitionError([f"{filename}:{mark.line + 1 if mark else 1}: not readable as YAML: {error}"]) from error
    unknown = sorted(set(raw) - {*SECTIONS, *OPTIONAL_SECTIONS, "transitions"}) if isinstance(raw, dict) else []
    for section in unknown:
        faults.add((section,), "unknown section")
    missing = [s for s in (*SECTIONS, "transitions") if not isinstance(raw, dict) or s not in raw]
    for section in missing:
        faults.add((section,), "this section is missing")
    faults.raise_if_any()
    definition = _read(raw, faults, hashlib.sha256(text.encode()).hexdigest())
    faults.raise_if_any()
    return definition, faults


def _read(raw: dict[str, Any], faults: Faults, digest: str) -> Definition:
    states = _each(raw, "states", faults, _state)
    for order, (code, state) in enumerate(list(states.items())):
        states[code] = state(order)
    fields = _each(raw, "fields", faults, read_field)
    all_open = tuple(code for code, s in states.items() if s.is_open and code != "on_hold")
    return Definition(
        process=str(raw["process"]),
        version=_version(raw["version"], faults),
        name=text_from(raw["name"]),
        initial=str(raw["initial"]),
        groups=_each(raw, "groups", faults, _group),
        stages=_each(raw, "stages", faults, _stage),
        states=states,
        deadlines=_each(raw, "deadlines", faults, _deadline),
        documents=_each(raw, "documents", faults, _document),
        transitions=_each(raw, "transitions", faults, lambda code, row: _transition(code, row, fields, all_open)),
        digest=digest,
        renamed_states=_renamed_states(raw, faults),
    )


def _renamed_states(raw: dict[str, Any], faults: Faults) -> dict[str, str]:
    given = raw.get("renamed_states") or {}
    if isinstance(given, Mapping):
        return {str(old): str(new) for old, new in given.items()}
    faults.add(("renamed_states",), "must be old: new, a line for each state")
    return {}


def _version(value: Any, faults: Faults) -> int:
    if isinstance(value, int) and value > 0:
        return value
    faults.add(("version",), "must be a whole number from 1 on")
    return 0


def _each(raw: dict[str, Any], section: str, faults: Faults, make: Callable[[str, Any], Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for code, row in (raw[section] or {}).items():
        _unknown_keys(section, (section, code), row, faults)
        try:
            made[str(code)] = make(str(code), row)
        except (KeyError, ValueError, TypeError) as error:
            reason = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
            faults.add((section, code), reason)
    return made


def _unknown_keys(section: str, path: Path, row: Any, faults: Faults) -> None:
    if not isinstance(row, Mapping):
        return
    for key in sorted(set(map(str, row)) - KEYS[section]):
        faults.add((*path, key), f"unknown key {key}")
    for part in ("clocks", "first"):
        _unknown_keys(part, (*path, part), row.get(part), faults)
    for column, spec in (row.get("columns") or {}).items():
        _unknown_keys("fields", (*path, "columns", column), spec, faults)


def _words(row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key) or []
    if not isinstance(value, list):
        raise ValueError(f"{key} must be a list")
    return tuple(str(v) for v in value)


def _group(code: str, row: Any) -> Group:
    if row["at"] not in {"case", "committee", "area", "above", "chamber"}:
        raise ValueError("at must be case, committee, area, above or chamber")
    return Group(code, text_from(row), _words(row, "roles"), row["at"])


def _stage(code: str, row: Any) -> Stage:
    return Stage(code, text_from(row), bool(row.get("beside", False)))


def _state(code: str, row: Any) -> Callable[[int], State]:
    if row["kind"] not in {"open", "closed"}:
        raise ValueError("kind must be open or closed")
    made = {
        "name": text_from(row),
        "stage": row["stage"],
        "owner": row["owner"],
        "is_open": row["kind"] == "open",
        "coverage": row["coverage"],
        "deadline": row.get("deadline"),
        "no_deadline": text_from(row["no_deadline"]) if "no_deadline" in row else None,
        "first": FirstStep(**{k: row["first"][k] for k in ("owner", "action", "until")}) if "first" in row else None,
    }
    return lambda order: State(code=code, order=order, **made)


def _deadline(code: str, row: Any) -> DeadlineSpec:
    if not row.get("rule") and not row.get("from_fact"):
        raise ValueError("needs a rule with its unit, or from_fact, or both")
    return DeadlineSpec(
        code,
        text_from(row),
        row.get("rule"),
        row["unit"] if row.get("rule") else None,
        row.get("from_fact"),
        tuple(int(a) for a in row.get("alerts", [])),
        _words(row, "tell"),
        bool(row.get("runs_on_hold", False)),
        row.get("starts_from"),
        int(row["repeat"]) if "repeat" in row else None,
        {int(day): _words({"to": groups}, "to") for day, groups in row.get("escalate", {}).items()},
        row.get("on_overdue"),
        row.get("after_pause"),
    )


def _document(code: str, row: Any) -> DocumentSpec:
    return DocumentSpec(code, text_from(row), _words(row, "by"))


FIELD_TYPES = frozenset({"text", "long_text", "integer", "boolean", "date", "choice", "instructor", "state", "rows"})


def read_field(name: str, row: Any) -> Field:
    if row["type"] not in FIELD_TYPES:
        raise ValueError(f"type must be one of {sorted(FIELD_TYPES)}")
    if row["type"] == "choice" and not row.get("choices"):
        raise ValueError("a choice needs choices")
    if row["type"] == "rows" and not row.get("columns"):
        raise ValueError("rows need columns")
    return Field(
        name=name,
        label=text_from(row),
        type=row["type"],
        is_optional=bool(row.get("optional", False)),
        default=row.get("default"),
        example=row.get("example"),
        minimum=row.get("minimum"),
        maximum=row.get("maximum"),
        choices={code: text_from(label) for code, label in row.get("choices", {}).items()},
        columns=tuple(read_field(column, spec) for column, spec in row.get("columns", {}).items()),
    )


def _transition(code: str, row: Any, fields: Mapping[str, Field], all_open: tuple[str, ...]) -> Transition:
    if row.get("reason", "none") not in REASONS:
        raise ValueError("reason must be required, optional or none")
    if row.get("in_session") not in {None, *SESSION_ANSWERS}:
        raise ValueError(f"in_session must be one of {', '.join(SESSION_ANSWERS)}")
    unknown = [name for name in _words(row, "enter") if name not in fields]
    if unknown:
        raise ValueError(f"enter names unknown fields: {', '.join(unknown)}")
    clocks = row.get("clocks") or {}
    return Transition(
        action=code,
        number=str(row["number"]),
        label=text_from(row["label"]),
        sources=all_open if row["from"] == ANY_OPEN else _words(row, "from"),
        target=str(row["to"]),
        by=_words(row, "by"),
        guards=_words(row, "guards"),
        papers=_words(row, "papers"),
        fields=tuple(fields[name] for name in _words(row, "enter")),
        reason=row.get("reason", "none"),
        clocks=Clocks(
            _words(clocks, "start"),
            _words(clocks, "stop"),
            _words(clocks, "restart"),
            _words(clocks, "pause"),
            bool(clocks.get("pause_all")),
            bool(clocks.get("resume_all")),
            bool(clocks.get("stop_all")),
        ),
        tell=_words(row, "tell"),
        effects=_words(row, "effects"),
        automatic_when=row.get("automatic_when"),
        not_yet=text_from(row["not_yet"]) if "not_yet" in row else None,
        is_routine=bool(row.get("routine", False)),
        approval=approval_from(row["approval"]) if "approval" in row else ALONE,
        in_session=row.get("in_session"),
    )
