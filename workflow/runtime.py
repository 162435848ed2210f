"""What every command needs at hand: the database, the published definitions, the rules, the calendar, the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from workflow.clock import WorkCalendar, local_day, utc_now
from workflow.database import Database
from workflow.definition.library import PROCESS, shipped_definitions
from workflow.definition.model import Definition
from workflow.definition.versions import Versions
from workflow.official_calendar import KEEPER, CalendarKeeper
from workflow.published import Published
from workflow.rules import RuleBook, load_rules
from workflow.settings import Settings
from workflow.vault import Vault


class Lived(Protocol):
    """What names the version a case lives by."""

    @property
    def process(self) -> str: ...
    @property
    def definition_version(self) -> int: ...


@dataclass(frozen=True)
class Runtime:
    """Made once by the composition root and passed on; holds no state of a case."""

    db: Database
    documents_dir: Path
    base_url: str = "http://127.0.0.1:8000"
    clock: Callable[[], datetime] = utc_now
    published: Published = field(default_factory=Published)
    rules: RuleBook = field(default_factory=load_rules)
    calendars: CalendarKeeper = KEEPER
    # Seals identity and phone numbers; without it none can be kept.
    vault: Vault | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> Runtime:
        vault = Vault(settings.field_keys) if settings.field_keys else None
        return cls(Database(settings.database_url), settings.documents_dir, settings.base_url, vault=vault)

    @property
    def branch_formation(self) -> Definition:
        """The version last seen in force. What shows or opens cases asks `versions`, a case has its own."""
        return self.published.last_seen()

    def versions(self, session: Session, process: str = PROCESS) -> Versions:
        """All versions of a process, and the one in force as this unit of work sees it."""
        return self.published.versions(session, process)

    def processes(self, session: Session) -> Mapping[str, Versions]:
        """The versions of every process there is, by its name."""
        return {process: self.versions(session, process) for process in shipped_definitions()}

    def definition_of(self, session: Session, case: Lived) -> Definition:
        """The version a case lives by; asks the database only for one this program has not met yet."""
        return self.published.definition(session, case.process, case.definition_version)

    def now(self) -> datetime:
        return self.clock()

    def today(self) -> date:
        return local_day(self.clock())

    @property
    def calendar(self) -> WorkCalendar:
        return self.calendars.of(self.db)
