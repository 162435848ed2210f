"""Signing in and out through the web, and what a session is worth."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.district import PASSWORD, District
from tests.visitor import Visitor, make_app
from workflow.models import RoleAssignment, User, WebSession

ME = "/me"
# What a stranger may open. A view joins this list on purpose or not at all.
PUBLIC = {
    "api.create_token",
    "auth.sign_in_form",
    "auth.sign_in_now",
    "health.alive",
    "health.ready",
    "metrics.show",  # for programs: from this machine, or with a token of its own
    "openapi.spec",
    "profile.set_locale",
    "static_files.send",
}


@pytest.fixture
def district(sqlite_district: District) -> District:
    return sqlite_district


@pytest.fixture
def app(district: District) -> Flask:
    return make_app(district.runtime)


@pytest.fixture
def clerk(app: Flask) -> Visitor:
    visitor = Visitor(app)
    visitor.sign_in("clerk.user")
    return visitor


def is_in(visitor: Visitor) -> bool:
    return visitor.get(ME).status_code == 200


def sessions(district: District) -> list[WebSession]:
    with district.db.reading() as session:
        rows = list(session.scalars(select(WebSession)))
        session.expunge_all()
        return rows


def change(district: District, who: str, **values: object) -> None:
    with district.db.unit_of_work() as session:
        session.execute(update(User).where(User.id == district.people[who]).values(**values))


class TestDoor:
    def test_signing_in_leads_to_the_page_that_was_asked_for(self, app: Flask) -> None:
        visitor = Visitor(app)
        asked = visitor.get("/me/password?lang=en")
        assert asked.location == "/sign-in?next=/me/password?lang%3Den"
        answer = visitor.sign_in("clerk.user", next="/me/password?lang=en")
        assert (answer.status_code, answer.location) == (303, "/me/password?lang=en")

    @pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "evil", ""])
    def test_a_sign_in_link_never_leads_to_another_site(self, app: Flask, elsewhere: str) -> None:
        assert Visitor(app).sign_in("clerk.user", next=elsewhere).location == "/"

    def test_the_address_without_a_path_leads_to_the_first_page_of_the_menu(self, clerk: Visitor) -> None:
        first = clerk.get("/")
        assert first.status_code == 302
        assert clerk.get(first.location or "").status_code == 200

    def test_a_wrong_password_keeps_the_name_and_says_so_on_top(self, app: Flask) -> None:
        answer = Visitor(app).sign_in("clerk.user", "wrong guess")
        assert answer.status_code == 422
        assert "<title>错误：登录" in answer.text
        assert "用户名或密码不正确" in answer.text
        assert 'value="clerk.user"' in answer.text
        assert "wrong guess" not in answer.text

    def test_after_ten_wrong_guesses_the_page_says_when_to_come_back(self, app: Flask) -> None:
        visitor = Visitor(app)
        for _ in range(10):
            assert visitor.sign_in("clerk.user", "wrong guess").status_code == 422
        answer = Visitor(app, address="192.0.2.99").sign_in("clerk.user")
        assert answer.status_code == 429
        assert "请在 10:05 之后再试" in answer.text

    def test_every_page_that_is_not_on_the_list_asks_a_stranger_to_sign_in(self, app: Flask) -> None:
        """Called one by one, as a stranger: the list above is the whole of what is open."""
        open_to_strangers = {
            endpoint for endpoint, view in app.view_functions.items() if getattr(view, "is_public", False)
        }
        assert open_to_strangers == PUBLIC
        for rule in app.url_map.iter_rules():
            if rule.endpoint in open_to_strangers:
                continue
            values = dict.fromkeys(rule.arguments, "1") | ({"format_": "text"} if "format_" in rule.arguments else {})
            address = rule.build(values)[1]  # type: ignore[index]
            method = min((rule.methods or set()) - {"HEAD", "OPTIONS"})
            answer = app.test_client().open(address, method=method)
            if address.startswith("/api/"):
                assert (address, answer.status_code) == (address, 401)
            else:
                assert (address, (answer.location or "").partition("?")[0]) == (address, "/sign-in")

    def test_a_fragment_asked_for_by_a_stranger_leads_the_whole_page_to_the_door(self, app: Flask) -> None:
        answer = Visitor(app).get(ME, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/sign-in?next=/me")


class TestForgedForms:
    def test_a_form_without_its_token_changes_nothing(self, clerk: Visitor) -> None:
        answer = clerk.post("/locale", {"locale": "en"}, token="")
        assert answer.status_code == 400
        assert '<html lang="zh-CN">' in clerk.get(ME).text

    def test_a_token_of_another_session_does_not_fit(self, app: Flask, clerk: Visitor) -> None:
        stranger = Visitor(app)
        assert clerk.post("/locale", {"locale": "en"}, token=stranger.token()).status_code == 400

    @pytest.mark.parametrize(
        "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
    )
    def test_a_form_sent_from_another_site_is_refused(self, clerk: Visitor, headers: dict[str, str]) -> None:
        assert clerk.post("/locale", {"locale": "en"}, headers=headers).status_code == 403

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}])
    def test_a_form_of_our_own_is_taken(self, clerk: Visitor, headers: dict[str, str]) -> None:
        assert clerk.post("/locale", {"locale": "en"}, headers=headers).status_code == 303

    def test_a_sign_in_page_that_was_open_too_long_is_offered_again(self, app: Flask, district: District) -> None:
        visitor = Visitor(app)
        stale = visitor.token()
        district.clock.advance(minutes=40)
        answer = visitor.post("/sign-in", {"username": "clerk.user", "password": PASSWORD}, token=stale)
        assert (answer.status_code, answer.location) == (303, "/sign-in")
        assert "请再登录一次" in visitor.get("/sign-in").text


class TestSession:
    def test_the_number_changes_at_sign_in_and_the_one_before_opens_nothing(self, app: Flask) -> None:
        visitor = Visitor(app)
        visitor.get("/sign-in")
        planted = visitor.cookie
        visitor.sign_in("clerk.user")
        assert planted not in {None, visitor.cookie}
        thief = Visitor(app)
        thief.client.set_cookie("zujian", planted or "")
        assert not is_in(thief)

    def test_only_a_digest_of_the_number_is_kept(self, clerk: Visitor, district: District) -> None:
        assert [row.id_digest for row in sessions(district)] == [hashlib.sha256(str(clerk.cookie).encode()).hexdigest()]
        assert sessions(district)[0].user_id == district.people["clerk"]

    def test_signing_out_ends_the_session_on_the_server(self, app: Flask, clerk: Visitor, district: District) -> None:
        kept = clerk.cookie or ""
        assert clerk.sign_out().location == "/sign-in"
        assert not is_in(clerk)
        thief = Visitor(app)
        thief.client.set_cookie("zujian", kept)
        assert not is_in(thief)
        assert district.people["clerk"] not in {row.user_id for row in sessions(district)}

    def test_leaving_happens_by_a_form_and_never_by_a_link(self, clerk: Visitor) -> None:
        assert clerk.get("/sign-out").status_code == 405
        assert is_in(clerk)

    @pytest.mark.parametrize(("who", "pause"), [("clerk", 30), ("admin", 15)])
    def test_a_pause_ends_it(self, app: Flask, district: District, who: str, pause: int) -> None:
        visitor = Visitor(app)
        visitor.sign_in(f"{who}.user")
        district.clock.advance(minutes=pause - 1)
        assert is_in(visitor)
        district.clock.advance(minutes=pause)
        assert not is_in(visitor)
        assert "登录已过期" in visitor.get("/sign-in").text

    @pytest.mark.parametrize(
        ("path", "came_from", "back_to"),
        [
            ("/me/password", "http://localhost/me", "/me/password"),
            ("/cases/1/documents", "http://localhost/cases/1/documents/new?code=D06", "/cases/1/documents"),
            ("/notices/read-all", "http://localhost/notices?cursor=a", "/notices?cursor%3Da"),
            ("/notices/read-all", "https://evil.example/notices", None),
        ],
    )
    def test_a_form_sent_after_the_end_is_said_to_be_lost_and_leads_back(
        self, clerk: Visitor, path: str, came_from: str, back_to: str | None
    ) -> None:
        clerk.sign_out()
        answer = clerk.post(path, {"a": "b"}, headers={"Referer": came_from})
        assert (answer.status_code, answer.location) == (302, f"/sign-in?next={back_to}" if back_to else "/sign-in")
        assert "刚才填写的内容没有保存" in clerk.get("/sign-in").text

    def test_twelve_hours_end_it_however_busy_it_was(self, clerk: Visitor, district: District) -> None:
        for _ in range(35):
            district.clock.advance(minutes=20)
            assert is_in(clerk)
        district.clock.advance(minutes=20)
        assert not is_in(clerk)

    def test_reading_pages_writes_at_most_once_a_minute(self, clerk: Visitor, district: District) -> None:
        start = district.clock()
        clerk.get(ME)
        district.clock.advance(seconds=59)
        clerk.get(ME)
        assert sessions(district)[0].seen_at == start
        district.clock.advance(seconds=1)
        clerk.get(ME)
        assert sessions(district)[0].seen_at == start + timedelta(seconds=60)

    def test_an_account_switched_off_is_out_at_the_next_request(self, clerk: Visitor, district: District) -> None:
        change(district, "clerk", is_active=False)
        assert not is_in(clerk)

    def test_a_role_taken_away_is_gone_at_the_next_request(self, clerk: Visitor, district: District) -> None:
        assert "党委经办" in clerk.get(ME).text
        with district.db.unit_of_work() as session:
            yesterday = district.runtime.today() - timedelta(days=1)
            own = RoleAssignment.user_id == district.people["clerk"]
            session.execute(update(RoleAssignment).where(own).values(valid_to=yesterday))
        assert "党委经办" not in clerk.get(ME).text

    def test_what_a_stranger_leaves_is_soon_forgotten(self, app: Flask, district: District) -> None:
        Visitor(app).get("/sign-in")
        assert [row.expires_at - district.clock() for row in sessions(district)] == [timedelta(hours=1)]

    @pytest.mark.parametrize("path", ["/healthz", "/readyz", "/static/app.js", "/no/such/page", "/api/v1/nothing"])
    def test_a_stranger_without_a_form_leaves_no_row_behind(self, app: Flask, district: District, path: str) -> None:
        assert Visitor(app).get(path).headers.get("Set-Cookie") is None
        assert sessions(district) == []


class TestPasswordChange:
    def change(self, visitor: Visitor, **fields: str) -> tuple[int, str]:
        form = {"current": PASSWORD, "new": "quite another one", "again": "quite another one", **fields}
        answer = visitor.post("/me/password", form)
        return answer.status_code, answer.text

    def test_it_ends_every_other_session_and_keeps_this_one(self, app: Flask, clerk: Visitor) -> None:
        phone = Visitor(app)
        phone.sign_in("clerk.user")
        before = clerk.cookie
        assert self.change(clerk)[0] == 303
        assert (is_in(clerk), is_in(phone), clerk.cookie == before) == (True, False, False)
        assert Visitor(app).sign_in("clerk.user").status_code == 422
        assert Visitor(app).sign_in("clerk.user", "quite another one").status_code == 303

    @pytest.mark.parametrize(
        ("fields", "faulty"),
        [
            ({"current": "wrong guess"}, "current"),
            ({"new": "short", "again": "short"}, "new"),
            ({"new": "xx clerk.user xx", "again": "xx clerk.user xx"}, "new"),
            ({"again": "something else entirely"}, "again"),
        ],
    )
    def test_what_is_wrong_stands_at_its_field(self, clerk: Visitor, fields: dict[str, str], faulty: str) -> None:
        status, page = self.change(clerk, **fields)
        assert status == 422
        assert f'href="#f-{faulty}"' in page
        assert f'id="e-{faulty}"' in page

    def test_an_open_screen_does_not_let_a_passer_by_guess_on(self, clerk: Visitor) -> None:
        for _ in range(9):
            self.change(clerk, current="wrong guess")
        assert "登录失败次数过多" in self.change(clerk, current="wrong guess")[1] + self.change(clerk)[1]


class TestLanguage:
    def test_the_choice_stays_with_the_account(self, app: Flask, clerk: Visitor) -> None:
        assert '<html lang="zh-CN">' in clerk.get(ME).text
        clerk.post("/locale", {"locale": "en", "next": ME})
        assert '<html lang="en">' in clerk.get(ME).text
        later = Visitor(app)
        later.sign_in("clerk.user")
        assert "Sign out" in later.get(ME).text

    def test_a_link_may_ask_for_a_language_without_changing_the_choice(self, clerk: Visitor) -> None:
        assert '<html lang="en">' in clerk.get("/me?lang=en").text
        assert '<html lang="zh-CN">' in clerk.get(ME).text

    def test_the_choice_before_sign_in_holds_after_it(self, app: Flask) -> None:
        visitor = Visitor(app)
        visitor.post("/locale", {"locale": "en"})
        visitor.sign_in("clerk.user")
        assert '<html lang="en">' in visitor.get(ME).text

    def test_another_language_is_refused(self, clerk: Visitor) -> None:
        assert clerk.post("/locale", {"locale": "fr"}).status_code == 422


def test_the_same_walk_works_on_both_stores(district: District, request: pytest.FixtureRequest) -> None:
    """The tests above run on SQLite; this one takes sign-in, a page and sign-out to PostgreSQL too."""
    postgres: District = request.getfixturevalue("postgres_district")
    for each in (district, postgres):
        visitor = Visitor(make_app(each.runtime))
        assert visitor.sign_in("approver.user").status_code == 303
        assert is_in(visitor)
        visitor.sign_out()
        with each.db.reading() as session:
            signed_in = WebSession.user_id.is_not(None)
            assert session.scalar(select(func.count()).select_from(WebSession).where(signed_in)) == 0
