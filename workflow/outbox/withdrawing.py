"""Taking back what nobody was told yet."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update
from sqlalchemy.orm import Session

from workflow.digest import without
from workflow.models import OutboxRow
from workflow.outbox.rows import IN_APP, RECALLABLE, Status


def withdraw(on: Session | Connection, case_id: int, events: Iterable[str]) -> None:
    """Nobody who was not told yet is told of these events of a case, nor of any whose name goes on after a colon.

    Rows that wait are withdrawn; a notice that stands in a message of several is taken out of it while no worker has
    that message. What was told stays as it is.
    """
    names = list(events)
    begins = [OutboxRow.event.startswith(f"{name}:", autoescape=True) for name in names]
    concerned = and_(OutboxRow.case_id == case_id, or_(OutboxRow.event.in_(names), *begins))
    # First, so that what a relay is just spreading is found below.
    unspread = and_(concerned, OutboxRow.channel == IN_APP, OutboxRow.spread_at.is_(None))
    on.execute(update(OutboxRow).where(unspread).values(spread_at=OutboxRow.created_at))
    recallable = and_(concerned, OutboxRow.status.in_(RECALLABLE))
    on.execute(update(OutboxRow).where(recallable).values(status=Status.WITHDRAWN))
    _take_out_of_bundles(on, concerned)


def _take_out_of_bundles(on: Session | Connection, concerned: ColumnElement[bool]) -> None:
    members = select(OutboxRow.id, OutboxRow.bundle_id).where(concerned, OutboxRow.status == Status.BUNDLED)
    bundle_of = {row.id: row.bundle_id for row in on.execute(members)}
    if not bundle_of:
        return
    unsent = select(OutboxRow.id, OutboxRow.payload).where(
        OutboxRow.id.in_(set(bundle_of.values())), OutboxRow.status.in_(RECALLABLE)
    )
    for bundle in on.execute(unsent.order_by(OutboxRow.id).with_for_update()).all():
        gone = [row_id for row_id, bundle_id in bundle_of.items() if bundle_id == bundle.id]
        on.execute(update(OutboxRow).where(OutboxRow.id.in_(gone)).values(status=Status.WITHDRAWN))
        left = without(bundle.payload, gone)
        values = {"status": Status.WITHDRAWN} if left is None else {"payload": left}
        on.execute(update(OutboxRow).where(OutboxRow.id == bundle.id).values(values))
