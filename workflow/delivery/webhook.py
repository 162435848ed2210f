"""A server of the person's own choosing: JSON with a signature, to an address on the internet."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from workflow.channel_pace import Limits, Rate
from workflow.delivery.refusals import Fault, Refused, Verdict, by_status
from workflow.delivery.short_words import Message
from workflow.delivery.wire import Wire, as_json
from workflow.public_address import AddressRefused, PublicOnly
from workflow.text import Text

FOR_ONE = Limits(each=Rate(per_minute=30, burst=10))

GONE = Verdict(Fault.PERSON, Text("对方称这个地址已停用", "the server says the address is gone"))
INSIDE = Verdict(Fault.PERSON, Text("地址不被允许", "the address is not one to which anything is sent"))
ELSEWHERE = Verdict(Fault.UNKNOWN, Text("对方要求转到别处，不跟随", "it points elsewhere, which is not followed"))


@dataclass(frozen=True, slots=True)
class Webhook:
    secret: str
    gate: PublicOnly
    wire: Wire
    clock: Callable[[], datetime]
    limits: Limits = FOR_ONE
    is_shared: bool = False

    def send(self, address: str, message: Message) -> str:
        """Any 2xx is success. The address is looked at again, where it leads now, and that is where it connects to."""
        body = as_json({"id": message.id, "text": message.words.as_dict(), "url": message.url})
        try:
            self.gate.read(address)
            answer = self.wire.post(address, body, "application/json; charset=utf-8", self._headers(message.id, body))
        except AddressRefused as error:
            raise Refused("address", INSIDE) from error
        if not 200 <= answer.status < 300:
            raise Refused(f"HTTP {answer.status}", _verdict(answer.status))
        return f"HTTP {answer.status}"

    def _headers(self, number: str, body: bytes) -> dict[str, str]:
        moment = str(int(self.clock().timestamp()))
        return {
            "Idempotency-Key": number,
            "X-Zujian-Timestamp": moment,
            "X-Zujian-Signature": f"sha256={signature(self.secret, moment, body)}",
        }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA-256 over the timestamp, a full stop and the body as it is on the wire, in hexadecimal digits."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def _verdict(status: int) -> Verdict:
    if status == 410:
        return GONE
    return ELSEWHERE if 300 <= status < 400 else by_status(status)
