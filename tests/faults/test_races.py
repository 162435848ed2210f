"""F10 to F14: many at once, again, and in the wrong order. One effect each, whatever the store."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.client import ApiClient
from tests.district import PASSWORD, District
from tests.faults.options import option
from tests.integration.telling import announce, notices, outbox_rows, seed
from tests.visitor import make_app
from workflow.clock import utc_now
from workflow.database import Database
from workflow.delivery import Courier
from workflow.delivery.email import Email
from workflow.delivery.in_app import InApp
from workflow.delivery.mailer import FolderMailer
from workflow.engine import Command, perform
from workflow.errors import Conflict, WorkflowError
from workflow.ledger import verify
from workflow.models import User

CROWD = 4


def test_f10_of_those_who_decide_at_once_one_wins_and_the_others_hear_who(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    races = option("races", 200)  # on each of two stores
    with ThreadPoolExecutor(CROWD) as pool:
        for number in range(races):
            version = district.case(case_id).version
            deeds = [_deed(district, case_id, action, version) for action in ("return", "withdraw") * (CROWD // 2)]
            answers = list(pool.map(lambda deed: deed(), deeds))
            losers = [answer for answer in answers if isinstance(answer, WorkflowError)]
            assert len(losers) == CROWD - 1, f"race {number}: {answers}"
            assert all(isinstance(loser, Conflict) for loser in losers), f"race {number}: {losers}"
            district.do(case_id, "instructor", "submit")
    assert district.case(case_id).version == len(district.actions(case_id))
    assert district.actions(case_id).count("submit") == races + 1
    with district.db.reading() as session:
        assert verify(session).ok


def _deed(district: District, case_id: int, action: str, version: int) -> Callable[[], object]:
    who = "clerk" if action == "return" else "instructor"
    command = Command(case_id, action, district.people[who], reason="缺件", expected_version=version)

    def deed() -> object:
        try:
            return perform(district.runtime, command)
        except WorkflowError as error:
            return error

    return deed


def test_f12_f13_a_request_sent_again_and_twice_at_once_is_done_once(district: District) -> None:
    case_id = district.walk(district.open(), until="submitted")
    app = make_app(district.runtime)
    clerk, instructor = (ApiClient(app).sign_in(f"{who}.user", PASSWORD) for who in ("clerk", "instructor"))
    taps = [ApiClient(app) for _ in range(2)]
    with ThreadPoolExecutor(len(taps)) as pool:
        for number in range(option("retries", 200)):
            who, action, reason = ((clerk, "return", "缺件"), (instructor, "submit", None))[number % 2]
            path, key = f"/cases/{case_id}/actions/{action}", {"Idempotency-Key": f"wish-{number}"}
            body = {"data": {}, "reason": reason}
            for tap in taps:
                tap.token = who.token
            at_once = list(pool.map(lambda tap: tap.send("POST", path, json=body, headers=key), taps))  # noqa: B023
            again = who.send("POST", path, json=body, headers=key)
            assert {(one.status, one.content) for one in (*at_once, again)} == {(200, again.content)}
            assert again.headers["Idempotency-Replayed"] == "true"
            other = who.send("POST", path, json={**body, "reason": "别的话"}, headers=key)
            assert other.status == 422
    actions = Counter(district.actions(case_id))
    assert actions["return"] + actions["submit"] - 1 == option("retries", 200)


@pytest.fixture
def courier(database: Database, tmp_path: Path) -> Courier:
    email = Email(database, FolderMailer(tmp_path / "mail"), "zujian@example.org", "https://example.org", utc_now)
    return Courier(database, utc_now, {"in_app": InApp(database, utc_now), "email": email}, 500)


def test_f14_messages_delivered_up_to_five_times_in_any_order_tell_everybody_once(
    database: Database, courier: Courier, tmp_path: Path
) -> None:
    cast, count = seed(database), option("messages", 200)
    with database.unit_of_work() as session:
        session.get_one(User, cast.clerk).email = "clerk@example.org"
    announce(database, cast, [f"e{number}" for number in range(count)], [cast.clerk], now=utc_now())
    told: list[str] = []
    with ThreadPoolExecutor(CROWD) as pool:
        while ids := courier.take_due():
            # Some that were told in an earlier round come once more.
            late = random.sample(told, min(len(told), len(ids)))
            messages = [outbox_id for outbox_id in ids for _ in range(random.randint(1, 5))] + late
            random.shuffle(messages)
            list(pool.map(courier.deliver, messages))
            told += ids
    rows = outbox_rows(database)
    # Of one case a person gets a mail an hour; the others are held, to go together.
    assert {row.status for row in rows if row.channel == "in_app"} == {"sent"}
    assert Counter(notice.event for notice in notices(database)) == {f"e{number}": 1 for number in range(count)}
    mailed = {row.id for row in rows if row.channel == "email" and row.status == "sent"}
    assert {path.stem for path in (tmp_path / "mail").glob("*.eml")} == mailed != set()
