"""The life of a worker: one job after the other, each within its limits."""

import socket
import time
import traceback

from analytics.language import speaking
from bot.computing.limits import Limits, address_space
from bot.computing.wire import HEADER, Ending, Job, Outcome, packed, received, unpacked


def work(connection: socket.socket, limits: Limits) -> None:
    """Do what is asked until nobody asks any more."""
    born_with = address_space()
    while True:
        limits.begin(born_with)
        try:
            asked = received(connection)
            limits.begin(born_with)
            connection.sendall(_answer(asked, limits, born_with))
        except (EOFError, ConnectionError):
            return
        del asked


def _answer(asked: bytes, limits: Limits, born_with: int) -> bytes:
    began = time.process_time()
    try:
        job: Job = unpacked(asked)
        limits.begin(born_with, job.cpu_s)
        with speaking(job.language):
            value = job.work()
        spent = time.process_time() - began
        is_spent = address_space() > born_with + limits.keeps
        return packed(Outcome(Ending.DONE, value, is_spent=is_spent, cpu_s=spent))
    except MemoryError:
        # What could not be finished may have left anything behind.
        return packed(Outcome(Ending.NO_MEMORY, is_spent=True))
    except Exception as error:  # noqa: BLE001 - it is raised again on the other side
        spent, kept = time.process_time() - began, _fit_to_travel(error)
        return packed(Outcome(Ending.RAISED, kept, trace=traceback.format_exc(), cpu_s=spent))


def _fit_to_travel(error: Exception) -> Exception:
    """The same exception where it survives the journey, else one that says the same."""
    try:
        unpacked(packed(error)[HEADER.size :])
    except Exception:  # noqa: BLE001 - a foreign class may fail in any way
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
