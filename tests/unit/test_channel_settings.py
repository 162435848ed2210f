"""A channel is set up whole or not at all, and a mistake is named without repeating a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from workflow.channel_settings import NEEDED, ChannelSettings, read_channels
from workflow.clock import utc_now
from workflow.delivery.senders import senders_from
from workflow.errors import SettingsError
from workflow.settings import load_settings

GIVEN = {
    "WECOM_AGENT_ID": "1",
    "DINGTALK_AGENT_ID": "1",
    "WECOM_ROBOTS": "on",
    "DINGTALK_ROBOTS": "on",
    "SMS_URL": "https://sms.example/send",
    "WEBHOOK_SECRET": "hidden-hidden-hidden",
}


def value_of(name: str) -> str:
    return GIVEN.get(name, "hidden")


def read(is_production: bool = False, **env: str) -> ChannelSettings:
    return read_channels(env, is_production=is_production)


def test_nothing_is_set_up_by_itself() -> None:
    settings = read()
    assert not any(settings.is_set_up(channel) for channel in NEEDED)
    assert settings.missing("wecom") == ("WECOM_CORP_ID", "WECOM_AGENT_ID", "WECOM_SECRET")


@pytest.mark.parametrize("channel", NEEDED)
def test_a_channel_with_all_it_needs_is_set_up_alone_and_without_one_stops_the_start(channel: str) -> None:
    env = {name: value_of(name) for name in NEEDED[channel]}
    assert set(senders_from(read(**env, is_production=True), utc_now)) == {channel}
    for name in NEEDED[channel][1:]:
        with pytest.raises(SettingsError, match=f"{NEEDED[channel][0]} is set, .*{name}.* is missing") as refused:
            read(**{**env, name: " "})
        assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    ("env", "reason"),
    [
        ({"WECOM_URL": "http://wecom.inner"}, "WECOM_URL must be an address that begins with https://"),
        ({"FEISHU_URL": "https://user:hidden@feishu.inner"}, "FEISHU_URL must be"),
        ({"DINGTALK_URL": "https://ding.inner:x"}, "DINGTALK_URL must be"),
        ({"WECOM_ROBOTS": "yes"}, "WECOM_ROBOTS must be one of on"),
        ({"FEISHU_ID_TYPE": "name"}, "FEISHU_ID_TYPE must be one of user_id, open_id, union_id"),
        ({"WECOM_CORP_ID": "a", "WECOM_SECRET": "hidden", "WECOM_AGENT_ID": "app"}, "WECOM_AGENT_ID must be a number"),
        ({"WEBHOOK_SECRET": "hidden"}, "WEBHOOK_SECRET has at least 16 characters"),
    ],
)
def test_a_setting_that_will_not_do_is_named(env: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingsError, match=reason) as refused:
        read(is_production=True, **env)
    assert "hidden" not in f"{refused.value.text.zh}{refused.value}"


def test_outside_production_a_service_may_be_reached_in_the_clear() -> None:
    assert read(WECOM_URL="http://127.0.0.1:9")["WECOM_URL"] == "http://127.0.0.1:9"


def test_a_half_set_channel_stops_the_start_of_the_product_and_no_secret_is_printed(tmp_path: Path) -> None:
    env = {"ZUJIAN_DATA_DIR": str(tmp_path), "SMS_URL": GIVEN["SMS_URL"]}
    with pytest.raises(SettingsError, match="SMS_TOKEN is missing"):
        load_settings(env)
    assert "hidden" not in repr(load_settings({**env, "SMS_TOKEN": "hidden"}))
