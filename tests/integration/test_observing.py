"""What the product says of itself: readiness, figures for Prometheus, a log without personal data."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from tests.desk import Desk
from tests.district import District
from tests.servers import BrokerServer
from tests.visitor import Visitor, make_app
from workflow.delivery import Courier, DeliveryFailed
from workflow.delivery.in_app import InApp
from workflow.health import LIMITS, record_tick
from workflow.logs import configure_logs, formatter_for
from workflow.models import OutboxRow, User

TOKEN = "a token of the tests, long enough for all"
LINE = re.compile(r'^(?P<name>[a-z_]+)(?:\{(?P<labels>(?:[a-z_]+="(?:[^"\\]|\\.)*",?)*)\})? (?P<value>[0-9.e+-]+)$')
LABEL = re.compile(r'([a-z_]+)="((?:[^"\\]|\\.)*)"')


def parsed(text: str) -> dict[str, dict[frozenset[tuple[str, str]], float]]:
    """Reads the format as Prometheus does: a type before its samples, each line a name, labels and a number."""
    found: dict[str, dict[frozenset[tuple[str, str]], float]] = {}
    types: dict[str, str] = {}
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert kind in {"gauge", "counter", "histogram"}
            types[name] = kind
        elif not line.startswith("# HELP "):
            sample = LINE.match(line)
            assert sample, line
            family = re.sub("_(bucket|sum|count)$", "", sample["name"])
            assert sample["name"] in types or types[family] == "histogram", line
            labels = frozenset(LABEL.findall(sample["labels"] or ""))
            assert labels not in found.setdefault(sample["name"], {}), line
            found[sample["name"]][labels] = float(sample["value"])
    return found


def tick(district: District, name: str, age: timedelta) -> None:
    with district.db.unit_of_work() as session:
        record_tick(session, name, district.clock() - age)


class TestReadiness:
    def test_a_broker_that_is_away_and_a_silent_tick_are_said_and_refuse_nobody(
        self, sqlite_district: District, own_broker: BrokerServer
    ) -> None:
        for name in LIMITS:
            tick(sqlite_district, name, timedelta(0))
        ask = Visitor(make_app(sqlite_district.runtime, redis=own_broker.url))
        assert ask.get("/readyz").get_json()["status"] == "ok"
        own_broker.stop()
        tick(sqlite_district, "reminders", timedelta(hours=1))
        answer = ask.get("/readyz")
        told = answer.get_json()
        assert (answer.status_code, told["status"], told["broker"]) == (200, "degraded", "unreachable")
        assert [words.split(" ")[0] for words in told["reasons"]] == ["the", "reminders"]


class TestMetrics:
    def test_a_stranger_gets_none(self, sqlite_district: District) -> None:
        app = make_app(sqlite_district.runtime, metrics_token=TOKEN)
        for visitor, headers in (
            (Visitor(app), {}),
            (Visitor(app), {"Authorization": "Bearer wrong"}),
            (Visitor(app, address="127.0.0.1"), {"X-Forwarded-For": "192.0.2.9"}),
        ):
            assert visitor.get("/metrics", headers=headers).status_code == 403
        unset = Visitor(make_app(sqlite_district.runtime))
        assert unset.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403

    def test_figures_can_be_read_and_are_right(self, district: District) -> None:
        case_id = district.open()
        district.walk(case_id, until="training")
        channels = {"in_app": InApp(district.db, district.clock), "email": _Failing()}
        courier = Courier(district.db, district.clock, channels, 5)
        told = courier.take_due()
        for outbox_id in told[:2]:
            courier.deliver(outbox_id)
        with district.db.unit_of_work() as session:
            session.get_one(OutboxRow, told[2]).channel = "email"
        courier.deliver(told[2])
        tick(district, "relay", timedelta(seconds=7))
        visitor = Visitor(make_app(district.runtime, metrics_token=TOKEN))
        visitor.get("/no/such/page")
        answer = visitor.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        found = parsed(answer.text)
        last = found["zujian_deliveries_last_hour"]
        assert last[frozenset({("channel", "in_app"), ("result", "sent")})] == 2
        assert last[frozenset({("channel", "email"), ("result", "given_up")})] == 1
        assert found["zujian_incidents_open"][frozenset({("kind", "delivery_failed")})] == 1
        waiting = found["zujian_outbox_messages"]
        assert sum(n for labels, n in waiting.items() if ("when", "due") in labels) == len(told) - 3
        missing = [n for labels, n in found["zujian_requests_total"].items() if ("status", "404") in labels]
        assert missing == [1]
        counts, buckets = found["zujian_request_seconds_count"], found["zujian_request_seconds_bucket"]
        assert sum(counts.values()) == sum(n for labels, n in buckets.items() if ("le", "+Inf") in labels)
        assert found["zujian_tick_age_seconds"][frozenset({("tick", "relay")})] == 7


class _Failing:
    def deliver(self, row: OutboxRow) -> None:
        raise DeliveryFailed("stub: 550", is_final=True)


@contextmanager
def kept_log(log_format: str) -> Iterator[io.StringIO]:
    """All that is logged at any level, as the product would write it."""
    configure_logs()
    lines = io.StringIO()
    handler, root = logging.StreamHandler(lines), logging.getLogger()
    handler.setFormatter(formatter_for(log_format))
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


class TestLog:
    def test_a_request_is_one_line_with_its_case_and_its_person(self, desk: Desk) -> None:
        case_id = desk.district.open("first")
        clerk = desk.as_("clerk")
        with kept_log("json") as lines:
            answer = clerk.get(f"/cases/{case_id}?q=示例first有限公司", headers={"X-Request-ID": "proxy-12345678"})
        (told,) = [json.loads(line) for line in lines.getvalue().splitlines() if '"request"' in line]
        assert (told["event"], told["route"], told["case_id"], told["status"]) == ("request", "case.show", case_id, 200)
        assert (told["actor"], told["request_id"]) == (desk.district.people["clerk"], "proxy-12345678")
        assert answer.headers["X-Request-ID"] == "proxy-12345678"
        assert {"method", "ms", "level", "timestamp"} <= told.keys()
        assert clerk.get("/me", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"].isalnum()

    @pytest.mark.parametrize("log_format", ["text", "json"])
    def test_names_numbers_and_what_was_written_stay_out_of_it(self, desk: Desk, log_format: str) -> None:
        district = desk.district
        secrets: dict[str, Any] = {
            "name": "欧阳某某",
            "identity": "110101199003070134",
            "reason": "因家庭原因暂缓",
            "firm": "示例first有限公司",
        }
        with kept_log(log_format) as lines:
            case_id = district.walk(district.open("first"), until="training")
            desk.page("instructor", f"/cases?q={secrets['firm']}")
            desk.take("org_dept", case_id, "hold", secrets["reason"])
            desk.as_("clerk").post("/sign-in", {"username": secrets["name"], "password": secrets["identity"]})
            desk.as_("clerk").get(f"/cases/{case_id}?q={secrets['identity']}")
            courier = Courier(district.db, district.clock, {"in_app": InApp(district.db, district.clock)}, 5)
            courier.tell_inside()
            with district.db.reading() as session:
                names = [user.display_name for user in session.query(User)]
        written = lines.getvalue()
        assert "delivered" in written
        assert f"case:{case_id}:2" in written  # the entry that was told of
        assert "request" in written
        assert [word for word in (*secrets.values(), *names, "example.org") if word in written] == []
