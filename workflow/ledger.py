"""The chained history of each case, and its verifier.

Every entry carries the hash of the one before it in its case. `case_file` keeps the head and the count, so that an
entry cut from the end is missed too. What was entered (names, reasons) stands in a table of its own; the chain holds
only its salted digest, so the chained row has no personal data.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from workflow.errors import NotFound
from workflow.models import Case, LedgerContent, LedgerEntry

DOMAIN_TAG = "zujian-ledger-v1"
GENESIS = "0" * 64

_CHAINED = (
    "case_id",
    "seq",
    "action",
    "from_state",
    "to_state",
    "actor_id",
    "role",
    "organisation_id",
    "occurred_on",
    "recorded_at",
    "definition_version",
    "rules_version",
    "content_digest",
    "idempotency_key",
    "request_digest",
    "prev_hash",
)
# Columns that came later: left out where they are empty, so that older entries keep their hash.
_CHAINED_WHERE_SET = ("principal_id",)


def canonical(value: Any) -> str:
    """One spelling for one value: sorted keys, no spaces, dates and instants in ISO form."""
    return _CANONICAL.encode(value)


def _iso(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"cannot be written canonically: {type(value).__name__}")


_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_iso)


def digest(value: Any, salt: str = "") -> str:
    return hashlib.sha256(f"{salt}{canonical(value)}".encode()).hexdigest()


def chain_hash(entry: Mapping[str, Any]) -> str:
    """The hash of an entry's chained columns, bound to this use by a tag."""
    acted_for = {name: entry[name] for name in _CHAINED_WHERE_SET if entry.get(name) is not None}
    row = canonical({name: entry[name] for name in _CHAINED} | acted_for)
    return hashlib.sha256(f"{DOMAIN_TAG}\n{row}".encode()).hexdigest()


