"""How messages are taken from the broker: what is none becomes an incident, and the queue goes on behind it. Nor does a
broker that goes away end a worker.

Kombu decodes what it takes before anybody else sees it, and an error there would end the worker. Here it is looked at
first; what would not do is off the queue already, and is passed over as if there had been nothing.
"""

from __future__ import annotations

from typing import Any

from kombu.transport import redis
from kombu.utils.encoding import bytes_to_str
from kombu.utils.json import loads
from redis.exceptions import ConnectionError

from tasks.strays import unreadable
from workflow.queue_names import PREFIX

# All that decoding bytes of somebody else's raises: no text, no JSON, another shape, too deep.
NOT_A_MESSAGE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


class Channel(redis.Channel):
    def _create_client(self, asynchronous: bool = False) -> Any:
        client = super()._create_client(asynchronous)  # type: ignore[no-untyped-call]
        client.set_response_callback("BRPOP", self._sifted)
        return client

    def _connparams(self, asynchronous: bool = False) -> Any:
        if self.connection.client is None:
            # Where the broker went away, Celery closes twice; with some luck kombu then wants to put back what is not
            # finished over a connection it knows nothing of any more, and any other error would end the worker.
            raise ConnectionError("the connection to the broker is closed")
        return super()._connparams(asynchronous)  # type: ignore[no-untyped-call]

    def _sifted(self, taken: Any, **_: object) -> tuple[bytes, bytes] | None:
        """The key of the list and the message taken from it; None where there was none, or nothing that is one."""
        if not taken:
            return None
        key, item = taken
        try:
            self._read(item)
        except NOT_A_MESSAGE as error:
            unreadable(key.decode().removeprefix(PREFIX).partition(self.sep)[0], error)
            return None
        return key, item

    def _read(self, item: bytes) -> None:
        """All that is asked of a message before its task is looked for."""
        message = self.Message(loads(bytes_to_str(item)), channel=self)  # type: ignore[no-untyped-call]
        place, headers = message.delivery_info, message.headers
        words = (message.delivery_tag, place["exchange"], place["routing_key"], headers["task"], headers["id"])
        if not all(isinstance(word, str) for word in words):
            raise TypeError("not a task's message")


class Transport(redis.Transport):
    Channel = Channel
