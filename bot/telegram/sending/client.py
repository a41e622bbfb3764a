"""The connection to Telegram."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.health.metrics import Metrics
from bot.settings import Settings
from bot.telegram.sending.counted_request import CountedRequest

SEND_TIMEOUT_S = 40.0


@asynccontextmanager
async def opened_bot(
    settings: Settings, metrics: Metrics | None = None
) -> AsyncIterator[ExtBot[None]]:
    """A client of the configured Bot API server; it has not said anything yet."""
    metrics = metrics or Metrics()
    bot: ExtBot[None] = ExtBot(
        settings.required_token(),
        base_url=f"{settings.telegram_url}/bot",
        base_file_url=f"{settings.telegram_url}/file/bot",
        request=CountedRequest(_sending(), metrics),
        # One connection is enough until an interrupted poll wedges it.
        get_updates_request=CountedRequest(
            HTTPXRequest(connection_pool_size=8, connect_timeout=10), metrics
        ),
    )
    try:
        yield bot
    finally:
        await bot.shutdown()


def _sending() -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=64,
        connect_timeout=10,
        read_timeout=SEND_TIMEOUT_S,
        write_timeout=SEND_TIMEOUT_S,
        media_write_timeout=SEND_TIMEOUT_S,
        pool_timeout=SEND_TIMEOUT_S,
    )
