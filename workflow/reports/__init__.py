"""Reports: figures with their definitions and the lists behind them, as text, Excel and Word.

A file of this package that answers `Content` is one report; `catalogue` lists them.
"""

from workflow.reports.asking import Wanted, areas_of, read_report
from workflow.reports.catalogue import KINDS, ReportKind, kind_of
from workflow.reports.files import FILES, Format, file_name
from workflow.reports.issuing import issue_report, issued_file, issued_report, issued_reports
from workflow.reports.report import Report

__all__ = [
    "FILES",
    "KINDS",
    "Format",
    "Report",
    "ReportKind",
    "Wanted",
    "areas_of",
    "file_name",
    "issue_report",
    "issued_file",
    "issued_report",
    "issued_reports",
    "kind_of",
    "read_report",
]
