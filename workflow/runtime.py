"""What every command needs at hand: the database, the definitions, the rules, the calendar, the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from workflow.clock import WorkCalendar, local_day, utc_now
from workflow.database import Database
from workflow.definition.library import shipped_definitions
from workflow.definition.model import Definition
from workflow.official_calendar import calendar_of
from workflow.rules import RuleBook, load_rules
from workflow.settings import Settings


@dataclass(frozen=True)
class Runtime:
    """Made once by the composition root and passed on; holds no state of a case."""

    db: Database
    documents_dir: Path
    base_url: str = "http://127.0.0.1:8000"
    clock: Callable[[], datetime] = utc_now
    definitions: Mapping[str, Definition] = field(default_factory=shipped_definitions)
    rules: RuleBook = field(default_factory=load_rules)

    @classmethod
    def from_settings(cls, settings: Settings) -> Runtime:
        return cls(Database(settings.database_url), settings.documents_dir, settings.base_url)

    @property
    def branch_formation(self) -> Definition:
        return self.definitions["branch_formation"]

    def now(self) -> datetime:
        return self.clock()

    def today(self) -> date:
        return local_day(self.clock())

    @property
    def calendar(self) -> WorkCalendar:
        return calendar_of(self.db)
