"""A note in the data folder: this database was already brought to the tables of this version.

With it a second start may open the web at once instead of after the check of the tables, which still runs.
It is a hint and no more: without it, or where it is wrong, nothing is lost but a second.
"""

from __future__ import annotations

from pathlib import Path

from workflow.settings import Settings

REVISIONS = Path(__file__).parents[1] / "migrations" / "versions"


def own_file(settings: Settings) -> Path | None:
    """The SQLite file in the data folder, there or not yet; None where the database is another one."""
    path = settings.data_dir / "zujian.db"
    return path if settings.database_url == f"sqlite:///{path}" else None


def is_prepared(settings: Settings) -> bool:
    """Only for the file in the data folder: another database may change behind our back."""
    file, note = own_file(settings), _note(settings)
    return file is not None and file.is_file() and note.is_file() and note.read_text() == _newest()


def mark_prepared(settings: Settings) -> None:
    _note(settings).write_text(_newest())


def _note(settings: Settings) -> Path:
    return settings.data_dir / "prepared"


def _newest() -> str:
    return max(path.name for path in REVISIONS.glob("[0-9]*.py"))
