"""What passes between the bot and its own workers.

The only place that pickles. Both ends are one program, joined by a pair of sockets that has no name
and that nobody else can open; nothing pickled is ever stored, and nothing stored is ever unpickled.
"""

import pickle  # nosec B403 - see above
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

HEADER = struct.Struct("!Q")
PROTOCOL = pickle.HIGHEST_PROTOCOL


class Ending(Enum):
    """How a piece of work came out."""

    DONE = "done"
    RAISED = "raised"
    NO_MEMORY = "no memory"


@dataclass(frozen=True, slots=True)
class Job:
    """Something to do within ``cpu_s`` seconds of processor time, in the language of the asker."""

    language: str
    work: Callable[[], Any]
    cpu_s: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it and took ``cpu_s``; ``trace`` is where it was raised.

    ``is_spent`` asks for a fresh worker.
    """

    ending: Ending
    value: Any = None
    trace: str = ""
    is_spent: bool = False
    cpu_s: float = 0.0


def packed(message: object) -> bytes:
    """A message as it travels: its length, then itself."""
    body = pickle.dumps(message, PROTOCOL)
    return HEADER.pack(len(body)) + body


def unpacked(body: bytes) -> Any:
    """A message without its length."""
    return pickle.loads(body)  # noqa: S301  # nosec B301 - our own process wrote it


def received(connection: socket.socket) -> bytes:
    """The next message without its length; raises ``EOFError`` where the other side has gone."""
    (length,) = HEADER.unpack(_exactly(connection, HEADER.size))
    return _exactly(connection, length)


def _exactly(connection: socket.socket, length: int) -> bytes:
    chunks = bytearray(length)
    view, got = memoryview(chunks), 0
    while got < length:
        more = connection.recv_into(view[got:])
        if not more:
            raise EOFError
        got += more
    view.release()
    return bytes(chunks)
