"""The official calendar put in year by year, and what a change of it does to the deadlines that run."""

from workflow.workdays.importing import ImportedYear, import_calendar
from workflow.workdays.recomputing import recompute
from workflow.workdays.warnings import missing_words

__all__ = ["ImportedYear", "import_calendar", "missing_words", "recompute"]
