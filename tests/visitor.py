"""A person with a browser, for tests that go through the web as the product's users do: cookies, forms, tokens."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.district import PASSWORD
from web.app import create_app
from workflow.runtime import Runtime
from workflow.settings import Settings

TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)"')


def make_app(
    runtime: Runtime, *, environment: str = "test", base_url: str = "http://localhost", redis: str = "", **more: Any
) -> Flask:
    """The web over a runtime, with settings as a start would read them."""
    settings = Settings(
        environment=environment,
        data_dir=runtime.documents_dir.parent,
        database_url=runtime.db.url,
        redis_url=redis,
        secret_key="a secret of the tests, long enough for all",
        base_url=base_url,
        **more,
    )
    return create_app(runtime, settings)


class Visitor:
    """`address` is where the requests seem to come from; `https` makes them come by TLS."""

    def __init__(self, app: Flask, *, address: str = "192.0.2.1", https: bool = False) -> None:
        self.client = app.test_client()
        self._surroundings = {"REMOTE_ADDR": address}
        self._base = "https://localhost" if https else "http://localhost"

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, base_url=self._base, environ_overrides=self._surroundings, **more)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, token: str | None = None, **more: Any
    ) -> TestResponse:
        """Sends a form with the token of a page that was just opened, or with the one given."""
        form = {"csrf_token": self.token() if token is None else token, **(data or {})}
        headers = {"Referer": f"{self._base}/", **more.pop("headers", {})}
        return self.client.post(
            path, data=form, base_url=self._base, environ_overrides=self._surroundings, headers=headers, **more
        )

    def token(self) -> str:
        """The token of the page at hand: the sign-in page for a stranger, else the own page."""
        page = self.get("/me")
        found = TOKEN.search(page.text) or TOKEN.search(self.get("/sign-in").text)
        if found is None:
            raise AssertionError("no page with a form to be had")
        return found.group(1)

    def sign_in(self, username: str, password: str = PASSWORD, **more: Any) -> TestResponse:
        return self.post("/sign-in", {"username": username, "password": password, **more})

    def sign_out(self) -> TestResponse:
        return self.post("/sign-out")

    @property
    def cookie(self) -> str | None:
        """The number of the session as the browser keeps it."""
        for name in ("zujian", "__Host-zujian"):
            cookie = self.client.get_cookie(name)
            if cookie is not None:
                return cookie.value
        return None
