"""The channels outside against a server that speaks their dialects: what goes out, and what each answer leads to."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from tests.clocks import StandingClock
from tests.integration.channel_stub import DRIP, HANG, HANG_UP, SECRET, ChannelStub, Reply, channel_stub
from tests.integration.telling import PAYLOAD, Cast, announce, answers_to, notices, outbox_rows, seed
from workflow.contacts import set_contact
from workflow.database import Database
from workflow.delivery import Courier, courier_from
from workflow.delivery.failure import DeliveryFailed
from workflow.delivery.short_words import TOLD, Message
from workflow.delivery.webhook import Webhook
from workflow.delivery.wecom import WeComRobot
from workflow.delivery.wire import LONGEST_ANSWER, Wire
from workflow.models import OutboxRow, User
from workflow.outbox import MAX_ATTEMPTS, rows_for
from workflow.public_address import PublicOnly
from workflow.runtime import Runtime
from workflow.settings import Settings, load_settings

SITE = "https://zujian.example.org"
ROBOT, PHONE = "0123abcd-robot", "13800138000"
MESSAGE = Message("a" * 32, TOLD, f"{SITE}/cases/1")
# What each channel is sent to, and the path on which the stub hears it.
ADDRESSES = {
    "wecom": "zhang",
    "wecom_robot": ROBOT,
    "dingtalk": "zhang",
    "dingtalk_robot": "{stub}/robot/send?access_token=0123456789abcdef  SECofTheGroup",
    "feishu": "zhang",
    "webhook": "{stub}/hook?key=of-the-person",
    "sms": PHONE,
}
# What the service says when it has taken a message.
SUCCESS = dict.fromkeys(ADDRESSES, "0") | {"webhook": "HTTP 200", "sms": "HTTP 200"}
HEARD = {
    "wecom": "/message/send",
    "wecom_robot": "/webhook/send",
    "dingtalk": "/asyncsend_v2",
    "dingtalk_robot": "/robot/send",
    "feishu": "/im/v1/messages",
    "webhook": "/hook",
    "sms": "/gateway",
}


@dataclass
class Post:
    """A district whose clerk has an address in the channels under test."""

    db: Database
    stub: ChannelStub
    clock: StandingClock
    cast: Cast
    settings: Settings

    def __post_init__(self) -> None:
        self.courier: Courier = courier_from(self.settings, self.db, self.clock)
        self.runtime = Runtime.from_settings(self.settings)

    def give(self, channel: str, address: str | None = None) -> None:
        raw = (address or ADDRESSES[channel]).replace("{stub}", self.stub.address)
        set_contact(self.runtime, self.settings.channels, self.cast.clerk, channel, raw)

    def tell(self, *events: str) -> None:
        """Notices of no case: those of one case would wait for each other."""
        with self.db.unit_of_work() as session:
            for event in events:
                session.execute(
                    insert(OutboxRow), rows_for(event, "people", None, [self.cast.clerk], PAYLOAD, self.clock.now)
                )
        self.drain()

    def drain(self) -> None:
        self.courier.tell_inside()
        while ids := self.courier.take_due():
            for outbox_id in ids:
                self.courier.deliver(outbox_id)

    def rows(self, channel: str) -> list[OutboxRow]:
        return [row for row in outbox_rows(self.db) if row.channel == channel]

    def row(self, channel: str) -> OutboxRow:
        (row,) = self.rows(channel)
        return row


@pytest.fixture
def stub() -> Iterator[ChannelStub]:
    with channel_stub() as stub:
        stub.people |= {ROBOT}
        yield stub


def environment(stub: ChannelStub, **more: str) -> dict[str, str]:
    return {
        "ZUJIAN_ENV": "test",
        "ZUJIAN_BASE_URL": SITE,
        "WECOM_URL": stub.address,
        "WECOM_CORP_ID": "corp",
        "WECOM_AGENT_ID": "1000002",
        "WECOM_SECRET": SECRET,
        "WECOM_ROBOTS": "on",
        "DINGTALK_URL": f"{stub.address}/",
        "DINGTALK_APP_KEY": "key",
        "DINGTALK_APP_SECRET": SECRET,
        "DINGTALK_AGENT_ID": "7",
        "DINGTALK_ROBOTS": "on",
        "FEISHU_URL": stub.address,
        "FEISHU_APP_ID": "app",
        "FEISHU_APP_SECRET": SECRET,
        "WEBHOOK_SECRET": "of the webhooks, long enough",
        "WEBHOOK_ALLOWED_HOSTS": f"127.0.0.1:{stub.port}",
        "SMS_URL": f"{stub.address}/gateway",
        "SMS_TOKEN": "of the gateway",
        **more,
    }


@pytest.fixture
def post(sqlite_database: Database, stub: ChannelStub, tmp_path: Path) -> Iterator[Post]:
    places = {"ZUJIAN_DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": sqlite_database.url}
    settings = load_settings(environment(stub, **places))
    post = Post(sqlite_database, stub, StandingClock(), seed(sqlite_database), settings)
    yield post
    post.runtime.db.dispose()


@pytest.mark.parametrize("channel", ADDRESSES)
def test_a_notice_goes_out_once_with_a_link_and_its_number(post: Post, channel: str) -> None:
    post.give(channel)
    post.tell("e1")
    post.drain()
    row = post.row(channel)
    assert (row.status, row.attempts, row.last_error) == ("sent", 1, None)
    assert answers_to(post.db, channel) == [("sent", SUCCESS[channel])]
    (request,) = post.stub.to(HEARD[channel])
    told = request.all_of_it
    if channel == "sms":
        assert request.json == {"mobile": PHONE, "text": "您有1项待办，请登录查看", "id": row.id}
        assert request.headers["Authorization"] == "Bearer of the gateway"
    else:
        assert "您有1条通知，请登录查看" in told
        assert f"{SITE}/cases/1" in told
        assert row.id[:8] in told


def test_no_name_and_no_number_of_anybody_leaves_the_house(post: Post) -> None:
    for channel in ADDRESSES:
        post.give(channel)
    post.tell("e1", "e2")  # one message for both
    post.tell("e3")
    heard = "\n".join(request.all_of_it for request in post.stub.requests)
    with post.db.reading() as session:
        people = [word for user in session.query(User) for word in (user.display_name, user.username)]
    for word in ("某某机械", "91330212MA2AA", "商会", "报请示", "Request submitted", *people):
        assert word not in heard, word
    assert heard.count(PHONE) == 2  # the gateway has to know where to
    assert "您有1条通知" in heard
    assert "您有2条通知" in heard


def test_a_robot_of_dingtalk_is_told_under_its_signature(post: Post) -> None:
    post.give("dingtalk_robot")
    post.tell("e1")
    query = post.stub.to("/robot/send")[0].query
    signed = f"{query['timestamp']}\nSECofTheGroup".encode()
    due = base64.b64encode(hmac.new(b"SECofTheGroup", signed, hashlib.sha256).digest()).decode()
    assert (query["sign"], int(query["timestamp"])) == (due, int(post.clock.now.timestamp()) * 1000)


def test_what_is_to_be_done_is_told_as_such(post: Post) -> None:
    post.give("wecom")
    announce(post.db, post.cast, ["e1"], [post.cast.clerk])
    with post.db.unit_of_work() as session:
        session.query(OutboxRow).update({"kind": "deadline"})
    post.drain()
    assert post.stub.to("/send")[0].json["text"]["content"].startswith("您有1项待办，请登录查看\nTo do: 1; sign in")


def test_one_message_for_several_notices_says_how_many(post: Post) -> None:
    post.give("wecom")
    several = {**PAYLOAD, "link": "/notices", "lines": [{"title": PAYLOAD["title"]}] * 3}
    announce(post.db, post.cast, ["digest"], [post.cast.clerk], payload=several)
    post.drain()
    told = post.stub.to("/send")[0].json["text"]["content"]
    assert told.startswith(f"您有3条通知，请登录查看\nNotices: 3; sign in to see them\n{SITE}/notices\n")


def test_services_are_asked_to_show_a_message_once(post: Post) -> None:
    for channel in ("wecom", "feishu", "webhook"):
        post.give(channel)
    post.tell("e1")
    body = post.stub.to("/message/send")[0].json
    assert (body["enable_duplicate_check"], body["agentid"], body["touser"]) == (1, 1000002, "zhang")
    assert post.stub.to("/messages")[0].json["uuid"] == post.row("feishu").id
    assert post.stub.to("/hook")[0].headers["Idempotency-Key"] == post.row("webhook").id


FINAL: list[tuple[str, str, Reply]] = [
    ("wecom", "send", (200, {"errcode": 81013, "errmsg": "user zhang invalid"})),
    ("wecom", "send", (200, {"errcode": 0, "errmsg": "ok", "invaliduser": "zhang"})),
    ("wecom_robot", "send", (200, {"errcode": 93000, "errmsg": "invalid webhook url"})),
    ("dingtalk", "asyncsend_v2", (200, {"errcode": 33012, "errmsg": "invalid userid zhang"})),
    ("dingtalk", "getsendresult", (200, {"errcode": 0, "send_result": {"invalid_user_id_list": ["zhang"]}})),
    ("feishu", "messages", (400, {"code": 230013, "msg": "no availability to zhang"})),
    ("webhook", "hook", (410, b"gone")),
    ("sms", "gateway", (422, b"no such number 13800138000")),
]


@pytest.mark.parametrize(("channel", "path", "reply"), FINAL)
def test_an_address_that_will_never_do_is_given_up_at_once(post: Post, channel: str, path: str, reply: Reply) -> None:
    post.give(channel)
    post.stub.replies[path] = [reply]
    post.tell("e1")
    row = post.row(channel)
    assert (row.status, row.attempts) == ("failed", 1)
    assert row.last_error
    assert "zhang" not in row.last_error
    assert len(notices(post.db)) == 1


LATER: list[tuple[str, str, Reply, timedelta, str]] = [
    ("wecom", "send", (200, {"errcode": 45009, "errmsg": "api freq out of limit"}), timedelta(minutes=5), "45009"),
    ("wecom", "send", (200, {"errcode": -1, "errmsg": "system busy"}), timedelta(minutes=1), "-1"),
    (
        "wecom",
        "gettoken",
        (200, {"errcode": 40001, "errmsg": "x"}),
        timedelta(minutes=10),
        "40001: credentials",
    ),
    ("wecom", "send", (200, {"errcode": 60020, "errmsg": "from your ip"}), timedelta(minutes=10), "60020"),
    ("wecom_robot", "send", (200, {"errcode": 45009, "errmsg": "limit"}), timedelta(minutes=5), "45009"),
    ("dingtalk", "asyncsend_v2", (200, {"errcode": 88, "sub_code": "90018"}), timedelta(minutes=5), "90018"),
    ("dingtalk_robot", "send", (200, {"errcode": 130101, "errmsg": "too fast"}), timedelta(minutes=5), "130101"),
    ("dingtalk", "gettoken", (200, {"errcode": 40089, "errmsg": "x"}), timedelta(minutes=10), "40089"),
    ("feishu", "messages", (429, {"code": 99991400, "msg": "limit"}), timedelta(minutes=5), "99991400"),
    ("feishu", "internal", (200, {"code": 10014, "msg": "x"}), timedelta(minutes=10), "10014"),
    ("webhook", "hook", (500, b"oops"), timedelta(minutes=1), "HTTP 500"),
    ("webhook", "hook", (429, b""), timedelta(minutes=5), "HTTP 429"),
    ("webhook", "hook", (302, b""), timedelta(seconds=10), "HTTP 302"),
    ("sms", "gateway", (401, b""), timedelta(minutes=10), "HTTP 401"),
    ("sms", "gateway", (200, {"code": "isv.ILLEGAL 13800138000"}), timedelta(seconds=10), "?: "),
    ("wecom", "send", (200, b"<html>a proxy was here"), timedelta(minutes=1), "HTTP 200"),
    ("wecom", "send", (502, b"<html>bad gateway"), timedelta(minutes=1), "HTTP 502"),
    ("wecom", "send", (200, b"[" * 200), timedelta(minutes=1), "HTTP 200"),
    ("wecom", "send", (200, {"errcode": 777001, "errmsg": "zhang"}), timedelta(seconds=10), "777001"),
    ("wecom", "send", (200, {"odd": 1}), timedelta(seconds=10), "HTTP 200"),
    ("wecom", "send", (200, b"x" * (LONGEST_ANSWER + 1)), timedelta(minutes=1), "the answer is too long"),
    ("wecom", "send", HANG_UP, timedelta(minutes=1), "RemoteDisconnected"),
]


@pytest.mark.parametrize(("channel", "path", "reply", "rest", "reason"), LATER)
def test_what_may_pass_is_tried_again_when_the_channel_has_rested(
    post: Post, channel: str, path: str, reply: Reply, rest: timedelta, reason: str
) -> None:
    post.give(channel)
    post.stub.replies[path] = [reply]
    post.tell("e1")
    row = post.row(channel)
    assert (row.status, row.attempts) == ("new", 1)
    assert row.last_error is not None
    assert row.last_error.startswith(reason)
    assert not any(word in row.last_error for word in ("zhang", PHONE))
    heard = len(post.stub.requests)
    post.clock.advance(rest - timedelta(seconds=1))
    post.drain()
    assert len(post.stub.requests) == heard  # nor did it follow the redirect
    post.clock.advance(timedelta(seconds=1))
    post.drain()
    assert post.row(channel).status == "sent"


def test_a_token_is_kept_while_it_lasts_and_fetched_anew_once_when_it_is_refused(post: Post) -> None:
    post.give("wecom")
    post.tell("e1")
    post.tell("e2")
    assert len(post.stub.to("/gettoken")) == 1
    post.stub.tokens.clear()
    post.tell("e3")
    assert len(post.stub.to("/gettoken")) == 2
    post.clock.advance(timedelta(hours=2))
    post.tell("e4")
    assert len(post.stub.to("/gettoken")) == 3
    assert {row.status for row in post.rows("wecom")} == {"sent"}


@pytest.mark.parametrize("channel", ["wecom", "dingtalk", "feishu"])
def test_a_token_that_is_never_believed_is_asked_for_twice_and_then_the_channel_rests(post: Post, channel: str) -> None:
    post.give(channel)
    name = HEARD[channel].rpartition("/")[2]
    post.stub.replies[name] = [(200, {"errcode": 42001, "code": 99991677})] * 2
    post.tell("e1")
    row = post.row(channel)
    assert (row.status, row.attempts, len(post.stub.to(name))) == ("new", 1, 2)
    assert str(row.last_error).endswith("the token is not valid")
    post.clock.advance(timedelta(minutes=9))
    post.drain()
    assert len(post.stub.to(name)) == 2


def test_a_service_that_says_no_to_all_costs_no_row_its_attempts_and_no_other_channel_its_time(post: Post) -> None:
    post.give("wecom")
    post.give("feishu")
    limit: Reply = (200, {"errcode": 45009, "errmsg": "api freq out of limit"})
    post.stub.replies["send"] = [limit] * 2
    for number in range(8):
        post.tell(f"e{number}")
    assert {row.status for row in post.rows("feishu")} == {"new", "sent"}  # four at once to one person
    assert sum(row.attempts for row in post.rows("wecom")) <= 2
    for _ in range(40):
        post.clock.advance(timedelta(minutes=1))
        post.drain()
    assert {row.status for row in [*post.rows("wecom"), *post.rows("feishu")]} == {"sent"}
    assert max(row.attempts for row in post.rows("wecom")) < MAX_ATTEMPTS


@pytest.mark.parametrize("how", [HANG, DRIP])
def test_a_server_that_never_ends_its_answer_is_left(stub: ChannelStub, how: str) -> None:
    stub.replies["send"] = [how]
    with pytest.raises(DeliveryFailed):
        WeComRobot(stub.address, Wire(seconds=0.3)).send(ROBOT, MESSAGE)


def test_a_channel_that_is_not_set_up_is_not_there(post: Post, tmp_path: Path) -> None:
    bare = load_settings({"ZUJIAN_DATA_DIR": str(tmp_path / "bare"), "ZUJIAN_ENV": "test"})
    assert set(courier_from(bare, post.db, post.clock).channels) == {"in_app", "email"}


class TestWebhook:
    def test_the_signature_covers_time_and_body(self, post: Post) -> None:
        post.give("webhook")
        post.tell("e1")
        (request,) = post.stub.to("/hook")
        moment = request.headers["X-Zujian-Timestamp"]
        due = hmac.new(b"of the webhooks, long enough", moment.encode() + b"." + request.body, hashlib.sha256)
        assert request.headers["X-Zujian-Signature"] == f"sha256={due.hexdigest()}"
        assert int(moment) == int(post.clock.now.timestamp())
        assert set(request.json) == {"id", "text", "url"}
        assert request.query == {"key": "of-the-person"}

    def test_it_connects_to_the_very_address_that_was_looked_at(self, stub: ChannelStub, clock: StandingClock) -> None:
        asked: list[str] = []

        def resolver(host: str, port: int) -> list[str]:
            asked.append(host)
            return ["127.0.0.1"]

        gate = PublicOnly({f"hook.example:{stub.port}"}, https_only=False, resolve=resolver)
        Webhook("s" * 16, gate, Wire(gate.addresses), clock).send(f"http://hook.example:{stub.port}/hook", MESSAGE)
        assert asked == ["hook.example"]
        assert stub.to("/hook")[0].headers["Host"] == f"hook.example:{stub.port}"

    @pytest.mark.parametrize("found", [["127.0.0.1"], ["93.184.216.34", "169.254.169.254"], ["::1"]])
    def test_a_name_that_leads_inside_by_now_gets_nothing(
        self, stub: ChannelStub, clock: StandingClock, found: list[str]
    ) -> None:
        gate = PublicOnly(https_only=False, resolve=lambda host, port: found)
        webhook = Webhook("s" * 16, gate, Wire(gate.addresses), clock)
        with pytest.raises(DeliveryFailed, match="address is not one") as refused:
            webhook.send("http://rebinding.example/hook", MESSAGE)
        assert refused.value.is_final
        assert not stub.requests

    @pytest.fixture
    def clock(self) -> StandingClock:
        return StandingClock()


def test_the_gateway_may_want_a_form(post: Post, tmp_path: Path) -> None:
    post.give("sms")
    more: dict[str, Any] = {"DATABASE_URL": post.db.url, "SMS_FORMAT": "form", "SMS_TEMPLATE": "【某区】请登录"}
    settings = load_settings(environment(post.stub, ZUJIAN_DATA_DIR=str(tmp_path / "data"), **more))
    post.courier = courier_from(settings, post.db, post.clock)
    post.stub.replies["gateway"] = [(200, {"code": "OK"})]
    post.tell("e1")
    (request,) = post.stub.to("/gateway")
    assert answers_to(post.db, "sms") == [("sent", "OK")]
    assert f"mobile={PHONE}" in request.body.decode()
    assert "text=【某区】请登录" in request.all_of_it
