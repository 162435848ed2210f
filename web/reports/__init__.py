"""Reports for managers: their figures with definitions, the list behind each, downloads, and issuing."""

from web.reports.pages import bp

__all__ = ["bp"]
