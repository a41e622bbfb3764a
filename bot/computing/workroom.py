"""Gives each piece of work to a worker, and lets quick work past slow work."""

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

from analytics.charts import Picture, Theme
from analytics.language import current_language
from bot.computing.allowance import current_allowance
from bot.computing.limits import Limits
from bot.computing.pen import drawn, pen
from bot.computing.staff import Staff
from bot.computing.wire import Ending, Job, Outcome, packed
from bot.computing.workshop import THEMES, ThemedWorkshop, ThemeName
from handlers import TooExpensiveError

log = logging.getLogger(__name__)

Result = TypeVar("Result")

QUICK_S = 0.5
"""What takes longer steps aside for others; the usual answer computes and draws in 0.05 s."""
MOST_QUICK = 4
SLOW = 2


class CrashedError(Exception):
    """A worker ended in the midst of its work, and neither we nor its limits ended it."""


class Tally(Protocol):
    """Counts the work that came to no end, by what ended it."""

    def gave_up(self, reason: str, /) -> None:
        """Count one."""


@dataclass(slots=True, eq=False)
class Workroom:
    """Computes and draws in processes of its own, each piece of work within ``limits``.

    As many pieces at a time as there are processors beside that of the event loop, and up to two
    more that have shown to be slow. It ``loads`` the drawing library and all commands beforehand.
    """

    theme: Theme
    limits: Limits = field(default_factory=Limits)
    tally: Tally | None = None
    loads: bool = True
    staff: Staff = field(init=False)
    _quick: asyncio.Semaphore = field(init=False)
    _slow: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(SLOW))

    def __post_init__(self) -> None:
        quick = max(1, min(MOST_QUICK, (os.cpu_count() or 1) - 1))
        self._quick = asyncio.Semaphore(quick)
        self.staff = Staff(self.limits, keeps_waiting=quick, loads=self.loads)

    async def compute(self, work: Callable[[], Result]) -> Result:
        """Run a function that can be pickled, with what it is about.

        Raises
        ------
        TooExpensiveError
            It went over its limits, and was ended; or nothing is left of the answer's allowance.

        """
        left = current_allowance()
        allowed = self.limits.cpu_s if left is None else min(self.limits.cpu_s, int(left.left_s))
        if allowed < 1:
            raise self._over("cpu")
        job = packed(Job(current_language(), work, allowed))
        async with self._turn():
            outcome = await self._outcome(job)
        if left is not None:
            left.left_s -= outcome.cpu_s
        result: Result = self._result(outcome)
        return result

    async def draw(self, picture: Picture) -> bytes:
        """Draw a picture."""
        return await self.drawn(picture, self.theme)

    async def drawn(self, picture: Picture, theme: Theme) -> bytes:
        """Draw a picture in any theme."""
        return await self.compute(partial(drawn, picture, theme))

    def in_theme(self, theme: ThemeName) -> ThemedWorkshop:
        """The same processes with other paper and ink."""
        return ThemedWorkshop(self, THEMES[theme])

    async def warm_up(self) -> None:
        """Have a worker ready before the first question needs it."""
        await self.compute(_ready)

    async def close(self) -> None:
        """End everything that computes."""
        await self.staff.close()

    async def _outcome(self, job: bytes) -> Outcome:
        worker = await self.staff.take()
        try:
            async with asyncio.timeout(self.limits.wall_s):
                outcome = await worker.done(job)
        except (EOFError, ConnectionError):
            raise self._died(await self.staff.end(worker)) from None
        except TimeoutError:
            self.staff.end(worker)
            raise self._over("time") from None
        except BaseException:
            # Nobody waits any more: what is under way would only hold up others.
            self._count("left")
            self.staff.end(worker)
            raise
        self.staff.give_back(worker, is_spent=outcome.is_spent)
        return outcome

    def _result(self, outcome: Outcome) -> Any:
        match outcome.ending:
            case Ending.DONE:
                return outcome.value
            case Ending.NO_MEMORY:
                raise self._over("memory")
            case Ending.RAISED:
                raise outcome.value from _Elsewhere(outcome.trace)

    def _died(self, status: int) -> Exception:
        match -status:
            case signal.SIGXCPU:
                return self._over("cpu")
            case signal.SIGKILL:
                # Not by us: where the machine has no memory left, workers go first.
                return self._over("memory")
        self._count("crash")
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        return CrashedError(f"a computation ended its process with {how}")

    def _over(self, what: str) -> TooExpensiveError:
        self._count(what)
        log.warning("a computation went over its limit of %s", what)
        return TooExpensiveError()

    def _count(self, reason: str) -> None:
        if self.tally is not None:
            self.tally.gave_up(reason)

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait for one's turn; whose work turns out to be slow gives it to the next."""
        await self._quick.acquire()
        places = [self._quick]
        stepping_aside = asyncio.ensure_future(self._stepped_aside(places))
        try:
            yield
        finally:
            stepping_aside.cancel()
            places[0].release()

    async def _stepped_aside(self, places: list[asyncio.Semaphore]) -> None:
        await asyncio.sleep(QUICK_S)
        await self._slow.acquire()
        places[0] = self._slow
        self._quick.release()


class _Elsewhere(Exception):  # noqa: N818 - it only carries the words
    """Where something was raised in another process."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


def _ready() -> None:
    pen()
