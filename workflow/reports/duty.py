"""What instructors did in the period (指导员履职): enterprises, visits planned and done, overdue, moves, founded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from workflow.campaign.standing import stands
from workflow.clock import add_months
from workflow.models import Assignment, Case, Enterprise, InstructorAssessment, LedgerEntry, Organisation, User, Visit
from workflow.reports.campaign_lists import CODE, NAME, TOWN, founded_on
from workflow.reports.case_lists import overdue_ids
from workflow.reports.figure import Figure, Listing, Row, Subject, counted, summed
from workflow.reports.reader import Reader
from workflow.reports.report import Section, Table
from workflow.reports.tables import code_at, line
from workflow.reports.words import MARKS
from workflow.text import Text

CADENCE = "visit_cadence_months"
WHO = Text("指导员", "Instructor")
FIRMS, TIMES, MOVES = Text("家", ""), Text("次", ""), Text("步", "")
BASE = (WHO, NAME, CODE, TOWN)
_PLANNED = len(BASE) + 2


def sections(reader: Reader) -> tuple[tuple[Section, ...], tuple[Table, ...], tuple[Text, ...]]:
    lists = _lists(reader)
    people = sorted({str(row.cells[0]) for listing in lists.values() for row in listing.rows})
    total = _figures(lists, "")
    lines = tuple(
        line(Text(name, name), _figures({code: _of(found, name) for code, found in lists.items()}, code_at("", name)))
        for name in people
    )
    table = Table(Text("按指导员", "By instructor"), WHO, tuple(figure.name for figure in total), lines)
    return (Section(Text("合计", "In all"), total),), (table,), tuple(_marks(reader))


def _figures(lists: dict[str, Listing], suffix: str) -> tuple[Figure, ...]:
    planned = Text(
        "按走访频次，期内在联系的每满一个周期应走访一次（本地设置；半年计划另见台账）",
        "One for each full span of the visit cadence in which the enterprise was held (local setting)",
    )
    return (
        counted(f"held{suffix}", Text("联系企业", "Enterprises"), FIRMS, HELD, lists["held"]),
        summed(f"planned{suffix}", Text("应走访", "Visits due"), TIMES, planned, lists["held"], _PLANNED),
        counted(f"visits{suffix}", Text("已走访", "Visits made"), TIMES, VISITED, lists["visits"]),
        counted(f"late{suffix}", Text("补录走访", "Entered late"), TIMES, LATE, lists["late"]),
        counted(f"overdue{suffix}", Text("期末逾期案件", "Overdue cases"), FIRMS, OVERDUE, lists["overdue"]),
        counted(f"moves{suffix}", Text("推进环节", "Moves"), MOVES, MOVED, lists["moves"]),
        counted(f"established{suffix}", Text("成立党支部", "Founded"), FIRMS, FOUNDED, lists["established"]),
    )


HELD = Text(
    "期内担任过指导员的案件，一家企业一件", "Cases the person was the instructor of in the period, one an enterprise"
)
VISITED = Text("走访日期在期内的走访记录", "Visits made in the period")
LATE = Text("其中超过规定工作日才登记的（补录）", "Of those entered later than the working days allowed")
OVERDUE = Text("止日时本环节已逾期、由本人联系的在办案件", "Cases of the person whose step was overdue on the last day")
MOVED = Text(
    "期内由本人办理、使案件换了状态的步骤", "Steps of the person in the period that moved a case to another state"
)
FOUNDED = Text("期内成立、由本人联系的党支部", "Branches founded in the period in cases of the person")


def _lists(reader: Reader) -> dict[str, Listing]:
    held = _held(reader)
    visits = list(_visits(reader))
    late = set(overdue_ids(reader))
    base = [Row(row.cells[: len(BASE)], row.about) for row in held if row.about]
    return {
        "held": Listing((*BASE, Text("起", "From"), Text("止", "To"), Text("应走访", "Visits due")), tuple(held)),
        "visits": Listing((*BASE, Text("走访日期", "Visited on"), Text("补录", "Late")), tuple(visits)),
        "late": Listing(
            (*BASE, Text("走访日期", "Visited on"), Text("补录", "Late")),
            tuple(row for row in visits if row.cells[-1] == YES),
        ),
        "overdue": Listing(BASE, tuple(row for row in base if _is_late(reader, row, late))),
        "moves": Listing((*BASE, Text("日期", "Day"), Text("到", "To")), tuple(_moves(reader))),
        "established": Listing((*BASE, Text("成立日期", "Founded on")), tuple(_founded(reader))),
    }


YES, NO = Text("是", "yes"), Text("否", "no")


def _of(listing: Listing, name: str) -> Listing:
    return listing.where(lambda row: row.cells[0] == name)


def _is_late(reader: Reader, row: Row, late: set[int]) -> bool:
    """The case is late and still the person's: lateness is not laid at the door of who had it before."""
    if row.about is None or row.about.id not in late:
        return False
    case = reader.session.get_one(Case, row.about.id)
    person = reader.session.get(User, case.instructor_id) if case.instructor_id else None
    return person is not None and _name(person.display_name, person.username) == row.cells[0]


