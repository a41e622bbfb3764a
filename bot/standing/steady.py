"""Tells whether the wall clock goes as time does."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

log = logging.getLogger(__name__)

LARGEST_STEP = timedelta(hours=1)
REFUSES_FOR_S = 60.0


class Course(Enum):
    """How the wall clock went since it was last looked at."""

    STEADY = auto()
    AHEAD = auto()
    """It jumped forward lately: what seems due may not be."""
    BACK = auto()
    """It jumped back just now."""


@dataclass(slots=True, eq=False)
class SteadyClock:
    """Compares the wall clock with one that only counts seconds.

    A clock that jumps forward by more than an hour is not believed for a minute; a machine that
    slept looks the same, and waits that minute too.
    """

    _wall: datetime | None = None
    _seconds: float = 0.0
    _believed_from: float = field(default=float("-inf"))

    def course(self, wall: datetime, seconds: float) -> Course:
        """How the wall clock went since the last call."""
        jump = timedelta(0)
        if self._wall is not None:
            jump = wall - self._wall - timedelta(seconds=seconds - self._seconds)
        self._wall, self._seconds = wall, seconds
        if jump > LARGEST_STEP:
            log.error("the clock jumped forward by %s; no digest for a minute", jump)
            self._believed_from = seconds + REFUSES_FOR_S
        if jump < -LARGEST_STEP:
            log.error("the clock jumped back by %s", -jump)
            self._believed_from = float("-inf")
            return Course.BACK
        return Course.AHEAD if seconds < self._believed_from else Course.STEADY
