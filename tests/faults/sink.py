"""Where mails and webhooks arrive: what outsiders were told."""

from __future__ import annotations

import hmac
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.integration.channel_stub import ChannelStub, Request, channel_stub
from tests.integration.smtp_stub import SmtpStub, smtp_stub
from workflow.delivery.webhook import signature

MESSAGE_ID = re.compile(rb"^Message-ID: <([^@>]+)@", re.MULTILINE | re.IGNORECASE)
WEBHOOK_SECRET = "a secret of the trials' webhooks"


@dataclass
class Sink:
    """A mail server and a web server that take everything, unless they are told to behave otherwise."""

    stub: SmtpStub
    hooks: ChannelStub

    @property
    def port(self) -> int:
        return self.stub.port

    @property
    def host(self) -> str:
        """Where webhooks arrive: the guard against addresses of the inner network has to be told of it."""
        return f"127.0.0.1:{self.hooks.port}"

    def address_of(self, who: str) -> str:
        return f"http://{self.host}/{who}"

    @property
    def callers(self) -> int:
        """How many connections for mail there have been."""
        return self.stub.connections

    def behave(self, *, pause: float = 0, **replies: bytes) -> None:
        """Each answer to a mail takes so many seconds; `replies` are the stub's. Without arguments: well again."""
        self.stub.pause = pause
        self.stub.replies.clear()
        self.stub.replies.update(replies)

    def mails(self) -> list[bytes]:
        return list(self.stub.mails)

    def webhooks(self) -> list[Request]:
        return list(self.hooks.requests)

    def told(self) -> list[bytes]:
        """All that outsiders could read."""
        return self.mails() + [request.all_of_it.encode() for request in self.webhooks()]

    def arrived(self) -> dict[str, Counter[str]]:
        """By channel how often the message of each outbox row arrived."""
        mails = Counter(found[1].decode() for mail in self.mails() if (found := MESSAGE_ID.search(mail)))
        return {"email": mails, "webhook": Counter(request.json["id"] for request in self.webhooks())}

    def forged(self) -> list[str]:
        """Webhooks whose signature or number is not what a receiver would compute."""
        return [f"a webhook {request.json} is not signed" for request in self.webhooks() if not _is_signed(request)]


def _is_signed(request: Request) -> bool:
    headers = {name.lower(): value for name, value in request.headers.items()}
    due = "sha256=" + signature(WEBHOOK_SECRET, headers["x-zujian-timestamp"], request.body)
    return headers["idempotency-key"] == request.json["id"] and hmac.compare_digest(headers["x-zujian-signature"], due)


@contextmanager
def sink() -> Iterator[Sink]:
    with smtp_stub() as stub, channel_stub() as hooks:
        yield Sink(stub, hooks)