def _name(display_name: str, username: str) -> str:
    """Namesakes stay apart."""
    return f"{display_name}（{username}）"


def _query(reader: Reader, via: Any, person: Any, *columns: Any) -> Any:
    """Cases and whom they are counted for; `via` is the table that knows the person, None for the case itself."""
    town = aliased(Organisation)
    about = (Case.id, User.display_name, User.username, Enterprise.name, Enterprise.credit_code, town.name)
    start = select(*about, *columns).select_from(Case)
    known = start if via is None else start.join(via, via.case_id == Case.id)
    return (
        known.join(Enterprise, Enterprise.id == Case.enterprise_id)
        .join(town, town.id == Enterprise.town_id)
        .join(User, User.id == person)
        .where(Case.process == reader.versions.current.process, reader.in_area(Case.chamber_id))
    )


def _rows(found: Iterable[Any]) -> list[Row]:
    return [Row((_name(one[1], one[2]), *one[3:]), Subject("case", one[0])) for one in found]


def _held(reader: Reader) -> list[Row]:
    """Each case once for each instructor; several assignments to one person are put end to end."""
    overlaps = (Assignment.from_on <= reader.to_on, or_(Assignment.to_on.is_(None), Assignment.to_on >= reader.from_on))
    query = _query(reader, Assignment, Assignment.instructor_id, Assignment.from_on, Assignment.to_on, Case.finished_on)
    query = query.where(*overlaps).order_by(User.username, Case.id, Assignment.id)
    cadence = reader.rules.number(CADENCE, reader.to_on)
    found: dict[tuple[str, int], Row] = {}
    for one in reader.session.execute(query):
        until = min(day for day in (one.to_on, one.finished_on, reader.to_on, reader.today) if day is not None)
        due = _spans(max(one.from_on, reader.from_on), until, cadence)
        key, before = (one.username, one.id), found.get((one.username, one.id))
        first = before.cells[len(BASE)] if before else one.from_on
        due += before.cells[_PLANNED] if before else 0  # type: ignore[operator]
        cells = (_name(one.display_name, one.username), *one[3:6], first, one.to_on, due)
        found[key] = Row(cells, Subject("case", one.id))
    return list(found.values())


def _spans(first: date, last: date, months: int) -> int:
    """How many full spans of months fit."""
    number = 0
    while add_months(first, (number + 1) * months) <= last:
        number += 1
    return number


def _visits(reader: Reader) -> Iterable[Row]:
    query = _query(reader, Visit, Visit.instructor_id, Visit.visited_on, Visit.is_late)
    found = reader.session.execute(query.where(reader.in_period(Visit.visited_on)).order_by(Visit.visited_on, Visit.id))
    for row in _rows(found):
        yield Row((*row.cells[:-1], YES if row.cells[-1] else NO), row.about)


def _moves(reader: Reader) -> Iterable[Row]:
    query = _query(reader, LedgerEntry, LedgerEntry.actor_id, LedgerEntry.occurred_on, LedgerEntry.to_state)
    moved = (LedgerEntry.role == "instructor", LedgerEntry.from_state != LedgerEntry.to_state)
    found = reader.session.execute(
        query.where(*moved, reader.in_period(LedgerEntry.occurred_on)).order_by(LedgerEntry.occurred_on, LedgerEntry.id)
    )
    for row in _rows(found):
        yield Row((*row.cells[:-1], reader.versions.state_name(str(row.cells[-1]))), row.about)


def _founded(reader: Reader) -> list[Row]:
    day = founded_on(reader)
    query = _query(reader, None, Case.instructor_id, day).where(Case.established_on.is_not(None), reader.in_period(day))
    return _rows(reader.session.execute(query.order_by(day, Case.id)))


def _marks(reader: Reader) -> Iterable[Text]:
    """The assessments given for half-years that end in the period."""
    model = InstructorAssessment
    rows = reader.session.execute(
        select(User.display_name, model.half_year, model.mark)
        .join(User, User.id == model.instructor_id)
        .where(stands(model))
        .order_by(model.half_year, User.username)
    )
    for name, half_year, mark in rows:
        if reader.from_on <= _end(half_year) <= reader.to_on:
            words = MARKS.get(mark, Text(mark, mark))
            yield Text(f"考核 {half_year}：{name}，{words.zh}", f"Assessment {half_year}: {name}, {words.en}")


def _end(half_year: str) -> date:
    year, half = half_year.split("-")
    return date(int(year), 6, 30) if half == "1" else date(int(year), 12, 31)
