"""Holds lines against the district: which enterprise and town each means, and which repeats another."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflow.campaign.lines import Fault, Ledger, Line
from workflow.campaign.register import Register
from workflow.campaign.sheets import Kind, LedgerSheet, Repeats
from workflow.campaign.tree import Tree
from workflow.text import Text

# Looking for near names is slow; a file that is wrong all over shows it in its first lines.
_SEARCHED = 40


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a register to be. `key` says which line of the ledger it is, `digest` what the line says."""

    sheet: LedgerSheet
    line: Line
    key: str
    digest: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Matched:
    records: tuple[Record, ...]
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]


def match(ledger: Ledger, register: Register, tree: Tree) -> Matched:
    """Every fault of every line; records only for lines without any."""
    faults: list[Fault] = []
    notes: list[Text] = []
    records: list[Record] = []
    first: dict[str, Line] = {}
    seen: dict[str, int] = {}
    for line in ledger.lines:
        wrong = list(_wrong(ledger, line, register, tree, search=len(faults) < _SEARCHED))
        faults.extend(wrong)
        if wrong:
            continue
        values = _values(line, register, tree)
        record = _record(line, values, seen)
        same = record.key if line.sheet.repeats is Repeats.NEVER else f"{record.sheet.code} {record.digest}"
        other = first.setdefault(same, line)
        if other is not line and line.sheet.repeats is not Repeats.ALIKE:
            faults.append(_double(ledger, line, other))
            continue
        records.append(record)
        notes.extend(_notes(line, other, register, tree))
    return Matched(tuple(records), tuple(faults), tuple(notes))


def _wrong(ledger: Ledger, line: Line, register: Register, tree: Tree, *, search: bool) -> Iterator[Fault]:
    for one in line.sheet.fields:
        found = line.values[one.heading]
        text: Text | None = None
        if one.kind is Kind.CODE:
            reason, text = "enterprise_unknown", _unknown_firm(line, found, register, search)
        elif one.kind is Kind.NAME:
            reason, text = "name_of_another", _name_of_another(line, found, register)
        elif one.kind is Kind.TOWN and tree.town(found) is None:
            reason, text = "town_unknown", _unknown_town(found, tree)
        if text is not None:
            yield Fault(line.place, ledger.letter(line, one.heading), one.heading, found, reason, text)


def _unknown_firm(line: Line, code: str, register: Register, search: bool) -> Text | None:
    if code in register.by_code:
        return None
    name = _name(line)
    near = register.nearest(code, name) if search else []
    zh = "；最接近的：" + "、".join(f"{firm.name}（{firm.credit_code}）" for firm in near) if near else ""
    en = "; the nearest: " + ", ".join(f"{firm.name} ({firm.credit_code})" for firm in near) if near else ""
    return Text(
        f"企业名册里没有{f'“{name}”' if name else '这家企业'}（{code}）：请核对，或先导入名册{zh}",
        f"{f'“{name}”' if name else 'This enterprise'} ({code}) is not in the register: check it, or import the"
        f" roster first{en}",
    )


def _name_of_another(line: Line, name: str, register: Register) -> Text | None:
    """A firm may have been renamed; but a name that another firm bears means that one of the two is wrong."""
    firm, bearer = register.by_code.get(_code(line)), register.named(name)
    if firm is None or bearer is None or firm.name == name:
        return None
    return Text(
        f"名称和信用代码不是同一家：代码 {firm.credit_code} 是“{firm.name}”，“{name}”的代码是 {bearer.credit_code}",
        f"Name and credit code are of two enterprises: {firm.credit_code} is “{firm.name}”, the code of “{name}” is"
        f" {bearer.credit_code}",
    )


def _unknown_town(name: str, tree: Tree) -> Text:
    known = "、".join(tree.names) or "—"
    return Text(f"没有镇街“{name}”；已有：{known}", f"There is no town “{name}”; known: {known}")


def _double(ledger: Ledger, line: Line, other: Line) -> Fault:
    heading = next(one.heading for one in line.sheet.fields if one.name == line.sheet.identity[0])
    text = Text(
        f"与第 {other.place.row} 行重复：请删去其中一行", f"It repeats row {other.place.row}: remove one of the two"
    )
    found = str(line.values[heading])
    return Fault(line.place, ledger.letter(line, heading), heading, found, "double", text)


def _notes(line: Line, other: Line, register: Register, tree: Tree) -> Iterator[Text]:
    place = f"{line.place.sheet} {line.place.row}"
    if other is not line:
        yield Text(
            f"{place}：与第 {other.place.row} 行相同，按两人计",
            f"{place}: the same as row {other.place.row}, counted as two",
        )
    firm = register.by_code.get(_code(line))
    name, town = _name(line), next((line.values[f.heading] for f in line.sheet.fields if f.kind is Kind.TOWN), "")
    if firm and name and name != firm.name:
        yield Text(
            f"{place}：名册里的名称是“{firm.name}”，不是“{name}”",
            f"{place}: the register has it as “{firm.name}”, not “{name}”",
        )
    if firm and town and tree.town(town) != firm.town_id:
        yield Text(
            f"{place}：名册里“{firm.name}”不在{town}", f"{place}: in the register “{firm.name}” is not in {town}"
        )


def _values(line: Line, register: Register, tree: Tree) -> dict[str, Any]:
    values: dict[str, Any] = dict(line.sheet.fixed)
    for one in line.sheet.columns:
        found = line.values[one.heading]
        if one.kind is Kind.CODE:
            found = register.by_code[found].id
        elif one.kind is Kind.TOWN:
            found = tree.town(found)
        values[one.name] = found
    if line.sheet.code == "chamber_organisation":
        values["area_id"] = tree.area(values["name"]) or tree.district_id
    return values


def _record(line: Line, values: Mapping[str, Any], seen: dict[str, int]) -> Record:
    said = {one.name: _written(line.values[one.heading]) for one in line.sheet.columns}
    key = " ".join([line.sheet.code, *(said[name] for name in line.sheet.identity)])
    if line.sheet.repeats is not Repeats.NEVER:
        seen[key] = seen.get(key, 0) + 1
        key = f"{key} #{seen[key]}"
    digest = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    return Record(line.sheet, line, key, digest, values)


def _written(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _code(line: Line) -> str:
    return next((line.values[one.heading] for one in line.sheet.fields if one.kind is Kind.CODE), "")


def _name(line: Line) -> str:
    return next((line.values[one.heading] for one in line.sheet.fields if one.kind is Kind.NAME), "")
