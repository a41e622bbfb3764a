"""What one piece of work may use up, set by the process that does it."""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path

PDEATHSIG = 1
FIRST_TO_GO = "1000"
PAGE = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Limits:
    """``cpu_s`` seconds of processor time, ``memory`` bytes beyond what the worker began with.

    ``wall_s`` ends what neither computes nor returns. A worker that has grown by ``keeps`` bytes is
    replaced when its work is done. All pieces of one answer have an ``allowance`` together.
    """

    cpu_s: int = 8
    memory: int = 1_000_000_000
    wall_s: float = 120.0
    keeps: int = 200_000_000

    @property
    def figures(self) -> tuple[int, int, int]:
        """What a worker has to know of them."""
        return self.cpu_s, self.memory, self.keeps

    def begin(self, born_with: int, cpu_s: int | None = None) -> None:
        """Start to count: beyond the limits the kernel ends this process, or refuses it memory."""
        used = resource.getrusage(resource.RUSAGE_SELF)
        allowed = self.cpu_s if cpu_s is None else cpu_s
        # The kernel counts whole seconds: a worker gets at least what it was promised.
        _limit(resource.RLIMIT_CPU, ceil(used.ru_utime + used.ru_stime) + allowed)
        _limit(resource.RLIMIT_AS, born_with + self.memory)


def _limit(what: int, most: int) -> None:
    _, ceiling = resource.getrlimit(what)
    # A sandbox may forbid it or have set less: `hedgebot check` tells whether limits hold.
    with suppress(OSError, ValueError):
        resource.setrlimit(what, (most, ceiling))


def too_much() -> int:
    """Ask for more memory than anybody may have, without touching it."""
    return len(bytearray(1 << 44))


def address_space() -> int:
    """Bytes of memory that this process has been promised; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * PAGE
    except OSError:
        return 0


def end_with_parent(parent: int) -> None:
    """Have the kernel end this process when ``parent`` ends, however it does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def be_ended_first() -> None:
    """Where the machine runs out of memory, what is lost is one computation, not the bot."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)


def leave_signals_to_parent() -> None:
    """A signal to all processes asks for an orderly end, and that needs our answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
