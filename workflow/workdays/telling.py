"""Who is told that a deadline ends earlier than it did: those it reminds, once for each calendar."""

from __future__ import annotations

from typing import Any

from workflow.clock import DueDay
from workflow.definition.model import DeadlineSpec
from workflow.engine.recipients import people_for
from workflow.engine.work import CaseWork, RunningClock
from workflow.models import CalendarImport
from workflow.outbox import rows_for
from workflow.text import Text

TITLE = Text("期限提前到 {day}：{deadline}", "Due earlier, on {day}: {deadline}")
BODY = Text(
    "{year} 年工作日历有变动，“{enterprise}”的“{deadline}”由 {old} 提前到 {day}。",
    "The official calendar of {year} has changed: “{deadline}” of {enterprise} is due on {day} instead of {old}.",
)


def rows_to_tell(
    work: CaseWork, spec: DeadlineSpec, clock: RunningClock, due: DueDay, cause: CalendarImport
) -> list[dict[str, Any]]:
    """Outbox rows, to be written with the move and passed over where the same calendar was told of before."""
    people = people_for(
        work.connection, work.case, spec.tell, definition=work.definition, today=work.today, among=work.role_holders
    )
    words = {
        "year": cause.year,
        "enterprise": work.enterprise.name,
        "deadline": spec.name,
        "old": clock.due_on,
        "day": due.day,
    }
    title, body = TITLE.filled(**words), BODY.filled(**words)
    payload = {"title": title.as_dict(), "body": body.as_dict(), "link": f"/cases/{work.case.id}"}
    return rows_for(f"calendar:{clock.id}:{cause.id}", "calendar", work.case.id, people, payload, work.now)
