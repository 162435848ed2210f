"""Accounts: opening one, changing its password or language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from workflow.clock import local_day
from workflow.errors import Conflict, InvalidInput, NotFound
from workflow.models import RoleAssignment, User
from workflow.passwords import hash_password, random_password, require_acceptable
from workflow.text import LOCALES, Text

USERNAME = re.compile(r"[\w.-]{2,60}")


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

    `roles` are (role, organisation id), in force from today. Raises InvalidInput for a name or password that will
    not do, Conflict where the name is taken.
    """
    name = normal_username(username)
    if not USERNAME.fullmatch(name):
        fault = Text("用户名为 2 到 60 个字母、数字或汉字", "A user name has 2 to 60 letters, digits, dots or dashes")
        raise InvalidInput({"username": fault})
    if session.scalar(select(User.id).where(User.username == name)) is not None:
        raise Conflict(Text(f"用户名已被使用：{name}", f"The user name is taken: {name}"))
    if password is None:
        password = random_password()
    else:
        require_acceptable(password, name)
    user = User(
        username=name,
        display_name=display_name,
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


def choose_locale(session: Session, user_id: int, locale: str) -> None:
    if locale not in LOCALES:
        raise InvalidInput({"locale": Text("只有中文和英文", "There are only Chinese and English")})
    session.execute(update(User).where(User.id == user_id).values(locale=locale))


def _account(session: Session, user_id: int) -> User:
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound("user", user_id)
    return user
