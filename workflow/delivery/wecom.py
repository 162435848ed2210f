"""企业微信: messages of an application to a member, and of a robot to a group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflow.channel_pace import Limits, Rate
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

# A member gets 30 a minute and 1000 an hour, and what is beyond is dropped without a word: this stays below both.
FOR_ONE = Limits(each=Rate(per_minute=15, burst=12))
# A robot may say 20 a minute.
FOR_A_ROBOT = Limits(each=Rate(per_minute=10, burst=9))
# The same text to the same person within this time is shown once; ours differ by their numbers.
DUPLICATE_SECONDS = 1800

CODES = codes_of(
    {
        PERSON: (40003, 40031, 46004, 50005, 60111, 81013, 93000),
        TOKEN: (40014, 41001, 42001),
        CREDENTIALS: (40001, 40013, 40056, 41002, 41004),
        RIGHTS: (48002, 60011, 301002),
        NETWORK: (60020,),
        LIMIT: (45009, 45011, 45033),
        BUSY: (-1,),
    }
)


@dataclass(frozen=True, slots=True)
class WeCom:
    base: str
    agent_id: int
    token: Token
    wire: Wire
    limits: Limits = FOR_ONE
    is_shared: bool = True

    def send(self, address: str, message: Message) -> str:
        return self.token.use(lambda token: self._send(token, address, message))

    def _send(self, token: str, address: str, message: Message) -> str:
        url = f"{self.base}/cgi-bin/message/send?access_token={token}"
        answer = accepted(self.wire.post_json(url, self._body(address, message)), "errcode", CODES)
        # It goes to those it can reach and names the others, with errcode 0: here that is the only one there is.
        if answer.get("invaliduser") or answer.get("unlicenseduser"):
            raise Refused("0, invaliduser", PERSON)
        return "0"

    def _body(self, address: str, message: Message) -> dict[str, Any]:
        return {
            "touser": address,
            "msgtype": "text",
            "agentid": self.agent_id,
            "text": {"content": message.text},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": DUPLICATE_SECONDS,
        }


@dataclass(frozen=True, slots=True)
class WeComRobot:
    """The address is the robot's key."""

    base: str
    wire: Wire
    limits: Limits = FOR_A_ROBOT
    is_shared: bool = False

    def send(self, address: str, message: Message) -> str:
        body = {"msgtype": "text", "text": {"content": message.text}}
        accepted(self.wire.post_json(f"{self.base}/cgi-bin/webhook/send?key={address}", body), "errcode", CODES)
        return "0"


def fetch_token(wire: Wire, base: str, corp_id: str, secret: str) -> tuple[str, int]:
    answer = wire.get(f"{base}/cgi-bin/gettoken", corpid=corp_id, corpsecret=secret)
    return token_in(accepted(answer, "errcode", CODES), "access_token", "expires_in")
