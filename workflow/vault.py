"""Personal numbers at rest: sealed with AES-256-GCM, found by a keyed digest, shown masked.

A sealed value names its key in its header, so that keys can be changed one after another: new values are sealed under
the first key, older ones still open. The digest for lookup has a key of its own, which does not change with them.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_LENGTH = 32
NONCE_LENGTH = 12
FORM = 1


class CannotOpen(ValueError):
    """The value was changed, belongs to another place, or its key is not among those that are known."""


@dataclass(frozen=True, slots=True)
class FieldKeys:
    """`by_id` are the keys that open, the first of them seals; `lookup` is for digests alone. All of 32 bytes."""

    by_id: Mapping[str, bytes] = field(repr=False)
    lookup: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not self.by_id or any(len(key) != KEY_LENGTH for key in (*self.by_id.values(), self.lookup)):
            raise ValueError("field keys are 32 bytes each, and at least one seals")
        if any(not 0 < len(name.encode()) < 256 for name in self.by_id):
            raise ValueError("the id of a key has 1 to 255 bytes")

    @property
    def current(self) -> str:
        return next(iter(self.by_id))


class Vault:
    """Seals and opens; safe to share between threads."""

    def __init__(self, keys: FieldKeys) -> None:
        self.keys = keys

    def seal(self, value: str, place: str) -> bytes:
        """`place` (such as "person:7:identity") is bound in: moved to another row, the value no longer opens."""
        name = self.keys.current.encode()
        header, nonce = bytes([FORM, len(name)]) + name, os.urandom(NONCE_LENGTH)
        cipher = AESGCM(self.keys.by_id[self.keys.current])
        return header + nonce + cipher.encrypt(nonce, value.encode(), header + place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Raises CannotOpen."""
        name, start = key_id(sealed), 2 + sealed[1]
        key = self.keys.by_id.get(name)
        if key is None:
            raise CannotOpen(f"sealed under the key {name}, which is not known")
        nonce, rest = sealed[start : start + NONCE_LENGTH], sealed[start + NONCE_LENGTH :]
        try:
            return AESGCM(key).decrypt(nonce, rest, sealed[:start] + place.encode()).decode()
        except InvalidTag as error:
            raise CannotOpen("the value was changed, or stands in another place") from error

    def mark(self, value: str, field_name: str) -> str:
        """The same for equal values of a field and for nobody without the key: HMAC-SHA-256."""
        return hmac.new(self.keys.lookup, f"{field_name}:{value}".encode(), hashlib.sha256).hexdigest()


def key_id(sealed: bytes) -> str:
    """Under which key a value is sealed; raises CannotOpen for what is no sealed value."""
    if len(sealed) < 2 or sealed[0] != FORM or len(sealed) < 2 + sealed[1] + NONCE_LENGTH:
        raise CannotOpen("this is no sealed value")
    return sealed[2 : 2 + sealed[1]].decode(errors="replace")


def masked(value: str, first: int, last: int) -> str:
    """The first and last characters with stars between: 110101********1234."""
    hidden = max(len(value) - first - last, 0)
    return f"{value[:first]}{'*' * hidden}{value[len(value) - last :]}" if hidden else "*" * len(value)
