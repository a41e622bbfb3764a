"""A process that can be ended at any line that touches the world: a statement, a commit, a request.

Its end is a power cut: the connection is closed without a commit, and whatever the code would do
afterwards (`finally`, `except`) reaches nothing any more.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from telegram import Bot
from telegram.request import BaseRequest

from bot.store.clock import SharedClock, datetime_of
from bot.store.database import Database
from tests.emulators.telegram.emulator import TelegramEmulator


class PowerCutError(BaseException):
    """The process ends here."""


Point = tuple[str, int]
"""A line by its name, and which time it is met in a life."""


@dataclass(slots=True, eq=False)
class Life:
    """Counts the lines that touch the world; the one that is ``ends_at`` is the last.

    That line is not carried out, except for a request ("… answered"), which has had its effect,
    and a commit ("… committed").
    """

    ends_at: Point | None = None
    seen: Counter[str] = field(default_factory=Counter)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def points(self) -> list[Point]:
        """Every line that was met."""
        return [(line, nth + 1) for line, times in self.seen.items() for nth in range(times)]

    def passes(self, line: str) -> None:
        if not self.over.is_set():
            self.seen[line] += 1
            if (line, self.seen[line]) == self.ends_at:
                self.over.set()
        if self.over.is_set():
            raise PowerCutError


@dataclass(frozen=True, slots=True, eq=False)
class MortalDatabase:
    """The database as one life sees it; ``watch_lives`` has made the engine tell of each line."""

    database: Database
    life: Life

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
        async with self.database.reading() as connection:
            yield await connection.execution_options(life=self.life)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        async with self.database.writing() as connection:
            yield await connection.execution_options(life=self.life)
        self.life.passes("committed")

    def insert(self, table: Table) -> Any:
        return self.database.insert(table)


def watch_lives(engine: AsyncEngine) -> None:
    """Have every statement and commit counted in the life that it belongs to."""

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def statement(
        connection: Connection, _cursor: Any, words: str, _values: Any, _context: Any, _many: bool
    ) -> None:
        _passes(connection, _named(words))

    @event.listens_for(engine.sync_engine, "commit")
    def commit(connection: Connection) -> None:
        _passes(connection, "commit")


def _passes(connection: Connection, line: str) -> None:
    life: Life | None = connection.get_execution_options().get("life")
    if life is None:
        return
    try:
        life.passes(line)
    except PowerCutError:
        # No ROLLBACK is sent: the server finds that the other end has gone.
        connection.invalidate()
        raise


def _named(words: str) -> str:
    """A statement's verb and table."""
    parts = words.split()
    verb = parts[0]
    if verb == "UPDATE":
        return f"UPDATE {parts[1]}"
    if verb in {"INSERT", "DELETE"}:
        return f"{verb} {parts[2]}"
    table = parts[parts.index("FROM") + 1] if "FROM" in parts else "…"
    return f"{verb} {table.strip(',()')}"


class MortalRequest(BaseRequest):
    """The way to Telegram of one life; ``way`` is shared, since to open one costs a tenth second."""

    def __init__(self, life: Life, way: BaseRequest) -> None:
        self._life, self._request = life, way

    @property
    def read_timeout(self) -> float | None:
        return self._request.read_timeout

    async def initialize(self) -> None:
        """The shared way is open already."""

    async def shutdown(self) -> None:
        """It stays open for others."""

    async def do_request(self, url: str, *given: Any, **more: Any) -> tuple[int, bytes]:
        method = url.rpartition("/")[2]
        self._life.passes(f"{method} asked")
        answer = await self._request.do_request(url, *given, **more)
        self._life.passes(f"{method} answered")
        return answer


def mortal_bot(telegram: TelegramEmulator, life: Life, way: BaseRequest) -> Bot:
    return Bot(
        telegram.token,
        base_url=f"{telegram.url}/bot",
        request=MortalRequest(life, way),
        get_updates_request=way,
    )
