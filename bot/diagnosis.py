"""``hedgebot check``: is the configuration sound, does everything answer."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from rich.console import Console
from rich.text import Text
from telegram.error import InvalidToken, TelegramError

from analytics.errors import HedgeError
from analytics.market.venues import venue_name
from bot.app import opened_database, opened_prices, utc_now
from bot.settings import ConfigurationError, Settings
from bot.store.database import DatabaseError
from bot.store.ledger import Ledger
from bot.telegram.service import opened_bot

TOLERATED_SKEW = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the diagnosis."""

    subject: str
    sentence: str
    is_sound: bool = True


async def check(settings: Settings) -> int:
    """Print what was found; return 0 where everything is sound, else 2."""
    console = Console(highlight=False)
    is_sound = True
    async for finding in findings(settings):
        mark = Text(
            "ok   " if finding.is_sound else "WRONG", "green" if finding.is_sound else "red"
        )
        console.print(mark, Text(f"{finding.subject}: {finding.sentence}"), soft_wrap=True)
        is_sound &= finding.is_sound
    return 0 if is_sound else 2


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Look at everything that ``hedgebot run`` will need."""
    yield await _telegram(settings)
    async for finding in _database(settings):
        yield finding
    async for finding in _prices(settings):
        yield finding


async def _telegram(settings: Settings) -> Finding:
    try:
        async with opened_bot(settings) as bot:
            await bot.initialize()
            mode = "webhook" if settings.webhook_url else "long polling"
            return Finding("Telegram", f"serves as @{bot.username} by {mode}")
    except InvalidToken:
        # Its own words repeat the token.
        return Finding("Telegram", "does not accept HEDGEBOT_TOKEN", is_sound=False)
    except (ConfigurationError, TelegramError) as error:
        return Finding("Telegram", str(error), is_sound=False)


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with opened_database(settings) as database:
            yield Finding("Database", f"{database.engine.dialect.name} answers, schema is current")
            doubts = await Ledger(database).in_doubt()
            if doubts:
                keys = ", ".join(entry.key for entry in doubts)
                yield Finding("In doubt", f"{len(doubts)} messages may not have arrived: {keys}")
    except (ConfigurationError, DatabaseError) as error:
        yield Finding("Database", str(error), is_sound=False)


async def _prices(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with opened_prices(settings, None) as source:
            answers = await asyncio.gather(*(_venue(source, v) for v in source.venues))
    except (ConfigurationError, HedgeError, OSError, ValueError) as error:
        yield Finding("Prices", str(error), is_sound=False)
        return
    for finding in answers:
        yield finding


async def _venue(source, venue: str) -> Finding:  # type: ignore[no-untyped-def]  # noqa: ANN001
    name = venue_name(venue)
    try:
        markets = await source.markets(venue)
        skew = await source.check(venue) if hasattr(source, "check") else timedelta(0)
    except HedgeError as error:
        return Finding(name, str(error), is_sound=False)
    clock = f", clocks differ by {skew}" if abs(skew) > TOLERATED_SKEW else ""
    return Finding(name, f"{len(markets)} markets at {utc_now():%H:%M} UTC{clock}")
