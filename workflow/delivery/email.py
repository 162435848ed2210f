"""Mail to the address of an account: Chinese first, then English, and no personal data but the address itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from sqlalchemy import select

from workflow import outbox
from workflow.database import Database
from workflow.delivery.failure import DeliveryFailed
from workflow.delivery.letter import Letter, read_letter
from workflow.delivery.mailer import Mailer
from workflow.models import OutboxRow, User

TEXT = """{letter.title.zh}

{letter.body.zh}
打开：{url}

----

{letter.title.en}

{letter.body.en}
Open: {url}

通知编号 Notice number: {number}
"""


@dataclass(frozen=True, slots=True)
class Email:
    db: Database
    mailer: Mailer
    sender: str
    base_url: str
    clock: Callable[[], datetime]

    def deliver(self, row: OutboxRow) -> None:
        """Sends outside of any transaction. A kill between sending and the mark sends the same mail again, with
        the same Message-ID: that window cannot be closed from our side."""
        letter = read_letter(row.payload)
        answer = self.mailer.send(self._compose(row, letter, self._address(row.user_id)))
        with self.db.unit_of_work() as session:
            outbox.mark_sent(session, row.id, self.clock(), answer)

    def _address(self, user_id: int) -> str:
        with self.db.reading() as session:
            address = session.scalar(select(User.email).where(User.id == user_id, User.is_active))
        if not address:
            raise DeliveryFailed("the account has no address or is closed", is_final=True)
        return address

    def _compose(self, row: OutboxRow, letter: Letter, address: str) -> EmailMessage:
        message = EmailMessage()
        try:
            message["Subject"] = " ".join(f"{letter.title.zh} / {letter.title.en}".split())
            message["From"] = self.sender
            message["To"] = address
        except ValueError as error:
            raise DeliveryFailed("a header of the mail cannot be written", is_final=True) from error
        message["Date"] = format_datetime(row.created_at)
        message["Message-ID"] = f"<{row.id}@{parseaddr(self.sender)[1].rpartition('@')[2]}>"
        # Keeps out-of-office robots from answering.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(TEXT.format(letter=letter, url=self.base_url + letter.link, number=row.id), cte="8bit")
        return message
