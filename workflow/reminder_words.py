"""What a reminder of a deadline says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from workflow.definition.model import DeadlineSpec, Definition
from workflow.text import Text

AHEAD = Text("还有 {days} 天到期：{deadline}", "Due in {days} d: {deadline}")
TODAY = Text("今天到期：{deadline}", "Due today: {deadline}")
OVERDUE = Text("已超期 {days} 天：{deadline}", "Overdue by {days} d: {deadline}")
BODY = Text(
    "“{enterprise}”现处于“{step}”，由{owner}办理；“{deadline}”应在 {due}{provisional}前完成。{escalated}",
    "{enterprise} stands at “{step}”, with the {owner}; “{deadline}” is to be done by {due}{provisional}.{escalated}",
)
PROVISIONAL = Text("（暂算）", " (provisional)")
ESCALATED = Text("已上报{groups}。", " Escalated to: {groups}.")
NOTHING = Text("", "")


def reminder(
    definition: Definition, spec: DeadlineSpec, row: Any, today: date, escalated_to: Iterable[str]
) -> dict[str, Any]:
    """The payload for a deadline's row with `case_id`, `state`, `enterprise`, `due_on` and `provisional`."""
    state = definition.states[row.state]
    days = (row.due_on - today).days
    wording = AHEAD if days > 0 else OVERDUE if days < 0 else TODAY
    body = BODY.filled(
        enterprise=row.enterprise,
        step=state.name,
        owner=definition.groups[state.owner].name,
        deadline=spec.name,
        due=row.due_on.isoformat(),
        provisional=PROVISIONAL if row.provisional else NOTHING,
        escalated=_escalated(definition, escalated_to),
    )
    title = wording.filled(days=abs(days), deadline=spec.name)
    return {"title": title.as_dict(), "body": body.as_dict(), "link": f"/cases/{row.case_id}"}


def _escalated(definition: Definition, codes: Iterable[str]) -> Text:
    names = [definition.groups[code].name for code in codes]
    if not names:
        return NOTHING
    return ESCALATED.filled(groups=Text("、".join(n.zh for n in names), ", ".join(n.en for n in names)))
