"""An official paper as DOCX in the format of GB/T 9704-2012.

The fonts are named and not carried along: an office suite that lacks one takes its own substitute. The same paper
gives the same bytes, on any day and any machine.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime, time

from docx import Document
from docx.document import Document as DocxDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import _Footer
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from workflow.papers.official import Grid, OfficialPaper, day_words

LATIN = "Times New Roman"
SONG, FANGSONG, KAITI, HEITI = "宋体", "仿宋_GB2312", "楷体_GB2312", "黑体"
TITLE = "方正小标宋简体"
TITLE_SIZE, BODY_SIZE, PAGE_NUMBER_SIZE, CELL_SIZE = Pt(22), Pt(16), Pt(14), Pt(12)
LINE_PITCH = Pt(28)
# The ordinals of the first two levels have fonts of their own; a heading without a full stop has it all along.
LEVELS = ((re.compile(r"[一二三四五六七八九十]+、"), HEITI), (re.compile(r"（[一二三四五六七八九十]+）"), KAITI))
SENTENCE_ENDS = "。；：？！"
STYLES = frozenset({"Normal", "Default Paragraph Font", "Normal Table", "Table Grid", "Header", "Footer"})
UNUSED_PARTS = frozenset({"thumbnail", "stylesWithEffects", "customXml", "numbering"})
NO_DAY = datetime(2000, 1, 1)  # noqa: DTZ001  # the format keeps wall time without a zone
FIRST_INSTANT = (1980, 1, 1, 0, 0, 0)


def as_docx(paper: OfficialPaper) -> bytes:
    """The file, the same bytes for the same paper."""
    document = _blank()
    _page(document)
    _body_style(document)
    _head(document, paper)
    for block in paper.paragraphs:
        if isinstance(block, Grid):
            _grid(document, block)
        else:
            _text(document, block)
    _foot(document, paper)
    _properties(document, paper)
    return _stable(document)


def _blank() -> DocxDocument:
    """The library's template without its gallery of styles, its picture and its copies: nine tenths of a short file."""
    document = Document()
    for style in list(document.styles):
        if style.name not in STYLES:
            style.element.getparent().remove(style.element)
    package = document.part.package
    if package is None:
        raise TypeError("the template is no package")
    for rels in (document.part.rels, package.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.rsplit("/", 1)[-1] in UNUSED_PARTS]:
            del rels[key]
    return document


def _page(document: DocxDocument) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer, WD_ALIGN_PARAGRAPH.RIGHT)
    _page_number(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)


