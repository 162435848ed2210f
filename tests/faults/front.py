"""A reverse proxy before several webs: in turn, and to the next one where a web took no connection or gave no answer.

As nginx does with `proxy_next_upstream error timeout non_idempotent`: an action that carries its key may be sent again.
"""

from __future__ import annotations

import itertools
import re
import socket
import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
ROUNDS = 2  # over all webs, before a client is told


@contextmanager
def front(ports: Sequence[int]) -> Iterator[int]:
    """Answers the port it listens on. One request a connection."""
    turns = itertools.cycle(ports)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            asked = _request(self.request)
            for _ in range(ROUNDS * len(ports) if asked else 0):
                if answer := _answer(next(turns), asked):
                    self.request.sendall(answer)
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def _request(client: socket.socket) -> bytes:
    """The whole of it, before anything is passed on; empty where the client went away."""
    data = b""
    while True:
        head, found, body = data.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if found and len(body) >= (int(length[1]) if length else 0):
            return data
        part = client.recv(65536)
        if not part:
            return b""
        data += part


def _answer(port: int, asked: bytes) -> bytes:
    """Empty where there was none."""
    parts: list[bytes] = []
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=30) as web:
        web.sendall(asked)
        while part := web.recv(65536):
            parts.append(part)
    return b"".join(parts)
