"""Opens the database, SQLite or PostgreSQL, and brings its tables up to date."""

import asyncio
import random
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import aiosqlite
from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Table, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import (
    ArgumentError,
    DataError,
    IntegrityError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.store.clock import SharedClock, datetime_of

DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
BUSY_TIMEOUT_S = 30
SOLE = "hedgebot"
"""The name under which a process works that has the database for itself."""
POOL: dict[str, Any] = {"pool_pre_ping": True, "pool_size": 16, "max_overflow": 14}
"""As many connections stay open as there are senders: what a busy process opens beyond that it
closes at once, and a connection to PostgreSQL costs more than all that a message needs."""
PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""When a server counts as gone that says nothing, not even that it is: a machine that has lost its power
or is cut off closes no connection, and whoever asked it would wait for hours. A URL may say otherwise."""
SWITCH = "PRAGMA journal_mode=WAL"
MIGRATION_LOCK = 0x4845444745  # "HEDGE": PostgreSQL's advisory lock around the migrations


DatabaseError = SQLAlchemyError
"""Whatever keeps the database from doing what it was told."""

OUR_MISTAKES = (DataError, IntegrityError, ProgrammingError)
"""What no waiting mends: the database works, and does not want what it was told."""


class DatabaseUrlError(ValueError):
    """The URL names no database that hedgebot can use."""


@dataclass(frozen=True, slots=True, eq=False)
class Database:
    """A pool of connections, and one place for writers to queue.

    SQLite has one writer at a time: waiting for an ``asyncio.Lock`` is fair and wakes at once,
    while SQLite's own busy handler sleeps and retries.
    """

    engine: AsyncEngine
    turn: asyncio.Lock | None
    clock: SharedClock = field(default_factory=SharedClock)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction that sees one state of the data."""
        async with self.engine.connect() as connection:
            yield connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A connection in a transaction that is on disk when the block has ended."""
        writer = self.engine.execution_options(hedgebot_writes=True)
        async with self.turn or nullcontext(), writer.begin() as connection:
            yield connection

    async def now(self) -> datetime:
        """The time by the shared clock, asked of the database."""
        async with self.reading() as connection:
            return datetime_of(await self.clock.read(connection))

    async def agree_on_time(self) -> None:
        """Read the shared clock, unless what is known of it holds: mostly that costs nothing."""
        if self.turn is None and self.clock.is_doubtful:
            await self.now()

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """An INSERT that can say what happens on a conflict, in this database's dialect."""
        return sqlite.insert(table) if self.turn else postgresql.insert(table)

    async def rewrite(self) -> None:
        """Write SQLite's file anew: pages that were split keep scraps of rows that are gone.

        Even ``secure_delete`` does not overwrite those. PostgreSQL's vacuum runs by itself.
        """
        if self.turn is None:
            return
        file = self.engine.url.database or ":memory:"
        async with (
            self.turn,
            aiosqlite.connect(file, timeout=BUSY_TIMEOUT_S, isolation_level=None) as own,
        ):
            await own.execute("VACUUM")

    async def truncate_log(self) -> bool:
        """Empty SQLite's write-ahead log, where rows stay readable after they are gone.

        False where a reader was in the way; PostgreSQL's log is not ours.
        """
        if self.turn is None:
            return True
        async with self.turn, aiosqlite.connect(self.engine.url.database or ":memory:") as own:
            answer = await own.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            row = await answer.fetchone()
        return row is None or row[0] == 0

    def apart(self) -> Self:
        """The same database over one connection of its own, for another thread.

        Of a SQLite file writers queue in one place; there is none for another thread.
        """
        engine = create_async_engine(
            self.engine.url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=1,
            max_overflow=0,
            connect_args=_patience(self.engine.url),
        )
        return replace(self, engine=engine)

    async def close(self) -> None:
        """Return all connections."""
        await self.engine.dispose()


async def open_database(url: str) -> Database:
    """Connect, and migrate to the newest schema.

    Raises
    ------
    DatabaseUrlError
        The URL is not one of ``sqlite:///FILE`` and ``postgresql://…``.
    sqlalchemy.exc.DBAPIError
        The database does not answer or refuses.

    """
    parsed = parsed_url(url)
    is_sqlite = parsed.get_backend_name() == "sqlite"
    pool = {} if is_sqlite else POOL
    engine = create_async_engine(
        parsed, hide_parameters=True, connect_args=_patience(parsed), **pool
    )
    if is_sqlite:
        _refuse_absent_folder(parsed)
        await _keep_a_write_ahead_log(parsed)
        _prepare_sqlite(engine)
    database = Database(engine=engine, turn=asyncio.Lock() if is_sqlite else None)
    try:
        async with database.writing() as connection:
            if not is_sqlite:
                await connection.execute(
                    text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK}
                )
            await connection.run_sync(_migrate)
            await database.clock.read(connection)
    except BaseException:
        await database.close()
        raise
    return database


def parsed_url(url: str) -> URL:
    """The URL with the driver that hedgebot uses."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise DatabaseUrlError("not a URL; use sqlite:///FILE or postgresql://…") from error
    backend = parsed.get_backend_name()
    if backend not in DRIVERS:
        raise DatabaseUrlError(f"{backend} is not supported; use sqlite:///FILE or postgresql://…")
    return parsed.set(drivername=DRIVERS[backend])


def _patience(url: URL) -> dict[str, int]:
    if url.get_backend_name() != "postgresql":
        return {}
    return {name: value for name, value in PATIENCE.items() if name not in url.query}


def _refuse_absent_folder(url: URL) -> None:
    # The driver's own complaint names no folder, and its thread may outlive the event loop.
    folder = Path(url.database or "").absolute().parent
    if not folder.is_dir():
        raise DatabaseUrlError(f"there is no folder {folder}")


async def _keep_a_write_ahead_log(url: URL) -> None:
    """Let readers and a writer work side by side; the file remembers it.

    SQLite does not wait for this switch as it does for others' transactions: of processes that
    open a new file at once, all but one are refused at once and have to try again.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while time.monotonic() < deadline:
        try:
            await asyncio.to_thread(_switch_to_a_write_ahead_log, url.database or ":memory:")
        except sqlite3.Error as error:
            if "locked" not in str(error):
                raise OperationalError(SWITCH, None, error) from error
            await asyncio.sleep(random.uniform(0.01, 0.1))  # noqa: S311 - to fall out of step
        else:
            return


def _switch_to_a_write_ahead_log(file: str) -> None:
    # Not by aiosqlite: of a file that cannot be opened its thread tells the event loop twice, and
    # where that has ended meanwhile it writes a traceback over what the operator is told.
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(SWITCH)


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def configure(connection: Any, _record: object) -> None:
        # Python's driver would open transactions by itself, and only before some statements.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_S * 1000}")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What is deleted is overwritten: it must not be found in the file afterwards.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        # A reader that turns writer inside its transaction can fail where waiting would have done.
        writes = connection.get_execution_options().get("hedgebot_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
