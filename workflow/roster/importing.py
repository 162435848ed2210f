"""The one way to import a roster, for the command line and the web alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from workflow.roster.applying import Author, plan, write
from workflow.roster.deciding import Step
from workflow.roster.importer import importing_role
from workflow.roster.organisations import Settlement, create_missing, refuse_missing, settle
from workflow.roster.places import Place
from workflow.roster.reading import read_roster
from workflow.roster.report import ImportReport, Tally
from workflow.roster.rows import RosterRow
from workflow.runtime import Runtime

Progress = Callable[[int, int], None]

# Rows in one transaction: small enough that nobody waits long for the database, large enough to be fast.
CHUNK = 500


def import_roster(
    runtime: Runtime,
    source: Path | bytes,
    *,
    actor_id: int | None,
    dry_run: bool,
    create_organisations: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Imports a roster by credit code, or says what an import would do; raises NotPermitted for a wrong actor.

    The file is read whole before anything is written; a file that cannot be read, or organisations that are missing
    without `create_organisations`, raise InvalidInput and leave the database as it was. Rows are written in chunks,
    each complete in itself: after a failure the same import, run again, goes on without doubles. A dry run writes
    nothing, answers the same numbers, and reports missing organisations instead of refusing.
    `progress(done, total)` is called between transactions; what it raises ends the import.
    """
    with runtime.db.reading() as session:
        role = importing_role(session, runtime, actor_id)
    roster = read_roster(source, today=runtime.today())
    settlement, missing = _settle(runtime, {row.source.place for row in roster.rows}, dry_run, create_organisations)
    author = Author(actor_id, role)
    tally = Tally()
    tell = progress or _nobody_watches
    tell(0, len(roster.rows))
    for start in range(0, len(roster.rows), CHUNK):
        chunk = roster.rows[start : start + CHUNK]
        for step in _look(runtime, chunk, settlement) if dry_run else _import(runtime, chunk, settlement, author):
            tally.add(step)
        tell(start + len(chunk), len(roster.rows))
    created = missing if create_organisations else ()
    return ImportReport(dry_run, roster, tally, created, tuple(name for name in missing if name not in created))


def _settle(runtime: Runtime, places: set[Place], dry_run: bool, create: bool) -> tuple[Settlement, tuple[str, ...]]:
    with runtime.db.reading() as session:
        settlement = settle(session, places)
    if dry_run or not settlement.missing:
        return settlement, settlement.missing
    if not create:
        refuse_missing(settlement.missing)
    with runtime.db.unit_of_work() as session:
        missing = settle(session, places).missing
        create_missing(session, places)
        return settle(session, places), missing


def _look(runtime: Runtime, rows: Sequence[RosterRow], settlement: Settlement) -> list[Step]:
    with runtime.db.reading() as session:
        return plan(session, rows, settlement.seats, to_write=False)


def _import(runtime: Runtime, rows: Sequence[RosterRow], settlement: Settlement, author: Author) -> list[Step]:
    try:
        return _write(runtime, rows, settlement, author)
    except IntegrityError:
        # Somebody entered one of these enterprises since we looked: the second look sees it.
        return _write(runtime, rows, settlement, author)


def _write(runtime: Runtime, rows: Sequence[RosterRow], settlement: Settlement, author: Author) -> list[Step]:
    with runtime.db.unit_of_work() as session:
        steps = plan(session, rows, settlement.seats, to_write=True)
        write(session, steps, runtime, author)
    return steps


def _nobody_watches(_done: int, _total: int) -> None:
    pass
