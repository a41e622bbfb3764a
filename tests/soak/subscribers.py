"""Thousands of people and some groups who want a digest in the same minute."""

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from bot.store.clock import ms_of
from bot.store.database import Database
from bot.store.digests import SqlDigests
from bot.store.tables import digests
from handlers import Room
from handlers._daily.digest import NewDigest
from handlers._daily.schedule import DailyTime
from tests.emulators.telegram.emulator import TelegramEmulator

TARGETS = ("ETH", "BTC", "BNB", "DOGE", "LTC", "LINK", "AVAX", "ADA", "PAXG", "1INCH")
HEDGES = ("BTC-PERP", "ETH-PERP", "DOGE-PERP", "LTC-PERP", "LINK-PERP")
DAYS = (14, 21, 30, 45, 60)
IN_GROUPS = 25
"""One of so many subscriptions is a group's, so that the limit of groups is met too."""
OF_EAGER = 20
"""One of so many belongs to somebody who has three, so that the limit of a chat is met too."""
EAGER = 3
WRITERS = 8


@dataclass(frozen=True, slots=True)
class Pair:
    """What a digest is about."""

    target: str
    hedge: str
    days: int

    @property
    def question(self) -> str:
        """As the database keeps it."""
        return f"/digest {self.target} {self.hedge} {self.days}d"

    @property
    def title(self) -> str:
        """What stands in the first line of its digest."""
        return f"{self.target} × {self.hedge} · {self.days}d"


@dataclass(frozen=True, slots=True)
class Subscription:
    """Who is told what, where."""

    chat_id: int
    owner_id: int
    pair: Pair


def pairs(count: int) -> list[Pair]:
    """So many different questions of coins on the simulated venue."""
    every = (
        Pair(target, hedge, days)
        for days, target, hedge in itertools.product(DAYS, TARGETS, HEDGES)
        if not hedge.startswith(target)
    )
    found = list(itertools.islice(every, count))
    if len(found) < count:
        raise ValueError(f"there are only {len(found)} different questions")
    return found


def subscriptions(
    telegram: TelegramEmulator, count: int, asked: Sequence[Pair], *, a_group: int
) -> list[Subscription]:
    """Chats with one, three or ``a_group`` subscriptions; all questions are asked by as many."""
    places = itertools.islice(_places(telegram, count, a_group), count)
    turns = itertools.cycle(asked)
    return [Subscription(chat, owner, next(turns)) for chat, owner in places]


async def kept(database: Database, wanted: Sequence[Subscription], due: datetime) -> None:
    """Keep them as the bot itself does."""
    store, slots = SqlDigests(database), asyncio.Semaphore(WRITERS)
    at = DailyTime(due.hour * 60 + due.minute, "UTC")

    async def keep(number: int, one: Subscription) -> None:
        new = NewDigest(
            owner_id=one.owner_id,
            room=Room(one.chat_id),
            question=one.pair.question,
            at=at,
            due=due,
            occasion=f"prepared:{number}",
        )
        async with slots:
            await store.add(new)

    await asyncio.gather(*(keep(number, one) for number, one in enumerate(wanted)))


async def promised(database: Database, *, after: timedelta) -> datetime:
    """Let all that is kept be due at one moment; return it."""
    due = datetime.now(UTC) + after
    values = {"due_ms": ms_of(due), "minute": due.hour * 60 + due.minute}
    async with database.writing() as connection:
        await connection.execute(update(digests).values(values))
    return due


def _places(telegram: TelegramEmulator, count: int, a_group: int) -> Iterator[tuple[int, int]]:
    """Chat and owner of each subscription, without end."""
    for _ in range(count // IN_GROUPS // a_group):
        founder = telegram.person("Founder")
        group = telegram.group("Desk", [founder])
        yield from itertools.repeat((group.id, founder.id), a_group)
    for _ in range(count // OF_EAGER // EAGER):
        eager = telegram.person("Eager")
        yield from itertools.repeat((eager.id, eager.id), EAGER)
    while True:
        person = telegram.person("Somebody")
        yield person.id, person.id
