"""The channels outside in which a person may have an address of their own: their names, and how an address looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from workflow.channel_settings import ChannelSettings
from workflow.errors import InvalidInput
from workflow.public_address import AddressRefused, PublicOnly
from workflow.text import Text
from workflow.vault import masked


@dataclass(frozen=True, slots=True)
class ChannelKind:
    """`hint` says what to write; `shown` how an address is shown to who entered it."""

    name: str
    label: Text
    hint: Text
    form: re.Pattern[str]
    shown: Callable[[str], str]
    clean: Callable[[str], str] = str.strip


def _digits(raw: str) -> str:
    return re.sub(r"[\s()-]", "", raw)


def _key(raw: str) -> str:
    """The key, also out of the whole address that the service shows."""
    return raw.strip().rpartition("key=")[2]


def _token(raw: str) -> str:
    return " ".join(raw.split()).rpartition("access_token=")[2]


def _secret(address: str) -> str:
    return masked(address.partition(" ")[0], 0, 4)


def _host(address: str) -> str:
    """Without the path: there is often a secret in it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}/…"


ACCOUNT = re.compile(r"[A-Za-z0-9_.@-]{1,64}")
CHANNELS: Mapping[str, ChannelKind] = {
    kind.name: kind
    for kind in (
        ChannelKind(
            "wecom",
            Text("企业微信", "WeCom"),
            Text("企业微信通讯录中的账号（UserID）", "The account (UserID) in your organisation's WeCom"),
            ACCOUNT,
            str,
        ),
        ChannelKind(
            "wecom_robot",
            Text("企业微信群机器人", "WeCom group robot"),
            Text("群机器人的 Webhook 地址或其中的 key", "The webhook address of the robot, or the key in it"),
            re.compile(r"[A-Za-z0-9-]{8,64}"),
            _secret,
            _key,
        ),
        ChannelKind(
            "dingtalk",
            Text("钉钉", "DingTalk"),
            Text("钉钉通讯录中的员工 UserID", "The UserID in your organisation's DingTalk"),
            ACCOUNT,
            str,
        ),
        ChannelKind(
            "dingtalk_robot",
            Text("钉钉群机器人", "DingTalk group robot"),
            Text(
                "群机器人的 Webhook 地址；如要求加签，空一格后写 SEC 开头的密钥",
                "The webhook address of the robot; if it wants signatures, a space and the secret that begins with SEC",
            ),
            re.compile(r"[A-Za-z0-9]{16,128}( SEC[A-Za-z0-9]{8,128})?"),
            _secret,
            _token,
        ),
        ChannelKind(
            "feishu",
            Text("飞书", "Feishu"),
            Text("飞书用户 ID，由管理员提供", "Your Feishu user ID; the administrator has it"),
            ACCOUNT,
            str,
        ),
        ChannelKind(
            "webhook",
            Text("Webhook", "Webhook"),
            Text("接收通知的网址，以 https:// 开头", "The address that takes notices; it begins with https://"),
            re.compile(r"https?://.+"),
            _host,
        ),
        ChannelKind(
            "sms",
            Text("短信", "SMS"),
            Text("手机号，加密保存", "Your mobile number; it is kept encrypted"),
            re.compile(r"\+?[0-9]{8,15}"),
            lambda number: masked(number, 3, 4),
            _digits,
        ),
    )
}


def offered(settings: ChannelSettings) -> list[ChannelKind]:
    """Those that are set up here."""
    return [kind for kind in CHANNELS.values() if settings.is_set_up(kind.name)]


def read_address(kind: ChannelKind, raw: str, settings: ChannelSettings) -> str:
    """The address in its one spelling. Raises InvalidInput for what cannot be one, or leads where nothing is sent."""
    address = kind.clean(raw)
    if not kind.form.fullmatch(address):
        raise InvalidInput({"address": Text(f"请填写：{kind.hint.zh}", f"Please give: {kind.hint.en}")})
    if kind.name == "webhook":
        _require_reachable(address, settings)
    return address


def gate_of(settings: ChannelSettings) -> PublicOnly:
    return PublicOnly(settings.allowed_hosts, https_only=settings.is_strict)


def _require_reachable(address: str, settings: ChannelSettings) -> None:
    try:
        gate_of(settings).check(address)
    except AddressRefused as refused:
        raise InvalidInput({"address": refused.text}) from refused
    except (OSError, UnicodeError) as error:
        fault = Text("找不到这个服务器，请核对网址", "There is no such server: check the address")
        raise InvalidInput({"address": fault}) from error
