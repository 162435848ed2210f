"""The senders of the channels that are set up, out of the settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from workflow.channel_settings import ChannelSettings
from workflow.channels import gate_of
from workflow.delivery import dingtalk, feishu, wecom
from workflow.delivery.outside import Sender
from workflow.delivery.sms import Sms
from workflow.delivery.tokens import Token
from workflow.delivery.webhook import Webhook
from workflow.delivery.wire import Wire

Clock = Callable[[], datetime]


def senders_from(settings: ChannelSettings, clock: Clock) -> dict[str, Sender]:
    return {name: make(settings, clock) for name, make in _MAKERS.items() if settings.is_set_up(name)}


def _wecom(settings: ChannelSettings, clock: Clock) -> Sender:
    wire, base = Wire(), _base(settings, "WECOM_URL")
    fetch = partial(wecom.fetch_token, wire, base, settings["WECOM_CORP_ID"], settings["WECOM_SECRET"])
    return wecom.WeCom(base, int(settings["WECOM_AGENT_ID"]), Token(fetch, clock), wire)


def _wecom_robot(settings: ChannelSettings, _: Clock) -> Sender:
    return wecom.WeComRobot(_base(settings, "WECOM_URL"), Wire())


def _dingtalk(settings: ChannelSettings, clock: Clock) -> Sender:
    wire, base = Wire(), _base(settings, "DINGTALK_URL")
    fetch = partial(dingtalk.fetch_token, wire, base, settings["DINGTALK_APP_KEY"], settings["DINGTALK_APP_SECRET"])
    return dingtalk.DingTalk(base, int(settings["DINGTALK_AGENT_ID"]), Token(fetch, clock), wire)


def _dingtalk_robot(settings: ChannelSettings, clock: Clock) -> Sender:
    return dingtalk.DingTalkRobot(_base(settings, "DINGTALK_URL"), Wire(), clock)


def _feishu(settings: ChannelSettings, clock: Clock) -> Sender:
    wire, base = Wire(), _base(settings, "FEISHU_URL")
    fetch = partial(feishu.fetch_token, wire, base, settings["FEISHU_APP_ID"], settings["FEISHU_APP_SECRET"])
    return feishu.Feishu(base, settings["FEISHU_ID_TYPE"], Token(fetch, clock), wire)


def _webhook(settings: ChannelSettings, clock: Clock) -> Sender:
    gate = gate_of(settings)
    return Webhook(settings["WEBHOOK_SECRET"], gate, Wire(gate.addresses), clock)


def _sms(settings: ChannelSettings, _: Clock) -> Sender:
    is_form = settings["SMS_FORMAT"] == "form"
    return Sms(settings["SMS_URL"], settings["SMS_TOKEN"], settings["SMS_TEMPLATE"], is_form, Wire())


def _base(settings: ChannelSettings, name: str) -> str:
    return settings[name].rstrip("/")


_MAKERS: Mapping[str, Callable[[ChannelSettings, Clock], Sender]] = {
    "wecom": _wecom,
    "wecom_robot": _wecom_robot,
    "dingtalk": _dingtalk,
    "dingtalk_robot": _dingtalk_robot,
    "feishu": _feishu,
    "webhook": _webhook,
    "sms": _sms,
}
