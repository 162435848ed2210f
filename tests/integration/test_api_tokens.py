"""Signing in over the API: one answer for every wrong pair, a limit on guessing, tokens that end."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.client import ApiClient, Office, Refused
from tests.district import PASSWORD, District
from workflow.accounts import change_password
from workflow.cleanup import remove_expired
from workflow.models import ApiToken


@pytest.fixture
def office(sqlite_district: District) -> Office:
    return Office(sqlite_district)


def refusal(client: ApiClient, username: str, password: str) -> Refused:
    with pytest.raises(Refused) as caught:
        client.sign_in(username, password)
    return caught.value


def test_a_token_says_who_asks_and_when_it_ends(office: Office, sqlite_district: District) -> None:
    answer = office.stranger().send("POST", "/tokens", json={"username": "clerk.user", "password": PASSWORD})
    assert answer.status == 201
    assert answer.json["token_type"] == "bearer"
    assert answer.json["expires_at"] == "2026-11-23T14:00:00Z"
    me = office("clerk").me()
    assert me["username"] == "clerk.user"
    assert [(r["role"], r["organisation"]["name"]) for r in me["roles"]] == [("clerk", "甲镇商会党委")]


def test_only_the_digest_of_a_token_is_kept(office: Office, sqlite_district: District) -> None:
    token = office("clerk").token
    with sqlite_district.db.reading() as session:
        row = session.scalars(select(ApiToken)).one()
        assert token not in {getattr(row, column.name) for column in ApiToken.__table__.columns}


def test_a_wrong_name_and_a_wrong_password_read_the_same(office: Office) -> None:
    wrong_name = refusal(office.stranger(), "nobody.user", PASSWORD)
    wrong_password = refusal(office.stranger(), "clerk.user", "wrong")
    assert wrong_name.problem == wrong_password.problem
    assert wrong_name.status == 401
    assert wrong_name.problem["type"] == "urn:zujian:problem:sign-in-refused"
    assert wrong_name.answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_guessing_has_to_wait_and_is_told_how_long(office: Office, sqlite_district: District) -> None:
    for _ in range(10):
        assert refusal(office.stranger(), "clerk.user", "wrong").status == 401
    waiting = refusal(office.stranger(), "clerk.user", PASSWORD)
    assert waiting.status == 429
    assert waiting.answer.headers["Retry-After"] == "300"
    sqlite_district.clock.advance(seconds=301)
    assert office.stranger().sign_in("clerk.user", PASSWORD).me()["username"] == "clerk.user"


def test_a_token_handed_back_opens_nothing_any_more(office: Office) -> None:
    client = office.stranger().sign_in("clerk.user", PASSWORD)
    token = client.token
    client.sign_out()
    client.token = token
    assert client.send("GET", "/me").status == 401


def test_another_token_of_the_same_person_stays(office: Office) -> None:
    first, second = (office.stranger().sign_in("clerk.user", PASSWORD) for _ in range(2))
    first.sign_out()
    assert second.me()["username"] == "clerk.user"


def test_a_token_ends_by_itself(office: Office, sqlite_district: District) -> None:
    client = office("clerk")
    sqlite_district.clock.advance(hours=12)
    assert client.send("GET", "/me").status == 401


def test_what_has_ended_is_not_kept(office: Office, sqlite_district: District) -> None:
    office("clerk")
    sqlite_district.clock.advance(hours=11)
    office("approver")
    sqlite_district.clock.advance(hours=2)
    with sqlite_district.db.unit_of_work() as session:
        remove_expired(session, sqlite_district.clock())
        left = session.scalars(select(ApiToken.user_id)).all()
    assert left == [sqlite_district.people["approver"]]


def test_a_changed_password_ends_every_token(office: Office, sqlite_district: District) -> None:
    client = office("clerk")
    with sqlite_district.db.unit_of_work() as session:
        change_password(session, sqlite_district.people["clerk"], "another-long-secret")
    assert client.send("GET", "/me").status == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer made-up", "Basic Y2xlcms6eA==", "Token abc"])
def test_without_a_valid_token_the_answer_is_401_with_a_challenge(office: Office, header: str) -> None:
    answer = office.stranger().send("GET", "/me", headers={"Authorization": header} if header else {})
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_token_opens_the_api_and_no_page(office: Office) -> None:
    token = office("clerk").token
    page = office.app.test_client().get("/me", headers={"Authorization": f"Bearer {token}"})
    assert (page.status_code, page.headers["Location"].startswith("/sign-in")) == (302, True)
