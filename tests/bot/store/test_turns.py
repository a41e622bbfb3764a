"""No two transactions wait for each other, on PostgreSQL: each takes rows in the same order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Table, bindparam, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.alerts import SqlAlerts
from bot.store.chats import close_topic, move_chat, open_chat, open_topic
from bot.store.claimed_digests import Claimed, Promise
from bot.store.claimed_digests import Settled as Sent
from bot.store.clock import now_ms
from bot.store.contents import keep_content
from bot.store.database import Database, open_database
from bot.store.dead_letters import DeadLetters
from bot.store.digest_runs import MOST_ATTEMPTS, DigestRuns
from bot.store.digests import SqlDigests
from bot.store.doubts import resend
from bot.store.executors import Executors
from bot.store.forgetting import Farewells, forget
from bot.store.ledger import State as LetterState
from bot.store.letters import Kind
from bot.store.outbox import Outbox
from bot.store.rooms import SqlRooms
from bot.store.tables import alerts, chats, contents, digests, farewells, ledger, moves, outbox
from bot.store.turns import TABLES
from bot.store.watching import Settled, Watching, Word
from bot.telegram.refusals import ChatClosed
from bot.telegram.sending.closing import closed
from handlers import Quiet, Reply, Room
from handlers._daily.schedule import DailyTime
from handlers._watch.states import State
from tests.bot.store.test_alerts import RULE
from tests.bot.store.test_moving import row
from tests.handlers.asking import somebody

ANN, NEW = 6_123_456_789, -1_007
TOPIC = Room(ANN, 7)
LONG_AGO, NOW = 1_000, datetime(2026, 11, 2, 12, tzinfo=UTC)
ROWS: tuple[tuple[Table, object], ...] = (
    (chats, ANN),
    *((table, number) for table in (digests, alerts) for number in (1, 2)),
    *((ledger, key) for key in ("digest:8:x:0", "digest:9:x:0")),
    *(
        (outbox, key)
        for key in ("alert:1:1:1:fired", "alert:2:1:1:fired", "digest:8:x", "digest:9:x")
    ),
)
"""In the order in which everybody takes them."""


async def lived(database: Database, holder: str | None) -> None:
    """A chat with two of everything, whose rows lie on their pages the other way round."""
    async with database.writing() as connection:
        content = await keep_content(database, connection, Reply("Said", "once"))
        for seed, (table, key) in enumerate(reversed(ROWS)):
            known = dict(zip(table.primary_key.columns.keys(), [key], strict=True))
            await connection.execute(
                insert(table).values(_known(table, seed, content, holder) | known)
            )


def _known(table: Table, seed: int, content: str, holder: str | None) -> dict[str, Any]:
    made = row(table, seed, chat_id=ANN, owner_id=ANN, thread_id=7, holder=holder)
    made |= {"content_id": content, "attempts": 0, "due_ms": LONG_AGO, "created_ms": LONG_AGO}
    made |= {"paused_why": None, "settings": "{}", "closed_why": None, "muted_until_ms": None}
    made |= {"question": "BTC ETH", "minute": 480, "zone": "UTC", "last_date": None, "version": 1}
    made |= {"rule": RULE, "measure": RULE, "state": State().as_text(), "check_ms": LONG_AGO}
    made |= {"expires_ms": 10**14, "snoozed_until_ms": None, "kind": Kind.ALERT}
    made |= {"buried_ms": None, "buried_why": None}
    if table is outbox:
        made["holder"] = None
    if table is ledger:
        made["state"] = LetterState.FAILED
    return {name: value for name, value in made.items() if name in table.c}


async def _forgotten(database: Database) -> None:
    async with database.writing() as connection:
        await forget(database, connection, ANN)


async def _alerts_settled(database: Database) -> None:
    seen = sorted(await SqlAlerts(database).of_chat(ANN), key=lambda one: -one.id)
    word = Word("alert:1:1:2:fired", Reply("Fired", "again"), Kind.ALERT)
    done = [Settled(one, State(), NOW, (word,)) for one in seen]
    assert len(await Watching(database, "one").settle(done, NOW)) == len(done)


async def _digests_settled(database: Database) -> None:
    promise = Promise(DailyTime(480, "UTC"), NOW, None)
    done = [
        Sent(Claimed(number, number, TOPIC, ANN, "BTC ETH", promise), date(2026, 11, 2), NOW)
        for number in (2, 1)
    ]
    runs = DigestRuns(database, "one")
    assert await runs.settle(done, Reply("Digest", "of today"), now=NOW) == len(done)


async def _alerts_claimed(database: Database) -> None:
    assert await Watching(database, "two").claimed(NOW)


async def _digests_claimed(database: Database) -> None:
    assert await DigestRuns(database, "two").claim(NOW, most=1, is_alone=False)


async def _digests_given_up(database: Database) -> None:
    assert not await DigestRuns(database, "two").claim(NOW, most=1, is_alone=False)


async def _parted(database: Database) -> None:
    assert await Farewells(database).look() == 1


async def _opened(database: Database) -> None:
    assert await open_chat(database, ANN, now=NOW)


WORK: dict[str, tuple[str | None, Callable[[Database], Awaitable[object]]]] = {
    "somebody is forgotten": ("one", _forgotten),
    "alerts are claimed": (None, _alerts_claimed),
    "alerts are settled": ("one", _alerts_settled),
    "digests are claimed": (None, _digests_claimed),
    "digests are given up": (None, _digests_given_up),
    "what was sent to somebody is forgotten": (None, _parted),
    "digests are settled": ("one", _digests_settled),
    "a chat closes": ("one", lambda db: closed(db, ANN, ChatClosed("no", lacks_rights=True))),
    "a chat opens": ("one", _opened),
    "a topic closes": ("one", lambda db: close_topic(db, TOPIC)),
    "a topic opens": ("one", lambda db: open_topic(db, TOPIC)),
    "a chat moves": ("one", lambda db: move_chat(db, ANN, NEW)),
    "a chat is muted": ("one", lambda db: SqlRooms(db).set_quiet(ANN, Quiet(until=NOW))),
    "alerts wait for the end of a mute": (
        "one",
        lambda db: Outbox(db, "one").quieten(ANN, NOW + timedelta(days=999)),
    ),
    "a chat is full": ("one", lambda db: Outbox(db, "one").hold_back(ANN, 9)),
    "digests are turned off": ("one", lambda db: SqlDigests(db).delete([2, 1])),
    "the dead are looked after": ("one", lambda db: Executors(db, "two").tidy()),
    "letters are tried again": ("one", lambda db: DeadLetters(db).requeue()),
    "doubtful letters are sent again": ("one", lambda db: resend(db, somebody(ANN))),
}


@pytest.fixture
async def postgresql(postgresql_server: Any) -> AsyncIterator[Database]:
    """SQLite has one writer at a time."""
    postgresql_server.psql("CREATE DATABASE turns;")
    # Nothing here has to survive a crash.
    postgresql_server.psql("ALTER DATABASE turns SET synchronous_commit = off;")
    opened = await open_database(postgresql_server.get_uri(database="turns"))
    yield opened
    await opened.close()
    postgresql_server.psql("DROP DATABASE turns;")


@pytest.mark.slow
@pytest.mark.parametrize("what", WORK)
async def test_whoever_waits_for_a_row_holds_none_that_comes_later(
    postgresql: Database, what: str
) -> None:
    database = postgresql
    holder, work = WORK[what]
    waited = 0
    for place, (table, key) in enumerate(ROWS):
        await _empty(database)
        await lived(database, holder)
        await _arranged(database, what)
        async with _held(database, table, key):
            working = asyncio.ensure_future(work(database))
            if await _waits(database, working):
                waited += 1
                later = ROWS[place + 1 :]
                taken = [f"{t.name} {k}" for t, k in later if not await _is_free(database, t, k)]
                assert not taken, f"{table.name} {key} is waited for, and already taken: {taken}"
        await working
    assert waited >= 2, "it takes several rows"


def test_the_rows_are_in_the_order_of_their_tables_and_keys() -> None:
    places = [(TABLES.index(table), str(key)) for table, key in ROWS]
    assert all(first < second for first, second in pairwise(places))


async def _arranged(database: Database, what: str) -> None:
    """What some work wants to find."""
    async with database.writing() as connection:
        if what == "a chat opens":
            await connection.execute(update(chats).values(closed_why="no"))
            for table in (digests, alerts):
                await connection.execute(
                    update(table).values(paused_why="this chat was closed to me")
                )
        if what == "a topic opens":
            for table in (digests, alerts):
                await connection.execute(update(table).values(paused_why="its topic is closed"))
        if what in ("letters are tried again", "doubtful letters are sent again"):
            dead = outbox.c.key.startswith("digest:")
            await connection.execute(
                update(outbox).where(dead).values(buried_ms=1, buried_why="no")
            )
        if what == "digests are given up":
            await connection.execute(update(digests).values(attempts=MOST_ATTEMPTS))
        if what == "what was sent to somebody is forgotten":
            asked = {"chat_id": ANN, "update_id": 1, "asked_ms": now_ms(), "until_ms": 0}
            await connection.execute(insert(farewells).values(asked))
        if what == "a chat is muted":
            await connection.execute(update(outbox).values(due_ms=10**14))
        if what == "a chat is full":
            await connection.execute(update(outbox).values(kind=Kind.NOTICE))


async def _empty(database: Database) -> None:
    async with database.writing() as connection:
        for table in (*TABLES, contents, farewells, moves):
            await connection.execute(delete(table))


@asynccontextmanager
async def _held(database: Database, table: Table, key: object) -> AsyncIterator[None]:
    """Another transaction has the row until the block ends."""
    async with database.writing() as connection:
        await _lock(connection, table, key)
        yield


async def _lock(
    connection: AsyncConnection, table: Table, key: object, *, nowait: bool = False
) -> None:
    [column] = table.primary_key.columns
    mine = select(column).where(column == bindparam("key", key))
    await connection.execute(mine.with_for_update(nowait=nowait))


async def _waits(database: Database, working: asyncio.Future[object]) -> bool:
    """Whether the work waits for somebody's row; False when it has ended without."""
    question = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(20):
        while not working.done():
            async with database.reading() as connection:
                if (await connection.execute(question)).scalar():
                    return True
            await asyncio.sleep(0.01)
    return False


async def _is_free(database: Database, table: Table, key: object) -> bool:
    try:
        async with database.writing() as connection:
            await _lock(connection, table, key, nowait=True)
    except DBAPIError:
        return False
    return True
