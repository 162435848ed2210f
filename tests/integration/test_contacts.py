"""Where people are reached outside: entered on their page or by the operator, sealed, shown as far as it may be."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from tests.district import District, make_district
from tests.integration.channel_stub import SECRET, ChannelStub, channel_stub
from tests.members import KEYS
from tests.visitor import Visitor, make_app
from workflow.channel_settings import read_channels
from workflow.cli import main
from workflow.contacts import address_of, reseal_contacts, set_contact
from workflow.database import Database
from workflow.models import Contact
from workflow.vault import FieldKeys, Vault

PHONE = "13800138000"
SET_UP = read_channels(
    {
        "WECOM_CORP_ID": "c",
        "WECOM_AGENT_ID": "1",
        "WECOM_SECRET": SECRET,
        "WEBHOOK_SECRET": "s" * 16,
        "SMS_URL": "https://sms.example/",
        "SMS_TOKEN": "t",
    },
    is_production=True,
)


@pytest.fixture
def district(database: Database, tmp_path: Path) -> District:
    district = make_district(database, tmp_path)
    district.runtime = replace(district.runtime, vault=Vault(KEYS))
    return district


@pytest.fixture
def clerk(district: District) -> Visitor:
    app: Flask = make_app(district.runtime, channels=SET_UP)
    visitor = Visitor(app)
    visitor.sign_in("clerk.user")
    return visitor


def kept(district: District, channel: str, who: str = "clerk") -> str | None:
    with district.db.reading() as session:
        return address_of(session, Vault(KEYS), district.people[who], channel)


def test_a_person_enters_an_address_changes_it_and_takes_it_out(clerk: Visitor, district: District) -> None:
    page = clerk.get("/me/contacts").text
    assert "企业微信" in page
    assert "短信" in page
    assert "飞书" not in page  # not set up
    assert clerk.post("/me/contacts/sms", {"address": " 138 0013 8000"}).status_code == 303
    assert clerk.post("/me/contacts/wecom", {"address": "zhang"}).status_code == 303
    assert clerk.post("/me/contacts/wecom", {"address": "zhang.san"}).status_code == 303
    assert (kept(district, "sms"), kept(district, "wecom")) == (PHONE, "zhang.san")
    page = clerk.get("/me/contacts").text
    assert "138****8000" in page
    assert PHONE not in page
    assert clerk.post("/me/contacts/sms/remove").status_code == 303
    assert (kept(district, "sms"), kept(district, "wecom")) == (None, "zhang.san")


def test_what_cannot_be_an_address_is_refused_with_what_to_do_and_changes_nothing(
    clerk: Visitor, district: District
) -> None:
    clerk.post("/me/contacts/sms", {"address": PHONE})
    refused = clerk.post("/me/contacts/sms", {"address": "call me"})
    assert refused.status_code == 422
    assert "手机号" in refused.text
    assert 'value="call me"' in refused.text
    inside = clerk.post("/me/contacts/webhook", {"address": "https://127.0.0.1/hook"})
    assert inside.status_code == 422
    assert "不得指向内部网络" in inside.text
    assert clerk.post("/me/contacts/webhook", {"address": "https://2130706433/hook"}).status_code == 422
    assert clerk.post("/me/contacts/webhook", {"address": "https://nowhere.invalid/"}).status_code == 422
    for nothing in ("feishu", "email", "pigeon"):
        assert clerk.post(f"/me/contacts/{nothing}", {"address": "zhang"}).status_code == 404
    assert (kept(district, "sms"), kept(district, "webhook")) == (PHONE, None)


def test_no_address_stands_in_the_database_in_the_clear_and_keys_can_be_changed(
    sqlite_database: Database, tmp_path: Path
) -> None:
    district = make_district(sqlite_database, tmp_path)
    runtime = replace(district.runtime, vault=Vault(KEYS))
    person = district.people["clerk"]
    set_contact(runtime, SET_UP, person, "sms", PHONE)
    with sqlite3.connect(sqlite_database.url.removeprefix("sqlite:///")) as connection:
        assert PHONE not in "\n".join(connection.iterdump())
    newer = Vault(FieldKeys({"k9": b"9" * 32, **KEYS.by_id}, KEYS.lookup))
    assert [reseal_contacts(replace(runtime, vault=newer)) for _ in range(2)] == [1, 0]
    alone = Vault(FieldKeys({"k9": b"9" * 32}, KEYS.lookup))
    with sqlite_database.reading() as session:
        assert address_of(session, alone, person, "sms") == PHONE
        assert session.scalars(select(Contact)).one().changed_at == district.clock.now


class TestCommands:
    @pytest.fixture
    def stub(self) -> Iterator[ChannelStub]:
        with channel_stub() as stub:
            yield stub

    @pytest.fixture
    def zujian(self, stub: ChannelStub, sqlite_database: Database, tmp_path: Path) -> Callable[..., Result]:
        make_district(sqlite_database, tmp_path)
        settings = {
            "ZUJIAN_DATA_DIR": str(tmp_path),
            "DATABASE_URL": sqlite_database.url,
            "WECOM_URL": stub.address,
            "WECOM_CORP_ID": "corp",
            "WECOM_AGENT_ID": "1",
            "WECOM_SECRET": SECRET,
        }
        return lambda *arguments, **more: CliRunner(env={**settings, **more}).invoke(main, arguments)

    def test_the_list_says_what_is_missing(self, zujian: Callable[..., Result]) -> None:
        lines = zujian("channel", "list").output.splitlines()
        assert "wecom\t企业微信 WeCom\t已配置 set up" in lines
        assert any(line.startswith("sms\t") and "missing: SMS_URL, SMS_TOKEN" in line for line in lines)

    def test_a_test_message_says_what_the_service_answered(
        self, zujian: Callable[..., Result], stub: ChannelStub
    ) -> None:
        assert "has no address in wecom" in zujian("channel", "test", "wecom", "clerk.user").output
        assert zujian("user", "contact", "clerk.user", "wecom", "zhang").output == "clerk.user\twecom\tzhang\n"
        done = zujian("channel", "test", "wecom", "clerk.user")
        assert (done.exit_code, done.output) == (0, "对方已接受：0 / accepted: 0\n")
        assert "这是一条测试消息" in stub.to("/send")[0].json["text"]["content"]
        stub.people.clear()
        refused = zujian("channel", "test", "wecom", "clerk.user")
        assert refused.exit_code == 1
        assert "81013 对方没有这个人" in refused.output
        refused = zujian("channel", "test", "wecom", "clerk.user", WECOM_SECRET="wrong")
        assert "40001 凭证不被接受" in refused.output
        assert zujian("user", "contact", "clerk.user", "wecom", "--remove").exit_code == 0
        assert "has no address in wecom" in zujian("channel", "test", "wecom", "clerk.user").output

    @pytest.mark.parametrize(
        ("arguments", "code", "words"),
        [
            (("channel", "test", "sms", "clerk.user"), 1, "sms is not set up, missing: SMS_URL, SMS_TOKEN"),
            (("channel", "test", "wecom", "nobody"), 1, "Not found: user nobody"),
            (("user", "contact", "clerk.user", "sms", PHONE), 1, "Not found: channel sms"),
            (("user", "contact", "clerk.user", "wecom"), 2, "either ADDRESS or --remove"),
            (("user", "contact", "clerk.user", "pigeon", "a"), 2, "pigeon"),
        ],
    )
    def test_a_wrong_call_says_what_to_do(
        self, zujian: Callable[..., Result], arguments: tuple[str, ...], code: int, words: str
    ) -> None:
        done = zujian(*arguments)
        assert done.exit_code == code
        assert words in done.output