def _page_number(footer: _Footer, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 —, one character away from the outer edge."""
    line = footer.paragraphs[0]
    line.alignment = side
    edge = "rightChars" if side is WD_ALIGN_PARAGRAPH.RIGHT else "leftChars"
    _indent(line, {edge: "100"})
    _say(line, "— ", SONG, PAGE_NUMBER_SIZE, SONG)
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    number = _say(line, "1", SONG, PAGE_NUMBER_SIZE, SONG)
    field.append(number._r)
    line._p.append(field)
    _say(line, " —", SONG, PAGE_NUMBER_SIZE, SONG)


def _body_style(document: DocxDocument) -> None:
    style = document.styles["Normal"]
    if not isinstance(style, ParagraphStyle):
        raise TypeError("the template has no style for paragraphs")
    style.font.name, style.font.size = LATIN, BODY_SIZE
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FANGSONG)
    # Punctuation stands where Chinese type sets it, and nothing is underlined as misspelt English.
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    shape = style.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE_PITCH


def _head(document: DocxDocument, paper: OfficialPaper) -> None:
    if paper.number and paper.signer:
        line = document.add_paragraph()
        _say(line, f"{paper.number}　　　　签发人：", FANGSONG)
        _say(line, paper.signer, KAITI)
        _indent(line, {"leftChars": "100", "rightChars": "100"})
    elif paper.number:
        _line(document, paper.number, WD_ALIGN_PARAGRAPH.CENTER)
    if paper.number:
        document.add_paragraph()
    title = document.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.line_spacing = Pt(35)
    _say(title, paper.title, TITLE, TITLE_SIZE)
    document.add_paragraph()
    if paper.addressee:
        _line(document, f"{paper.addressee}：")


def _text(document: DocxDocument, text: str) -> None:
    """A paragraph, two characters in; its ordinal in the font of its level."""
    line = document.add_paragraph()
    _indent(line, {"firstLineChars": "200", "firstLine": "640"})
    for pattern, font in LEVELS:
        if found := pattern.match(text):
            is_heading = text[-1] not in SENTENCE_ENDS
            end = len(text) if is_heading else found.end()
            _say(line, text[:end], font)
            text = text[end:]
    if text:
        _say(line, text, FANGSONG)


def _grid(document: DocxDocument, grid: Grid) -> None:
    table = document.add_table(len(grid.rows), len(grid.widths))
    table.style = document.styles["Table Grid"]
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, grid.widths, strict=True):
        column.width = Mm(width)
    for place, row in enumerate(grid.rows):
        _row(table, place, row, grid)


def _row(table: Table, place: int, row: tuple[str, ...], grid: Grid) -> None:
    is_head = grid.has_head and place == 0
    for cell, text, width in zip(table.rows[place].cells, row, grid.widths, strict=True):
        cell.width = Mm(width)
        line = cell.paragraphs[0]
        line.paragraph_format.line_spacing = Pt(20)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER if is_head else WD_ALIGN_PARAGRAPH.LEFT
        _say(line, text, HEITI if is_head else FANGSONG, CELL_SIZE)


def _foot(document: DocxDocument, paper: OfficialPaper) -> None:
    if paper.attachments:
        document.add_paragraph()
    for place, name in enumerate(paper.attachments):
        # The second name stands under the first one, past the word 附件.
        head = "附件：" if place == 0 else ""
        ordinals = f"{place + 1}." if len(paper.attachments) > 1 else ""
        line = _line(document, f"{head}{ordinals}{name}")
        _indent(line, {"leftChars": "200" if head else "500", "left": "640" if head else "1600"})
    document.add_paragraph()
    _signature(document, paper)
    if paper.note:
        line = _line(document, f"（{paper.note}）")
        _indent(line, {"firstLineChars": "200", "firstLine": "640"})
    if paper.copies_to:
        document.add_paragraph()
        line = document.add_paragraph()
        _say(line, f"抄送：{'，'.join(paper.copies_to)}。", FANGSONG, PAGE_NUMBER_SIZE)
        _indent(line, {"leftChars": "100", "rightChars": "100"})


def _signature(document: DocxDocument, paper: OfficialPaper) -> None:
    """The day stands four characters from the right, where the seal goes over both lines."""
    if paper.signed_by:
        name = _line(document, paper.signed_by, WD_ALIGN_PARAGRAPH.RIGHT)
        _indent(name, {"rightChars": "400", "right": "1280"})
    day = day_words(paper.dated_on) if paper.dated_on else "　　　年　　月　　日"
    _indent(_line(document, day, WD_ALIGN_PARAGRAPH.RIGHT), {"rightChars": "400", "right": "1280"})


def _line(document: DocxDocument, text: str, side: WD_ALIGN_PARAGRAPH | None = None) -> Paragraph:
    line = document.add_paragraph()
    if side is not None:
        line.alignment = side
    _say(line, text, FANGSONG)
    return line


def _say(line: Paragraph, text: str, font: str, size: Pt = BODY_SIZE, latin: str = LATIN) -> Run:
    """Text in an East-Asian font; python-docx names only the one for Latin letters by itself."""
    run = line.add_run(text)
    run.font.name, run.font.size = latin, size
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _indent(line: Paragraph, sides: dict[str, str]) -> None:
    """Indents counted in hundredths of a character, which the library has no word for."""
    indent = line._p.get_or_add_pPr().get_or_add_ind()
    for side, amount in sides.items():
        indent.set(qn(f"w:{side}"), amount)


def _properties(document: DocxDocument, paper: OfficialPaper) -> None:
    said = document.core_properties
    said.title, said.author, said.last_modified_by, said.comments = paper.title, paper.signed_by[:255], "", ""
    said.created = said.modified = datetime.combine(paper.dated_on, time()) if paper.dated_on else NO_DAY


def _stable(document: DocxDocument) -> bytes:
    """Written anew without the hour of writing, and not compressed: compressors differ from machine to machine."""
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, FIRST_INSTANT), source.read(name))
    return out.getvalue()
