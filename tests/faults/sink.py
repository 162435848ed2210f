"""Where mail arrives: what outsiders were told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.integration.smtp_stub import SmtpStub, smtp_stub

MESSAGE_ID = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE | re.IGNORECASE)


@dataclass
class Sink:
    """A mail server that takes everything, unless it is told to behave otherwise."""

    stub: SmtpStub

    @property
    def port(self) -> int:
        return self.stub.port

    @property
    def callers(self) -> int:
        """How many connections there have been."""
        return self.stub.connections

    def behave(self, *, pause: float = 0, **replies: bytes) -> None:
        """Each answer takes so many seconds; `replies` are those of the stub. Without arguments: well again."""
        self.stub.pause = pause
        self.stub.replies.clear()
        self.stub.replies.update(replies)

    def mails(self) -> list[bytes]:
        return list(self.stub.mails)

    def ids(self) -> Counter[str]:
        """How often each outbox row's mail arrived."""
        return Counter(found[1].decode() for mail in self.mails() if (found := MESSAGE_ID.search(mail)))


@contextmanager
def sink() -> Iterator[Sink]:
    with smtp_stub() as stub:
        yield Sink(stub)
