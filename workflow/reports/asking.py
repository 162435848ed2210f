"""Who may have a report, for which area; and what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from workflow.engine.actors import load_actor
from workflow.errors import NotPermitted
from workflow.reports.catalogue import kind_of, make_report
from workflow.reports.reader import EVERYWHERE, Reader
from workflow.reports.report import Report
from workflow.runtime import Runtime
from workflow.text import Text

REPORT = "report"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A report, its days (both included), and the settings that are not the usual ones."""

    code: str
    from_on: date
    to_on: date
    settings: Mapping[str, str] = field(default_factory=dict)


def areas_of(session: Session, runtime: Runtime, actor_id: int | None) -> tuple[str, ...]:
    """The prefixes a person may report on: the areas of a manager's roles, everything for the console.

    Raises NotPermitted for everybody but managers.
    """
    if actor_id is None:
        return EVERYWHERE
    managers = runtime.versions(session).current.groups["manager"].roles
    roles = load_actor(session, actor_id, runtime.today()).roles
    paths = sorted({held.scope_path for held in roles if held.role in managers})
    if not paths:
        raise NotPermitted(REPORT, Text("报表由主管部门查看和签发", "Reports are for the managing departments"))
    return tuple(one for one in paths if not any(one != other and one.startswith(other) for other in paths))


def read_report(session: Session, runtime: Runtime, actor_id: int | None, wanted: Wanted) -> Report:
    """Raises NotFound for an unknown report, InvalidInput for days or settings that make none."""
    reader = Reader(
        session,
        runtime.rules,
        runtime.versions(session),
        wanted.from_on,
        wanted.to_on,
        runtime.now(),
        runtime.today(),
        areas_of(session, runtime, actor_id),
        wanted.settings,
    )
    return make_report(kind_of(wanted.code), reader)
