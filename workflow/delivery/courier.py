"""Takes one outbox row to the person it is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from workflow import attempts, outbox
from workflow.channel_pace import Limits
from workflow.database import Database
from workflow.delivery.email import Email
from workflow.delivery.failure import DeliveryFailed
from workflow.delivery.in_app import InApp, tell_due
from workflow.delivery.keeping import kept
from workflow.delivery.letting_out import let_out
from workflow.delivery.mailer import mailer_from
from workflow.delivery.outside import Outside
from workflow.delivery.senders import senders_from
from workflow.incidents import Kind, raise_incident
from workflow.models import OutboxRow
from workflow.published import Published
from workflow.settings import MOST_A_DAY, Settings
from workflow.vault import Vault

# One that hangs takes no more than two of these places, and all together leave workers for everything else: fewer than
# the launcher and docker-compose.yml start.
SERVICES_AT_ONCE, EACH_AT_ONCE = 4, 2

# Of some hundred rows each, in one tick of the relay: then others get their turn.
ROUNDS = 10

log = structlog.get_logger(__name__)


class Channel(Protocol):
    def deliver(self, row: OutboxRow) -> None:
        """Tells the person and marks the row sent; raises DeliveryFailed when the person was not told."""


@dataclass(frozen=True, slots=True)
class Courier:
    """`channels` by their names, in-app among them; `outside_at_once` is how many rows may be on their way through
    those that lead outside, `each_at_once` through any one of these, `limits` how fast each may be used, `most_a_day`
    how many messages a person gets in each of them before the rest is gathered. A delivery renews its lease every
    `renew_every` seconds for as long as it lives. `fresh_wait`: how long in-app rows wait for `tell_inside` before they
    are taken one by one.
    """

    db: Database
    clock: Callable[[], datetime]
    channels: Mapping[str, Channel]
    outside_at_once: int
    each_at_once: int | None = None
    limits: Mapping[str, Limits] = field(default_factory=dict)
    most_a_day: int = MOST_A_DAY
    published: Published = field(default_factory=Published)
    renew_every: float = 2.0
    fresh_wait: timedelta = timedelta(0)

    def tell_inside(self) -> int:
        """Tells in the application what is due, without a message for each; answers how many were told.

        What cannot be told so is left to `take_due` and a worker for each.
        """
        count = 0
        for _ in range(ROUNDS):
            now = self.clock()
            with self.db.unit_of_work() as session:
                self._let_out(session, now)
                told = tell_due(session, now)
            for row in told:
                _log_of(row).info("delivered")
            count += len(told)
            if len(told) < outbox.IN_APP_AT_ONCE:
                break
        return count

    def _let_out(self, session: Session, now: datetime) -> None:
        let_out(session, now, self.channels.keys() - {outbox.IN_APP}, self.most_a_day, self.published)

    def take_due(self) -> list[str]:
        """The ids to publish now, each under a lease that is already committed."""
        # Before the unit of work, which on SQLite may wait for an import: a lease that ran out meanwhile belongs to a
        # worker that could not renew it either.
        now = self.clock()
        with self.db.unit_of_work() as session:
            self._let_out(session, now)
            return outbox.take_due(
                session, now, self.outside_at_once, self.limits, self.each_at_once, fresh_wait=self.fresh_wait
            )

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
            row = outbox.claim(session, outbox_id, now := self.clock())
            number = attempts.begin(session, outbox_id, now) if row else 0
        if row is None:
            return False
        told = _log_of(row)
        try:
            with kept(row, self._renew, self.renew_every):
                self._channel(row.channel).deliver(row)
        except DeliveryFailed as failure:
            self._record(row, number, failure)
            told.warning("delivery_failed", reason=failure.reason, is_final=failure.is_final)
        else:
            told.info("delivered")
        return row.channel != outbox.IN_APP

    def _renew(self, row: OutboxRow) -> bool:
        with self.db.unit_of_work() as session:
            return outbox.renew(session, row, self.clock())

    def _channel(self, name: str) -> Channel:
        if name not in self.channels:
            raise DeliveryFailed("no such channel", is_final=True, kind=Kind.CHANNEL_MISSING)
        return self.channels[name]

    def _record(self, row: OutboxRow, number: int, failure: DeliveryFailed) -> None:
        now, reason = self.clock(), failure.reason
        with self.db.unit_of_work() as session:
            is_over = outbox.mark_attempt_failed(session, row, reason, now, is_final=failure.is_final)
            result = attempts.Result.GIVEN_UP if is_over else attempts.Result.FAILED
            attempts.end(session, row.id, number, result, reason, now)
            if is_over:
                raise_incident(session, outbox.not_told(row, failure.kind, reason), now)


def _log_of(row: OutboxRow) -> structlog.stdlib.BoundLogger:
    # What it tells of: by it the entry of the history is found, and with its moment the request that wrote it.
    about = {"tells": row.event, "case_id": row.case_id}
    bound: structlog.stdlib.BoundLogger = log.bind(outbox_id=row.id, **about, channel=row.channel, attempt=row.attempts)
    return bound


def courier_from(settings: Settings, db: Database, clock: Callable[[], datetime]) -> Courier:
    """Every channel these settings allow: in-app always, mail to the server or to the folder, others once set up."""
    mailer = mailer_from(settings)
    email = Email(db, mailer, settings.mail.sender, settings.base_url, clock)
    # Without keys there is no address to send to.
    vault = Vault(settings.field_keys) if settings.field_keys else None
    others = outside_from(settings, db, vault, clock) if vault else {}
    return Courier(
        db,
        clock,
        {"in_app": InApp(db, clock), "email": email, **others},
        SERVICES_AT_ONCE if others else mailer.at_once,
        EACH_AT_ONCE if others else None,
        {name: channel.sender.limits for name, channel in others.items()},
        settings.notices_a_day,
        fresh_wait=outbox.LEASE,
    )


def outside_from(settings: Settings, db: Database, vault: Vault, clock: Callable[[], datetime]) -> dict[str, Outside]:
    senders = senders_from(settings.channels, clock)
    return {name: Outside(name, sender, db, vault, settings.base_url, clock) for name, sender in senders.items()}
