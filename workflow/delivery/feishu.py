"""飞书: messages of an application's robot to a member."""

from __future__ import annotations

import json
from dataclasses import dataclass

from workflow.channel_pace import Limits, Rate
from workflow.delivery.refusals import (
    BUSY,
    CREDENTIALS,
    LIMIT,
    NETWORK,
    PERSON,
    RIGHTS,
    TOKEN,
    accepted,
    codes_of,
)
from workflow.delivery.short_words import Message
from workflow.delivery.tokens import Token, token_in
from workflow.delivery.wire import Wire

# Five a second to one person.
FOR_ONE = Limits(each=Rate(per_minute=60, burst=4))

CODES = codes_of(
    {
        PERSON: (230001, 230013, 230029, 230053, 99992351, 99992352, 99992354, 99992361, 99992364),
        TOKEN: (99991661, 99991663, 99991664, 99991668, 99991671, 99991677),
        CREDENTIALS: (10003, 10012, 10014, 10015, 99991543),
        RIGHTS: (230006, 230027, 99991662, 99991672, 99991679),
        NETWORK: (99991401,),
        LIMIT: (11232, 11233, 11247, 230020, 99991400),
        BUSY: (1500, 230049, 99991402),
    }
)


@dataclass(frozen=True, slots=True)
class Feishu:
    base: str
    id_type: str
    token: Token
    wire: Wire
    limits: Limits = FOR_ONE
    is_shared: bool = True

    def send(self, address: str, message: Message) -> str:
        return self.token.use(lambda token: self._send(token, address, message))

    def _send(self, token: str, address: str, message: Message) -> str:
        body = {
            "receive_id": address,
            "msg_type": "text",
            "content": json.dumps({"text": message.text}, ensure_ascii=False),
            # The same within an hour: shown once.
            "uuid": message.id,
        }
        url = f"{self.base}/open-apis/im/v1/messages?receive_id_type={self.id_type}"
        accepted(self.wire.post_json(url, body, {"Authorization": f"Bearer {token}"}), "code", CODES)
        return "0"


def fetch_token(wire: Wire, base: str, app_id: str, app_secret: str) -> tuple[str, int]:
    body = {"app_id": app_id, "app_secret": app_secret}
    answer = wire.post_json(f"{base}/open-apis/auth/v3/tenant_access_token/internal", body)
    return token_in(accepted(answer, "code", CODES), "tenant_access_token", "expire")
