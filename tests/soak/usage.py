"""What a process costs, as the kernel counts it."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
KILOBYTES_A_MEGABYTE = 1024
USED = slice(11, 15)
"""Of ``/proc/PID/stat`` behind the name: user, system, and the same of children that ended."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor time so far, memory now and the most there was."""

    cpu_s: float
    rss_mb: float
    peak_mb: float


def usage(pid: int) -> Usage:
    """What one process has used."""
    return Usage(_cpu_s(pid), _memory(pid, "VmRSS"), _memory(pid, "VmHWM"))


def family_cpu_s(pid: int) -> float:
    """Processor time of a process, its children, and those of them that have ended."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    spent = _cpu_s(pid, ended=True)
    for child in children:
        # One that ends meanwhile is left out this time.
        with suppress(FileNotFoundError, ProcessLookupError):
            spent += _cpu_s(int(child))
    return spent


def _cpu_s(pid: int, *, ended: bool = False) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    ticks = [int(field) for field in fields[USED]]
    return sum(ticks if ended else ticks[:2]) / TICKS_A_SECOND


def _memory(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    line = next(line for line in lines if line.startswith(f"{name}:"))
    return int(line.split()[1]) / KILOBYTES_A_MEGABYTE
