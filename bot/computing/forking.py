"""The program of the nursery: load everything once, then fork whenever a worker is wanted.

``python -m bot.computing.forking GATE PARENT LOADS CPU_S MEMORY KEEPS``; the bot starts it, nobody else.
It has one thread, so that what it forks holds no lock of another. At the gate it is sent one end of
a pair of sockets and answers with the number of the worker that serves it; or it is sent the number
of a worker that has ended, and answers how.
"""

import gc
import os
import signal
import socket
import struct
import sys
from importlib import import_module

from bot.computing.limits import (
    Limits,
    be_ended_first,
    end_with_parent,
    leave_signals_to_parent,
)
from bot.computing.pen import pen
from bot.computing.worker import work

NUMBER = struct.Struct("!i")
LOADED = ("scipy.cluster.hierarchy",)
"""What studies import only when they need it; pandas, which starts a thread, is not among it."""


def main(arguments: list[str]) -> None:
    """Serve the gate until the bot closes it."""
    gate_number, parent, loads, *figures = (int(word) for word in arguments)
    cpu_s, memory, keeps = figures
    end_with_parent(parent)
    leave_signals_to_parent()
    be_ended_first()
    if loads:
        _load()
    gate = socket.socket(fileno=gate_number)
    gate.sendall(NUMBER.pack(os.getpid()))
    while True:
        asked, descriptors, _, _ = socket.recv_fds(gate, NUMBER.size, 1)
        if len(asked) < NUMBER.size:
            return
        if descriptors:
            answer = _forked(gate, descriptors[0], Limits(cpu_s, memory, keeps=keeps))
        else:
            answer = _ended(NUMBER.unpack(asked)[0])
        gate.sendall(NUMBER.pack(answer))


def _load() -> None:
    from handlers import load_commands  # noqa: PLC0415

    load_commands()
    for name in LOADED:
        import_module(name)
    pen()
    # Pages that no collection touches stay shared between all workers.
    gc.collect()
    gc.freeze()


def _forked(gate: socket.socket, descriptor: int, limits: Limits) -> int:
    nursery = os.getpid()
    number = os.fork()
    if number:
        os.close(descriptor)
        return number
    try:
        end_with_parent(nursery)
        gate.close()
        with socket.socket(fileno=descriptor) as connection:
            work(connection, limits)
    finally:
        os._exit(0)


def _ended(number: int) -> int:
    """How a worker ended: its exit status, or minus the number of the signal."""
    try:
        _, status = os.waitpid(number, 0)
    except ChildProcessError:
        # Of a nursery before this one, which took it along.
        return -signal.SIGKILL
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    main(sys.argv[1:])
