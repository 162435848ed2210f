"""Telling named people something about a case, in the transaction of what it tells of."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from workflow.engine.telling import ADD_ROWS
from workflow.engine.work import CaseWork
from workflow.models import User
from workflow.outbox import rows_for
from workflow.text import Text


def tell_people(work: CaseWork, people: Iterable[int], kind: str, title: Text, body: Text) -> None:
    """One row for each person. An event of its own kind, so that the action's own notice is another."""
    event = f"case:{work.case.id}:{work.case.version}:{kind}"
    payload = {"title": title.as_dict(), "body": body.as_dict(), "link": f"/cases/{work.case.id}"}
    work.add(ADD_ROWS, *rows_for(event, kind, work.case.id, people, payload, work.now))


def still_active(work: CaseWork, user_ids: Iterable[int]) -> list[int]:
    """The accounts, in order, without those that are disabled."""
    wanted = select(User.id).where(User.id.in_(sorted(set(user_ids))), User.is_active).order_by(User.id)
    return list(work.session.scalars(wanted))
