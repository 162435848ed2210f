"""Takes one outbox row to the person it is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import structlog

from workflow import outbox
from workflow.database import Database
from workflow.delivery.email import Email
from workflow.delivery.failure import DeliveryFailed
from workflow.delivery.in_app import InApp
from workflow.delivery.keeping import kept
from workflow.delivery.mailer import mailer_from
from workflow.delivery.spreading import spread
from workflow.models import OutboxRow
from workflow.settings import Settings

log = structlog.get_logger(__name__)


class Channel(Protocol):
    def deliver(self, row: OutboxRow) -> None:
        """Tells the person and marks the row sent; raises DeliveryFailed when the person was not told."""


@dataclass(frozen=True, slots=True)
class Courier:
    """`channels` by their names, in-app among them; `outside_at_once` is how many rows may be on their way through
    those that lead outside. A delivery renews its lease every `renew_every` seconds for as long as it lives.
    """

    db: Database
    clock: Callable[[], datetime]
    channels: Mapping[str, Channel]
    outside_at_once: int
    renew_every: float = 2.0

    def take_due(self) -> list[str]:
        """The ids to publish now, each under a lease that is already committed."""
        # Before the unit of work, which on SQLite may wait for an import: a lease that ran out meanwhile belongs to a
        # worker that could not renew it either.
        now = self.clock()
        with self.db.unit_of_work() as session:
            spread(session, now, self.channels.keys() - {outbox.IN_APP})
            return outbox.take_due(session, now, self.outside_at_once)

    def give_back(self, outbox_ids: Sequence[str]) -> None:
        """What was taken and could not be published."""
        with self.db.unit_of_work() as session:
            outbox.give_back(session, outbox_ids, self.clock())

    def deliver(self, outbox_id: str) -> bool:
        """Delivers the row unless another worker has it or had it: duplicates of a message do nothing.

        True where an attempt through a channel that leads outside has ended, so that another may begin.

        An attempt that ends in an error nobody foresaw leaves the row to its lease: it is tried again, and after
        the last attempt given up where an operator sees it.
        """
        with self.db.unit_of_work() as session:
            row = outbox.claim(session, outbox_id, self.clock())
        if row is None:
            return False
        told = log.bind(outbox_id=row.id, case_id=row.case_id, channel=row.channel, attempt=row.attempts)
        try:
            with kept(row, self._renew, self.renew_every):
                self._channel(row.channel).deliver(row)
        except DeliveryFailed as failure:
            self._record(row, failure)
            told.warning("delivery_failed", reason=failure.reason, is_final=failure.is_final)
        else:
            told.info("delivered")
        return row.channel != outbox.IN_APP

    def _renew(self, row: OutboxRow) -> bool:
        with self.db.unit_of_work() as session:
            return outbox.renew(session, row, self.clock())

    def _channel(self, name: str) -> Channel:
        if name not in self.channels:
            raise DeliveryFailed("no such channel", is_final=True)
        return self.channels[name]

    def _record(self, row: OutboxRow, failure: DeliveryFailed) -> None:
        with self.db.unit_of_work() as session:
            outbox.mark_attempt_failed(session, row, failure.reason, self.clock(), is_final=failure.is_final)


def courier_from(settings: Settings, db: Database, clock: Callable[[], datetime]) -> Courier:
    """Every channel these settings allow: in-app always, mail to the server or to the folder."""
    mailer = mailer_from(settings)
    email = Email(db, mailer, settings.mail.sender, settings.base_url, clock)
    return Courier(db, clock, {"in_app": InApp(db, clock), "email": email}, mailer.at_once)
