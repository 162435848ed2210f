"""One request to a server outside, over the standard library's `http.client`.

A larger client would follow redirects, read proxies from the environment and resolve a name anew at each connection;
here nothing of that may happen. The name is resolved once, the connection goes to the address that was looked at, and
name and certificate are still checked for the host. No library that is installed anyway lets one do this more simply.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

from workflow.delivery.failure import DeliveryFailed
from workflow.looking_up import resolve
from workflow.public_address import port_of

# For the whole exchange, from looking the name up to the last byte. A delivery makes five at most, so it ends before
# the limit of its task.
SECONDS = 5.0
LONGEST_ANSWER = 64 * 1024


class Unreachable(DeliveryFailed):
    """No answer, or one that cannot be read: the server is away, hangs, or is none of the kind."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever its status."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Mapping[str, Any]:
        """Raises Unreachable where the body is no object: an error page of a proxy, half an answer."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise Unreachable(f"HTTP {self.status} without a readable answer")
        return found


@dataclass(frozen=True, slots=True)
class Wire:
    """`addresses` answers where a host may be reached, or raises; `context` says whose certificates are believed."""

    addresses: Callable[[str, int], Sequence[str]] = resolve
    seconds: float = SECONDS
    context: ssl.SSLContext | None = None

    def get(self, url: str, **query: str) -> Answer:
        return self.send("GET", f"{url}?{urlencode(query)}")

    def post_json(self, url: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Answer:
        return self.post(url, as_json(body), "application/json; charset=utf-8", headers)

    def post(self, url: str, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.send("POST", url, body, {**(headers or {}), "Content-Type": kind})

    def send(
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The answer, redirects among them: none is followed. Raises Unreachable."""
        until = time.monotonic() + self.seconds
        try:
            with closing(self._opened(urlsplit(url), until)) as connection, _watched(connection, _left(until)):
                if isinstance(connection.sock, ssl.SSLSocket):
                    connection.sock.do_handshake()
                return _exchange(connection, method, url, body, headers or {})
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            # Its words may quote the address, and with it a key.
            raise Unreachable(type(error).__name__) from error

    def _opened(self, parts: SplitResult, until: float) -> http.client.HTTPConnection:
        host, port = str(parts.hostname), port_of(parts)
        connection = http.client.HTTPConnection(host, port)
        sock = _connected(self.addresses(host, port), port, until)
        sock.settimeout(_left(until))
        if parts.scheme == "https":
            context = self.context or _trusted()
            sock = context.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
            # Which port the header Host leaves out.
            connection.default_port = http.client.HTTPS_PORT
        connection.sock = sock
        return connection


def _connected(addresses: Sequence[str], port: int, until: float) -> socket.socket:
    """To the first of them that answers; each has its share of the time that is left."""
    for number, address in enumerate(addresses[:-1]):
        try:
            return socket.create_connection((address, port), _left(until) / (len(addresses) - number))
        except OSError:
            continue
    return socket.create_connection((addresses[-1], port), _left(until))


def _left(until: float) -> float:
    """Seconds; raises TimeoutError where there are none."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def as_json(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _exchange(
    connection: http.client.HTTPConnection, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
) -> Answer:
    parts = urlsplit(url)
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection.request(method, target, body, {**headers, "User-Agent": "zujian", "Connection": "close"})
    response = connection.getresponse()
    found = response.read(LONGEST_ANSWER + 1)
    if len(found) > LONGEST_ANSWER:
        raise Unreachable("the answer is too long")
    return Answer(response.status, found, {name.lower(): value for name, value in response.getheaders()})


@contextmanager
def _watched(connection: http.client.HTTPConnection, seconds: float) -> Iterator[None]:
    """Ends the connection after `seconds`: one byte now and then would never let a read time out."""
    watch = threading.Timer(seconds, _cut, [connection.sock])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _cut(sock: socket.socket) -> None:
    try:
        # That of the plain socket: one under TLS would forget its state while another thread reads from it.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return


@cache
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
