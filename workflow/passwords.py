"""Passwords: how they are kept, what they must be, how a random one is made."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from workflow.errors import InvalidInput
from workflow.text import Text

MINIMUM_LENGTH = 10
MAXIMUM_LENGTH = 256

# argon2id. More than the least that is advised (19 MiB, 2 passes), and still within what eight threads can spare.
_hasher = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    return _hasher.hash(_composed(password))


def is_right(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, _composed(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Made with weaker parameters than today's: hash again while the password is at hand."""
    return _hasher.check_needs_rehash(password_hash)


@cache
def hash_of_nobody() -> str:
    """A hash no password fits, verified for unknown accounts so that the answer takes as long as for known ones."""
    return hash_password(secrets.token_urlsafe(32))


def random_password() -> str:
    """Five groups of four letters and digits without look-alikes: 100 bits, and still fit to be typed from paper."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(4)) for _ in range(5))


def require_acceptable(password: str, username: str, *, field: str = "password") -> None:
    """Raises InvalidInput where a new password is too short, too long or the account's own name."""
    fault = _fault(_composed(password), username)
    if fault is not None:
        raise InvalidInput({field: fault})


def _fault(password: str, username: str) -> Text | None:
    if len(password) < MINIMUM_LENGTH:
        return Text(f"密码至少 {MINIMUM_LENGTH} 个字符", f"A password needs at least {MINIMUM_LENGTH} characters")
    if len(password) > MAXIMUM_LENGTH:
        return Text(f"密码最多 {MAXIMUM_LENGTH} 个字符", f"A password has at most {MAXIMUM_LENGTH} characters")
    if password.casefold() == username or (len(username) >= 4 and username in password.casefold()):
        return Text("密码不能包含用户名", "The password must not contain the user name")
    if len(set(password)) < 4:
        return Text("密码里不同的字符太少", "The password has too few different characters")
    return None


def _composed(password: str) -> str:
    """One form for what keyboards and input methods write differently, full-width letters among it."""
    return unicodedata.normalize("NFKC", password)
