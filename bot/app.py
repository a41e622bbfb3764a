"""The composition root: opens, wires and closes everything."""

import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from analytics.errors import SourceError
from analytics.market.catalog import Catalog
from analytics.market.histories import Histories
from analytics.market.prices import PriceSource
from analytics.market.stored import StoredPrices
from bot.answering.answers import Answers
from bot.computing.workshop import THEMES, OpenWorkshop, ThreadWorkshop
from bot.health.counted_prices import CountedPrices
from bot.health.metrics import Metrics
from bot.health.venue_diary import VenueDiary
from bot.health.wellbeing import Wellbeing
from bot.settings import ConfigurationError, Settings
from bot.standing.telling import POISON as ALERT_POISON
from bot.store.alerts import SqlAlerts
from bot.store.book import SqlBook
from bot.store.candles import SqlCandleStore
from bot.store.computations import Computations
from bot.store.database import SOLE, Database, DatabaseError, DatabaseUrlError, open_database
from bot.store.digest_runs import POISON as DIGEST_POISON
from bot.store.digests import SqlDigests
from bot.store.mail import SqlMail
from bot.store.memory import SqlMemory
from bot.store.rooms import SqlRooms
from handlers import Services, load_commands

POISONED = frozenset({ALERT_POISON, DIGEST_POISON})
"""Why a subscription stands still that ended processes."""


def utc_now() -> datetime:
    """The present."""
    return datetime.now(UTC)


def clock_of(database: Database | None) -> Callable[[], datetime]:
    """The clock of everything that is stored or shared, else that of this machine."""
    return database.clock.now if database else utc_now


def executor_name(settings: Settings) -> str:
    """The name of this process among those that share its database.

    A SQLite file has one process. Several on one PostgreSQL must not share a name, so there it is
    made of the machine and the process unless one is given.
    """
    if settings.instance:
        return settings.instance
    shares = settings.database_url.startswith("postgresql")
    return f"{socket.gethostname()}-{os.getpid()}" if shares else SOLE


def unusable(error: Exception) -> ConfigurationError:
    """What an operator is told of a database with which nothing can begin."""
    sentence = str(error).partition("\n")[0]
    return ConfigurationError(f"HEDGEBOT_DATABASE_URL: {sentence}")


@asynccontextmanager
async def opened_database(settings: Settings) -> AsyncIterator[Database]:
    """The database that the settings name.

    Raises
    ------
    ConfigurationError
        It does not answer, or is none.

    """
    try:
        database = await open_database(settings.database_url)
    except (DatabaseError, DatabaseUrlError, OSError) as error:
        raise unusable(error) from error
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def opened_prices(
    settings: Settings,
    database: Database | None,
    metrics: Metrics | None = None,
    diary: VenueDiary | None = None,
) -> AsyncIterator[PriceSource]:
    """The price source that the settings ask for; live prices are remembered in the database.

    With ``metrics`` what venues are asked is counted, and their answers are noted in the ``diary``.

    Each source is imported only when it is used: ccxt alone takes half a second.

    Raises
    ------
    ConfigurationError
        The archive is none.

    """
    now = clock_of(database)
    if settings.prices == "simulated":
        from analytics.market.simulated import SimulatedPrices  # noqa: PLC0415

        yield SimulatedPrices(clock=now)
    elif settings.archive is not None:
        from analytics.market.archive import ArchivePrices  # noqa: PLC0415

        try:
            archive = ArchivePrices(settings.archive)
        except SourceError as error:
            raise ConfigurationError(f"HEDGEBOT_PRICES: {error.sentence}") from error
        yield archive
    else:
        from analytics.market.live import LivePrices  # noqa: PLC0415

        live = LivePrices(venues=settings.venues, options=settings.ccxt_options, clock=now)
        try:
            diary = diary or VenueDiary(now)
            diary.rests_until = live.rests_until
            asked = CountedPrices(live, metrics, diary) if metrics else live
            yield StoredPrices(asked, SqlCandleStore(database), now=now) if database else asked
        finally:
            await live.close()


@asynccontextmanager
async def opened_answers(
    settings: Settings,
    database: Database | None,
    metrics: Metrics | None = None,
    workshop: OpenWorkshop | None = None,
) -> AsyncIterator[tuple[Answers, OpenWorkshop]]:
    """Everything that answers questions, without anything of Telegram.

    Answers are computed in ``workshop``, and without one in a thread; it is closed at the end.
    """
    workshop = workshop or ThreadWorkshop(THEMES[settings.theme])
    now = clock_of(database)
    diary = VenueDiary(now)
    async with opened_prices(settings, database, metrics, diary) as source:
        services = Services(
            histories=Histories(Catalog(source), source),
            workshop=workshop,
            now=now,
            book=SqlBook(database) if database else None,
            rooms=SqlRooms(database) if database else None,
            digests=SqlDigests(database) if database else None,
            alerts=SqlAlerts(database) if database else None,
            health=Wellbeing(source, database, metrics, diary, now())
            if database and metrics
            else None,
            mail=SqlMail(database, POISONED) if database else None,
            memory=SqlMemory(database) if database else None,
        )
        # One process alone has nobody to share with: equal questions meet in its memory.
        shared = database if database and database.turn is None else None
        computations = Computations(shared, executor_name(settings)) if shared else None
        agree = database.agree_on_time if database else None
        answers = Answers(
            load_commands(), services, computations, tally=metrics, agree_on_time=agree
        )
        try:
            yield answers, workshop
        finally:
            await answers.close()
            await workshop.close()


@asynccontextmanager
async def opened_for_terminal(settings: Settings) -> AsyncIterator[Answers]:
    """What ``hedgebot ask`` needs: a database only where there is something to remember."""
    async with AsyncExitStack() as stack:
        database = None
        if settings.prices == "live":
            database = await stack.enter_async_context(opened_database(settings))
        answers, _ = await stack.enter_async_context(opened_answers(settings, database))
        yield answers
