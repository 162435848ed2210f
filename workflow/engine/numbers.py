"""The numbers of an organisation's papers (文号): a sign (代字), the year, and a number that is given out once.

A body that has set its sign has a series for each year. Numbers are taken in the transaction that uses them, with the
series locked, so that none is given twice and none is lost. What is typed by hand under the same sign is kept too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from workflow.dialects import insert_ignoring, locked
from workflow.engine.work import CaseWork, Deed
from workflow.errors import Conflict
from workflow.models import PaperNumber, PaperSeries, PaperSign
from workflow.models.base import table_of
from workflow.prepared import Prepared
from workflow.text import Text

# Where the number of the paper an action issues is entered: a reply (批复), a notice (退回补正、不予批准).
NUMBER_FIELDS = ("reply_no", "notice_no")
WRITTEN = re.compile(r"(?P<sign>[^〔〕]{1,40})〔(?P<year>\d{4})〕(?P<number>[1-9]\d{0,8})号")
_NUMBERS, _SIGNS = table_of(PaperNumber), table_of(PaperSign)
_COLUMNS = ("organisation_id", "sign", "year", "number", "case_id", "given_at")
# Only what bears the body's own sign belongs to its series; any other number is the person's own affair.
_KEEP = Prepared(
    insert(_NUMBERS).from_select(
        _COLUMNS,
        select(*(bindparam(f"a_{name}", type_=_NUMBERS.c[name].type) for name in _COLUMNS)).where(
            _SIGNS.c.organisation_id == bindparam("a_organisation_id"), _SIGNS.c.sign == bindparam("a_sign")
        ),
    )
)


class NumberTaken(Conflict):
    """Another paper of this body bears the number."""

    def __init__(self, number: str) -> None:
        super().__init__(
            Text(
                f"文号“{number}”已用于本机关的另一份文件：请换一个号，或由经办在会议中自动取号",
                f'The number "{number}" stands on another paper of this body: take another one,'
                " or let the clerk's session number it",
            ),
            {"number": number},
        )
        self.number = number


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is printed: 商党〔2026〕5号."""

    sign: str
    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.sign}〔{self.year}〕{self.number}号"


def read_number(written: str) -> Number | None:
    """None for what is not written in the official form."""
    found = WRITTEN.fullmatch(written.strip())
    return Number(found["sign"], int(found["year"]), int(found["number"])) if found else None


def written_number(data: Mapping[str, Any]) -> str | None:
    """The number of the paper an action issues, as it was entered; None where none was."""
    return next((data[name] for name in NUMBER_FIELDS if data.get(name)), None)


def take_number(work: CaseWork, deed: Deed) -> None:
    """An effect: keeps the paper's number as given out, if it bears the body's own sign."""
    written = written_number(deed.data)
    number = read_number(written) if written else None
    if number is None:
        return
    row = (work.committee.id, number.sign, number.year, number.number, work.case.id, work.now)
    work.add(_KEEP, {f"a_{name}": value for name, value in zip(_COLUMNS, row, strict=True)})


def is_taken(error: IntegrityError) -> bool:
    """Whether the database refused a number because another paper bears it."""
    return "paper_number" in str(error.orig)


def sign_of(session: Session, organisation_id: int) -> str | None:
    return session.scalar(select(PaperSign.sign).where(PaperSign.organisation_id == organisation_id))


def following(
    session: Session, organisation_id: int, sign: str, year: int, beside: Collection[Number] = ()
) -> Iterator[Number]:
    """The numbers that would be given out next, without taking any; those typed by hand are passed over."""
    start = session.scalar(select(PaperSeries.next_number).where(*_series(organisation_id, sign, year))) or 1
    taken = set(session.scalars(_given(organisation_id, sign, year, start)))
    numbers = (Number(sign, year, n) for n in count(start) if n not in taken)
    return (number for number in numbers if number not in beside)


def next_numbers(
    session: Session, organisation_id: int, sign: str, year: int, wanted: int, beside: Collection[Number] = ()
) -> list[Number]:
    """Takes numbers from the series, which stays locked until the end of the transaction."""
    if not wanted:
        return []
    key = {"organisation_id": organisation_id, "sign": sign, "year": year}
    insert_ignoring(session, PaperSeries, [{**key, "next_number": 1}])
    series = _series(organisation_id, sign, year)
    session.execute(locked(session, select(PaperSeries.next_number).where(*series), of=[PaperSeries])).one()
    taken = list(islice(following(session, organisation_id, sign, year, beside), wanted))
    session.execute(update(PaperSeries).where(*series).values(next_number=taken[-1].number + 1))
    return taken


def already_given(session: Session, organisation_id: int, written: Iterable[str]) -> set[str]:
    """Those of the numbers that stand on a paper of the body already."""
    asked = {number: text for text in written if (number := read_number(text)) is not None}
    if not asked:
        return set()
    rows = session.execute(
        select(PaperNumber.sign, PaperNumber.year, PaperNumber.number).where(
            PaperNumber.organisation_id == organisation_id,
            PaperNumber.number.in_({number.number for number in asked}),
        )
    )
    return {asked[found] for row in rows if (found := Number(*row)) in asked}


def _series(organisation_id: int, sign: str, year: int):  # type: ignore[no-untyped-def]  # a tuple of conditions
    return (
        PaperSeries.organisation_id == organisation_id,
        PaperSeries.sign == sign,
        PaperSeries.year == year,
    )


def _given(organisation_id: int, sign: str, year: int, start: int):  # type: ignore[no-untyped-def]  # a Select[...]
    return select(PaperNumber.number).where(
        PaperNumber.organisation_id == organisation_id,
        PaperNumber.sign == sign,
        PaperNumber.year == year,
        PaperNumber.number >= start,
    )
