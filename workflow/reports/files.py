"""The three files a report can be had as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from workflow.reports.report import Report
from workflow.reports.text_file import as_text
from workflow.reports.word_file import as_document
from workflow.reports.workbook import as_workbook


class Format(StrEnum):
    TEXT = "text"
    XLSX = "xlsx"
    DOCX = "docx"


@dataclass(frozen=True, slots=True)
class FileKind:
    suffix: str
    media_type: str
    write: Callable[[Report, str], bytes]


FILES = {
    Format.TEXT: FileKind("txt", "text/plain; charset=utf-8", lambda report, locale: as_text(report, locale).encode()),
    Format.XLSX: FileKind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_workbook),
    Format.DOCX: FileKind(
        "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", as_document
    ),
}


def file_name(report: Report, format_: Format, locale: str = "zh") -> str:
    span = f"{report.from_on.isoformat()}_{report.to_on.isoformat()}"
    return f"{report.name.within(locale)}_{span}.{FILES[format_].suffix}"
