"""Roster imports: upload, dry run, the import itself, progress, report, error file."""

from web.imports.pages import bp

__all__ = ["bp"]
