"""The Telegram process: starts, serves, and ends without losing anything."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot, BotCommand
from telegram.error import InvalidToken, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.app import opened_answers
from bot.settings import ConfigurationError, Settings
from bot.store.buttons import Buttons
from bot.store.database import Database, DatabaseError, open_database
from bot.store.inbox import Inbox
from bot.store.ledger import Ledger
from bot.telegram.conversation import Conversation
from bot.telegram.delivery import Delivery
from bot.telegram.lanes import Lanes
from bot.telegram.pacing import Pacing
from bot.telegram.polling import UPDATES, poll
from bot.telegram.reception import Reception
from bot.telegram.webhook import Webhook, application
from handlers import Command

log = logging.getLogger(__name__)

DRAIN_S = 9.0
START_RETRY_S = 5.0
PRUNE_EVERY_S = 3600.0
SEND_TIMEOUT_S = 40.0


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT.

    Raises
    ------
    ConfigurationError
        The token is missing or refused.

    """
    stop = _stop_event()
    async with opened_bot(settings) as bot:
        database = await open_database(settings.database_url)
        try:
            async with opened_answers(settings, database) as (answers, workshop):
                await _started(bot, stop)
                ledger = Ledger(database)
                inbox = Inbox(database)
                conversation = Conversation(
                    bot=bot,
                    inbox=inbox,
                    answers=answers,
                    buttons=Buttons(database),
                    delivery=Delivery(bot, ledger, Pacing()),
                    allowed_chats=settings.allowed_chats,
                )
                lanes = Lanes(conversation.handle)
                reception = Reception(inbox, lanes)
                await _report_doubts(ledger)
                await _announce(bot, answers.commands)
                await workshop.warm_up()
                await reception.resume()
                housekeeping = asyncio.create_task(_housekeeping(database))
                try:
                    await _receive(settings, bot, reception, stop)
                finally:
                    housekeeping.cancel()
                    log.info("finishing what is under way")
                    await lanes.drain(within=DRAIN_S)
        finally:
            await database.close()


@asynccontextmanager
async def opened_bot(settings: Settings) -> AsyncIterator[ExtBot[None]]:
    """A client of the configured Bot API server; it has not said anything yet."""
    bot: ExtBot[None] = ExtBot(
        settings.required_token(),
        base_url=f"{settings.telegram_url}/bot",
        base_file_url=f"{settings.telegram_url}/file/bot",
        request=HTTPXRequest(
            connection_pool_size=64,
            connect_timeout=10,
            read_timeout=SEND_TIMEOUT_S,
            write_timeout=SEND_TIMEOUT_S,
            media_write_timeout=SEND_TIMEOUT_S,
            pool_timeout=SEND_TIMEOUT_S,
        ),
        # One connection is enough until an interrupted poll wedges it.
        get_updates_request=HTTPXRequest(connection_pool_size=8, connect_timeout=10),
    )
    try:
        yield bot
    finally:
        await bot.shutdown()


def _stop_event() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _started(bot: Bot, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await bot.initialize()
        except InvalidToken as error:
            raise ConfigurationError("Telegram does not accept HEDGEBOT_TOKEN.") from error
        except TelegramError as error:
            log.warning("Telegram does not answer yet: %s", error)
            await asyncio.sleep(START_RETRY_S)
        else:
            log.info("serving as @%s", bot.username)
            return


async def _announce(bot: Bot, commands: Sequence[Command]) -> None:
    try:
        await bot.set_my_commands([BotCommand(c.name, c.summary) for c in commands])
    except TelegramError as error:
        log.warning("the menu could not be set: %s", error)


async def _report_doubts(ledger: Ledger) -> None:
    await ledger.doubt_all_intents()
    for entry in await ledger.in_doubt():
        log.warning("%s to chat %d may not have arrived", entry.key, entry.chat_id)


async def _receive(settings: Settings, bot: Bot, reception: Reception, stop: asyncio.Event) -> None:
    async with _listening(settings, reception):
        if settings.webhook_url is None:
            await bot.delete_webhook(drop_pending_updates=False)
            receiving = asyncio.create_task(poll(bot, reception))
        else:
            await bot.set_webhook(
                settings.webhook_url,
                secret_token=_secret(settings),
                allowed_updates=UPDATES,
                drop_pending_updates=False,
            )
            receiving = asyncio.create_task(asyncio.sleep(float("inf")))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([receiving, stopping], return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        receiving.cancel()
        await asyncio.gather(stopping, receiving, return_exceptions=True)
        if not stop.is_set():
            receiving.result()


@asynccontextmanager
async def _listening(settings: Settings, reception: Reception) -> AsyncIterator[None]:
    if settings.address is None:
        yield
        return
    webhook = Webhook(reception, _secret(settings)) if settings.webhook_url else None
    path = urlsplit(settings.webhook_url or "").path or "/"
    runner = web.AppRunner(application(webhook, path), access_log=None)
    await runner.setup()
    try:
        host, port = settings.address
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()


async def _housekeeping(database: Database) -> None:
    while True:
        try:
            await Inbox(database).prune()
            await Ledger(database).prune()
            await Buttons(database).prune()
        except DatabaseError:
            log.exception("old rows could not be forgotten")
        await asyncio.sleep(PRUNE_EVERY_S)


def _secret(settings: Settings) -> str:
    return settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
