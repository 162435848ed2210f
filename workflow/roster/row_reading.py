"""Reads one row of a table into an enterprise, or into the list of everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from workflow import credit_code
from workflow.roster.caption import Caption
from workflow.roster.cells import count_in, day_in, flag_in, text_in
from workflow.roster.census import column_letter
from workflow.roster.columns import ALL_FIGURES, TITLES, Column
from workflow.roster.head import Head
from workflow.roster.places import Place
from workflow.roster.reasons import SENTENCES, Reason
from workflow.roster.rows import CellProblem, RejectedRow, RosterRow, Source
from workflow.roster.workbook import Cell, Row
from workflow.text import Text

LONGEST_NAME = 200
LONGEST_FOUND = 80

# The codes of domain section 5.1; a wording that is none of these is kept as it was written.
_FORMS = {
    "单独组建": "single",
    "单独": "single",
    "联合组建": "joint",
    "联合": "joint",
    "挂靠组建": "attached",
    "挂靠": "attached",
    "区域组建": "regional",
    "行业组建": "industry",
    "依托商会": "industry",
}
# An Excel number keeps 15 digits: the end of a longer code is gone before we see it.
_EXACT_DIGITS = 15

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class SheetContext:
    """What all rows of a sheet share. `latest` is the last day an enterprise can have been founded."""

    sheet: str
    head: Head
    titles: tuple[str, ...]
    caption: Caption
    counted_on: date | None
    latest: date


def read_row(context: SheetContext, number: int, row: Row) -> RosterRow | RejectedRow:
    form = _Form(context.head, row)
    name, code, place = form.name(), form.credit_code(), form.place(context.caption.place)
    founded_on = form.day(Column.FOUNDED_ON, context.latest)
    figures = {column: form.count(column) for column in ALL_FIGURES}
    flags = {column: form.flag(column) for column in (Column.ON_SCALE, Column.HIGH_TECH, Column.HAS_BRANCH)}
    form.compare_members(figures)
    source = Source(context.sheet, number, place, context.counted_on, context.titles, row)
    if form.problems:
        order = list(Reason)
        return RejectedRow(source, tuple(sorted(form.problems, key=lambda problem: order.index(problem.reason))))
    intended_form = form.text(Column.INTENDED_FORM)
    return RosterRow(
        source=source,
        name=name,
        credit_code=code,
        credit_code_letter=column_letter(context.head.columns[Column.CREDIT_CODE]),
        founded_on=founded_on,
        employees=figures[Column.EMPLOYEES],
        on_scale=flags[Column.ON_SCALE],
        high_tech=flags[Column.HIGH_TECH],
        full_members=figures[Column.FULL_MEMBERS] or 0,
        probationary_members=figures[Column.PROBATIONARY_MEMBERS] or 0,
        activists=figures[Column.ACTIVISTS] or 0,
        applicants=figures[Column.APPLICANTS] or 0,
        members_in_transit=figures[Column.MEMBERS_IN_TRANSIT],
        has_branch=bool(flags[Column.HAS_BRANCH]),
        intended_form=_FORMS.get(intended_form, intended_form) or None,
        remark=form.text(Column.REMARK) or None,
    )


class _Form:
    """The cells of one row by column, and the problems met while reading them."""

    def __init__(self, head: Head, row: Row) -> None:
        self.problems: list[CellProblem] = []
        self._head = head
        self._row = row

    def name(self) -> str:
        name = self.text(Column.NAME)
        if not name:
            self._report(Reason.NAME_MISSING, Column.NAME)
        elif len(name) > LONGEST_NAME:
            self._report(Reason.NAME_TOO_LONG, Column.NAME)
        return name

    def credit_code(self) -> str:
        cell = self._cell(Column.CREDIT_CODE)
        code = credit_code.normalised(self.text(Column.CREDIT_CODE))
        if not code:
            self._report(Reason.CREDIT_CODE_MISSING, Column.CREDIT_CODE)
        elif isinstance(cell, int | float) and len(code) > _EXACT_DIGITS:
            self._report(Reason.CREDIT_CODE_INVALID, Column.CREDIT_CODE, _DIGITS_LOST)
        elif fault := credit_code.fault_of(code):
            self._report(Reason.CREDIT_CODE_INVALID, Column.CREDIT_CODE, fault)
        return code

    def place(self, caption: Place) -> Place:
        """The row's own town and chamber before those of the sheet; a chamber of the sheet is one of its own town."""
        town, chamber = self.text(Column.TOWN), self.text(Column.CHAMBER)
        if not town and not caption.town:
            self._report(Reason.TOWN_MISSING, Column.TOWN)
        if not chamber and town in ("", caption.town):
            chamber = caption.chamber
        return Place(town or caption.town, chamber)

    def day(self, column: Column, latest: date) -> date | None:
        day = self._parsed(column, day_in, Reason.DATE_INVALID)
        if day is not None and day > latest:
            self._report(Reason.DATE_INVALID, column)
        return day

    def count(self, column: Column) -> int | None:
        count = self._parsed(column, count_in, Reason.NOT_A_NUMBER)
        if count is not None and count < 0:
            self._report(Reason.NEGATIVE_NUMBER, column)
        return count

    def flag(self, column: Column) -> bool | None:
        return self._parsed(column, flag_in, Reason.NOT_YES_OR_NO)

    def compare_members(self, figures: dict[Column, int | None]) -> None:
        """Only where the figures themselves are sound: one fault is not reported twice."""
        employees = figures[Column.EMPLOYEES]
        members = (figures[Column.FULL_MEMBERS] or 0) + (figures[Column.PROBATIONARY_MEMBERS] or 0)
        unsound = {Reason.NOT_A_NUMBER, Reason.NEGATIVE_NUMBER} & {problem.reason for problem in self.problems}
        if not unsound and employees is not None and members > employees:
            sentence = SENTENCES[Reason.MORE_MEMBERS_THAN_EMPLOYEES].filled(members=members, employees=employees)
            self._report(Reason.MORE_MEMBERS_THAN_EMPLOYEES, Column.FULL_MEMBERS, sentence)

    def text(self, column: Column) -> str:
        return text_in(self._cell(column))

    def _cell(self, column: Column) -> Cell:
        place = self._head.columns.get(column)
        return self._row[place] if place is not None and place < len(self._row) else ""

    def _parsed(self, column: Column, parse: Callable[[Cell], Value], reason: Reason) -> Value | None:
        try:
            return parse(self._cell(column))
        except ValueError:
            self._report(reason, column)
            return None

    def _report(self, reason: Reason, column: Column, sentence: Text | None = None) -> None:
        place = self._head.columns.get(column)
        found = self.text(column)[:LONGEST_FOUND]
        heading = self._head.titles[place] if place is not None else TITLES[column].zh
        text = sentence or Text(
            SENTENCES[reason].zh.format(heading=heading, found=found),
            SENTENCES[reason].en.format(heading=TITLES[column].en, found=found),
        )
        letter = column_letter(place) if place is not None else ""
        self.problems.append(CellProblem(reason, letter, heading, found, text))


_DIGITS_LOST = Text(
    "信用代码被 Excel 当成数字保存，末几位已丢失：请把这一列设为“文本”格式后重新填写",
    "Excel kept the credit code as a number and lost its last digits: set the column to text and enter it again",
)
