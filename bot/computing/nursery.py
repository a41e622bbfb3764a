"""The bot's side of the nursery: starts it, has workers forked, and learns how they ended."""

import os
import signal
import socket
import subprocess  # nosec B404 - it starts ourselves
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.computing.forking import NUMBER
from bot.computing.limits import Limits

PROGRAM = "bot.computing.forking"
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Threads of libraries outlive no fork, and would use up several processors at once."""
PRIVATE = ("HEDGEBOT_", "PG")
"""What workers need not know begins so in the environment."""


@dataclass(slots=True, eq=False)
class Nursery:
    """A process that forks workers; started when the first is wanted, and anew when it was lost.

    It ``loads`` beforehand what most work needs, so that workers share it.
    All methods wait for it; one thread at a time may call them.
    """

    limits: Limits
    loads: bool = True
    _process: "subprocess.Popen[bytes] | None" = None
    _gate: socket.socket | None = None
    _is_closed: bool = False

    def forked(self, theirs: socket.socket) -> int:
        """The number of a new worker that serves this end of a pair of sockets."""
        try:
            return self._asked(os.getpid(), theirs.fileno())
        except (ConnectionError, EOFError):
            self._stop()
            return self._asked(os.getpid(), theirs.fileno())

    def ending(self, number: int) -> int:
        """How a worker ended: its exit status, or minus the number of the signal."""
        if self._gate is None:
            return -signal.SIGKILL
        try:
            return self._asked(number)
        except (ConnectionError, EOFError):
            # The nursery was lost, and took all of its workers along.
            self._stop()
            return -signal.SIGKILL

    @property
    def numbers(self) -> tuple[int, ...]:
        """Its process, if there is one."""
        return () if self._process is None else (self._process.pid,)

    def end(self) -> None:
        """Have it ended for good, with all of its workers; any thread may ask for that."""
        self._is_closed = True
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End it for good, and wait for that."""
        self._is_closed = True
        self._stop()

    def _stop(self) -> None:
        process, gate = self._process, self._gate
        self._process = self._gate = None
        if gate is not None:
            gate.close()
        if process is not None:
            process.kill()
            process.wait()

    def _asked(self, number: int, *descriptors: int) -> int:
        gate = self._gate or self._opened()
        socket.send_fds(gate, [NUMBER.pack(number)], descriptors)
        return _said(gate)

    def _opened(self) -> socket.socket:
        if self._is_closed:
            raise EOFError
        ours, theirs = socket.socketpair()
        figures = (theirs.fileno(), os.getpid(), int(self.loads), *self.limits.figures)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  # nosec B603 - ourselves, with numbers
                [sys.executable, "-P", "-m", PROGRAM, *map(str, figures)],
                env=_environment(),
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
        self._gate = ours
        _said(ours)
        return ours


def _environment() -> dict[str, str]:
    """What the nursery finds its modules by, and none of our secrets."""
    public = {name: text for name, text in os.environ.items() if not name.startswith(PRIVATE)}
    path = os.pathsep.join(str(Path(place).absolute()) for place in sys.path)
    return public | ONE_THREAD | {"PYTHONPATH": path}


def _said(gate: socket.socket) -> int:
    said = gate.recv(NUMBER.size, socket.MSG_WAITALL)
    if len(said) < NUMBER.size:
        raise EOFError
    return int(NUMBER.unpack(said)[0])
