"""Removes what has served its time: ended sessions and tokens, and sign-in attempts no throttle looks at any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from workflow.models import ApiToken, SignInAttempt, WebSession

KEEP_ATTEMPTS = timedelta(days=1)


def remove_expired(session: Session, now: datetime) -> None:
    session.execute(delete(WebSession).where(WebSession.expires_at < now))
    session.execute(delete(ApiToken).where(ApiToken.expires_at < now))
    session.execute(delete(SignInAttempt).where(SignInAttempt.at < now - KEEP_ATTEMPTS))
