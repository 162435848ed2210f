"""Where a person is reached outside: one address for each channel, sealed, since most are personal or hold a secret."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from workflow.accounts import normal_username
from workflow.channel_settings import ChannelSettings
from workflow.channels import CHANNELS, ChannelKind, offered, read_address
from workflow.dialects import upsert
from workflow.errors import InvalidInput, NotFound
from workflow.models import Contact, User
from workflow.runtime import Runtime
from workflow.text import Text
from workflow.vault import CannotOpen, Vault, key_id


@dataclass(frozen=True, slots=True)
class ContactLine:
    """A channel that is set up, and the address in it as it may be shown; "" where there is none."""

    kind: ChannelKind
    shown: str


def contact_lines(session: Session, runtime: Runtime, settings: ChannelSettings, user_id: int) -> list[ContactLine]:
    kept = select(Contact).where(Contact.user_id == user_id)
    sealed = {contact.channel: contact.address for contact in session.scalars(kept)}
    return [
        ContactLine(kind, _shown(runtime, kind, user_id, sealed[kind.name]) if kind.name in sealed else "")
        for kind in offered(settings)
    ]


def set_contact(runtime: Runtime, settings: ChannelSettings, user_id: int, channel: str, raw: str) -> str:
    """Keeps the address in place of an earlier one and answers it as it may be shown.

    Raises NotFound for a channel that is not set up, InvalidInput for what cannot be an address.
    """
    kind = _kind(settings, channel)
    # Before the transaction: it may ask for the name of a server.
    address = read_address(kind, raw, settings)
    sealed = vault_of(runtime).seal(address, _place(user_id, channel)).hex()
    row = {"user_id": user_id, "channel": channel, "address": sealed, "changed_at": runtime.now()}
    with runtime.db.unit_of_work() as session:
        upsert(session, Contact, ["user_id", "channel"], row)
    return kind.shown(address)


def remove_contact(session: Session, user_id: int, channel: str) -> None:
    """Also from a channel that is no longer set up. Nothing happens where there is no address; raises NotFound."""
    if channel not in CHANNELS:
        raise NotFound("channel", channel)
    session.execute(delete(Contact).where(Contact.user_id == user_id, Contact.channel == channel))


def address_of(session: Session, vault: Vault, user_id: int, channel: str) -> str | None:
    """The address in the clear; None where there is none or the account is closed. Raises CannotOpen."""
    wanted = Contact.user_id == user_id, Contact.channel == channel, User.is_active
    sealed = session.scalar(select(Contact.address).join(User, User.id == Contact.user_id).where(*wanted))
    return None if sealed is None else _open(vault, user_id, channel, sealed)


def account_of(session: Session, username: str) -> int:
    """Raises NotFound."""
    found = session.scalar(select(User.id).where(User.username == normal_username(username)))
    if found is None:
        raise NotFound("user", username)
    return found


def reseal_contacts(runtime: Runtime) -> int:
    """Seals anew what lies under an older key; answers how many. May be stopped and begun again."""
    vault = vault_of(runtime)
    with runtime.db.unit_of_work() as session:
        rows = session.scalars(select(Contact).order_by(Contact.user_id).with_for_update()).all()
        older = [row for row in rows if key_id(_bytes(row.address)) != vault.keys.current]
        for row in older:
            place = _place(row.user_id, row.channel)
            row.address = vault.seal(vault.open(_bytes(row.address), place), place).hex()
    return len(older)


def vault_of(runtime: Runtime) -> Vault:
    """Raises InvalidInput where this installation has no keys: nothing is ever kept in the clear instead."""
    if runtime.vault is None:
        fault = Text("未配置加密密钥，不能保存联系方式", "No keys are set: addresses cannot be kept")
        raise InvalidInput({"address": fault})
    return runtime.vault


def _kind(settings: ChannelSettings, channel: str) -> ChannelKind:
    if channel not in CHANNELS or not settings.is_set_up(channel):
        raise NotFound("channel", channel)
    return CHANNELS[channel]


def _shown(runtime: Runtime, kind: ChannelKind, user_id: int, sealed: str) -> str:
    try:
        return kind.shown(_open(vault_of(runtime), user_id, kind.name, sealed))
    except CannotOpen:
        return "?"


def _open(vault: Vault, user_id: int, channel: str, sealed: str) -> str:
    return vault.open(_bytes(sealed), _place(user_id, channel))


def _bytes(sealed: str) -> bytes:
    try:
        return bytes.fromhex(sealed)
    except ValueError as error:
        raise CannotOpen("this is no sealed value") from error


def _place(user_id: int, channel: str) -> str:
    return f"contact:{user_id}:{channel}"