def seal_entry(entry: dict[str, Any], content: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Answers the two rows ready to insert; `entry` has every chained column but `content_digest`."""
    salt = secrets.token_hex(16)
    entry = {**entry, "content_digest": digest(content, salt)}
    row = {**entry, "hash": chain_hash(entry)}
    return row, {"case_id": entry["case_id"], "seq": entry["seq"], "salt": salt, "content": dict(content)}


@dataclass(frozen=True, slots=True)
class Damage:
    """The first row that does not fit, and what kind of damage it shows."""

    case_id: int
    seq: int
    kind: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`damage` is None where every entry of every case verified."""

    cases: int
    entries: int
    damage: Damage | None

    @property
    def ok(self) -> bool:
        return self.damage is None


def verify(session: Session, case_id: int | None = None) -> Verdict:
    """Recomputes every chain (or one) and stops at the first bad row; NotFound for a case that leaves no trace."""
    cases = entries = 0
    stray = _stray_entry(session, case_id)
    if stray is not None:
        return Verdict(0, 0, stray)
    try:
        for case, rows in _chains(session, case_id):
            cases += 1
            entries += len(rows)
            if damage := _first_damage(case, rows):
                return Verdict(cases, entries, damage)
    except (ValueError, TypeError):
        return Verdict(cases, entries, _unreadable(session, case_id))
    if case_id is not None and not cases:
        raise NotFound("case", case_id)
    return Verdict(cases, entries, None)


def damage_of(session: Session, case_ids: Sequence[int]) -> Iterator[Damage]:
    """The first entry of each of these cases that does not fit the one before it, or was changed."""
    try:
        grouped = entries_of(session, list(case_ids))
    except (ValueError, TypeError):
        if len(case_ids) == 1:
            yield _unreadable(session, case_ids[0])
            return
        half = len(case_ids) // 2
        yield from damage_of(session, case_ids[:half])
        yield from damage_of(session, case_ids[half:])
        return
    for case_id in case_ids:
        if damage := _first_fault(case_id, grouped.get(case_id, [])):
            yield damage


def _first_fault(case_id: int, rows: Iterable[Row[Any]]) -> Damage | None:
    previous = GENESIS
    for seq, row in enumerate(rows, start=1):
        if kind := fault_of(row._asdict(), seq, previous):
            return Damage(case_id, row.seq if row.seq < seq else seq, kind)
        previous = row.hash
    return None


def _unreadable(session: Session, case_id: int | None) -> Damage:
    """Where a row holds what no writer of ours writes: each is read alone until the first one fails."""
    keys = select(LedgerEntry.case_id, LedgerEntry.seq).order_by(LedgerEntry.case_id, LedgerEntry.seq)
    if case_id is not None:
        keys = keys.where(LedgerEntry.case_id == case_id)
    for row in session.execute(keys).all():
        try:
            _one_entry(session, row.case_id, row.seq)
        except (ValueError, TypeError):
            return Damage(row.case_id, row.seq, "the entry cannot be read")
    return Damage(case_id or 0, 0, "a case cannot be read")


def _one_entry(session: Session, case_id: int, seq: int) -> None:
    entry = LedgerEntry.__table__.c
    session.execute(select(LedgerEntry.__table__).where(entry.case_id == case_id, entry.seq == seq)).all()
    content = select(LedgerContent.content).where(LedgerContent.case_id == case_id, LedgerContent.seq == seq)
    session.execute(content).all()


def _stray_entry(session: Session, case_id: int | None) -> Damage | None:
    """An entry whose case is gone: the database forbids it, an attacker with SQL rights may not care."""
    query = select(LedgerEntry.case_id, func.min(LedgerEntry.seq)).where(LedgerEntry.case_id.not_in(select(Case.id)))
    if case_id is not None:
        query = query.where(LedgerEntry.case_id == case_id)
    row = session.execute(query.group_by(LedgerEntry.case_id).order_by(LedgerEntry.case_id).limit(1)).first()
    return Damage(row[0], row[1], "the case of this entry is gone") if row else None


def _chains(session: Session, case_id: int | None) -> Iterator[tuple[Any, list[Row[Any]]]]:
    cases = select(Case.id, Case.version, Case.ledger_head, Case.state).order_by(Case.id)
    if case_id is not None:
        cases = cases.where(Case.id == case_id)
    rows = session.execute(cases).all()
    for start in range(0, len(rows), 500):
        batch = rows[start : start + 500]
        grouped = entries_of(session, [row.id for row in batch])
        for row in batch:
            yield row, grouped.get(row.id, [])


def entries_of(session: Session, case_ids: list[int]) -> dict[int, list[Row[Any]]]:
    """The entries of some cases in their order, each with what was entered and its salt."""
    joined = (
        select(LedgerEntry.__table__, LedgerContent.salt, LedgerContent.content)
        .outerjoin(
            LedgerContent, (LedgerContent.case_id == LedgerEntry.case_id) & (LedgerContent.seq == LedgerEntry.seq)
        )
        .where(LedgerEntry.case_id.in_(case_ids))
        .order_by(LedgerEntry.case_id, LedgerEntry.seq)
    )
    grouped: dict[int, list[Row[Any]]] = {}
    for row in session.execute(joined):
        grouped.setdefault(row.case_id, []).append(row)
    return grouped


def hash_of(session: Session, case_id: int, seq: int) -> str | None:
    """The hash of one entry, None where there is none."""
    return session.scalar(select(LedgerEntry.hash).where(LedgerEntry.case_id == case_id, LedgerEntry.seq == seq))


def _first_damage(case: Any, rows: Iterable[Row[Any]]) -> Damage | None:
    previous, last = GENESIS, None
    seq = 0
    for seq, row in enumerate(rows, start=1):
        if kind := fault_of(row._asdict(), seq, previous):
            return Damage(case.id, row.seq if row.seq < seq else seq, kind)
        previous, last = row.hash, row
    if seq != case.version or previous != case.ledger_head:
        return Damage(case.id, seq + 1, "entries are missing at the end, or the head was changed")
    if last is not None and last.to_state != case.state:
        return Damage(case.id, seq, "the case stands in another state than its history says")
    return None


def fault_of(entry: Mapping[str, Any], seq: int, previous: str) -> str | None:
    """What is wrong with an entry (its columns, `salt` and `content`) that should be number `seq` after `previous`."""
    if entry["seq"] != seq:
        return "an entry is missing or out of order"
    if entry["prev_hash"] != previous:
        return "the chain to the entry before is broken"
    if chain_hash(entry) != entry["hash"]:
        return "the entry was changed"
    if entry["salt"] is None:
        return "what was entered is gone"
    if digest(entry["content"], entry["salt"]) != entry["content_digest"]:
        return "what was entered was changed"
    return None
