"""All that services outside are told: that there is something, and where to sign in for it. No case, no name."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.delivery.letter import read_letter
from workflow.models import OutboxRow
from workflow.text import Text

TO_DO = Text("您有{n}项待办，请登录查看", "To do: {n}; sign in to see it")
TOLD = Text("您有{n}条通知，请登录查看", "Notices: {n}; sign in to see them")
TEST = Text("这是一条测试消息", "This is a test message")

# Told to those who have to act; everything else tells of what was done.
KINDS_TO_DO = frozenset({"deadline", "sign", "sign_for", "handed_over", "realigned", "nudge", "question"})


@dataclass(frozen=True, slots=True)
class Message:
    """`id` is the same at each attempt. A part of it stands in the text: services drop a text they have just sent."""

    id: str
    words: Text
    url: str

    @property
    def number(self) -> str:
        return self.id[:8]

    @property
    def text(self) -> str:
        return f"{self.words.zh}\n{self.words.en}\n{self.url}\n编号 No. {self.number}"


def message_of(row: OutboxRow, base_url: str) -> Message:
    """Raises DeliveryFailed, finally, for a row whose link cannot be read."""
    letter = read_letter(row.payload)
    # One message for several notices keeps a line for each.
    count = len(row.payload.get("lines", ())) or 1
    words = TO_DO if row.kind in KINDS_TO_DO else TOLD
    return Message(row.id, words.filled(n=count), base_url + letter.link)
