"""A way between two parts that can be cut: packets are dropped, as by a pulled cable, and nobody is told."""

from __future__ import annotations

import ctypes
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

Target = tuple[str, int] | Path

ATTACH_FILTER, DETACH_FILTER = 26, 27
# One instruction for the kernel: keep nothing of any packet. It is not even acknowledged.
_INSTRUCTION = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))
DROP_ALL = struct.pack("HP", 1, ctypes.addressof(_INSTRUCTION))


# As the server of the compose file is told to let go of a client that was cut off.
LETS_GO = (("TCP_KEEPIDLE", 2), ("TCP_KEEPINTVL", 1), ("TCP_KEEPCNT", 2), ("TCP_USER_TIMEOUT", 4000))


class Proxy:
    """Passes each connection on to its target."""

    def __init__(self, target: Target) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._target = target
        self._open: set[socket.socket] = set()
        self._is_cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._is_cut = True
        for end in (self._listener, *tuple(self._open)):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, ATTACH_FILTER, DROP_ALL)

    def heal(self) -> None:
        self._is_cut = False
        for end in (self._listener, *tuple(self._open)):
            with suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, DETACH_FILTER, 0)

    def close(self) -> None:
        for end in (self._listener, *tuple(self._open)):
            _end(end)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            target = _connect(self._target)
        except OSError:
            _end(client)
            return
        self._open.add(client)
        for name, value in LETS_GO:
            client.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        back = threading.Thread(target=_pump, args=(target, client), daemon=True)
        back.start()
        _pump(client, target)
        back.join()
        self._open.discard(client)
        for end in (client, target):
            _end(end)


def _connect(target: Target) -> socket.socket:
    if not isinstance(target, Path):
        return socket.create_connection(target, timeout=None)
    end = socket.socket(socket.AF_UNIX)
    try:
        end.connect(str(target))
    except OSError:
        end.close()
        raise
    return end


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


def _end(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def proxy(target: Target) -> Iterator[Proxy]:
    between = Proxy(target)
    try:
        yield between
    finally:
        between.close()
