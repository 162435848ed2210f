"""Who is told that somebody stands in, is away or has left: by office, never by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from workflow.models import OutboxRow, User
from workflow.models.base import table_of
from workflow.outbox import rows_for
from workflow.text import Text

KIND = "people"


def tell_people(
    session: Session, event: str, people: Iterable[int], title: Text, body: Text, link: str, now: datetime
) -> None:
    """One row for each active person, due at `now`; for a day to come it waits until then."""
    told = session.scalars(select(User.id).where(User.id.in_(sorted(set(people))), User.is_active))
    words = {"title": title.as_dict(), "body": body.as_dict(), "link": link}
    found = rows_for(event, KIND, None, told, words, now)
    if found:
        session.execute(insert(table_of(OutboxRow)), found)
