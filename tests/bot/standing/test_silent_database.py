"""A database that falls silent for a moment leaves nothing behind on which nobody works."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from telegram import Bot

from analytics.market.prices import Origin
from analytics.studies.readings import Reading
from bot.answering.answers import Answers
from bot.standing.calendar import Calendar
from bot.standing.telling import Telling
from bot.standing.watch import Watch
from bot.store.alerts import SqlAlerts
from bot.store.clock import SharedClock, datetime_of
from bot.store.database import Database
from bot.store.digest_runs import DigestRuns
from bot.store.digests import SqlDigests
from bot.store.ledger import Ledger
from bot.store.outbox import Outbox
from bot.store.tables import alerts, digests, outbox
from bot.store.watching import Watching
from bot.telegram.incoming import Place
from bot.telegram.posting.postman import Postman
from bot.telegram.sending.delivery import Delivery
from bot.telegram.sending.parcels import Parcel
from handlers import Command, Reply, Room, Services
from handlers._daily.digest import NewDigest
from handlers._daily.schedule import DailyTime
from handlers._watch.alert import NewAlert
from handlers._watch.grammar import rule_of
from handlers._watch.measure import Measure
from handlers._watch.states import Event, State
from tests.bot.telegram.paces import unpaced
from tests.bot.telegram.posting.office import Office
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.handlers.asking import services

PATIENCE_S = 30
MOST_TRANSACTIONS = 60
UNTIL_CLAIMED = 5


@dataclass(slots=True, eq=False)
class Fainting:
    """A database of which one transaction, by number, fails.

    ``after`` it was written down: then only the answer is lost.
    """

    database: Database
    fails_at: int
    after: bool
    seen: int = 0

    @property
    def engine(self) -> AsyncEngine:
        return self.database.engine

    @property
    def turn(self) -> asyncio.Lock | None:
        return self.database.turn

    @property
    def clock(self) -> SharedClock:
        return self.database.clock

    async def now(self) -> datetime:
        async with self.reading() as connection:
            return datetime_of(await self.clock.read(connection))

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        self._counts(fails=True)
        async with self.database.reading() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        self._counts(fails=not self.after)
        number = self.seen
        async with self.database.writing() as connection:
            yield connection
        if self.after and number == self.fails_at:
            raise _silence()

    def insert(self, table: Any) -> Any:
        return self.database.insert(table)

    def _counts(self, *, fails: bool) -> None:
        self.seen += 1
        if fails and self.seen == self.fails_at:
            raise _silence()


def _silence() -> OperationalError:
    return OperationalError("…", None, ConnectionError("the server closed the connection"))


Work = Callable[[Database], Awaitable[Any]]
IsDone = Callable[[], Awaitable[bool]]


async def _nap(_seconds: float) -> None:
    await asyncio.sleep(0.001)


async def _lived_through(
    database: Database, work: Work, is_done: IsDone, number: int, *, after: bool
) -> bool:
    """Let a loop work until all is done; whether the transaction of that number was met."""
    fainting = Fainting(database, number, after)
    running = asyncio.ensure_future(work(cast("Database", fainting)))
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not await is_done():
                assert not running.done(), running
                await asyncio.sleep(0.005)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return fainting.seen >= number


async def _count(database: Database, table: Any, *where: Any) -> int:
    async with database.reading() as connection:
        question = select(func.count()).select_from(table).where(*where)
        return int((await connection.execute(question)).scalar_one())


NOW = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_an_alert_is_looked_at_all_the_same(database: Database, *, after: bool) -> None:
    async def work(weak: Database) -> None:
        using = replace(services(), now=lambda: NOW)
        watching = Watching(weak, "one")
        telling = Telling(using, tell=_rung)
        await Watch(watching, using, telling, look=_low, now=_now, sleep=_nap).run()

    async def is_done() -> bool:
        is_free = not await _count(database, alerts, alerts.c.holder.is_not(None))
        return is_free and await _count(database, outbox) == 1

    for number in range(1, MOST_TRANSACTIONS):
        rule = rule_of("ETH BTC-PERP corr<0.6 for=1")
        new = NewAlert(5, Room(5), rule, State(), NOW, NOW, f"alert:{number}")
        await SqlAlerts(database).add(new)
        if not await _lived_through(database, work, is_done, number, after=after):
            return
        async with database.writing() as connection:
            for table in (alerts, outbox):
                await connection.execute(delete(table))
    pytest.fail("no end")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_digest_is_made_all_the_same(database: Database, *, after: bool) -> None:
    at = DailyTime(NOW.hour * 60 + NOW.minute, "UTC")

    async def work(weak: Database) -> None:
        command = Command("digest", "", "", (), parse=str.strip, answer=_digested)
        answers = Answers((command,), services())
        await Calendar(DigestRuns(weak, "one"), answers, now=_now, sleep=_nap).run()

    async def is_done() -> bool:
        is_free = not await _count(database, digests, digests.c.holder.is_not(None))
        return is_free and await _count(database, outbox) == 1

    for number in range(1, MOST_TRANSACTIONS):
        new = NewDigest(5, Room(5), "/digest BTC", at, NOW, f"digest:{number}")
        await SqlDigests(database).add(new)
        if not await _lived_through(database, work, is_done, number, after=after):
            return
        async with database.writing() as connection:
            for table in (digests, outbox):
                await connection.execute(delete(table))
    pytest.fail("no end")


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_letter_is_sent_all_the_same(
    emulator: TelegramEmulator, bot: Bot, database: Database, *, after: bool
) -> None:
    office = Office(emulator, bot, database)

    async def work(weak: Database) -> None:
        delivery = Delivery(bot, Ledger(weak, "one"), unpaced(weak))
        await Postman(Outbox(weak, "one"), delivery, sleep=_nap).run()

    async def is_done() -> bool:
        return not await _count(database, outbox)

    for number in range(1, UNTIL_CLAIMED):
        ann = emulator.person("Ann")
        await office.letter(f"digest:{number}", ann)
        assert await _lived_through(database, work, is_done, number, after=after)
        assert len(office.texts(ann)) == 1


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_an_answer_is_sent_once_and_none_is_in_doubt(
    emulator: TelegramEmulator, bot: Bot, database: Database, *, after: bool
) -> None:
    for number in range(1, MOST_TRANSACTIONS):
        ann, fainting = emulator.person("Ann"), Fainting(database, number, after)
        weak, key = cast("Database", fainting), f"reply:{number}:0"
        delivery = Delivery(bot, Ledger(weak, "one"), unpaced(weak), retry_sleep=_nap)
        parcel = Parcel(key, Place(ann.id, None, None, is_private=True), "x")
        try:
            await delivery.send(parcel)
        except OperationalError:
            # As a question is begun anew when the database answers again.
            await delivery.send(parcel)
        entry = await Ledger(database).entry(key)
        assert entry
        assert entry.state.value == "sent"
        assert [said.words for said in emulator.replies(ann)] == ["x"]
        if fainting.seen < number:
            return
    pytest.fail("no end")


async def _now() -> datetime:
    return NOW


async def _digested(query: str, _services: Services) -> Reply:
    return Reply("Digest", query)


async def _rung(_event: Event, _alert: object, _services: Services) -> Reply:
    return Reply("Alarm", "low")


async def _low(_measure: Measure, using: Services) -> Reading:
    as_of = using.now().replace(minute=0, second=0)
    return Reading(0.4, None, as_of, timedelta(hours=1), ("A", "B"), "Binance", Origin("test"))
