"""Bearer tokens: given out once, kept as a digest, ended by time, by their holder, or by a changed password."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, update

from workflow.database import Database
from workflow.models import ApiToken, User

# As long as a session may last: a token in a script that was forgotten should not outlive the working day.
LIFETIME = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """The only time the token itself is seen."""

    token: str
    expires_at: datetime


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def issue_token(database: Database, user: User, now: datetime) -> IssuedToken:
    issued = IssuedToken(secrets.token_urlsafe(32), now + LIFETIME)
    row = {
        "token_digest": digest_of(issued.token),
        "user_id": user.id,
        "security_stamp": user.security_stamp,
        "created_at": now,
        "expires_at": issued.expires_at,
    }
    with database.unit_of_work() as session:
        session.execute(insert(ApiToken).values(row))
    return issued


def revoke_token(database: Database, token: str, now: datetime) -> None:
    """Ends a token; one that has ended already stays as it is."""
    with database.unit_of_work() as session:
        session.execute(
            update(ApiToken)
            .where(ApiToken.token_digest == digest_of(token), ApiToken.revoked_at.is_(None))
            .values(revoked_at=now)
        )
