"""The settings of the channels outside: a channel is set up by all of its settings, or not at all.

`workflow/settings.py` hands over what it read; nothing here looks at the environment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from workflow.errors import SettingsError
from workflow.text import Text

# What has to be set for each channel. Without any of them the channel is not set up; with some the start stops.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "wecom": ("WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_SECRET"),
    "wecom_robot": ("WECOM_ROBOTS",),
    "dingtalk": ("DINGTALK_APP_KEY", "DINGTALK_APP_SECRET", "DINGTALK_AGENT_ID"),
    "dingtalk_robot": ("DINGTALK_ROBOTS",),
    "feishu": ("FEISHU_APP_ID", "FEISHU_APP_SECRET"),
    "webhook": ("WEBHOOK_SECRET",),
    "sms": ("SMS_URL", "SMS_TOKEN"),
}
DEFAULTS: Mapping[str, str] = {
    "WECOM_URL": "https://qyapi.weixin.qq.com",
    "DINGTALK_URL": "https://oapi.dingtalk.com",
    "FEISHU_URL": "https://open.feishu.cn",
    "FEISHU_ID_TYPE": "user_id",
    "WEBHOOK_ALLOWED_HOSTS": "",
    "SMS_FORMAT": "json",
    "SMS_TEMPLATE": "您有1项待办，请登录查看",
}
NAMES = (*DEFAULTS, *(name for names in NEEDED.values() for name in names))
ADDRESSES = ("WECOM_URL", "DINGTALK_URL", "FEISHU_URL", "SMS_URL")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "FEISHU_ID_TYPE": ("user_id", "open_id", "union_id"),
    "SMS_FORMAT": ("json", "form"),
    "WECOM_ROBOTS": ("on",),
    "DINGTALK_ROBOTS": ("on",),
}
NUMBERS = ("WECOM_AGENT_ID", "DINGTALK_AGENT_ID")
SHORTEST_SECRET = 16


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """Each value by the name of its setting. `is_strict` where only https will do."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    is_strict: bool = False

    def __getitem__(self, name: str) -> str:
        return self.values.get(name) or DEFAULTS.get(name, "")

    def missing(self, channel: str) -> tuple[str, ...]:
        """The settings a channel still needs; none where it is set up."""
        return tuple(name for name in NEEDED[channel] if not self[name])

    def is_set_up(self, channel: str) -> bool:
        return not self.missing(channel)

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Hosts, and hosts with a port, to which a webhook may lead although they are not on the internet."""
        return frozenset(part.strip().lower() for part in self["WEBHOOK_ALLOWED_HOSTS"].split(",") if part.strip())


def read_channels(env: Mapping[str, str], *, is_production: bool) -> ChannelSettings:
    """Raises SettingsError naming all that is half set or malformed; repeats no secret."""
    values = {name: env[name].strip() for name in NAMES if env.get(name, "").strip()}
    settings = ChannelSettings(values, is_strict=is_production)
    if faults := list(_faults(settings)):
        raise SettingsError(Text("；".join(f.zh for f in faults), "; ".join(f.en for f in faults)))
    return settings


def _faults(settings: ChannelSettings) -> Iterator[Text]:
    for channel, names in NEEDED.items():
        missing = settings.missing(channel)
        if 0 < len(missing) < len(names):
            given = next(name for name in names if name not in missing)
            yield Text(
                f"已设 {given}，还缺 {'、'.join(missing)}：请补全，或全部留空",
                f"{given} is set, {', '.join(missing)} is missing: set all of them or none",
            )
    yield from (fault for name in ADDRESSES if (fault := _address_fault(settings, name)))
    yield from (fault for name, choices in CHOICES.items() if (fault := _choice_fault(settings[name], name, choices)))
    for name in NUMBERS:
        if settings[name] and not re.fullmatch("[0-9]{1,18}", settings[name]):
            yield Text(f"{name} 应为数字", f"{name} must be a number")
    if 0 < len(settings["WEBHOOK_SECRET"]) < SHORTEST_SECRET:
        yield Text(
            f"WEBHOOK_SECRET 至少 {SHORTEST_SECRET} 个字符", f"WEBHOOK_SECRET has at least {SHORTEST_SECRET} characters"
        )


def _address_fault(settings: ChannelSettings, name: str) -> Text | None:
    address = settings[name]
    schemes = ("https",) if settings.is_strict else ("https", "http")
    # What is no address may hold a password and is not repeated.
    if not address or _is_address(address, schemes):
        return None
    first = f"{schemes[0]}://"
    return Text(f"{name} 应为 {first} 开头的地址，不带用户名", f"{name} must be an address that begins with {first}")


def _is_address(address: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(address)
        # Reading the port is what finds one that is none.
        return parts.scheme in schemes and bool(parts.hostname) and parts.username is None and parts.port != 0
    except ValueError:
        return False


def _choice_fault(value: str, name: str, choices: tuple[str, ...]) -> Text | None:
    if not value or value in choices:
        return None
    return Text(f"{name} 只能是 {'、'.join(choices)}", f"{name} must be one of {', '.join(choices)}")
