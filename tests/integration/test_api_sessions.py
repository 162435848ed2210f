"""A session over the API, step by step, and what a program is told when a step is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client import Office, Refused, small_office
from tests.district import District

Setting = tuple[District, Office]


@pytest.fixture
def setting(sqlite_template: Path, tmp_path: Path) -> Iterator[Setting]:
    with small_office(sqlite_template, tmp_path) as found:
        yield found


def call(setting: Setting) -> tuple[Any, str]:
    """A session with five on the roll, all of them there, whose papers are numbered."""
    district, office = setting
    clerk, body = office("clerk"), district.bodies["chamber"]
    clerk.expect("PUT", "/sessions/numbering", json={"organisation_id": body, "sign": "甲商党"})
    plan = {"held_on": "2026-11-23", "place": "会议室", "chair": "主持人", "recorder": "记录人"}
    called = clerk.post("/sessions", {"organisation_id": body, **plan})
    path = f"/sessions/{called['session_id']}"
    roll = {"users": [district.people["clerk"], district.people["approver"]], "names": ["张三", "李四", "王五"]}
    clerk.expect("PUT", f"{path}/roll", json=roll)
    marks = [{"seat": seat["id"], "attendance": "attending"} for seat in clerk.get(path)["seats"]]
    clerk.expect("PUT", f"{path}/attendance", json={"marks": marks})
    return clerk, path


def test_a_program_holds_a_session_from_calling_to_closing(setting: Setting) -> None:
    district, office = setting
    cases = [district.walk(district.open(firm), until="under_review") for firm in ("first", "second", "third")]
    clerk, path = call(setting)
    assert clerk.post(f"{path}/agenda", {})["count"] == 3
    clerk.expect("DELETE", f"{path}/agenda/{cases[2]}")
    clerk.expect("PUT", f"{path}/agenda/{cases[2]}")
    refuse = {"answer": "refuse", "reason": "企业即将搬迁", "yes": 4, "no": 1}
    clerk.expect("PUT", f"{path}/decisions/{cases[0]}", json=refuse)
    seats = clerk.get(path)["seats"]
    by_name = {"answer": "agree", "votes": [{"seat": seat["id"], "vote": "yes"} for seat in seats[:4]]}
    clerk.expect("PUT", f"{path}/decisions/{cases[1]}", json=by_name)
    assert clerk.expect("POST", f"{path}/decisions").json["count"] == 1

    preview = office("approver").get(f"{path}/closing")
    assert preview["is_clear"]
    assert [(item["fate"], item["reply_no"]) for item in preview["items"]] == [
        ("moves", "甲商党〔2026〕1号"),
        ("moves", "甲商党〔2026〕2号"),
        ("moves", "甲商党〔2026〕3号"),
    ]
    closed = office("approver").expect("POST", f"{path}/closing").json
    assert (closed["status"], closed["count"]) == ("closed", 3)
    assert [district.state(case_id) for case_id in cases] == ["refused", "approved", "approved"]
    assert office("org_dept").get("/sessions")["items"][0]["decided"] == 3


def test_a_repeated_request_says_so(setting: Setting) -> None:
    clerk, path = call(setting)
    setting[0].walk(setting[0].open(), until="under_review")
    key = {"Idempotency-Key": "k1"}
    first = clerk.expect("POST", f"{path}/agenda", json={}, headers=key)
    again = clerk.expect("POST", f"{path}/agenda", json={}, headers=key)
    assert (again.json, again.headers["Idempotency-Replayed"]) == (first.json, "true")
    assert first.json["count"] == 1


def test_every_refusal_has_a_type_of_its_own(setting: Setting) -> None:
    district, office = setting
    case_id = district.walk(district.open(), until="under_review")
    clerk, path = call(setting)
    clerk.post(f"{path}/agenda", {})
    seat = clerk.get(path)["seats"][0]["id"]

    def refused(status: int, method: str, where: str, **more: Any) -> str:
        with pytest.raises(Refused) as found:
            clerk.expect(method, f"{path}{where}", **more)
        assert found.value.status == status
        return str(found.value.problem["type"]).removeprefix("urn:zujian:problem:")

    def decide(status: int, **body: Any) -> str:
        return refused(status, "PUT", f"/decisions/{case_id}", json={"answer": "agree", **body})

    yes = {"seat": seat, "vote": "yes"}
    assert decide(422, votes=[yes, yes]) == "voted-twice"
    assert decide(422, yes=6) == "too-many-votes"
    clerk.post(f"{path}/recusals", {"case_id": case_id, "seat": seat, "kind": "related"})
    assert decide(422, votes=[yes]) == "recused-vote"
    absent = [{"seat": one["id"], "attendance": "absent"} for one in clerk.get(path)["seats"][1:4]]
    clerk.expect("PUT", f"{path}/attendance", json={"marks": absent})
    assert decide(422, yes=1) == "no-quorum"
    assert refused(422, "POST", "/closing") == "no-quorum"
    clerk.expect("PUT", f"{path}/attendance", json={"marks": [{**one, "attendance": "attending"} for one in absent]})
    other, other_path = call(setting)
    with pytest.raises(Refused) as found:
        other.expect("PUT", f"{other_path}/agenda/{case_id}")
    assert found.value.problem["type"].endswith("on-other-agenda")
    assert found.value.problem["current"] == {"session": 1}

    clerk.expect("PUT", f"{path}/decisions/{case_id}", json={"answer": "agree", "yes": 4})
    district.clock.advance(minutes=1)
    district.do(case_id, "clerk", "return", reason="缺页")
    assert decide(409, yes=4) == "case-moved"
    with pytest.raises(Refused) as several:
        office("approver").expect("POST", f"{path}/closing")
    assert several.value.problem["cases"][str(case_id)]["type"].endswith("case-moved")
    clerk.expect("POST", f"{path}/cancellation")
    assert decide(409, yes=4) == "session-over"
