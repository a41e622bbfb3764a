"""How long to wait for a venue, how often to ask it again, and when to leave it alone."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Patience:
    """The policy towards a venue that fails.

    Attributes
    ----------
    deadline
        A leg has its answer or its error after this time.
    tries, pause
        A passing failure is tried so often; the pause doubles each time, and varies by a half.
    failures, rest
        After so many failures in a row the venue is left alone so long, and up to a quarter longer.
    blocked
        How long a refusal to serve this place is believed.
    busy, banned
        The wait after 429 and 418 when the venue names none.
    """

    deadline: timedelta = timedelta(seconds=15)
    tries: int = 3
    pause: timedelta = timedelta(seconds=0.5)
    failures: int = 5
    rest: timedelta = timedelta(seconds=60)
    blocked: timedelta = timedelta(minutes=10)
    busy: timedelta = timedelta(seconds=10)
    banned: timedelta = timedelta(minutes=2)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random

    async def before_try(self, number: int) -> None:
        """Wait before the second, third … try."""
        doubled = self.pause * 2 ** (number - 2)
        await self.sleep(doubled.total_seconds() * (0.5 + self.jitter()))

    @property
    def next_rest(self) -> timedelta:
        """How long to leave a venue alone; varied so that several askers do not return at once."""
        return self.rest * (1 + self.jitter() / 4)
