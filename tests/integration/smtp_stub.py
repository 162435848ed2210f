"""A mail server of a few lines that behaves as badly as a test asks."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class SmtpStub:
    """`replies` overrides the answer to a command, such as {"RCPT": b"550 no such person"}; an empty one hangs up.

    Each answer takes `pause` seconds.
    """

    port: int = 0
    replies: dict[str, bytes] = field(default_factory=dict)
    connections: int = 0
    mails: list[bytes] = field(default_factory=list)
    pause: float = 0

    @property
    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.mails]


class _Handler(socketserver.StreamRequestHandler):
    stub: SmtpStub

    def handle(self) -> None:
        self.stub.connections += 1
        with suppress(ConnectionError):  # who spoke to us was killed
            if self._answer("HELLO", b"220 stub"):
                while (line := self.rfile.readline()) and self._obey(line.split()[0].upper().decode()):
                    pass

    def _obey(self, command: str) -> bool:
        if command == "DATA" and command not in self.stub.replies:
            self.wfile.write(b"354 go on\r\n")
            self.stub.mails.append(self._read_mail())
            return self._answer("MAIL_END", b"250 accepted")
        return self._answer(command, b"221 bye" if command == "QUIT" else b"250 ok") and command != "QUIT"

    def _read_mail(self) -> bytes:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise ConnectionAbortedError("the mail broke off")
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _answer(self, command: str, usual: bytes) -> bool:
        reply = self.stub.replies.get(command, usual)
        time.sleep(self.stub.pause)
        if reply:
            self.wfile.write(reply + b"\r\n")
        return bool(reply)


@contextmanager
def smtp_stub(**replies: bytes) -> Iterator[SmtpStub]:
    stub = SmtpStub(replies=dict(replies))
    handler = type("Handler", (_Handler,), {"stub": stub})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        stub.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield stub
        server.shutdown()
