"""A process may end at any line between a change and its confirmation; another one goes on.

Each test lets one process do all there is to do, and writes down the lines that touch the world.
Then for each of these lines a process dies there, and a process of the same name, or of another,
does what is left. However that goes nothing is lost, no digest comes twice, and an alert at most
once more, marked as a repeat.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import func, select, update
from telegram.request import BaseRequest, HTTPXRequest

from analytics.market.prices import Origin
from analytics.studies.readings import Reading
from bot.answering.answers import Answers
from bot.standing.calendar import Calendar
from bot.standing.telling import Telling
from bot.standing.watch import Watch
from bot.store.alerts import SqlAlerts
from bot.store.database import Database
from bot.store.digest_runs import DigestRuns
from bot.store.digests import SqlDigests
from bot.store.executors import Executors
from bot.store.ledger import Ledger, State
from bot.store.outbox import Outbox
from bot.store.tables import alerts, digests, executors, ledger, metadata, outbox, uploads
from bot.store.watching import Watching
from bot.telegram.posting.postman import Postman
from bot.telegram.sending.delivery import Delivery
from handlers import Command, Reply, Room, Services
from handlers._daily.digest import NewDigest
from handlers._daily.schedule import DailyTime
from handlers._watch.alert import NewAlert
from handlers._watch.grammar import rule_of
from handlers._watch.measure import Measure
from handlers._watch.states import Event, Phase, state_of
from handlers._watch.states import State as AlertState
from tests.bot.standing.mortal import (
    Life,
    MortalDatabase,
    Point,
    mortal_bot,
    watch_lives,
)
from tests.bot.telegram.paces import unpaced
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.telegram.people import Person
from tests.emulators.test_telegram_sending import picture
from tests.handlers.asking import services

PATIENCE_S = 60
IDLE_S = 0.2
DIGEST, ALARM, REPEAT = "Digest", "Alarm", "This may be a repeat"
PNG = picture()


@dataclass(slots=True, eq=False)
class Scene:
    """Some who get the same digest, and alerts of the first of them; everything is due."""

    telegram: TelegramEmulator
    database: Database
    way: BaseRequest
    n_digests: int
    n_alerts: int
    now: datetime = field(
        default_factory=lambda: datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=2)
    )
    people: list[Person] = field(default_factory=list)

    async def begin(self) -> None:
        async with self.database.writing() as connection:
            for table in metadata.sorted_tables:
                await connection.execute(table.delete())
        self.people = [self.telegram.person(name) for name in ("Ann", "Bob")]
        at = DailyTime(self.now.hour * 60 + self.now.minute, "UTC")
        for who in self.people[: self.n_digests]:
            new = NewDigest(who.id, Room(who.id), "/digest BTC", at, self.now, f"digest:{who.id}")
            await SqlDigests(self.database).add(new)
        ann = self.people[0]
        for n in range(self.n_alerts):
            rule = rule_of(f"ETH BTC-PERP corr<0.{60 + n} for=1")
            alert = NewAlert(
                ann.id, Room(ann.id), rule, AlertState(), self.now, self.now, f"alert:{n}"
            )
            await SqlAlerts(self.database).add(alert)

    async def live(self, name: str, life: Life) -> None:
        """Let a process do all there is to do, or die."""
        living = asyncio.create_task(self._work(name, life))
        dying = asyncio.create_task(life.over.wait())
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.wait([living, dying], return_when=asyncio.FIRST_COMPLETED)
        dying.cancel()
        living.cancel()
        [ended] = await asyncio.gather(living, return_exceptions=True)
        if not life.over.is_set():
            assert ended is None, ended

    async def declare_dead(self, name: str) -> None:
        async with self.database.writing() as connection:
            dead = update(executors).where(executors.c.name == name)
            await connection.execute(dead.values(beat_ms=0))

    async def _work(self, name: str, life: Life) -> None:
        database = cast("Database", MortalDatabase(self.database, life))
        bot = mortal_bot(self.telegram, life, self.way)
        executor = Executors(database, name)
        await executor.register()
        await executor.rescue()
        await self._calendar(database, name)
        using = replace(services(), now=lambda: self.now)
        telling = Telling(using, tell=_alarmed)
        watching = Watching(database, name)
        await Watch(watching, using, telling, look=_low, now=self._time).sweep()
        delivery = Delivery(bot, Ledger(database, name), unpaced(database))
        await self._posted(
            Postman(Outbox(database, name), delivery, sleep=lambda _: asyncio.sleep(IDLE_S))
        )
        await executor.leave()

    async def _calendar(self, database: Database, name: str) -> None:
        command = Command("digest", "", "", (), parse=str.strip, answer=_digested)
        answers = Answers((command,), services())
        calendar = Calendar(DigestRuns(database, name), answers, now=self._time)
        await calendar.look()
        working = list(calendar._working)
        await calendar.idle()
        for task in working:
            task.result()

    async def _posted(self, postman: Postman) -> None:
        running = asyncio.create_task(postman.run())
        try:
            while await self.count(outbox) and not running.done():  # noqa: ASYNC110 - no bell
                await asyncio.sleep(0.005)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def _time(self) -> datetime:
        return self.now

    async def count(self, table: Any) -> int:
        async with self.database.reading() as connection:
            question = select(func.count()).select_from(table)
            return int((await connection.execute(question)).scalar_one())

    async def rows(self, table: Any) -> list[Any]:
        async with self.database.reading() as connection:
            return list((await connection.execute(select(table))).all())


@dataclass(slots=True)
class Tally:
    """What came of all deaths; ``died_at`` are the names of lines that were the last of a life."""

    died_at: Counter[str] = field(default_factory=Counter)
    in_doubt: int = 0
    repeats: int = 0

    async def add(self, scene: Scene, deaths: int) -> None:
        """Check how a scene has ended, and count."""
        doubtful = {entry.key: entry.chat_id for entry in await Ledger(scene.database).in_doubt()}
        self.in_doubt += len(doubtful)
        await self._digests_came_once(scene, doubtful)
        self._alarms_came(scene, deaths)
        await _all_is_settled(scene)
        assert len(doubtful) <= deaths * 2, "ann's and bob's may be on their way together"

    async def _digests_came_once(self, scene: Scene, doubtful: dict[str, int]) -> None:
        ids = {row.chat_id: row.id for row in await scene.rows(digests)}
        for who in scene.people[: scene.n_digests]:
            came = [m for m in scene.telegram.replies(who) if DIGEST in m.words]
            assert len(came) <= 1, "twice"
            day = scene.now.date()
            assert came or f"digest:{ids[who.id]}:{day}:0" in doubtful, "lost"
            assert all(message.photo for message in came)

    def _alarms_came(self, scene: Scene, deaths: int) -> None:
        texts = [m.words for m in scene.telegram.replies(scene.people[0])]
        rung = [text for text in texts if ALARM in text]
        first = [text for text in rung if REPEAT not in text]
        repeated = [text for text in rung if REPEAT in text]
        self.repeats += len(repeated)
        if not scene.n_alerts:
            assert not rung
            return
        # Of a first message whose request died before it was heard only the repeat exists.
        assert len(first) <= 1
        assert 1 <= len(rung) <= 2
        assert len(repeated) <= deaths


async def _all_is_settled(scene: Scene) -> None:
    assert await scene.rows(outbox) == []
    assert {row.state for row in await scene.rows(ledger)} <= {State.SENT, State.IN_DOUBT}
    assert await scene.rows(executors) == []
    for row in await scene.rows(digests):
        assert (row.last_date, row.holder, row.attempts) == (scene.now.date().isoformat(), None, 0)
        assert row.paused_why is None
    for row in await scene.rows(alerts):
        state = state_of(row.state)
        assert (state.phase, state.episode, state.is_told) == (Phase.FIRING, 1, True)
        assert (row.holder, row.attempts, row.paused_why) == (None, 0, None)
    assert await scene.count(uploads) <= 1


async def _digested(query: str, _services: Services) -> Reply:
    return Reply(DIGEST, query, chart=PNG)


async def _alarmed(_event: Event, alert: Any, _services: Services) -> Reply:
    return Reply(f"{ALARM} {alert.number}", "low", chart=PNG)


async def _low(_measure: Measure, using: Services) -> Reading:
    hour = timedelta(hours=1)
    as_of = using.now().replace(minute=0, second=0)
    return Reading(0.4, None, as_of, hour, ("A", "B"), "Binance", Origin("test"))


async def _survey(scene: Scene) -> list[Point]:
    """All lines of a process that nothing happens to."""
    await scene.begin()
    life = Life()
    await scene.live("one", life)
    return life.points


async def _deaths(scene: Scene, places: Sequence[tuple[str, Point]], heir: str) -> int:
    """Let processes die one after another, and the heir do what is left; how many have died."""
    await scene.begin()
    deaths = 0
    for name, point in places:
        life = Life(point)
        await scene.live(name, life)
        if life.over.is_set():
            deaths += 1
            await scene.declare_dead(name)
    await scene.live(heir, Life())
    return deaths


@pytest.fixture
async def way() -> AsyncIterator[BaseRequest]:
    """The way to Telegram that all lives share."""
    request = HTTPXRequest(connection_pool_size=16)
    await request.initialize()
    yield request
    await request.shutdown()


@pytest.mark.parametrize(
    ("n_digests", "n_alerts"),
    [(2, 0), (0, 1), (0, 4)],
    ids=["a digest of two", "an alert", "alerts that become one message"],
)
@pytest.mark.slow
async def test_a_death_at_any_line_loses_nothing(
    emulator: TelegramEmulator, database: Database, way: BaseRequest, n_digests: int, n_alerts: int
) -> None:
    watch_lives(database.engine)
    scene, tally = Scene(emulator, database, way, n_digests, n_alerts), Tally()
    points = await _survey(scene)
    kinds = {line for line, _ in points}
    is_sqlite = database.engine.dialect.name == "sqlite"
    # Every line at least once on SQLite, where the process itself comes again; some on PostgreSQL,
    # where another takes over.
    heir, chosen = ("one", _thinned(points)) if is_sqlite else ("two", points[::12])
    for point in chosen:
        deaths = await _deaths(scene, [("one", point)], heir)
        await tally.add(scene, deaths)
        tally.died_at[point[0]] += deaths
    if is_sqlite:
        assert kinds == {line for line, n in tally.died_at.items() if n}
    # How often a process looks whether there is work depends on the machine.
    assert tally.died_at.total() >= 0.8 * len(chosen)


def _thinned(points: Sequence[Point]) -> list[Point]:
    """Each line the first time that it is reached, and every third of the other times."""
    firsts = [point for point in points if point[1] == 1]
    others = [point for point in points if point[1] > 1]
    return [*firsts, *others[::3]]


@pytest.mark.slow
async def test_two_deaths_one_after_the_other_lose_nothing(
    emulator: TelegramEmulator, database: Database, way: BaseRequest
) -> None:
    watch_lives(database.engine)
    scene, tally, chance = Scene(emulator, database, way, 2, 1), Tally(), random.Random(1)
    points = await _survey(scene)
    both = 0
    for _ in range(8):
        places = [(name, chance.choice(points)) for name in ("one", "two")]
        deaths = await _deaths(scene, places, "three")
        await tally.add(scene, deaths)
        both += deaths == 2
    assert both, "not only one of the two"
