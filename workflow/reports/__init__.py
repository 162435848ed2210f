"""Reports: figures with their definitions and the lists behind them, as text, Excel and Word.

A file of this package that answers `Content` is one report; `catalogue` lists them.
"""

from workflow.reports.catalogue import KINDS, Content, ReportKind, kind_of, make_report
from workflow.reports.files import FILES, Format, file_name
from workflow.reports.reader import Reader
from workflow.reports.report import Report

__all__ = [
    "FILES",
    "KINDS",
    "Content",
    "Format",
    "Reader",
    "Report",
    "ReportKind",
    "file_name",
    "kind_of",
    "make_report",
]
