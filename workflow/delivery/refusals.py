"""What the answers of services mean. They say HTTP 200 to what they refuse: the code in the body decides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from workflow.delivery.failure import DeliveryFailed
from workflow.delivery.wire import Answer
from workflow.text import Text


class Fault(StrEnum):
    PERSON = "person"  # this address will never do: given up at once
    BUSY = "busy"  # the service is: tried again soon
    LIMIT = "limit"  # too much was sent: nothing more for a while
    OPERATOR = "operator"  # credentials or rights: somebody has to mend the settings
    STALE = "stale"  # the token: fetched anew once, and the operator's if that does not help
    UNKNOWN = "unknown"  # a code nobody told us of: tried again


# How long the channel rests, so that what waits does not use up its attempts on a service that says no to everybody.
HOLDS: Mapping[Fault, timedelta] = {
    Fault.BUSY: timedelta(minutes=1),
    Fault.LIMIT: timedelta(minutes=5),
    Fault.OPERATOR: timedelta(minutes=10),
    Fault.STALE: timedelta(minutes=10),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    fault: Fault
    words: Text


PERSON = Verdict(
    Fault.PERSON, Text("对方没有这个人，或应用对其不可见", "unknown there, or not among those who see the app")
)
BUSY = Verdict(Fault.BUSY, Text("对方繁忙", "the service is busy"))
LIMIT = Verdict(Fault.LIMIT, Text("超过对方的频率或数量限制", "beyond the limits of the service"))
CREDENTIALS = Verdict(Fault.OPERATOR, Text("凭证不被接受，请核对设置", "credentials not accepted: check the settings"))
RIGHTS = Verdict(Fault.OPERATOR, Text("应用无权发送，请在对方后台开通", "no right to send: grant it in their console"))
NETWORK = Verdict(
    Fault.OPERATOR, Text("本机地址不在对方白名单", "the address of this machine is not on the service's list")
)
TOKEN = Verdict(Fault.STALE, Text("令牌无效", "the token is not valid"))
UNKNOWN = Verdict(Fault.UNKNOWN, Text("对方拒绝，原因不明", "refused for a reason that is not known"))

Codes = Mapping[str, Verdict]


def codes_of(by_verdict: Mapping[Verdict, Iterable[int]]) -> Codes:
    """The verdict of each code, as the code is written in an answer."""
    return {str(code): verdict for verdict, codes in by_verdict.items() for code in codes}


class Refused(DeliveryFailed):
    """`code` is the service's own; `words` are ours, in both languages."""

    def __init__(self, code: object, verdict: Verdict) -> None:
        super().__init__(f"{code}: {verdict.words.en}", is_final=verdict.fault is Fault.PERSON)
        self.code, self.fault, self.words = str(code), verdict.fault, verdict.words


def require(code: object, codes: Codes) -> str:
    """Answers a code of success (0); raises Refused for any other, by what it means in `codes`."""
    if str(code) == "0":
        return "0"
    # What is no number is a text of theirs, and texts may quote an address.
    shown = code if str(code).lstrip("-").isascii() and str(code).lstrip("-").isdigit() else "?"
    raise Refused(shown, codes.get(str(code), UNKNOWN))


def accepted(answer: Answer, key: str, codes: Codes, inner: int | None = None) -> Mapping[str, Any]:
    """The body of an answer whose code, under `key`, is one of success. Raises Refused, Unreachable.

    Where the code is `inner`, the one that counts stands in `sub_code`.
    """
    body = answer.json
    if key not in body:
        raise Refused(f"HTTP {answer.status}", by_status(answer.status))
    code = body[key]
    require(body.get("sub_code", code) if code == inner else code, codes)
    return body


def by_status(status: int) -> Verdict:
    """What an HTTP status means where the body says nothing."""
    if status == 429:
        return LIMIT
    if status >= 500 or status in {408, 425}:
        return BUSY
    return CREDENTIALS if status in {401, 403} else UNKNOWN
