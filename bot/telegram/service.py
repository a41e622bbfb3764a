"""The Telegram process: starts, serves, and ends without losing anything."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from bot.app import executor_name, opened_answers, opened_database, unusable
from bot.computing.workroom import Workroom
from bot.computing.workshop import THEMES
from bot.health.endpoints import Instruments
from bot.health.metrics import Metrics
from bot.health.readiness import Readiness
from bot.living.apart import Apart
from bot.living.heartbeat import Heartbeat
from bot.living.loops import Loop, ended, meanwhile, started
from bot.living.quarantine import Quarantine
from bot.settings import ConfigurationError, Settings
from bot.standing.calendar import Calendar
from bot.standing.telling import Telling
from bot.standing.watch import Watch
from bot.store.buttons import Buttons
from bot.store.database import Database, DatabaseError
from bot.store.digest_runs import DigestRuns
from bot.store.executors import Executors, ReplacedError
from bot.store.forgetting import Farewells
from bot.store.gates import Gates
from bot.store.housekeeping import keep_house
from bot.store.inbox import Inbox
from bot.store.ledger import Ledger
from bot.store.outbox import Outbox
from bot.store.quotas import Quotas
from bot.store.watching import Watching
from bot.telegram.inline.mode import inline_mode
from bot.telegram.lanes import Lanes, Places
from bot.telegram.menus import Menus
from bot.telegram.posting.postman import Postman
from bot.telegram.receiving.insisting import insisted
from bot.telegram.receiving.reception import Reception
from bot.telegram.receiving.updates import receive
from bot.telegram.sending.client import opened_bot
from bot.telegram.sending.delivery import Delivery
from bot.telegram.sending.pacing import Pacing
from bot.telegram.talking.conversation import Conversation
from handlers import Services

log = logging.getLogger(__name__)

DRAIN_S = 9.0


async def serve(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT.

    Raises
    ------
    ConfigurationError
        The token is missing or refused.

    """
    serving = asyncio.create_task(_served(settings))
    stopping = _Stopping(serving)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.begin)
    try:
        await serving
    except asyncio.CancelledError:
        if not stopping.has_begun:
            raise


@dataclass(slots=True, eq=False)
class _Stopping:
    """Ends the service once: a second signal must not break off what is being finished."""

    serving: asyncio.Task[None]
    has_begun: bool = False

    def begin(self) -> None:
        if not self.has_begun:
            self.has_begun = True
            self.serving.cancel()


async def _served(settings: Settings) -> None:
    metrics = Metrics()
    async with (
        opened_bot(settings, metrics) as bot,
        opened_database(settings) as database,
        opened_answers(settings, database, metrics, _workroom(settings, metrics)) as (
            answers,
            workshop,
        ),
    ):
        await insisted(bot.initialize)
        executors = Executors(database, executor_name(settings))
        ledger = Ledger(database, executors.name)
        inbox = Inbox(database, executors.name)
        delivery = Delivery(bot, ledger, Pacing(Gates(database)))
        quarantine = Quarantine()
        postman = Postman(Outbox(database, executors.name), delivery, quarantine=quarantine)
        conversation = Conversation(
            bot=bot,
            inbox=inbox,
            answers=answers,
            buttons=Buttons(database),
            delivery=delivery,
            allowed_chats=settings.allowed_chats,
            operators=settings.operators,
            quotas=Quotas(database) if settings.questions_a_minute else None,
            units_a_minute=settings.questions_a_minute,
            quarantine=quarantine,
        )
        lanes = Lanes(conversation.handle, conversation.places)
        excess = Lanes(conversation.turn_away, Places(2)) if conversation.quotas else None
        inline = inline_mode(settings, bot, answers, conversation.rights, database)
        reception = Reception(
            inbox, lanes, excess, inline.receive, sleep=metrics.paced("reception")
        )
        instruments = Instruments(Readiness(database, bot, metrics))
        menus = Menus(bot, answers.commands, settings.operators)
        async with meanwhile(menus.announce()):
            await workshop.warm_up()
            # From now on the heart has to beat: what comes before can take long.
            await _registered(executors)
            log.info("serving as @%s, process %s", bot.username, executors.name)
            await _report_doubts(ledger)
            await _run(
                executors,
                reception,
                receiving={
                    "receiving": partial(receive, settings, bot, reception, executors, instruments),
                    "reception": reception.run,
                    "inline": inline.run,
                },
                standing={
                    "postman": postman.run,
                    "alerts": partial(
                        _watched, database, executors.name, answers.services, quarantine
                    ),
                    "calendar": Calendar(
                        DigestRuns(database, executors.name), answers, quarantine=quarantine
                    ).run,
                    "farewells": Farewells(database, sleep=metrics.paced("farewells")).run,
                },
                ground={
                    "heartbeat": _heart(executors, metrics.paced("heartbeat")),
                    "housekeeping": partial(keep_house, database),
                },
            )


def _workroom(settings: Settings, metrics: Metrics) -> Workroom:
    room = Workroom(THEMES[settings.theme], tally=metrics)
    metrics.weigh(lambda: room.staff.memory)
    return room


def _heart(executors: Executors, sleep: Callable[[float], Awaitable[None]]) -> Loop:
    """In a thread of its own, but for SQLite: there nobody else waits for the beat."""
    if executors.database.turn is None:
        return Apart(executors, sleep).run
    return Heartbeat(executors, sleep=sleep).run


async def _registered(executors: Executors) -> None:
    """Write down that this process lives: the first thing that a read-only disk does not take."""
    try:
        await executors.register()
    except DatabaseError as error:
        raise unusable(error) from error


async def _watched(
    database: Database, name: str, services: Services, quarantine: Quarantine
) -> None:
    watching = Watching(database, name)
    await Watch(watching, services, Telling(services), quarantine=quarantine).run()


async def _run(
    executors: Executors,
    reception: Reception,
    *,
    receiving: Mapping[str, Loop],
    standing: Mapping[str, Loop],
    ground: Mapping[str, Loop],
) -> None:
    """Run all loops until cancelled; then end them, those first that bring new work."""
    heart, work, door = started(ground), started(standing), started(receiving)
    try:
        done, _ = await asyncio.wait([*heart, *work, *door], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    except ReplacedError as error:
        raise ConfigurationError(f"{error}; HEDGEBOT_INSTANCE must differ.") from error
    finally:
        log.info("finishing what is under way")
        await ended(door, within=DRAIN_S)
        await asyncio.gather(ended(work, within=DRAIN_S), reception.drain(within=DRAIN_S))
        # A task that still uses the database when that closes would wait for ever.
        await ended(heart, within=DRAIN_S)
        with suppress(DatabaseError):
            await executors.leave()


async def _report_doubts(ledger: Ledger) -> None:
    for entry in await ledger.in_doubt():
        log.warning("%s to chat %d may not have arrived", entry.key, entry.chat_id)
