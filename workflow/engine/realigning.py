"""Work items that lie with a state's owner although somebody has to go first there, put where they belong.

A step that has to come first may be added to a process while cases stand in the state; their items were opened before.
"""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.definition.versions import Versions
from workflow.engine.loading import load_works
from workflow.engine.messages import tell_people
from workflow.engine.recipients import HOLDER, holder_of, people_for
from workflow.engine.telling import next_words
from workflow.engine.work import CaseWork
from workflow.engine.work_items import ITEMS, state_due_on, work_item_row
from workflow.models import Case, Claim, WorkItem
from workflow.runtime import Runtime
from workflow.text import Text

# Small enough that nobody who acts on one of them waits long.
CHUNK = 250


def realign_work_items(runtime: Runtime) -> int:
    """Gives the open items of such cases to whoever has to go first, tells them, and answers how many it were.

    Run again it finds nothing. What a person claimed of such an item is let go with it.
    """
    realigned, after = 0, 0
    while True:
        with runtime.db.unit_of_work() as session, session.no_autoflush:
            case_ids = _candidates(session, runtime.versions(session), after)
            works = load_works(session, runtime, case_ids, (now := runtime.now()), local_day(now), lock=True)
            moved = [work for work in works.values() if _realign(work)]
            if moved:
                moved[0].send()
        if not case_ids:
            return realigned
        realigned, after = realigned + len(moved), case_ids[-1]


def _candidates(session: Session, versions: Versions, after: int) -> list[int]:
    """Cases whose item lies with the owner of a state in which a step comes first in some version."""
    owned = {(s.code, s.owner) for version in versions.newest_first for s in version.states.values() if s.first}
    found: list[int] = []
    for state, owner in sorted(owned):
        query = select(Case.id).join(WorkItem, (WorkItem.case_id == Case.id) & WorkItem.closed_at.is_(None))
        here = (Case.process == versions.current.process, Case.state == state, WorkItem.role == owner, Case.id > after)
        found += session.scalars(query.where(*here).order_by(Case.id).limit(CHUNK))
    return sorted(set(found))[:CHUNK]


def _realign(work: CaseWork) -> bool:
    item = work.session.scalar(select(WorkItem).where(WorkItem.id == work.standing.item_id))
    if item is None or item.role == holder_of(work.definition, work.case).code:
        return False
    row = work_item_row(work, state_due_on(work))
    work.run(delete(Claim).where(Claim.work_item_id == item.id))
    held = {name: row[name] for name in ("role", "organisation_id", "user_id")}
    work.run(update(ITEMS).where(ITEMS.c.id == item.id).values(held))
    _tell(work)
    return True


def _tell(work: CaseWork) -> None:
    name, state = work.enterprise.name, work.definition.states[work.case.state].name
    following = next_words(work, state_due_on(work))
    tell_people(
        work,
        people_for(work.connection, work.case, [HOLDER], definition=work.definition, today=work.today),
        "realigned",
        Text(f"{name}：请您办理", f"{name}: the step is yours"),
        Text(
            f"案件 {work.case.id} 现为“{state.zh}”。{following.zh}",
            f'Case {work.case.id} is at "{state.en}". {following.en}',
        ),
    )
