"""What a reminder of a deadline says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


# Stands where the name of the enterprise goes; no database keeps one with it.
_NAME = "\0"


@dataclass(frozen=True, slots=True)
class Wording:
    """What is said of all deadlines that stand alike, whatever the case and the enterprise."""

    title: dict[str, str]
    body: Text

    def of(self, case_id: int, enterprise: str) -> dict[str, Any]:
        """The payload for one of them; the title is one object for all, so that it is written as JSON once."""
        body = {"zh": self.body.zh.replace(_NAME, enterprise), "en": self.body.en.replace(_NAME, enterprise)}
        return {"title": self.title, "body": body, "link": f"/cases/{case_id}"}


def wording(definition: Definition, spec: DeadlineSpec, row: Any, today: date, escalated_to: Iterable[str]) -> Wording:
    """For a deadline's row with `state`, `due_on` and `provisional`."""
    state = definition.states[row.state]
    days = (row.due_on - today).days
    title = AHEAD if days > 0 else OVERDUE if days < 0 else TODAY
    body = BODY.filled(
        enterprise=_NAME,
        step=state.name,
        owner=definition.groups[state.owner].name,
        deadline=spec.name,
        due=row.due_on.isoformat(),
        provisional=PROVISIONAL if row.provisional else NOTHING,
        escalated=_escalated(definition, escalated_to),
    )
    return Wording(title.filled(days=abs(days), deadline=spec.name).as_dict(), body)


def _escalated(definition: Definition, codes: Iterable[str]) -> Text:
    names = [definition.groups[code].name for code in codes]
    if not names:
        return NOTHING
    return ESCALATED.filled(groups=Text("、".join(n.zh for n in names), ", ".join(n.en for n in names)))
