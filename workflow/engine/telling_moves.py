"""Tells whoever holds a case that its step goes on under another version, where that changes what they have to do."""

from __future__ import annotations

from workflow.engine.recipients import HOLDER, people_for
from workflow.engine.telling import ADD_ROWS, next_words
from workflow.engine.work import CaseWork
from workflow.engine.work_items import state_due_on
from workflow.outbox import rows_for
from workflow.text import Text

TITLE = Text("{name}：流程更新", "{name}: the process has changed")
BODY = Text(
    "{name}（案件 {case}）停在“{state}”，改按流程第 {version} 版办理。",
    '{name} (case {case}) stays at "{state}" and goes on under version {version} of the process. ',
)


def tell_holder(work: CaseWork, mover_id: int | None) -> None:
    """Adds one outbox row for each person and channel; who moved the case knows already."""
    case, state = work.case, work.definition.states[work.case.state]
    people = people_for(
        work.connection, case, [HOLDER], definition=work.definition, today=work.today, leaving_out=[mover_id]
    )
    name = work.enterprise.name
    said = BODY.filled(name=name, case=case.id, state=state.name, version=case.definition_version)
    following = next_words(work, state_due_on(work))
    payload = {
        "title": TITLE.filled(name=name).as_dict(),
        "body": Text(said.zh + following.zh, said.en + following.en).as_dict(),
        "link": f"/cases/{case.id}",
    }
    work.add(ADD_ROWS, *rows_for(f"case:{case.id}:{case.version}", "definition", case.id, people, payload, work.now))
