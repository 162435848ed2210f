"""What every answer carries, which hosts and bodies are refused, and that no page needs a looser rule."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask, request

from tests.district import District
from tests.visitor import Visitor, make_app
from web.auth.access import public
from workflow.database import Database
from workflow.runtime import Runtime

WEB = Path(__file__).parents[2] / "web"
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
}
# What a strict policy forbids: style and event attributes, style elements, scripts with a text of their own.
INLINE = re.compile(r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style|<script(?![^>]*\ssrc=)|javascript:""", re.IGNORECASE)


@pytest.fixture
def district(sqlite_district: District) -> District:
    return sqlite_district


@pytest.fixture
def app(district: District) -> Flask:
    return make_app(district.runtime)


@pytest.mark.parametrize("path", ["/sign-in", "/no/such/page", "/healthz", "/static/app.js", "/api/v1/nothing"])
def test_every_answer_carries_the_strict_rules(app: Flask, path: str) -> None:
    headers = Visitor(app).get(path).headers
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Cache-Control"] == ("public, max-age=300" if path.startswith("/static/") else "no-store")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_no_template_has_script_or_style_of_its_own(template: Path) -> None:
    assert INLINE.findall(template.read_text(encoding="utf-8")) == []


def test_no_style_sheet_or_script_fetches_from_elsewhere() -> None:
    own = [*(WEB / "static").glob("*.js"), *(WEB / "static").glob("css/*.css")]
    assert own
    assert [path.name for path in own if re.search(r"https?://|@import|eval\(", path.read_text(encoding="utf-8"))] == []


class TestTransport:
    def test_over_https_the_cookie_is_bound_to_the_host_and_the_browser_told_to_stay(self, district: District) -> None:
        visitor = Visitor(make_app(district.runtime, base_url="https://localhost"), https=True)
        answer = visitor.get("/sign-in")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Host-zujian=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert visitor.sign_in("clerk.user").status_code == 303

    def test_over_plain_http_neither_is_claimed(self, app: Flask) -> None:
        answer = Visitor(app).get("/sign-in")
        assert "Strict-Transport-Security" not in answer.headers
        assert answer.headers["Set-Cookie"].startswith("zujian=")
        assert "HttpOnly" in answer.headers["Set-Cookie"]

    def test_in_production_another_host_is_refused_without_a_page(self, district: District) -> None:
        app = make_app(district.runtime, environment="production", base_url="https://branches.example.org")
        client = app.test_client()
        assert client.get("/sign-in", base_url="https://branches.example.org").status_code == 200
        assert client.get("/healthz", base_url="http://127.0.0.1:8000").status_code == 200
        answer = client.get("/sign-in", base_url="https://evil.example")
        assert (answer.status_code, answer.mimetype) == (400, "text/plain")

    @pytest.mark.parametrize(("hops", "seen"), [(0, "192.0.2.1"), (1, "203.0.113.5")])
    def test_a_forwarded_address_counts_only_from_our_own_proxy(self, district: District, hops: int, seen: str) -> None:
        app = make_app(district.runtime, proxy_hops=hops)
        app.add_url_rule("/address", view_func=public(lambda: request.remote_addr or ""))
        forged = {"X-Forwarded-For": "198.51.100.1, 203.0.113.5"}
        assert Visitor(app).get("/address", headers=forged).text == seen

    def test_a_body_over_the_limit_is_refused(self, app: Flask) -> None:
        visitor = Visitor(app)
        token = visitor.token()
        answer = visitor.post("/sign-in", {"username": "x" * (25 * 1024 * 1024 + 1)}, token=token)
        assert answer.status_code == 413
        assert "文件太大" in answer.text
        assert "单个文件最多 20 MB，请压缩或分开后重传" in answer.text

    def test_a_file_over_the_limit_leads_back_to_the_page_it_was_chosen_on(self, app: Flask) -> None:
        visitor = Visitor(app)
        form, token = {"username": "x" * (25 * 1024 * 1024 + 1)}, visitor.token()
        ours = visitor.post("/sign-in", form, token=token, headers={"Referer": "http://localhost/imports?a=1"})
        foreign = visitor.post("/sign-in", form, token=token, headers={"Referer": "https://evil.example/"})
        assert 'href="/imports?a=1"' in ours.text
        assert "evil.example" not in foreign.text
        assert "返回重新选择文件" not in foreign.text


class TestStaticFiles:
    def test_an_address_from_a_page_may_be_kept_for_a_year(self, app: Flask) -> None:
        visitor = Visitor(app)
        addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', visitor.get("/sign-in").text)
        assert len(addresses) >= 5
        for address in addresses:
            answer = visitor.get(address)
            assert (address, answer.status_code) == (address, 200)
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
            assert "Cookie" not in answer.headers.get("Vary", "")

    def test_text_is_sent_compressed_where_the_browser_takes_it(self, app: Flask) -> None:
        path = "/static/vendor/bootstrap-5.3.9/bootstrap.min.css"
        plain, packed = Visitor(app).get(path), Visitor(app).get(path, headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert len(packed.data) * 5 < len(plain.data)
        assert packed.headers["Vary"] == "Accept-Encoding"

    def test_what_the_browser_still_has_is_not_sent_again(self, app: Flask) -> None:
        first = Visitor(app).get("/static/app.js")
        again = Visitor(app).get("/static/app.js", headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")

    @pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/css", "/static/none.css"])
    def test_nothing_outside_the_folder_is_sent(self, app: Flask, path: str) -> None:
        assert Visitor(app).get(path).status_code == 404


class TestErrors:
    def test_a_stranger_is_told_that_a_page_is_not_there_in_the_look_of_the_product(self, app: Flask) -> None:
        answer = Visitor(app).get("/no/such/page")
        assert answer.status_code == 404
        assert "没有找到这个页面" in answer.text
        assert "csrf-token" not in answer.text

    def test_the_api_answers_with_problem_details(self, app: Flask) -> None:
        answer = Visitor(app).get("/api/v1/nothing")
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
        assert answer.get_json(force=True)["status"] == 404

    def test_a_fragment_gets_a_message_at_the_place_for_messages(self, app: Flask) -> None:
        visitor = Visitor(app)
        visitor.sign_in("clerk.user")
        answer = visitor.get("/no/such/page", headers={"HX-Request": "true"})
        assert answer.headers["HX-Retarget"] == "#messages"
        assert answer.text.startswith('<div class="message problem" role="alert">')

    def test_without_its_database_the_page_still_says_so_and_tells_nothing_else(self, tmp_path: Path) -> None:
        nowhere = Database(f"sqlite:///{tmp_path / 'missing' / 'zujian.db'}")
        app = make_app(Runtime(nowhere, tmp_path / "documents"), environment="development")
        visitor = Visitor(app)
        visitor.client.set_cookie("zujian", "a number of better days")
        answer = visitor.get("/me")
        assert answer.status_code == 503
        assert "数据库暂时无法使用" in answer.text
        assert "sqlite" not in answer.text.lower()
        assert answer.headers["Content-Security-Policy"]
        assert (visitor.get("/healthz").status_code, visitor.get("/readyz").status_code) == (200, 503)


def test_readiness_names_the_age_of_each_tick(app: Flask) -> None:
    answer = Visitor(app).get("/readyz").get_json()
    assert (answer["status"], answer["database"], answer["broker"]) == ("degraded", "ok", "not set")
    assert answer["ticks"] == {}
    assert "relay never ran" in answer["reasons"][0]
