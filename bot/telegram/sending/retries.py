"""How long the same message waits until it is tried again."""

import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.telegram import refusals
from bot.telegram.sending.pacing import Pacing

log = logging.getLogger(__name__)

FIRST_RETRY_S = 1.0
LONGEST_RETRY_S = 60.0
MANY_AFTER_S = 4.0
TOKEN_PAUSE_S = 60.0


@dataclass(slots=True, eq=False)
class Retries:
    """One message's: each of them waits twice as long, where Telegram does not say how long."""

    pacing: Pacing
    sleep: Callable[[float], Awaitable[None]]
    _wait: float = FIRST_RETRY_S

    @property
    def are_many(self) -> bool:
        """Whether this message has waited for so long that others might go meanwhile."""
        return self._wait > MANY_AFTER_S

    async def wait_after(self, verdict: refusals.Verdict) -> None:
        """Wait until the next try may begin."""
        match verdict:
            case refusals.NotSent(pause=float(pause)):
                # All chats wait; a little more than asked, so that not all start at once.
                await self.pacing.pause(pause + random.uniform(0, 0.5))  # noqa: S311 - jitter
            case refusals.TokenRefused():
                log.error("Telegram refuses the bot's token; nothing is lost, sending waits")
                await self.pacing.pause(TOKEN_PAUSE_S)
            case _:
                await self.sleep(self._wait * random.uniform(0.5, 1))  # noqa: S311 - jitter
        self._wait = min(2 * self._wait, LONGEST_RETRY_S)
