"""SMS over a gateway of the operator's: one text, filed beforehand, the same for everybody and without a link."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from workflow.channel_pace import Limits, Rate
from workflow.delivery.refusals import PERSON, Refused, Verdict, by_status, require
from workflow.delivery.short_words import Message
from workflow.delivery.wire import Answer, Wire, as_json

# Each costs money, and carriers take many to one number for harassment.
FOR_ONE = Limits(each=Rate(per_minute=1, burst=2))


@dataclass(frozen=True, slots=True)
class Sms:
    url: str
    token: str
    template: str
    is_form: bool
    wire: Wire
    limits: Limits = FOR_ONE
    is_shared: bool = True

    def send(self, address: str, message: Message) -> str:
        """A status of 2xx is success unless a `code` in the body says otherwise."""
        answer = self._post({"mobile": address, "text": self.template, "id": message.id})
        if not 200 <= answer.status < 300:
            raise Refused(f"HTTP {answer.status}", _verdict(answer.status))
        if not answer.body.strip():
            return f"HTTP {answer.status}"
        code = answer.json.get("code", 0)
        return "OK" if code == "OK" else require(code, {})

    def _post(self, fields: dict[str, str]) -> Answer:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": fields["id"]}
        if self.is_form:
            return self.wire.post(self.url, urlencode(fields).encode(), "application/x-www-form-urlencoded", headers)
        return self.wire.post(self.url, as_json(fields), "application/json; charset=utf-8", headers)


def _verdict(status: int) -> Verdict:
    return PERSON if status == 422 else by_status(status)
