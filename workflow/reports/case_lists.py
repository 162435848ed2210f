"""Cases as a report counts them: where each stood on the last day of the period, and what moved in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from workflow.clock import local_day
from workflow.models import Case, Deadline, Enterprise, LedgerEntry, Organisation, OrganisationKind
from workflow.reports.campaign_lists import CODE, NAME, TOWN
from workflow.reports.figure import Listing, Row, Subject
from workflow.reports.reader import Reader
from workflow.text import Text

CHAMBER = Text("所属商会", "Chamber")
STATE = Text("状态", "State")
SINCE = Text("日期", "Day")
NOTE = Text("说明", "Note")
INSTRUCTOR = Text("指导员", "Instructor")
CASE_COLUMNS = (NAME, CODE, TOWN, CHAMBER, STATE, SINCE, NOTE)
NO_CHAMBER = Text("镇街直属", "under the town itself")


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case with its place. `note` is what a report says of it."""

    id: int
    enterprise_id: int
    enterprise: str
    credit_code: str
    town: str
    chamber: str
    form: str
    full_members: int
    state: str
    version: int
    since: date
    note: str | Text = ""

    def row(self, reader: Reader) -> Row:
        state = reader.versions.state_name(self.state, self.version)
        cells = (self.enterprise, self.credit_code, self.town, self.chamber, state, self.since, self.note)
        return Row(cells, Subject("case", self.id))


def as_listing(reader: Reader, lines: Iterable[CaseLine]) -> Listing:
    return Listing(CASE_COLUMNS, tuple(line.row(reader) for line in lines))


def stage_of(reader: Reader, line: CaseLine) -> str:
    return stage_at(reader, line.state, line.version)


def stage_at(reader: Reader, state: str, version: int) -> str:
    return reader.versions.stages_in(reader.versions.of(version)).get(state, "")


def standing(reader: Reader) -> list[CaseLine]:
    """Every case as its history left it on the last day of the period."""
    newest = (
        select(LedgerEntry.case_id, func.max(LedgerEntry.seq).label("seq"))
        .where(LedgerEntry.occurred_on <= reader.to_on)
        .group_by(LedgerEntry.case_id)
        .subquery()
    )
    at = (LedgerEntry.case_id == newest.c.case_id) & (LedgerEntry.seq == newest.c.seq)
    query = _lines(reader, LedgerEntry.to_state, LedgerEntry.definition_version, LedgerEntry.occurred_on)
    query = query.join(LedgerEntry, LedgerEntry.case_id == Case.id).join(newest, at)
    return [_line(row) for row in reader.session.execute(query.order_by(Case.id))]


def moves(reader: Reader) -> Iterator[tuple[CaseLine, str, str]]:
    """Each move in the period that crossed the border of a stage: the case, the stage it left, the stage it came to."""
    query = _lines(
        reader,
        LedgerEntry.to_state,
        LedgerEntry.definition_version,
        LedgerEntry.occurred_on,
        LedgerEntry.from_state,
    ).join(LedgerEntry, LedgerEntry.case_id == Case.id)
    for row in reader.session.execute(query.where(reader.in_period(LedgerEntry.occurred_on)).order_by(LedgerEntry.id)):
        line, version = _line(row), row.definition_version
        left = stage_at(reader, row.from_state, version) if row.from_state else ""
        came = stage_at(reader, row.to_state, version)
        if left != came:
            yield line, left, came


def overdue_ids(reader: Reader) -> dict[int, date]:
    """Cases the clock of whose step had run out on the last day (or today, where that is earlier), and since when."""
    day = min(reader.to_on, reader.today)
    of_step = {
        (number, state.deadline)
        for number, definition in reader.versions.by_number.items()
        for state in definition.states.values()
        if state.deadline
    }
    found: dict[int, date] = {}
    rows = reader.session.execute(
        select(Deadline, Case.definition_version)
        .join(Case, Case.id == Deadline.case_id)
        .where(*_ours(reader), Deadline.due_on < day, Deadline.starts_on <= day, Deadline.status != "paused")
    )
    for deadline, version in rows:
        runs = deadline.stopped_at is None or local_day(deadline.stopped_at) > day
        if runs and (version, deadline.code) in of_step:
            found[deadline.case_id] = min(deadline.due_on, found.get(deadline.case_id, deadline.due_on))
    return found


def _ours(reader: Reader) -> tuple[Any, ...]:
    return (Case.process == reader.versions.current.process, reader.in_area(Case.chamber_id))


def _lines(reader: Reader, state: Any, version: Any, since: Any, *more: Any) -> Any:
    town, chamber = aliased(Organisation), aliased(Organisation)
    return (
        select(
            Case.id,
            Enterprise.id.label("enterprise_id"),
            Enterprise.name,
            Enterprise.credit_code,
            Enterprise.full_members,
            town.name.label("town"),
            chamber.name.label("chamber"),
            chamber.kind.label("kind"),
            Case.form,
            state.label("to_state"),
            version.label("definition_version"),
            since.label("since"),
            *more,
        )
        .select_from(Case)
        .join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(town, town.id == Enterprise.town_id)
        .join(chamber, chamber.id == Case.chamber_id)
        .where(*_ours(reader))
    )


def cases_now(reader: Reader, *where: Any) -> list[CaseLine]:
    """Cases as they stand now, under conditions."""
    query = _lines(reader, Case.state, Case.definition_version, Case.last_occurred_on).where(*where)
    return [_line(row) for row in reader.session.execute(query.order_by(Case.id))]


def _line(row: Any) -> CaseLine:
    return CaseLine(
        row.id,
        row.enterprise_id,
        row.name,
        row.credit_code,
        row.town,
        row.chamber if row.kind == OrganisationKind.CHAMBER else NO_CHAMBER.zh,
        row.form,
        row.full_members,
        row.to_state,
        row.definition_version,
        row.since,
    )
