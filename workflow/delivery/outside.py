"""A channel of a service outside: one message to the address of one person, by the dialect of its sender."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from workflow import outbox
from workflow.channel_pace import EVERYBODY, Limits, hold
from workflow.contacts import address_of
from workflow.database import Database
from workflow.delivery.failure import DeliveryFailed
from workflow.delivery.refusals import HOLDS, Fault, Refused
from workflow.delivery.short_words import Message, message_of
from workflow.delivery.wire import Unreachable
from workflow.models import OutboxRow
from workflow.vault import CannotOpen, Vault


class Sender(Protocol):
    """One dialect. `is_shared`: one server for everybody, so what it refuses for a while it refuses to all."""

    @property
    def limits(self) -> Limits: ...

    @property
    def is_shared(self) -> bool: ...

    def send(self, address: str, message: Message) -> str:
        """Answers the service's code of success; raises DeliveryFailed where the message was not taken."""


@dataclass(frozen=True, slots=True)
class Outside:
    name: str
    sender: Sender
    db: Database
    vault: Vault
    base_url: str
    clock: Callable[[], datetime]

    def deliver(self, row: OutboxRow) -> None:
        """Sends outside of any transaction. A kill between sending and the mark sends the same message again, with
        the same number; services that can tell by it show it once."""
        message = message_of(row, self.base_url)
        address = self._address(row.user_id)
        try:
            answer = self.sender.send(address, message)
        except DeliveryFailed as failure:
            self._rest(row.user_id, failure)
            raise
        with self.db.unit_of_work() as session:
            outbox.mark_sent(session, row.id, self.clock(), answer)

    def _address(self, user_id: int) -> str:
        try:
            with self.db.reading() as session:
                address = address_of(session, self.vault, user_id, self.name)
        except CannotOpen as error:
            raise DeliveryFailed("the address cannot be opened: its key is missing in FIELD_KEYS") from error
        if address is None:
            raise DeliveryFailed("the account has no address here or is closed", is_final=True)
        return address

    def _rest(self, user_id: int, failure: DeliveryFailed) -> None:
        """What a service says to everybody is not asked again for each row."""
        span = _span(failure)
        if span is None:
            return
        person = EVERYBODY if self.sender.is_shared else user_id
        with self.db.unit_of_work() as session:
            hold(session, self.name, person, self.clock() + span)


def _span(failure: DeliveryFailed) -> timedelta | None:
    if isinstance(failure, Refused):
        return HOLDS.get(failure.fault)
    return HOLDS[Fault.BUSY] if isinstance(failure, Unreachable) else None
