"""Accounts and passwords, and the limit on guessing them."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import pytest
from argon2 import PasswordHasher, Type, extract_parameters
from sqlalchemy import select

from tests.clocks import START, StandingClock
from workflow.accounts import change_password, create_user, disable_demo_users, disable_user
from workflow.database import Database
from workflow.errors import Conflict, InvalidInput, NotFound
from workflow.models import Organisation, SignInAttempt, User
from workflow.sign_in import SignInRefused, TooManyAttempts, sign_in

PASSWORD = "stapel-of-4-horses"


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """A database with one account, `li.na`."""
    with sqlite_database.unit_of_work() as session:
        create_user(session, username="li.na", display_name="李娜", password=PASSWORD, now=START)
    return sqlite_database


def account(database: Database, username: str = "li.na") -> User:
    with database.reading() as session:
        user = session.scalars(select(User).where(User.username == username)).one()
        session.expunge_all()
        return user


def guess(
    database: Database, clock: StandingClock, times: int = 1, *, name: str = "li.na", address: str = "::1"
) -> None:
    for _ in range(times):
        with pytest.raises(SignInRefused):
            sign_in(database, name, "wrong guess", address=address, now=clock())


def write_failures(database: Database, count: int, address: str, clock: StandingClock) -> None:
    with database.unit_of_work() as session:
        session.add_all(
            SignInAttempt(username=f"name{n}", address=address, succeeded=False, at=clock()) for n in range(count)
        )


class TestOpening:
    def test_a_new_account_holds_its_roles_from_today(self, sqlite_database: Database) -> None:
        with sqlite_database.unit_of_work() as session:
            body = Organisation(name="甲镇商会党委", type="committee", kind="chamber", path="/1/")
            session.add(body)
            session.flush()
            user, _ = create_user(session, username="wang", display_name="王敏", roles=[("clerk", body.id)], now=START)
            assert [(r.role, r.organisation_id, str(r.valid_from)) for r in user.roles] == [
                ("clerk", body.id, "2026-09-01")
            ]

    def test_without_a_password_a_random_one_is_made_that_opens_the_account(self, sqlite_database: Database) -> None:
        with sqlite_database.unit_of_work() as session:
            made = [create_user(session, username=f"user{n}", display_name="某人", now=START)[1] for n in range(2)]
        assert made[0] != made[1]
        assert sign_in(sqlite_database, "user0", made[0], address="::1", now=START).username == "user0"

    def test_full_width_letters_and_capitals_are_the_same_name(self, database: Database) -> None:
        assert sign_in(database, " ＬI.na ", PASSWORD, address="::1", now=START).username == "li.na"
        with database.unit_of_work() as session, pytest.raises(Conflict):
            create_user(session, username="Li.Ｎa", display_name="李娜", now=START)

    @pytest.mark.parametrize("name", ["", "a", "two words", "x" * 61, "semi;colon"])
    def test_a_name_that_cannot_be_typed_safely_is_refused(self, sqlite_database: Database, name: str) -> None:
        with sqlite_database.unit_of_work() as session, pytest.raises(InvalidInput) as refusal:
            create_user(session, username=name, display_name="某人", now=START)
        assert set(refusal.value.fields) == {"username"}

    @pytest.mark.parametrize("email", ["", "lina", "lina@", "li na@example.org", "a@b@example.org", "lina@example."])
    def test_an_account_needs_a_name_people_read_and_an_address_that_looks_like_one(
        self, sqlite_database: Database, email: str
    ) -> None:
        with sqlite_database.unit_of_work() as session, pytest.raises(InvalidInput) as refusal:
            create_user(session, username="wang", display_name="  ", email=email, now=START)
        assert set(refusal.value.fields) == {"display_name", "email"}

    @pytest.mark.parametrize(
        ("role", "type_", "kind", "fits"),
        [
            ("clerk", "branch", "chamber", True),
            ("instructor", "unspecified", "town", True),
            ("approver", "social_work_department", "department", False),
            ("instructor", "federation", "department", False),
            ("org_dept", "organisation_department", "department", True),
            ("org_dept", "committee", "district", True),
            ("org_dept", "committee", "town", False),
            ("social_work", "organisation_department", "department", False),
            ("federation", "federation", "department", True),
            ("admin", "branch", "chamber", True),
            ("auditor", "federation", "department", True),
        ],
    )
    def test_a_role_is_held_where_it_belongs(
        self, sqlite_database: Database, role: str, type_: str, kind: str, fits: bool
    ) -> None:
        with sqlite_database.unit_of_work() as session:
            body = Organisation(name="某组织", type=type_, kind=kind, path="/1/")
            session.add(body)
            session.flush()
            outcome = nullcontext() if fits else pytest.raises(InvalidInput, match=r"The role .* does not fit 某组织")
            with outcome:
                create_user(session, username="wang", display_name="王敏", roles=[(role, body.id)], now=START)


class TestDisabling:
    def test_a_disabled_account_signs_nobody_in_and_ends_its_sessions(self, database: Database) -> None:
        before = account(database)
        with database.unit_of_work() as session:
            assert disable_user(session, "Li.Na") == 1
        after = account(database)
        assert (after.is_active, after.security_stamp) == (False, before.security_stamp + 1)
        with pytest.raises(SignInRefused):
            sign_in(database, "li.na", PASSWORD, address="::1", now=START)

    def test_a_name_nobody_has_is_told(self, database: Database) -> None:
        with database.unit_of_work() as session, pytest.raises(NotFound):
            disable_user(session, "nobody")

    def test_all_demo_accounts_are_disabled_at_once_and_no_other(self, database: Database) -> None:
        with database.unit_of_work() as session:
            for name in ("demo1", "demo2"):
                create_user(session, username=name, display_name="演示", is_demo=True, now=START)
            assert disable_demo_users(session) == 2
            assert disable_demo_users(session) == 0
        assert account(database).is_active
        assert not account(database, "demo1").is_active


class TestPasswords:
    @pytest.mark.parametrize(
        "password", ["short", "zhang.wei", "zhang.wei2026", "ＺHANG.WEI-2026", "aaaaaaaaaaaa", "x" * 257]
    )
    def test_a_weak_password_is_refused(self, sqlite_database: Database, password: str) -> None:
        with sqlite_database.unit_of_work() as session, pytest.raises(InvalidInput) as refusal:
            create_user(session, username="zhang.wei", display_name="张伟", password=password, now=START)
        assert set(refusal.value.fields) == {"password"}

    def test_what_is_kept_is_argon2id_with_no_less_than_the_advised_cost(self, database: Database) -> None:
        kept = extract_parameters(account(database).password_hash)
        assert kept.type is Type.ID
        assert (kept.memory_cost >= 19 * 1024, kept.time_cost >= 2, kept.parallelism >= 1) == (True, True, True)

    def test_a_hash_of_weaker_days_is_renewed_at_sign_in(self, database: Database) -> None:
        with database.unit_of_work() as session:
            user = session.scalars(select(User)).one()
            user.password_hash = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
        sign_in(database, "li.na", PASSWORD, address="::1", now=START)
        assert extract_parameters(account(database).password_hash).memory_cost >= 19 * 1024
        sign_in(database, "li.na", PASSWORD, address="::1", now=START)

    def test_a_new_password_replaces_the_old_one_and_changes_the_stamp(self, database: Database) -> None:
        before = account(database)
        with database.unit_of_work() as session:
            change_password(session, before.id, "quite another one")
        assert account(database).security_stamp == before.security_stamp + 1
        with pytest.raises(SignInRefused):
            sign_in(database, "li.na", PASSWORD, address="::1", now=START)
        sign_in(database, "li.na", "quite another one", address="::1", now=START)


class TestGuessing:
    def test_an_unknown_name_and_a_wrong_password_read_the_same(self, database: Database) -> None:
        with pytest.raises(SignInRefused) as wrong:
            sign_in(database, "li.na", "wrong guess", address="::1", now=START)
        with pytest.raises(SignInRefused) as unknown:
            sign_in(database, "nobody", "wrong guess", address="::1", now=START)
        assert wrong.value.text == unknown.value.text

    def test_an_account_that_is_switched_off_reads_like_an_unknown_one(self, database: Database) -> None:
        with database.unit_of_work() as session:
            session.scalars(select(User)).one().is_active = False
        with pytest.raises(SignInRefused):
            sign_in(database, "li.na", PASSWORD, address="::1", now=START)

    def test_the_eleventh_try_waits_even_with_the_right_password_from_elsewhere(
        self, database: Database, clock: StandingClock
    ) -> None:
        guess(database, clock, 10)
        with pytest.raises(TooManyAttempts) as refusal:
            sign_in(database, "li.na", PASSWORD, address="192.0.2.9", now=clock())
        assert refusal.value.retry_at == clock() + timedelta(minutes=5)
        assert "09:05" in refusal.value.text.zh

    def test_after_the_wait_the_right_password_opens_again(self, database: Database, clock: StandingClock) -> None:
        guess(database, clock, 10)
        clock.advance(timedelta(minutes=5))
        assert sign_in(database, "li.na", PASSWORD, address="::1", now=clock()).username == "li.na"

    def test_an_unknown_name_is_made_to_wait_in_the_same_way(self, database: Database, clock: StandingClock) -> None:
        guess(database, clock, 10, name="nobody")
        with pytest.raises(TooManyAttempts):
            sign_in(database, "nobody", "wrong guess", address="::1", now=clock())

    def test_signing_in_forgets_the_failures_before_it(self, database: Database, clock: StandingClock) -> None:
        guess(database, clock, 9)
        clock.advance(timedelta(seconds=1))
        sign_in(database, "li.na", PASSWORD, address="::1", now=clock())
        clock.advance(timedelta(seconds=1))
        guess(database, clock, 1)
        sign_in(database, "li.na", PASSWORD, address="::1", now=clock())

    def test_one_address_trying_many_names_is_stopped_and_others_are_not(
        self, database: Database, clock: StandingClock
    ) -> None:
        write_failures(database, 100, "198.51.100.7", clock)
        with pytest.raises(TooManyAttempts):
            sign_in(database, "li.na", PASSWORD, address="198.51.100.7", now=clock())
        sign_in(database, "li.na", PASSWORD, address="198.51.100.8", now=clock())

    def test_an_office_behind_one_address_may_mistype(self, database: Database, clock: StandingClock) -> None:
        write_failures(database, 50, "198.51.100.7", clock)
        sign_in(database, "li.na", PASSWORD, address="198.51.100.7", now=clock())
