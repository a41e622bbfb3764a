"""Work that goes wrong in every way, for a real worker to do."""

import ctypes
import os
import time
from pathlib import Path

import numpy as np

from analytics.errors import RequestError
from analytics.language import current_language


def endless() -> None:
    """Use up the processor, as a search among too many lots would."""
    while True:
        pass


def endless_in_a_library() -> None:
    """The same where the interpreter hardly ever gets its turn."""
    wide = np.random.default_rng(1).standard_normal((1200, 1200))
    while True:
        np.linalg.svd(wide)


def busy(seconds: float) -> None:
    """Use up so much of the processor, and end."""
    began = time.process_time()
    while time.process_time() < began + seconds:
        pass


def waiting() -> None:
    time.sleep(3600)


def huge() -> int:
    """Ask for more memory than there may be, and touch it."""
    return int(np.ones(1 << 29)[-1])


def huge_by_and_by() -> int:
    kept = []
    while True:
        kept.append(bytearray(10_000_000))


def grown(megabytes: int, kept: list[bytearray] = []) -> int:  # noqa: B006 - it is to be kept
    """Leave memory behind for good."""
    kept.append(bytearray(megabytes * 1_000_000))
    return os.getpid()


def crashed() -> None:
    ctypes.string_at(1)


def aborted() -> None:
    os.abort()


def left() -> None:
    os._exit(3)


def mistaken() -> None:
    raise RequestError("Which two?")


def broken() -> float:
    return 1 / int("0")


class StrangeError(Exception):
    """A foreign exception that cannot be made again from its words."""

    def __init__(self, one: int, *, other: int) -> None:
        super().__init__(f"{one} and {other}")


def strange() -> None:
    raise StrangeError(1, other=2)


def language() -> str:
    return current_language()


def number() -> int:
    return os.getpid()


def secrets() -> list[str]:
    return [name for name in os.environ if name.startswith(("HEDGEBOT_", "PG"))]


def threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def after(seconds: float, done: str) -> str:
    time.sleep(seconds)
    return done
