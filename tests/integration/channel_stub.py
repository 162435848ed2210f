"""One server that speaks the dialects of the services outside, and behaves as badly as a test asks."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# In place of an answer.
HANG, DRIP, HANG_UP = "hang", "drip", "hang up"
Reply = tuple[int, Any] | str

SECRET = "the secret"
ALL_WELL = {"errcode": 0, "errmsg": "ok"}
NO_TOKEN = {"errcode": 40014, "errmsg": "invalid access_token"}


@dataclass(frozen=True)
class Request:
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def all_of_it(self) -> str:
        """Everything a service could read, with escapes undone."""
        body = self.body.decode()
        plain = body.encode().decode("unicode_escape", errors="ignore") if "\\u" in body else body
        return f"{self.path} {self.query} {dict(self.headers)} {unquote(plain)}"


@dataclass
class ChannelStub:
    """`replies` are given once each, in order, by the last part of the path; then the service answers as it should.

    `people` are those it knows, `tokens` those it believes.
    """

    port: int = 0
    people: set[str] = field(default_factory=lambda: {"zhang"})
    tokens: set[str] = field(default_factory=set)
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def to(self, name: str) -> list[Request]:
        """The requests to a path that ends so."""
        return [request for request in self.requests if request.path.endswith(name)]

    def answer(self, request: Request) -> Reply:
        name = request.path.rpartition("/")[2]
        if self.replies.get(name):
            return self.replies[name].pop(0)
        return getattr(self, f"_{name}", self._anything)(request)

    def _gettoken(self, request: Request) -> Reply:
        """Of WeCom and of DingTalk."""
        secret = request.query.get("corpsecret") or request.query.get("appsecret")
        if secret != SECRET:
            return 200, {"errcode": 40001, "errmsg": f"invalid credential of {secret}"}
        return 200, {**ALL_WELL, "access_token": self._fresh(), "expires_in": 7200}

    def _internal(self, request: Request) -> Reply:
        if request.json["app_secret"] != SECRET:
            return 200, {"code": 10014, "msg": "app secret invalid"}
        return 200, {"code": 0, "msg": "ok", "tenant_access_token": self._fresh(), "expire": 7200}

    def _fresh(self) -> str:
        self.tokens.add(token := f"token-{len(self.requests)}")
        return token

    def _send(self, request: Request) -> Reply:
        """Of a WeCom application, and of robots, which have a key."""
        if request.path.startswith("/robot/"):
            return 200, ALL_WELL if "sign" in request.query else {"errcode": 310000, "errmsg": "sign not match"}
        if "key" in request.query:
            known = request.query["key"] in self.people
            return 200, ALL_WELL if known else {"errcode": 93000, "errmsg": "invalid webhook url"}
        if request.query.get("access_token") not in self.tokens:
            return 200, NO_TOKEN
        wrong = [one for one in request.json["touser"].split("|") if one not in self.people]
        if wrong and len(wrong) == len(request.json["touser"].split("|")):
            return 200, {"errcode": 81013, "errmsg": f"user {wrong} all invalid"}
        return 200, {**ALL_WELL, "invaliduser": "|".join(wrong), "msgid": "m"}

    def _asyncsend_v2(self, request: Request) -> Reply:
        if request.query.get("access_token") not in self.tokens:
            return 200, {"errcode": 88, "sub_code": "40014", "errmsg": "invalid token"}
        return 200, {**ALL_WELL, "task_id": 7}

    def _getsendresult(self, request: Request) -> Reply:
        asked = self.to("asyncsend_v2")[-1].json["userid_list"]
        wrong = [] if asked in self.people else [asked]
        return 200, {**ALL_WELL, "send_result": {"invalid_user_id_list": wrong, "unread_user_id_list": []}}

    def _messages(self, request: Request) -> Reply:
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return 400, {"code": 99991663, "msg": "invalid access token"}
        if request.json["receive_id"] not in self.people:
            return 400, {"code": 230001, "msg": "invalid receive_id"}
        return 200, {"code": 0, "msg": "success", "data": {}}

    def _anything(self, request: Request) -> Reply:
        """A webhook, or a gateway for SMS."""
        return 200, b""


class _Handler(BaseHTTPRequestHandler):
    stub: ChannelStub

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(parts.path, dict(parse_qsl(parts.query)), dict(self.headers), body)
        self.stub.requests.append(request)
        reply = self.stub.answer(request)
        if isinstance(reply, str):
            self._misbehave(reply)
        else:
            self._give(*reply)

    def _give(self, status: int, body: Any) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", f"{self.stub.address}/elsewhere")
        self.end_headers()
        self.wfile.write(content)

    def _misbehave(self, how: str) -> None:
        """`drip` says a byte of a header now and then, so that no read ever waits for long."""
        while how != HANG_UP and not self.stub.is_over.wait(0.05):
            if how == DRIP:
                self.wfile.write(b"H")
                self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that has left in the middle is what the tests are about."""


@contextmanager
def channel_stub(tls: ssl.SSLContext | None = None) -> Iterator[ChannelStub]:
    stub = ChannelStub()
    with _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"stub": stub})) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        stub.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield stub
        stub.is_over.set()
        server.shutdown()
