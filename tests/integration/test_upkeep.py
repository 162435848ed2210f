"""What runs by itself beside notices: signs of life and the removal of what has served its time."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from tests.clocks import START
from workflow.cleanup import KEEP_ATTEMPTS, remove_expired
from workflow.database import Database
from workflow.health import RELAY, last_tick_age, record_tick
from workflow.models import SignInAttempt, WebSession


def test_the_age_of_a_tick_counts_from_its_last_end(database: Database) -> None:
    with database.unit_of_work() as session:
        assert last_tick_age(session, RELAY, START) is None
        record_tick(session, RELAY, START - timedelta(hours=1))
        record_tick(session, RELAY, START)
        assert last_tick_age(session, RELAY, START + timedelta(seconds=7)) == timedelta(seconds=7)


def test_ended_sessions_and_old_attempts_are_removed_and_others_kept(database: Database) -> None:
    with database.unit_of_work() as session:
        for name, expires_at in (("ended", START - timedelta(seconds=1)), ("live", START + timedelta(hours=1))):
            session.add(WebSession(id_digest=name, data={}, created_at=START, seen_at=START, expires_at=expires_at))
        for name, at in (("old", START - KEEP_ATTEMPTS - timedelta(seconds=1)), ("new", START)):
            session.add(SignInAttempt(username=name, address="192.0.2.1", succeeded=False, at=at))
    with database.unit_of_work() as session:
        remove_expired(session, START)
    with database.reading() as session:
        assert session.scalars(select(WebSession.id_digest)).all() == ["live"]
        assert session.scalars(select(SignInAttempt.username)).all() == ["new"]
