"""钉钉: work notices (工作通知) to a member, and messages of a robot to a group."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from workflow.channel_pace import Limits, Rate
from workflow.delivery.failure import DeliveryFailed
from workflow.delivery.refusals import (
    BUSY,
    CREDENTIALS,
    LIMIT,
    NETWORK,
    PERSON,
    RIGHTS,
    TOKEN,
    Refused,
    accepted,
    codes_of,
)
from workflow.delivery.short_words import Message
from workflow.delivery.tokens import Token, token_in
from workflow.delivery.wire import Wire

# A robot may say 20 a minute; beyond that it is silent for ten minutes.
FOR_A_ROBOT = Limits(each=Rate(per_minute=10, burst=9))
FOR_ONE = Limits(each=Rate(per_minute=30, burst=10))
# Its own code stands in `sub_code` where `errcode` is this.
INNER = 88

CODES = codes_of(
    {
        PERSON: (33012, 40003, 40031, 60121, 300001, 300005),
        TOKEN: (40014, 41001, 42001),
        CREDENTIALS: (40001, 40013, 40089, 41002, 41004, 310000),
        RIGHTS: (50002, 60011, 71006),
        NETWORK: (60020,),
        LIMIT: (90002, 90005, 90018, 130101, 143104, 143105, 143106, 410100),
        BUSY: (-1, INNER),
    }
)


@dataclass(frozen=True, slots=True)
class DingTalk:
    base: str
    agent_id: int
    token: Token
    wire: Wire
    limits: Limits = FOR_ONE
    is_shared: bool = True

    def send(self, address: str, message: Message) -> str:
        return self.token.use(lambda token: self._send(token, address, message))

    def _send(self, token: str, address: str, message: Message) -> str:
        body = {"agent_id": self.agent_id, "userid_list": address, "msg": _card(message)}
        answer = self._call("asyncsend_v2", token, body)
        self._ask(token, answer.get("task_id"))
        return "0"

    def _ask(self, token: str, task_id: object) -> None:
        """It takes every message and sends it afterwards: whom it could not reach it says only when it is asked.

        What it cannot say yet counts as sent.
        """
        try:
            answer = self._call("getsendresult", token, {"agent_id": self.agent_id, "task_id": task_id})
        except DeliveryFailed:
            return
        result = answer.get("send_result")
        found = result if isinstance(result, dict) else {}
        if found.get("invalid_user_id_list"):
            raise Refused("0, invalid_user_id_list", PERSON)
        if found.get("forbidden_list") or found.get("forbidden_user_id_list"):
            raise Refused("0, forbidden_user_id_list", LIMIT)

    def _call(self, name: str, token: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        url = f"{self.base}/topapi/message/corpconversation/{name}?access_token={token}"
        return accepted(self.wire.post_json(url, body), "errcode", CODES, inner=INNER)


@dataclass(frozen=True, slots=True)
class DingTalkRobot:
    """The address is the robot's token, and after a space the secret it wants signatures under, if it does."""

    base: str
    wire: Wire
    clock: Callable[[], datetime]
    limits: Limits = FOR_A_ROBOT
    is_shared: bool = False

    def send(self, address: str, message: Message) -> str:
        token, _, secret = address.partition(" ")
        query = {"access_token": token, **(self._signed(secret) if secret else {})}
        body = {"msgtype": "text", "text": {"content": message.text}}
        accepted(self.wire.post_json(f"{self.base}/robot/send?{urlencode(query)}", body), "errcode", CODES)
        return "0"

    def _signed(self, secret: str) -> dict[str, str]:
        moment = str(int(self.clock().timestamp() * 1000))
        digest = hmac.new(secret.encode(), f"{moment}\n{secret}".encode(), hashlib.sha256).digest()
        return {"timestamp": moment, "sign": base64.b64encode(digest).decode()}


def _card(message: Message) -> dict[str, Any]:
    card = {
        "title": message.words.zh,
        "markdown": message.text.replace("\n", "\n\n"),
        "single_title": "查看 Open",
        "single_url": message.url,
    }
    return {"msgtype": "action_card", "action_card": card}


def fetch_token(wire: Wire, base: str, app_key: str, app_secret: str) -> tuple[str, int]:
    answer = wire.get(f"{base}/gettoken", appkey=app_key, appsecret=app_secret)
    return token_in(accepted(answer, "errcode", CODES, inner=INNER), "access_token", "expires_in")
