"""How updates come to this process: it asks for them, or Telegram brings them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot

from bot.health.endpoints import Instruments
from bot.settings import ConfigurationError, Settings
from bot.store.executors import Executors
from bot.store.leases import Lease
from bot.telegram.receiving.insisting import insisted
from bot.telegram.receiving.leased import Leased
from bot.telegram.receiving.polling import UPDATES, poll
from bot.telegram.receiving.reception import Reception
from bot.telegram.receiving.webhook import LARGEST_UPDATE, Webhook


async def receive(
    settings: Settings,
    bot: Bot,
    reception: Reception,
    executors: Executors,
    instruments: Instruments,
) -> None:
    """Receive updates until cancelled, and serve health and metrics meanwhile.

    Raises
    ------
    ConfigurationError
        Nothing can be listened to at the configured address, or Telegram refuses the webhook's.

    """
    async with _listening(settings, reception, instruments):
        if settings.webhook_url is None:
            # Telegram lets one process poll, and refuses a second.
            lease = Lease(executors.database, "polling", executors.name, ends_with_holder=True)
            await Leased(lease, partial(_poll, bot, reception)).run()
        else:
            await insisted(
                partial(
                    bot.set_webhook,
                    settings.webhook_url,
                    secret_token=_secret(settings),
                    allowed_updates=UPDATES,
                    drop_pending_updates=False,
                )
            )
            await asyncio.Event().wait()


async def _poll(bot: Bot, reception: Reception) -> None:
    await insisted(partial(bot.delete_webhook, drop_pending_updates=False))
    await poll(bot, reception)


@asynccontextmanager
async def _listening(
    settings: Settings, reception: Reception, instruments: Instruments
) -> AsyncIterator[None]:
    if settings.address is None:
        yield
        return
    app = web.Application(client_max_size=LARGEST_UPDATE)
    app.add_routes(instruments.routes())
    if settings.webhook_url:
        webhook = Webhook(reception, _secret(settings))
        app.router.add_post(urlsplit(settings.webhook_url).path or "/", webhook.__call__)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        host, port = settings.address
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise ConfigurationError(f"HEDGEBOT_LISTEN: {error.strerror}.") from error
        yield
    finally:
        await runner.cleanup()


def _secret(settings: Settings) -> str:
    return settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
