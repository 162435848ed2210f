"""What lies in the folder of a case, file by file."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Row, select

from workflow.clock import local_day
from workflow.documents.store import DocumentStore
from workflow.engine.work import CaseWork
from workflow.ledger import entries_of
from workflow.models import Document, User
from workflow.papers.catalogue import catalogue
from workflow.queries.timeline import Event, timeline
from workflow.roster.spreadsheet_text import harmless

HISTORY, READABLE, INDEX = "history.json", "history.txt", "papers.csv"
HEAD = ("文件 File", "代码 Code", "名称 Kind", "版本 Version", "标题 Title", "原文件名 Name", "大小 Bytes")
MORE = ("SHA-256", "上传人 Uploaded by", "上传时间 Uploaded at", "保管期限 Kept")


def contents(work: CaseWork) -> Iterator[tuple[str, bytes]]:
    """Each file's path inside the folder and its bytes; raises NotFound where the bytes of a paper are gone."""
    store = DocumentStore(work.runtime.documents_dir)
    papers = _papers(work)
    for paper, _ in papers:
        yield path_of(paper.code, paper.version, paper.filename), store.path(paper.stored_name).read_bytes()
    yield INDEX, _index(papers)
    yield HISTORY, _as_json([_entry(row) for row in entries_of(work.session, [work.case.id])[work.case.id]])
    events = timeline(work.session, work.runtime.versions(work.session), work.case.id)
    yield READABLE, "".join(f"{line}\n" for event in reversed(events) for line in _lines(event)).encode()


def path_of(code: str, version: int, filename: str) -> str:
    """papers/D06-v2.docx: the names people gave stand in the index, where no file system minds them."""
    return f"papers/{code}-v{version}{PurePosixPath(filename).suffix.lower()}"


def _papers(work: CaseWork) -> Sequence[Row[Document, str]]:
    return work.session.execute(
        select(Document, User.display_name)
        .join(User, User.id == Document.uploaded_by)
        .where(Document.case_id == work.case.id)
        .order_by(Document.code, Document.version)
    ).all()


def _index(papers: Sequence[Row[Document, str]]) -> bytes:
    """A table that opens in a spreadsheet as text; the mark in front makes it read the file as UTF-8."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow((*HEAD, *MORE))
    for paper, uploader in papers:
        kind = catalogue().kinds.get(paper.code)
        kept = "" if kind is None else f"{kind.keep} 年 years" if kind.keep else "永久 permanent"
        name = kind.name.zh if kind else paper.code
        said = (path_of(paper.code, paper.version, paper.filename), paper.code, name, str(paper.version), paper.title)
        proof = (paper.filename, str(paper.size), paper.sha256, uploader, paper.uploaded_at.isoformat(), kept)
        rows.writerow([harmless(text) for text in (*said, *proof)])
    return "\ufeff".encode() + out.getvalue().encode()


def _entry(row: Row[Any]) -> dict[str, Any]:
    entry = row._asdict()
    return {**entry, "occurred_on": row.occurred_on.isoformat(), "recorded_at": row.recorded_at.isoformat()}


def _as_json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _lines(event: Event) -> Iterator[str]:
    moved = f"  → {event.moved_to.zh}" if event.moved_to else ""
    late = f"（{local_day(event.recorded_at)} 补录）" if event.is_late else ""
    yield f"{event.seq:>4}  {event.occurred_on}  {event.label.zh}  {event.who.zh}{late}{moved}"
    if event.document:
        yield f"      文件：{event.document[0]} 第 {event.document[1]} 版"
    for answer in event.answers:
        yield f"      {answer.label.zh}：{answer.value.zh if answer.value else ''}"
        for row in answer.table.rows if answer.table else ():
            yield f"        {'，'.join(cell.zh for cell in row)}"
    if event.reason:
        yield f"      理由：{event.reason}"
