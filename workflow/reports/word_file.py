"""A report as a Word document in the type area and fonts of official papers (GB/T 9704-2012, domain section 7.4)."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from workflow.clock import LOCAL_ZONE
from workflow.reports import wording
from workflow.reports.figure import Listing
from workflow.reports.report import Report, Section, Table
from workflow.text import Text

BODY, HEADING, TITLE = "仿宋_GB2312", "黑体", "方正小标宋简体"
LONGEST_LIST = 1000
_BODY_SIZE, _TITLE_SIZE, _TABLE_SIZE = Pt(16), Pt(22), Pt(10.5)
_LINE = Pt(28)
_FIRST_LINE = Pt(32)  # two characters of the body
# XML 1.0 has no place for them, and a cell of a register may hold any.
_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 13)}


def as_document(report: Report, locale: str = "zh") -> bytes:
    """Words and figures first, then a table of definitions, the tables, and the lists as annexes."""
    document = Document()
    _set_page(document)
    made = report.as_of.astimezone(LOCAL_ZONE).replace(tzinfo=None)
    document.core_properties.created = document.core_properties.modified = made
    document.core_properties.title = report.name.within(locale)
    _paragraph(document, report.name.within(locale), TITLE, _TITLE_SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    for line in wording.head(report):
        _paragraph(document, line.within(locale))
    for section in report.sections:
        _section(document, section, locale)
    for table in report.tables:
        _table(document, table, locale)
    for remark in report.remarks:
        _paragraph(document, remark.within(locale))
    for named in wording.lists_of(report):
        _paragraph(document, named.title.within(locale), HEADING)
        _list(document, named.listing, locale)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _set_page(document: Any) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(37), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)


def _section(document: Any, section: Section, locale: str) -> None:
    _paragraph(document, section.title.within(locale), HEADING)
    if section.words is not None:
        _paragraph(document, section.words.within(locale), indent=True)
    head = [title.within(locale) for title in (wording.INDICATOR, wording.NUMBER, wording.DEFINITION)]
    lines = [
        (figure.name.within(locale), figure.shown.within(locale), figure.definition.within(locale))
        for figure in section.figures
    ]
    _grid(document, [head, *lines])


def _table(document: Any, table: Table, locale: str) -> None:
    _paragraph(document, table.title.within(locale), HEADING)
    head = [title.within(locale) for title in (table.corner, *table.columns)]
    lines = [
        ["　" * line.depth + line.name.within(locale)]
        + [figure.shown.within(locale) if figure else "" for figure in line.figures]
        for line in table.lines
    ]
    _grid(document, [head, *lines])


def _list(document: Any, listing: Listing, locale: str) -> None:
    """A long list belongs into a workbook: on paper it would fill a hundred pages."""
    if len(listing.rows) > LONGEST_LIST:
        words = Text("共 {n} 行，见 Excel 附表", "{n} rows: see the Excel file").filled(n=len(listing.rows))
        _paragraph(document, words.within(locale))
        return
    head = [title.within(locale) for title in listing.columns]
    _grid(document, [head, *([wording.written(cell, locale) for cell in row.cells] for row in listing.rows)])


def _paragraph(
    document: Any, text: str, font: str = BODY, size: Any = _BODY_SIZE, align: Any = None, *, indent: bool = False
) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    shape = paragraph.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, _LINE
    shape.space_before = shape.space_after = Pt(0)
    if indent:
        shape.first_line_indent = _FIRST_LINE
    run = paragraph.add_run(text.translate(_CONTROLS))
    run.font.size = size
    run.font.name = font
    # Chinese characters take the East-Asian font, which the library does not set.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _grid(document: Any, lines: Iterable[Sequence[str]]) -> None:
    """A bordered table, its first line repeated on every page.

    Written as elements: the library looks up every cell by walking the whole table, which takes minutes for a long one.
    """
    found = list(lines)
    table = document.add_table(rows=0, cols=len(found[0]))
    table.style = "Table Grid"
    for number, cells in enumerate(found):
        table._tbl.append(_grid_row(cells, is_head=number == 0))
    _paragraph(document, "")


def _grid_row(cells: Sequence[str], *, is_head: bool) -> Any:
    row = OxmlElement("w:tr")
    if is_head:
        properties = OxmlElement("w:trPr")
        properties.append(OxmlElement("w:tblHeader"))
        row.append(properties)
    for text in cells:
        cell, paragraph = OxmlElement("w:tc"), OxmlElement("w:p")
        paragraph.append(_run(text, HEADING if is_head else BODY))
        cell.append(paragraph)
        row.append(cell)
    return row


def _run(text: str, font: str) -> Any:
    run, look, written = OxmlElement("w:r"), OxmlElement("w:rPr"), OxmlElement("w:t")
    fonts, size = OxmlElement("w:rFonts"), OxmlElement("w:sz")
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia"):
        fonts.set(qn(script), font)
    size.set(qn("w:val"), str(int(_TABLE_SIZE.pt * 2)))
    look.extend((fonts, size))
    written.text = text.translate(_CONTROLS)
    written.set(qn("xml:space"), "preserve")
    run.extend((look, written))
    return run
