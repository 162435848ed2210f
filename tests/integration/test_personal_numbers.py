"""Identity and phone numbers: unreadable in the database, found by a digest, masked, read with a reason on record."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DatabaseError

from tests.district import District
from tests.members import KEYS, Members
from workflow.errors import InvalidInput, NotFound, NotPermitted
from workflow.members.numbers import identity_fault, read_number, reseal
from workflow.members.register import NewPerson, register_person
from workflow.models import KeptAnswer, Person, PersonReading
from workflow.vault import CannotOpen, FieldKeys, Vault, key_id

IDENTITY, PHONE = "110101199005010012", "13800138000"


@pytest.fixture
def members(sqlite_district: District) -> Members:
    return Members(sqlite_district)


@pytest.fixture
def person_id(members: Members) -> int:
    return int(members.register("王五", "clerk", identity=IDENTITY, phone=PHONE)["person_id"])


def read(
    members: Members, person_id: int, who: str = "clerk", reason: str = "核对档案", field: str = "identity"
) -> str:
    return read_number(members.district.runtime, members.district.people[who], person_id, field, reason)


def test_the_number_of_the_tests_is_a_sound_one() -> None:
    assert identity_fault(IDENTITY) is None
    assert identity_fault(IDENTITY[:-1] + "5") is not None
    assert identity_fault("110101199013010014") is not None


def test_no_number_stands_in_the_database_in_the_clear(members: Members, person_id: int) -> None:
    read(members, person_id)
    path = members.district.db.url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as connection:
        dump = "\n".join(connection.iterdump())
        raw = connection.execute("SELECT identity_sealed, phone_sealed FROM person").fetchone()
    for number in (IDENTITY, PHONE):
        assert number not in dump
        assert number.encode().hex() not in dump.lower()
        assert all(number.encode() not in sealed for sealed in raw)


def test_lists_show_a_mask_and_reading_needs_a_reason_that_is_kept(members: Members, person_id: int) -> None:
    person = members.person(person_id)
    assert (person.identity_mask, person.phone_mask) == ("110101********0012", "138****8000")
    with pytest.raises(InvalidInput, match="Give the reason"):
        read(members, person_id, reason="  ")
    assert read(members, person_id) == IDENTITY
    assert read(members, person_id, field="phone", reason="通知开会") == PHONE
    with members.district.db.reading() as session:
        rows = session.scalars(select(PersonReading).order_by(PersonReading.id)).all()
    clerk = members.district.people["clerk"]
    assert [(r.reader_id, r.field, r.reason) for r in rows] == [
        (clerk, "identity", "核对档案"),
        (clerk, "phone", "通知开会"),
    ]
    with pytest.raises(DatabaseError, match="append-only"), members.district.db.unit_of_work() as session:
        session.execute(update(PersonReading).values(reason="别的"))


def test_who_may_not_know_of_the_person_reads_nothing(members: Members, person_id: int) -> None:
    for who, error in (("other", NotFound), ("other_clerk", NotFound), ("federation", NotPermitted)):
        with pytest.raises(error):
            read(members, person_id, who)
    with members.district.db.reading() as session:
        assert session.scalars(select(PersonReading)).all() == []


def test_the_same_number_is_found_without_being_read_and_refused_by_name(members: Members, person_id: int) -> None:
    with pytest.raises(InvalidInput, match="registered already, with 甲镇商会党委: nobody is in two branches"):
        members.register("王伍", "clerk", enterprise="second", identity=IDENTITY.lower())
    with pytest.raises(InvalidInput, match="registered already, with another organisation"):
        members.register("王伍", "other_clerk", enterprise="far", identity=IDENTITY)


def test_a_new_key_seals_and_the_old_one_still_opens_until_all_is_sealed_anew(members: Members, person_id: int) -> None:
    district = members.district
    both = FieldKeys({"k2": b"2" * 32, **KEYS.by_id}, KEYS.lookup)
    district.runtime = replace(district.runtime, vault=Vault(both))
    assert read(members, person_id) == IDENTITY
    second = members.register("赵六", "clerk", enterprise="second", phone="13900139000")["person_id"]
    with district.db.reading() as session:
        keys = {p.id: key_id(p.identity_sealed or p.phone_sealed or b"") for p in session.scalars(select(Person))}
    assert keys == {person_id: "k1", second: "k2"}

    assert reseal(district.runtime) == 2
    assert reseal(district.runtime) == 0
    district.runtime = replace(district.runtime, vault=Vault(FieldKeys({"k2": b"2" * 32}, KEYS.lookup)))
    assert read(members, person_id) == IDENTITY
    with pytest.raises(InvalidInput, match="registered already"):
        members.register("王伍", "clerk", enterprise="third", identity=IDENTITY)


def test_a_value_moved_to_another_row_or_changed_does_not_open(members: Members) -> None:
    vault = Vault(KEYS)
    sealed = vault.seal(IDENTITY, "person:1:identity")
    assert vault.open(sealed, "person:1:identity") == IDENTITY
    assert vault.seal(IDENTITY, "person:1:identity") != sealed
    for damaged, place in (
        (sealed, "person:2:identity"),
        (sealed[:-1] + bytes([sealed[-1] ^ 1]), "person:1:identity"),
        (sealed.replace(b"k1", b"k9"), "person:1:identity"),
        (b"", "person:1:identity"),
    ):
        with pytest.raises(CannotOpen):
            vault.open(damaged, place)


def test_what_is_kept_with_an_idempotency_key_holds_no_number(members: Members) -> None:
    district = members.district
    wanted = NewPerson("王五", district.enterprises["first"], born_on=date(1990, 5, 1), identity=IDENTITY)
    first = register_person(district.runtime, district.people["clerk"], wanted, "key-1")
    again = register_person(district.runtime, district.people["clerk"], wanted, "key-1")
    assert (again.replayed, again.data) == (True, first.data)
    with district.db.reading() as session:
        kept = session.scalars(select(KeptAnswer)).one()
    assert IDENTITY not in str(kept.answer)


def test_without_keys_a_number_is_refused_and_never_kept_in_the_clear(sqlite_district: District) -> None:
    members = Members(sqlite_district)
    sqlite_district.runtime = replace(sqlite_district.runtime, vault=None)
    with pytest.raises(InvalidInput, match="No keys are set"):
        members.register("王五", "clerk", identity=IDENTITY)
    members.register("王五", "clerk")
