"""The annual table of Party organisations in private enterprises (党内统计第 27 表) in its official rows and columns.

The edition is of about 2018 (domain section 11.1): the shape stands below as data. A cell the product holds no facts
for stays empty and is named in the remarks, so that nobody takes an empty one for a nought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from workflow.reports.enterprise_lists import COLUMNS, Firm, listing, operating
from workflow.reports.figure import Figure, Listing, counted, counted_once, summed
from workflow.reports.reader import Reader
from workflow.reports.report import Section, Table, TableLine
from workflow.text import Text

FIRMS, PEOPLE = Text("", ""), Text("", "")
_EMPLOYEES = 4
NOT_KEPT = Text("不在登记范围内", "not recorded")
AS_NOW = Text(
    "按统计时刻的名册、案件和正式组织关系计；党员为正式党员与预备党员之和",
    "Counted from the register, the cases and formal membership as they are now; members are full and probationary",
)
Chosen = Callable[[Firm], bool]


@dataclass(frozen=True, slots=True)
class Column:
    """`chosen` is None where the register does not hold what the column asks for."""

    name: Text
    chosen: Chosen | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """`what`: firms, staff, members, instructors or joint; None where nothing is recorded for it."""

    name: Text
    depth: int
    chosen: Chosen | None
    what: str = "firms"


def _is_sized(size: int) -> Chosen:
    return lambda firm: firm.employees is not None and firm.employees >= size


COLUMNS_27 = (
    Column(Text("总数", "Total"), lambda _firm: True),
    Column(Text("从业人员50人以上", "50 employees or more"), _is_sized(50)),
    Column(Text("从业人员100人以上", "100 employees or more"), _is_sized(100)),
    Column(Text("法定代表人是党员的", "Legal representative a member")),
    Column(Text("兼任企业党组织书记的", "Who is also the secretary")),
    Column(Text("私有经济控制", "Private control")),
    Column(Text("其中：私营独资", "Of it: sole private")),
    Column(Text("港澳台商投资", "Hong Kong, Macau, Taiwan")),
    Column(Text("其中：港澳台商经济控制", "Of it: control")),
    Column(Text("其中：港澳台商独资", "Of it: sole")),
    Column(Text("外商投资", "Foreign")),
    Column(Text("其中：外商经济控制", "Of it: control")),
    Column(Text("其中：外商独资", "Of it: sole")),
)


def _has(firm: Firm) -> bool:
    return firm.has_organisation


def _has_not(firm: Firm) -> bool:
    return not firm.has_organisation


def _lines(minimum: int) -> tuple[Line, ...]:
    return (
        Line(Text("单位数", "Units"), 0, lambda _firm: True),
        Line(Text("其中：党建工作指导员联系的", "Of them with an instructor"), 1, lambda f: f.has_instructor),
        Line(
            Text("已单独建立党组织的", "With an organisation of their own"), 0, lambda f: _has(f) and f.form == "single"
        ),
        Line(Text("党委", "Committee"), 1, None),
        Line(Text("总支部", "General branch"), 1, None),
        Line(Text("支部", "Branch"), 1, None),
        Line(Text("已建立联合党支部的", "In a joint branch"), 0, lambda f: _has(f) and f.form == "joint"),
        Line(
            Text(f"其中：具有{minimum}名以上党员的", f"Of them with {minimum} members or more"),
            1,
            lambda f: _has(f) and f.form == "joint" and f.members >= minimum,
        ),
        Line(Text("联合党支部数", "Joint branches"), 1, None),
        Line(Text("未建立党组织的", "Without an organisation"), 0, _has_not),
        Line(
            Text("应建立尚未建立的", "That ought to have one"), 1, lambda f: _has_not(f) and f.full_members >= minimum
        ),
        Line(
            Text("仅有个别党员的", "With some members"),
            1,
            lambda f: _has_not(f) and f.full_members < minimum and f.members > 0,
        ),
        Line(Text("没有党员的", "Without any member"), 1, lambda f: _has_not(f) and f.members == 0),
        Line(Text("补充：党建工作指导员", "Also: instructors"), 0, lambda _firm: True, "instructors"),
        Line(Text("在岗职工", "Staff"), 0, lambda _firm: True, "staff"),
        Line(Text("其中：党员", "Of them members"), 1, lambda _firm: True, "members"),
        Line(Text("已建立党组织的企业在岗职工", "Staff of enterprises with an organisation"), 0, _has, "staff"),
        Line(Text("其中：党员", "Of them members"), 1, _has, "members"),
        Line(
            Text("未建立党组织、已派出党建指导员的企业在岗职工", "Staff of those without one, with an instructor"),
            0,
            lambda f: _has_not(f) and f.has_instructor,
            "staff",
        ),
        Line(Text("其中：党员", "Of them members"), 1, lambda f: _has_not(f) and f.has_instructor, "members"),
    )


def sections(reader: Reader) -> tuple[tuple[Section, ...], tuple[Table, ...], tuple[Text, ...]]:
    minimum = reader.rules.number("full_members_min", reader.to_on)
    firms, lines = operating(reader), _lines(minimum)
    table = Table(
        Text(
            "非公有经济控制的企业法人单位建立党的基层组织情况",
            "Party organisations in privately controlled enterprises",
        ),
        Text("项目", "Item"),
        tuple(column.name for column in COLUMNS_27),
        tuple(
            TableLine(line.name, tuple(_cells(number, line, firms)), line.depth) for number, line in enumerate(lines, 1)
        ),
    )
    return (), (table,), (AS_NOW, *_missing(lines), _unknown_form(firms))


def _cells(number: int, line: Line, firms: Sequence[Firm]) -> Iterator[Figure | None]:
    for place, column in enumerate(COLUMNS_27, 1):
        if line.chosen is None or column.chosen is None:
            yield None
            continue
        code = f"r{number:02}c{place:02}"
        chosen = [firm for firm in firms if line.chosen(firm) and column.chosen(firm)]
        name = Text(f"{line.name.zh}：{column.name.zh}", f"{line.name.en}: {column.name.en}")
        yield _figure(code, name, line.what, chosen)


def _figure(code: str, name: Text, what: str, firms: Sequence[Firm]) -> Figure:
    if what == "staff":
        return summed(code, name, PEOPLE, AS_NOW, listing(firms), _EMPLOYEES)
    if what == "members":
        found = Listing(
            (*COLUMNS, Text("党员", "Members")), tuple(firm.row_with(firm.members) for firm in firms if firm.members)
        )
        return summed(code, name, PEOPLE, AS_NOW, found, len(COLUMNS))
    if what == "instructors":
        pairs = [(firm, person) for firm in firms for person in firm.instructors]
        found = Listing(
            (*COLUMNS, Text("指导员", "Instructor")), tuple(firm.row_with(person) for firm, person in pairs)
        )
        return counted_once(code, name, PEOPLE, AS_NOW, found, len(COLUMNS))
    return counted(code, name, FIRMS, AS_NOW, listing(firms))


def _missing(lines: Sequence[Line]) -> Iterator[Text]:
    columns = [column.name for column in COLUMNS_27 if column.chosen is None]
    rows = [line.name for line in lines if line.chosen is None]
    yield Text(
        f"空白的栏（{'、'.join(one.zh for one in columns)}）和行（{'、'.join(one.zh for one in rows)}）"
        f"{NOT_KEPT.zh}，不是零",
        f"The empty columns ({', '.join(one.en for one in columns)}) and rows ({', '.join(one.en for one in rows)}) are"
        f" {NOT_KEPT.en}; they are not nought",
    )


def _unknown_form(firms: Sequence[Firm]) -> Text:
    number = sum(1 for firm in firms if firm.has_organisation and not firm.form)
    return Text(
        f"已建党组织而组建方式未登记的 {number} 家，计入单位数，不计入单独或联合",
        f"{number} enterprises with an organisation of unrecorded form count as units, neither as single nor joint",
    )
