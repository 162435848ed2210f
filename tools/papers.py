"""`python -m tools.papers`: docs/papers.md, made from the catalogue of papers; a test holds them equal."""

from __future__ import annotations

from pathlib import Path

from workflow.papers.catalogue import PaperKind, catalogue

TARGET = Path(__file__).parents[1] / "docs" / "papers.md"
ABOUT = """\
# Papers 文件

The 22 papers of founding a branch are data: `workflow/papers/catalogue.yaml`. A paper is brought (uploaded by whoever
the process names for it) or made from the case; what is made is kept on the case as if it was uploaded, with its
SHA-256 in the history. Retention is a suggestion after the usual tables; the district's own table goes before.

| code | paper | from → to | asked for by | how it comes | has to say | kept |
| --- | --- | --- | --- | --- | --- | --- |
{rows}

## How a made paper looks

GB/T 9704-2012: A4, margins 37, 28, 26 and 35 mm (top, left, right, bottom); title 小标宋 22 pt, body 仿宋 16 pt at
an exact pitch of 28 pt, indented two characters; 一、 in 黑体, （一） in 楷体; the number as 商党〔2026〕5号; the page
number — 1 — in 宋体 14 pt, right on odd and left on even pages. Fonts are named for Latin and for East-Asian letters
and not carried along: an office suite that lacks one takes its own. The same case and entries give the same bytes.

The papers are built with python-docx from one noun, `OfficialPaper`, and not from DOCX templates: every margin, font
and word stands in text that can be read, compared and tested, and no template language runs on what people enter.
Names on a ballot stand in the order they are entered. 按姓氏笔画排序 in the form of the candidates puts them in the
order of the strokes of their surnames, by the collation that browsers bring; where one does not know it, the button
is not there.

A PDF is offered where LibreOffice (`soffice`) is found on the server, with the fonts of that machine; where it is not,
the page says so.

## What an upload has to be

PDF, JPG, PNG, DOCX or XLSX of at most 20 MB, told by its content. An office file may have no macros, no links to the
outside, no embedded objects or controls, no fields or formulas that fetch, at most 200 parts, 100 MB unpacked and a
ratio of 100; it is judged before it is unpacked, and no XML entity is expanded. Each refusal has a name of its own
(`workflow/documents/refusals.py`) and says what to do. Files lie under random names in the data folder and are only
ever handed out as downloads.

## A case as a folder 案卷

    zujian case export 12 case-12          # a folder; case-12.zip makes one file
    zujian case verify case-12             # needs no database
    zujian case verify case-12 --with-database

The folder has every version of every paper (`papers/`), their index (`papers.csv`), the history as data and as text
(`history.json`, `history.txt`) and `manifest.json`: each file's SHA-256, the head of the history and the version of
the process. `verify` recomputes the digests, the chain of the history, and that each paper is the one the history
noted. The chain holds no secret, so a folder written anew as a whole can only be told by the head in the database.
Managers find the same as a zip on the page of the case and at `GET /api/v1/cases/{{id}}/casefile`.
"""


def document() -> str:
    """The page as it should stand."""
    return ABOUT.format(rows="\n".join(_row(kind) for kind in catalogue().kinds.values()))


def _row(kind: PaperKind) -> str:
    says = "、".join(said.zh for said in kind.says) + "<br>" + ", ".join(said.en for said in kind.says)
    asked = ", ".join(f"`{action}`" for action in kind.needed_by) or "—"
    way = "made or brought 生成或上传" if kind.is_made else "brought 上传"
    kept = f"{kind.keep} 年 years" if kind.keep else "永久 permanent"
    parties = f"{kind.sender.zh} → {kind.receiver.zh}<br>{kind.sender.en} → {kind.receiver.en}"
    return f"| {kind.code} | {kind.name.zh}<br>{kind.name.en} | {parties} | {asked} | {way} | {says} | {kept} |"


if __name__ == "__main__":
    TARGET.write_text(document(), encoding="utf-8")
