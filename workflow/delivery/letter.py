"""What an outbox row says, read once for every channel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflow.delivery.failure import DeliveryFailed
from workflow.incidents import Kind
from workflow.text import Text, text_from


@dataclass(frozen=True, slots=True)
class Letter:
    title: Text
    body: Text
    link: str


def read_letter(payload: Mapping[str, Any]) -> Letter:
    """Raises DeliveryFailed, finally, where title, body or link cannot be read: no retry would mend it."""
    try:
        letter = Letter(text_from(payload["title"]), text_from(payload["body"]), str(payload["link"]))
    except (KeyError, TypeError, ValueError) as error:
        raise DeliveryFailed("the payload cannot be read", is_final=True, kind=Kind.PAYLOAD_UNREADABLE) from error
    if not letter.link.startswith("/"):
        raise DeliveryFailed("the link leads outside", is_final=True, kind=Kind.PAYLOAD_UNREADABLE)
    return letter
