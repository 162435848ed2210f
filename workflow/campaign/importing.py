"""The one way to import a ledger, for the command line and the web alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.campaign.lines import Ledger, rows_read
from workflow.campaign.matching import Matched, Record, match
from workflow.campaign.outcome import LedgerOutcome, SheetTally
from workflow.campaign.reading import read_ledger
from workflow.campaign.register import Register
from workflow.campaign.sheets import SHEETS
from workflow.campaign.tree import Tree
from workflow.models import Source
from workflow.models.base import Base
from workflow.roster.importer import importing_role
from workflow.runtime import Runtime

CORRECTED = "台账更正"


@dataclass(frozen=True, slots=True)
class _Past:
    """What a register holds of earlier imports: the digests under each key, and the row that stands now for a key."""

    digests: Mapping[str, set[str]]
    newest: Mapping[str, int]


def import_ledger(runtime: Runtime, source: Path | bytes, *, actor_id: int | None, dry_run: bool) -> LedgerOutcome:
    """Imports a ledger whole or, where any line has a fault, not at all; raises NotPermitted for all but managers.

    A line that was imported before is passed over; one that says something else than before becomes a new row that
    replaces the old one. Raises InvalidInput where the file cannot be read as a ledger.
    """
    with runtime.db.reading() as session:
        importing_role(session, runtime, actor_id)
    ledger = read_ledger(source, today=runtime.today())
    try:
        return _import(runtime, ledger, actor_id, dry_run)
    except IntegrityError:
        # Somebody imported the same ledger since we looked: the second look finds its rows.
        return _import(runtime, ledger, actor_id, dry_run)


def _import(runtime: Runtime, ledger: Ledger, actor_id: int | None, dry_run: bool) -> LedgerOutcome:
    with runtime.db.reading() if dry_run else runtime.db.unit_of_work() as session:
        matched = match(ledger, Register(session), Tree(session))
        is_refused = bool(ledger.faults or matched.faults)
        tallies = {name: SheetTally(rows) for name, rows in rows_read(ledger).items()}
        for model, records in _by_model(matched.records).items():
            rows = _rows(session, model, records, tallies)
            if rows and not (dry_run or is_refused):
                about = {"source": Source.LEDGER, "recorded_by": actor_id, "recorded_at": runtime.now()}
                session.execute(insert(model), [{**row, **about, "is_withdrawn": False} for row in rows])
    return _outcome(ledger, matched, tallies, dry_run)


def _outcome(ledger: Ledger, matched: Matched, tallies: Mapping[str, SheetTally], dry_run: bool) -> LedgerOutcome:
    order = {sheet.name: number for number, sheet in enumerate(SHEETS)}
    faults = sorted((*ledger.faults, *matched.faults), key=lambda fault: (order[fault.place.sheet], fault.place.row))
    sheets = {name: tallies[name] for name in order if name in tallies}
    return LedgerOutcome(dry_run, sheets, tuple(faults), (*ledger.notes, *matched.notes))


def _by_model(records: Iterable[Record]) -> dict[type[Base], list[Record]]:
    found: dict[type[Base], list[Record]] = {}
    for record in records:
        found.setdefault(record.sheet.model, []).append(record)
    return found


def _rows(
    session: Session, model: type[Base], records: Sequence[Record], tallies: Mapping[str, SheetTally]
) -> list[dict[str, Any]]:
    """What is to be written, counted by sheet; of one shape, since they are inserted together."""
    past = _past(session, model)
    rows = []
    for record in records:
        tally, digests = tallies[record.sheet.name], past.digests.get(record.key, set())
        if record.digest in digests:
            tally.unchanged += 1
            continue
        tally.corrected += bool(digests)
        tally.added += not digests
        rows.append(
            {
                **record.values,
                "import_key": record.key,
                "imported_digest": record.digest,
                "replaces_id": past.newest.get(record.key),
                "correction_reason": CORRECTED if digests else None,
            }
        )
    return rows


def _past(session: Session, model: Any) -> _Past:
    digests: dict[str, set[str]] = {}
    later: dict[int, int] = {}
    imported: dict[str, int] = {}
    columns = (model.id, model.replaces_id, model.import_key, model.imported_digest)
    for row in session.execute(select(*columns).order_by(model.id)):
        if row.replaces_id is not None:
            later[row.replaces_id] = row.id
        if row.import_key is not None:
            digests.setdefault(row.import_key, set()).add(row.imported_digest)
            imported[row.import_key] = row.id
    return _Past(digests, {key: _end(later, row_id) for key, row_id in imported.items()})


def _end(later: Mapping[int, int], row_id: int) -> int:
    while row_id in later:
        row_id = later[row_id]
    return row_id
