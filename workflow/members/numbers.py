"""Identity and phone numbers: checked, sealed, found again, shown masked, and read in the clear with a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.engine.actors import load_actor
from workflow.errors import InvalidInput
from workflow.members.reach import recording_role, seen_person
from workflow.models import Person, PersonReading, User
from workflow.runtime import Runtime
from workflow.text import Text
from workflow.vault import Vault, key_id, masked

IDENTITY, PHONE = "identity", "phone"
# How many characters at the beginning and at the end lists may show.
SHOWN: Mapping[str, tuple[int, int]] = {IDENTITY: (6, 4), PHONE: (3, 4)}
NAMES = {IDENTITY: Text("身份证号", "identity number"), PHONE: Text("电话", "phone number")}
MAY_READ = ("instructor", "clerk", "approver", "org_dept", "social_work")
LONGEST_REASON = 500
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def identity_fault(number: str) -> Text | None:
    """GB 11643: seventeen digits with a day of birth in them and a check character."""
    if not re.fullmatch(r"\d{17}[\dX]", number) or not _is_day(number[6:14]):
        return Text(
            "身份证号应为18位，含有效出生日期", "An identity number has 18 characters with a day of birth in them"
        )
    due = _CHECKS[sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False)) % 11]
    if number[17] != due:
        return Text("身份证号校验位不符，请核对", "The check character of the identity number is wrong: check it")
    return None


def _is_day(digits: str) -> bool:
    try:
        date.fromisoformat(f"{digits[:4]}-{digits[4:6]}-{digits[6:]}")
    except ValueError:
        return False
    return True


def phone_fault(number: str) -> Text | None:
    if re.fullmatch(r"\+?[\d-]{7,20}", number):
        return None
    return Text("电话应为 7 至 20 位数字", "A phone number has 7 to 20 digits")


@dataclass(frozen=True, slots=True)
class Numbers:
    """As they were entered, in one spelling; an empty one was not given."""

    identity: str
    phone: str

    @classmethod
    def read(cls, identity: str, phone: str) -> Numbers:
        return cls(identity.strip().upper(), phone.replace(" ", "").strip())

    def faults(self) -> dict[str, Text]:
        found = {
            IDENTITY: identity_fault(self.identity) if self.identity else None,
            PHONE: phone_fault(self.phone) if self.phone else None,
        }
        return {name: fault for name, fault in found.items() if fault is not None}


def vault_of(runtime: Runtime) -> Vault:
    """Raises InvalidInput where this installation has no keys: nothing is ever kept in the clear instead."""
    if runtime.vault is None:
        fault = Text("未配置加密密钥，不能保存身份证号和电话", "No keys are set: such numbers cannot be kept")
        raise InvalidInput({IDENTITY: fault})
    return runtime.vault


def set_numbers(runtime: Runtime, person: Person, numbers: Numbers) -> None:
    """Seals what was given into the person's row, which has its number already."""
    for name in (IDENTITY, PHONE):
        value = getattr(numbers, name)
        if value:
            vault = vault_of(runtime)
            setattr(person, f"{name}_sealed", vault.seal(value, _place(person.id, name)))
            setattr(person, f"{name}_mark", vault.mark(value, name))
            setattr(person, f"{name}_mask", masked(value, *SHOWN[name]))


def _place(person_id: int, name: str) -> str:
    return f"person:{person_id}:{name}"


def same_identity(session: Session, runtime: Runtime, identity: str) -> Person | None:
    """Who is registered under the number; found by its keyed digest."""
    if not identity:
        return None
    return session.scalars(
        select(Person).where(Person.identity_mark == vault_of(runtime).mark(identity, IDENTITY))
    ).first()


def read_number(runtime: Runtime, actor_id: int, person_id: int, field: str, reason: str) -> str:
    """The number in the clear; who read it and why is kept with it. Raises NotFound, NotPermitted, InvalidInput."""
    now, reason = runtime.now(), reason.replace("\x00", "").strip()
    with runtime.db.unit_of_work() as session:
        actor = load_actor(session, actor_id, local_day(now))
        recording_role(actor, "read_number", *MAY_READ)
        person = seen_person(session, actor, person_id)
        sealed = getattr(person, f"{field}_sealed") if field in NAMES else None
        faults = _reading_faults(field, reason, sealed)
        if faults or sealed is None:
            raise InvalidInput(faults)
        session.add(PersonReading(person_id=person.id, field=field, reader_id=actor_id, reason=reason, read_at=now))
        return vault_of(runtime).open(sealed, _place(person.id, field))


def _reading_faults(field: str, reason: str, sealed: bytes | None) -> dict[str, Text]:
    if field not in NAMES:
        return {"field": Text("没有这一项", "There is no such number")}
    if not reason:
        return {"reason": Text("请写明查看原因，会记录在案", "Give the reason; it is kept on record")}
    if len(reason) > LONGEST_REASON:
        return {"reason": Text(f"原因最长 {LONGEST_REASON} 个字", f"At most {LONGEST_REASON} characters")}
    if sealed is None:
        return {"field": Text("没有登记这一项", "It is not entered")}
    return {}


def reseal(runtime: Runtime) -> int:
    """Seals anew what lies under an older key; answers how many values. May be stopped and begun again."""
    vault, done = vault_of(runtime), 0
    with runtime.db.reading() as session:
        ids = session.scalars(select(Person.id).order_by(Person.id)).all()
    for person_id in ids:
        with runtime.db.unit_of_work() as session:
            person = session.get_one(Person, person_id, with_for_update=True)
            done += sum(_reseal(vault, person, name) for name in NAMES)
    return done


def _reseal(vault: Vault, person: Person, name: str) -> bool:
    sealed = getattr(person, f"{name}_sealed")
    if sealed is None or key_id(sealed) == vault.keys.current:
        return False
    place = _place(person.id, name)
    setattr(person, f"{name}_sealed", vault.seal(vault.open(sealed, place), place))
    return True


def readings(session: Session, person_id: int) -> list[tuple[PersonReading, str]]:
    """Who looked at what and why, newest first; the caller has made sure that the person may be seen."""
    rows = session.execute(
        select(PersonReading, User.display_name)
        .join(User, User.id == PersonReading.reader_id)
        .where(PersonReading.person_id == person_id)
        .order_by(PersonReading.id.desc())
    )
    return [(row[0], row[1]) for row in rows]
