"""Hearts in threads of their own, on PostgreSQL, in real time."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from sqlalchemy import select

from bot.living.apart import Apart
from bot.living.heartbeat import Heartbeat
from bot.store.database import Database, open_database
from bot.store.executors import Executors, ReplacedError
from bot.store.leases import Lease
from bot.store.ledger import Ledger
from bot.store.tables import executors, inbox
from tests.bot.living.test_executors import hold_one_of_each, holders

NAME = "busy"


@dataclass(slots=True, eq=False)
class Process:
    """A loop in a thread, as that of a process; whatever the heart needs it gets from there."""

    url: str
    hangs_after: float = 20.0
    freed: threading.Event = field(default_factory=threading.Event)
    ended: BaseException | None = None
    _serves: threading.Event = field(default_factory=threading.Event)
    _blocks: threading.Event = field(default_factory=threading.Event)
    _leaves: threading.Event = field(default_factory=threading.Event)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Let it work until the block ends."""
        thread = threading.Thread(target=self._live)
        thread.start()
        try:
            await asyncio.to_thread(self._serves.wait)
            yield
        finally:
            self.freed.set()
            self._leaves.set()
            await asyncio.to_thread(thread.join)

    def block(self) -> None:
        """Let nothing in its loop move until it is ``freed``."""
        self._blocks.set()

    def _live(self) -> None:
        try:
            asyncio.run(self._work())
        except ReplacedError as error:
            self.ended = error

    async def _work(self) -> None:
        database = await open_database(self.url)
        ours = Executors(database, NAME)
        await ours.register()
        await hold_one_of_each(database, NAME)
        await Ledger(database, NAME).intend("reply:1:0", chat_id=1)
        await polling(database, NAME).take()
        heart = asyncio.create_task(Apart(ours, hangs_after=self.hangs_after).run())
        self._serves.set()
        try:
            while not (self._leaves.is_set() or heart.done()):
                await asyncio.sleep(0.05)
                if self._blocks.is_set():
                    # The whole loop stands still, not this task.
                    self.freed.wait()
            if heart.done():
                heart.result()
        finally:
            heart.cancel()
            await asyncio.wait([heart])
            await ours.leave()
            await database.close()


@pytest.fixture
async def postgresql(database: Database) -> Database:
    if database.turn is not None:
        pytest.skip("a SQLite file has one process")
    return database


@asynccontextmanager
async def survivor(database: Database) -> AsyncIterator[None]:
    """Another process, which frees the work of those that are silent."""
    other = Executors(database, "survivor")
    await other.register()
    heart = asyncio.create_task(Heartbeat(other).run())
    try:
        yield
    finally:
        heart.cancel()
        await asyncio.wait([heart])


@pytest.mark.slow
async def test_a_loop_that_stands_still_for_ten_seconds_keeps_its_work(
    postgresql: Database,
) -> None:
    process = Process(url_of(postgresql))
    async with survivor(postgresql), process.serving():
        process.block()
        # Long enough for a survivor whose own beats are regular to free what is silent.
        await asyncio.sleep(10)
        assert await holders(postgresql, inbox) == [NAME]
        assert await Ledger(postgresql).in_doubt() == []
        assert not await polling(postgresql, "survivor").take(), "it goes on polling afterwards"


@pytest.mark.slow
async def test_a_loop_that_hangs_for_good_loses_its_work_and_may_come_back(
    postgresql: Database,
) -> None:
    process = Process(url_of(postgresql), hangs_after=1.0)
    async with survivor(postgresql), process.serving():
        process.block()
        async with asyncio.timeout(60):
            while await holders(postgresql, inbox) == [NAME]:  # noqa: ASYNC110 - rings no bell
                await asyncio.sleep(0.1)
        assert await holders(postgresql, inbox) == [None]
        assert [entry.key for entry in await Ledger(postgresql).in_doubt()] == ["reply:1:0"]
        assert not await is_known(postgresql)
        assert await polling(postgresql, "survivor").take(), "somebody has to poll"
        process.freed.set()
        async with asyncio.timeout(60):
            while not await is_known(postgresql):  # noqa: ASYNC110 - rings no bell
                await asyncio.sleep(0.1)
    assert not await is_known(postgresql), "it has left in good order"


async def test_a_second_of_the_same_name_ends_the_first(postgresql: Database) -> None:
    process = Process(url_of(postgresql))
    async with process.serving():
        later = Executors(postgresql, NAME)
        await later.register()
        async with asyncio.timeout(60):
            while process.ended is None:  # noqa: ASYNC110 - a thread rings no bell here
                await asyncio.sleep(0.05)
    assert await is_known(postgresql), "the later one stays"


def polling(database: Database, holder: str) -> Lease:
    return Lease(database, "polling", holder, ends_with_holder=True)


def url_of(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


async def is_known(database: Database) -> bool:
    async with database.reading() as connection:
        known = select(executors.c.name).where(executors.c.name == NAME)
        return (await connection.execute(known)).first() is not None
