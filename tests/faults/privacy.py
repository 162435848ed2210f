"""Looks for personal data where it must not be: in logs, in the broker's memory, in mails and webhooks."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.faults.seeded import PERSONS

# In the name of every account of the test district, in the example of every candidate, and of the persons registered.
SEEDED = ("（测试）", "张三", "李四", "王五", *(word for person in PERSONS for word in person.words))
ANY_SEEDED = re.compile("|".join(map(re.escape, SEEDED)))
IDENTITY_NUMBER = re.compile(r"(?<![0-9a-f])[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dX](?![0-9a-f])")
BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")


def personal_data(places: Iterable[Path], told: Sequence[bytes]) -> list[str]:
    """Where a seeded name or number, or one in the form of an identity number, stands in clear."""
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*")) if file.is_file()]
    found = [f"{file.name} holds {word}" for file in files for word in _words(file.read_bytes())]
    return found + [f"a message outside holds {word}" for message in told for word in _words(message)]


def _words(raw: bytes) -> set[str]:
    return {word for text in _readings(raw) for word in (*ANY_SEEDED.findall(text), *IDENTITY_NUMBER.findall(text))}


def _readings(raw: bytes) -> Iterator[str]:
    """As it stands, as JSON escapes say it, and what a message or a mail holds in base64."""
    yield raw.decode(errors="ignore")
    if rb"\u" in raw:
        yield re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), raw.decode(errors="ignore"))
    for run in BASE64.findall(raw.replace(b"\r\n", b"").replace(b"\n", b"") if b"Content-Transfer" in raw else raw):
        try:
            yield base64.b64decode(run + b"=" * (-len(run) % 4)).decode(errors="ignore")
        except ValueError:
            continue
