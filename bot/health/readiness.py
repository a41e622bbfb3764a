"""Whether this process can do its work now; says so to whoever balances load or restarts."""

import asyncio
import logging
from dataclasses import dataclass

from telegram import Bot
from telegram.error import TelegramError

from bot.health.metrics import Metrics
from bot.store.backlog import Backlog, backlog
from bot.store.database import Database, DatabaseError

log = logging.getLogger(__name__)

DATABASE_WITHIN_S = 5.0
TELEGRAM_WITHIN_S = 5.0
TELEGRAM_LATELY_S = 90.0
"""A long poll lasts 30 s and its answer may take 10 more."""
TURNS_WITHIN_S = 180.0
"""The slowest loops look once a minute."""


@dataclass(frozen=True, slots=True, eq=False)
class Readiness:
    """Looks at what the work needs: the database, Telegram, and the process's own loops."""

    database: Database
    bot: Bot
    metrics: Metrics

    async def why_not(self) -> str | None:
        """The first thing that is missing, in one word of each kind; None where all is well."""
        if await self.backlog() is None:
            return "database"
        if not await self._telegram_answers():
            return "telegram"
        late = self.metrics.loops_late(TURNS_WITHIN_S)
        return f"loop {late[0]}" if late else None

    async def backlog(self) -> Backlog | None:
        """What waits; None where the database does not say."""
        try:
            async with asyncio.timeout(DATABASE_WITHIN_S):
                return await backlog(self.database)
        except (DatabaseError, OSError, TimeoutError) as error:
            log.warning("the database does not answer: %s", type(error).__name__)
            return None

    async def _telegram_answers(self) -> bool:
        """Whether Telegram spoke lately; where nothing was asked of it, something is."""
        if self.metrics.telegram_silent_for < TELEGRAM_LATELY_S:
            return True
        try:
            await self.bot.get_me(
                read_timeout=TELEGRAM_WITHIN_S,
                connect_timeout=TELEGRAM_WITHIN_S,
                pool_timeout=TELEGRAM_WITHIN_S,
            )
        except TelegramError as error:
            log.warning("Telegram does not answer: %s", type(error).__name__)
        return self.metrics.telegram_silent_for < TELEGRAM_LATELY_S
