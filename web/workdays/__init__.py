"""The official calendar: its years, a year put in, what that moved."""

from web.workdays.pages import bp, missing_years

__all__ = ["bp", "missing_years"]
