"""What people are told of an action: case, step, who acted, what is next. No personal data, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert

from workflow.definition.model import Transition
from workflow.engine.recipients import HOLDER, holder_of, people_for
from workflow.engine.work import CaseWork, Deed
from workflow.models import OutboxRow
from workflow.models.base import table_of
from workflow.outbox import rows_for
from workflow.prepared import Prepared
from workflow.roles import ROLE_NAMES
from workflow.text import Text

ADD_ROWS = Prepared(insert(table_of(OutboxRow)))


def tell(work: CaseWork, deed: Deed, transition: Transition, *, has_moved: bool, due_on: date | None) -> None:
    """Writes one outbox row for each person; whoever acted knows already and is left out."""
    is_waiting = has_moved and work.definition.states[work.case.state].is_open
    groups = [*transition.tell, *([HOLDER] if is_waiting else [])]
    if not groups:
        return
    people = people_for(
        work.connection,
        work.case,
        groups,
        definition=work.definition,
        today=work.today,
        leaving_out=[deed.actor.id],
        among=work.role_holders,
    )
    event = f"case:{work.case.id}:{work.case.version}"
    words = payload(work, deed, transition, due_on)
    work.add(ADD_ROWS, *rows_for(event, "transition", work.case.id, people, words, work.now))


def payload(work: CaseWork, deed: Deed, transition: Transition, due_on: date | None) -> dict[str, Any]:
    state = work.definition.states[work.case.state]
    name = work.enterprise.name
    title = Text(f"{name}：{state.name.zh}", f"{name}: {state.name.en}")
    who = _who(deed)
    done = Text(
        f"{name}（案件 {work.case.id}）：{who.zh}已办理“{transition.label.zh}”，现为“{state.name.zh}”。",
        f'{name} (case {work.case.id}): {who.en} took the step "{transition.label.en}"; it is now "{state.name.en}".',
    )
    following = next_words(work, due_on)
    body = Text(done.zh + following.zh, f"{done.en} {following.en}")
    return {"title": title.as_dict(), "body": body.as_dict(), "link": f"/cases/{work.case.id}"}


def _who(deed: Deed) -> Text:
    """The body that acted and the role it was done in: never a person's name."""
    if deed.held is None:
        return ROLE_NAMES["system"]
    body, role = deed.held.organisation_name, ROLE_NAMES[deed.held.role]
    if deed.held.lent is not None:
        return Text(f"{body}（{role.zh}，由代理人代办）", f"{body} ({role.en}, by a substitute)")
    return Text(f"{body}（{role.zh}）", f"{body} ({role.en})")


def next_words(work: CaseWork, due_on: date | None) -> Text:
    state = work.definition.states[work.case.state]
    if not state.is_open:
        return Text("无须再办理。", "Nothing more is to be done.")
    owner = holder_of(work.definition, work.case).name
    until = Text(f"，请于 {due_on} 前办理", f", due by {due_on}") if due_on else Text("", "")
    return Text(f"下一步：{owner.zh}{until.zh}。", f"Next: {owner.en}{until.en}.")
