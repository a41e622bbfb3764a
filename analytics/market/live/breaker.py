"""Leaves a venue alone: after failures in a row, when it asks for it, where it is blocked."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.errors import SourceError
from analytics.language import tr
from analytics.market.live.patience import Patience
from analytics.market.outages import (
    VenueBlockedError,
    VenueBusyError,
    VenueDownError,
    VenueRefusedError,
)

log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class Breaker:
    """Open: every question fails at once. Half open, when the rest is over: one may try.

    The others wait to hear how it went: the legs of one question arrive together.
    """

    venue: str
    clock: Callable[[], datetime]
    patience: Patience
    _failures: int = 0
    _until: datetime | None = None
    _cause: SourceError | None = None
    _probe: asyncio.Event | None = None

    @property
    def rests_until(self) -> datetime | None:
        """Until when the venue is left alone; None where it may be asked."""
        return None if self._until is None or self._until <= self.clock() else self._until

    async def admit(self) -> None:
        """Let a question through, or raise why not."""
        while self._probe is not None:
            await self._probe.wait()
        if self._until is None:
            return
        left = self._until - self.clock()
        if left > timedelta(0):
            raise self._refusal(max(left, timedelta(seconds=1)))
        self._probe = asyncio.Event()

    def succeeded(self) -> None:
        """Close, unless others were told to wait while this question was on its way."""
        self._failures = 0
        if self._until is None or self._probe is not None:
            self._until = None
        self._end_probe()

    def failed(self, outage: SourceError) -> None:
        """Count a failure, and open where it is one too many or says so itself."""
        match outage:
            case VenueRefusedError():
                self.succeeded()
            case VenueBusyError():
                self._open(outage, outage.retry_after)
            case VenueBlockedError():
                self._open(outage, self.patience.blocked)
            case _:
                self._failures += 1
                if self._probe is not None or self._failures >= self.patience.failures:
                    self._open(outage, self.patience.next_rest)
        self._end_probe()

    def abandoned(self) -> None:
        """Forget a question that was cancelled: nothing was learnt from it."""
        self._end_probe()

    def _end_probe(self) -> None:
        if self._probe is not None:
            self._probe.set()
            self._probe = None

    def _open(self, outage: SourceError, rest: timedelta) -> None:
        until = self.clock() + rest
        if self._until is None or until > self._until:
            self._until, self._cause = until, outage
            log.warning("%s is left alone for %s: %s", self.venue, rest, outage.sentence)

    def _refusal(self, left: timedelta) -> SourceError:
        match self._cause:
            case VenueBusyError():
                return VenueBusyError(self.venue, left)
            case VenueBlockedError(status=status):
                return VenueBlockedError(self.venue, status)
            case _:
                often = self._failures > 1
                reason = (
                    tr("failed {failures} times in a row", failures=self._failures)
                    if often
                    else tr("failed just now")
                )
                return VenueDownError(self.venue, reason, retry_after=left)
