"""Signing in: one answer for every wrong pair of name and password, and a limit on guessing.

Each guess is written down before the password is looked at, so that many at once cannot slip past the limit together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from workflow.accounts import normal_username
from workflow.clock import LOCAL_ZONE
from workflow.database import Database
from workflow.errors import WorkflowError
from workflow.models import SignInAttempt, User
from workflow.passwords import hash_of_nobody, hash_password, is_outdated, is_right
from workflow.text import Text

WINDOW = timedelta(minutes=5)
FAILURES_PER_ACCOUNT = 10
# An office shares one address: the limit stops a machine that tries many accounts, not colleagues who mistype.
FAILURES_PER_ADDRESS = 100
LONGEST_NAME = 60


class SignInRefused(WorkflowError):
    """Name and password do not fit; which of the two is never said."""

    def __init__(self) -> None:
        super().__init__(Text("用户名或密码不正确", "The user name or the password is wrong"))


class TooManyAttempts(WorkflowError):
    """Guessing has to wait until `retry_at`, for an unknown name just as for a known one."""

    def __init__(self, retry_at: datetime) -> None:
        # Minutes are shown, so the moment is rounded up: trying at the minute shown must work.
        shown = (retry_at + timedelta(seconds=59)).astimezone(LOCAL_ZONE)
        super().__init__(
            Text(
                f"登录失败次数过多，请在 {shown:%H:%M} 之后再试",
                f"Too many failed attempts: try again after {shown:%H:%M}",
            )
        )
        self.retry_at = retry_at


@dataclass(frozen=True, slots=True)
class _Account:
    id: int
    password_hash: str


def sign_in(database: Database, username: str, password: str, *, address: str, now: datetime) -> User:
    """Answers the account; raises SignInRefused or TooManyAttempts. The hash is renewed where today's is stronger."""
    name = normal_username(username)[:LONGEST_NAME]
    with database.unit_of_work() as session:
        _require_patience(session, name, address, now)
        attempt = SignInAttempt(username=name, address=address, succeeded=False, at=now)
        session.add(attempt)
        session.flush()
        account = _find(session, name)
    # Outside any transaction: a hash takes a tenth of a second, and no other writer should wait for it.
    fits = is_right(account.password_hash if account else hash_of_nobody(), password)
    if account is None or not fits:
        raise SignInRefused
    with database.unit_of_work() as session:
        session.execute(update(SignInAttempt).where(SignInAttempt.id == attempt.id).values(succeeded=True))
        user = session.get_one(User, account.id)
        if is_outdated(user.password_hash):
            user.password_hash = hash_password(password)
        return user


def _find(session: Session, name: str) -> _Account | None:
    row = session.execute(select(User.id, User.password_hash).where(User.username == name, User.is_active)).first()
    return _Account(*row) if row else None


def _require_patience(session: Session, name: str, address: str, now: datetime) -> None:
    since = now - WINDOW
    last_success = session.scalar(
        select(func.max(SignInAttempt.id)).where(SignInAttempt.username == name, SignInAttempt.succeeded)
    )
    of_account = SignInAttempt.username == name, SignInAttempt.at > since, SignInAttempt.id > (last_success or 0)
    of_address = SignInAttempt.address == address, SignInAttempt.at > since
    for condition, limit in ((of_account, FAILURES_PER_ACCOUNT), (of_address, FAILURES_PER_ADDRESS)):
        newest = session.scalars(
            select(SignInAttempt.at)
            .where(*condition, SignInAttempt.succeeded.is_(False))
            .order_by(SignInAttempt.at.desc())
            .limit(limit)
        ).all()
        if len(newest) == limit:
            raise TooManyAttempts(newest[-1] + WINDOW)
