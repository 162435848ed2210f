"""Accounts: opening one, changing its password or language, disabling it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.errors import Conflict, InvalidInput, NotFound
from workflow.models import Organisation, RoleAssignment, User
from workflow.passwords import hash_password, random_password, require_acceptable
from workflow.seats import seat_fault
from workflow.text import LOCALES, Text

USERNAME = re.compile(r"[\w.-]{2,60}")
# Plausible, no more: only a mail that arrives proves an address.
EMAIL = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")


def normal_username(raw: str) -> str:
    """The one spelling of a name: full-width letters and capitals come from input methods, not from the person."""
    return unicodedata.normalize("NFKC", raw).strip().casefold()


def create_user(
    session: Session,
    *,
    username: str,
    display_name: str,
    roles: Iterable[tuple[str, int]] = (),
    email: str | None = None,
    password: str | None = None,
    is_demo: bool = False,
    now: datetime,
) -> tuple[User, str]:
    """Opens an account and answers it with its password, a random one where none is given.

    `roles` are (role, organisation id), in force from today. Raises InvalidInput for a name, address, role or password
    that will not do, Conflict where the user name is taken.
    """
    name, roles = normal_username(username), list(roles)
    faults = dict(_faults(session, name, display_name, email, roles))
    if faults:
        raise InvalidInput(faults)
    if session.scalar(select(User.id).where(User.username == name)) is not None:
        raise Conflict(Text(f"用户名已被使用：{name}", f"The user name is taken: {name}"))
    if password is None:
        password = random_password()
    else:
        require_acceptable(password, name)
    user = User(
        username=name,
        display_name=display_name.strip(),
        password_hash=hash_password(password),
        email=email,
        is_demo=is_demo,
        created_at=now,
        roles=[
            RoleAssignment(role=role, organisation_id=organisation_id, valid_from=local_day(now))
            for role, organisation_id in roles
        ],
    )
    session.add(user)
    session.flush()
    return user, password


def change_password(session: Session, user_id: int, new: str) -> User:
    """Sets the password and ends every session and token that was opened with the old one."""
    user = _account(session, user_id)
    require_acceptable(new, user.username, field="new")
    user.password_hash = hash_password(new)
    user.security_stamp += 1
    return user


def disable_user(session: Session, username: str) -> int:
    """Ends every session and token of the account; answers 1. Raises NotFound for a name nobody has."""
    count = _disable(session, User.username == normal_username(username))
    if not count:
        raise NotFound("user", username)
    return count


def disable_demo_users(session: Session) -> int:
    """The same for all accounts of the demo district that can still sign in; answers how many."""
    return _disable(session, User.is_demo & User.is_active)


def choose_locale(session: Session, user_id: int, locale: str) -> None:
    if locale not in LOCALES:
        raise InvalidInput({"locale": Text("只有中文和英文", "There are only Chinese and English")})
    session.execute(update(User).where(User.id == user_id).values(locale=locale))


def _faults(
    session: Session, username: str, display_name: str, email: str | None, roles: Iterable[tuple[str, int]]
) -> Iterator[tuple[str, Text]]:
    if not USERNAME.fullmatch(username):
        yield (
            "username",
            Text("用户名为 2 到 60 个字母、数字或汉字", "A user name has 2 to 60 letters, digits, dots or dashes"),
        )
    if not display_name.strip():
        yield "display_name", Text("请填写显示姓名", "Give the name people read")
    if email is not None and not EMAIL.fullmatch(email):
        yield (
            "email",
            Text("电子邮箱不像地址：请写成 lina@example.org 这样", "Write the e-mail address like lina@example.org"),
        )
    for role, organisation_id in roles:
        fault = seat_fault(role, session.get_one(Organisation, organisation_id))
        if fault is not None:
            yield "organisation", fault


def _disable(session: Session, which: ColumnElement[bool]) -> int:
    # Without the key: an action of the person that is under way refers to the row, and must not wait for this.
    users = session.scalars(select(User).where(which).with_for_update(key_share=True)).all()
    for user in users:
        user.is_active = False
        user.security_stamp += 1
    return len(users)


def _account(session: Session, user_id: int) -> User:
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("user", user_id)
    return user
