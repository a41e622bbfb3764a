"""Digests that are due, on a clock that is turned by hand, and the letters that come of them."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from bot.answering.answers import Answers
from bot.standing.calendar import Calendar
from bot.store.database import Database
from bot.store.digest_runs import DigestRuns
from bot.store.digests import SqlDigests
from bot.store.tables import digests, outbox
from handlers import Command, Reply, Room, Services
from handlers._daily.digest import NewDigest
from handlers._daily.schedule import DailyTime
from tests.handlers.asking import services

BERLIN = DailyTime(480, "Europe/Berlin")
DUE = datetime(2026, 11, 5, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(slots=True, eq=False)
class Stage:
    """A process with a calendar, and a clock that only the test turns.

    ``failing`` are errors that the next answers raise, in their order.
    """

    database: Database
    now: datetime = DUE
    seconds: float = 0.0
    holder: str = "one"
    asked: Counter[str] = field(default_factory=Counter)
    failing: list[Exception] = field(default_factory=list)
    during: Callable[[], Any] | None = None
    naps: list[float] = field(default_factory=list)
    calendar: Calendar = field(init=False)

    def __post_init__(self) -> None:
        command = Command("digest", "", "", (), parse=str.strip, answer=self._answered)
        self.calendar = Calendar(
            DigestRuns(self.database, self.holder),
            Answers((command,), services()),
            now=self._time,
            monotonic=lambda: self.seconds,
            sleep=self._nap,
        )

    async def look(self, *, later: timedelta = timedelta(0)) -> None:
        """Let time pass, look once, and wait until all is settled."""
        self.now += later
        self.seconds += later.total_seconds()
        await self.calendar.look()
        await self.calendar.idle()

    async def _answered(self, query: str, _services: Services) -> Reply:
        self.asked[query] += 1
        if self.during is not None:
            await self.during()
        if self.failing:
            raise self.failing.pop(0)
        return Reply("Digest", query, chart=b"\x89PNG")

    async def _time(self) -> datetime:
        return self.now

    async def _nap(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds
        await asyncio.sleep(0)


async def subscribed(
    database: Database,
    *,
    chat_id: int = 5,
    question: str = "/digest ETH BTC",
    at: DailyTime = BERLIN,
    due: datetime = DUE,
) -> int:
    new = NewDigest(chat_id, Room(chat_id, 7), question, at, due, f"{chat_id}:{question}:{at}")
    made = await SqlDigests(database).add(new)
    async with database.writing() as connection:
        await connection.execute(update(digests).values(created_ms=0))
    return made.id


async def letters(database: Database) -> list[Any]:
    async with database.reading() as connection:
        return list((await connection.execute(select(outbox).order_by(outbox.c.key))).all())


async def row(database: Database, number: int) -> Any:
    async with database.reading() as connection:
        return (await connection.execute(select(digests).where(digests.c.id == number))).one()
