"""How quickly many alerts that are due at once are found, claimed and settled, on both databases.

``python -m tests.benchmarks.alerts_due`` prints one Markdown table: 100,000 alerts of 1,000 measures, all
due at one close, of which it works through the first 40 measures; looks cost nothing and find nothing new.
"""

import asyncio
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.standing.watch import AT_ONCE
from bot.store.clock import ms_of
from bot.store.database import Database
from bot.store.tables import alerts
from bot.store.watching import Settled, Watching
from handlers._watch.grammar import rule_of
from handlers._watch.states import State
from tests.benchmarks.calendar import opened_postgresql, opened_sqlite
from tests.command_line import command_line

ROWS = 100_000
MEASURES = 1_000
WORKED_THROUGH = 40
NOW = datetime(2026, 11, 5, 7, tzinfo=UTC)


async def main() -> None:
    """Print the figures of SQLite, then of PostgreSQL."""
    print("| database | a look, nothing due | a measure found and claimed | settled | CPU |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        async with opened_sqlite(Path(folder)) as database:
            await _measured("SQLite", database)
    with tempfile.TemporaryDirectory() as folder:
        async with opened_postgresql(Path(folder)) as database:
            await _measured("PostgreSQL", database)


async def _measured(name: str, database: Database) -> None:
    await _filled(database)
    watching = Watching(database, "one")
    idle, found, settled = [], [], []
    cpu = time.process_time()
    for _ in range(WORKED_THROUGH):
        began = time.perf_counter()
        assert await watching.suspicion(NOW - timedelta(hours=1)) is None
        looked = time.perf_counter()
        assert await watching.suspicion(NOW) == 0
        claim = await watching.claimed(NOW)
        assert claim is not None
        assert len(claim.alerts) == ROWS // MEASURES
        claimed = time.perf_counter()
        later = NOW + timedelta(hours=1)
        for start in range(0, len(claim.alerts), AT_ONCE):
            some = claim.alerts[start : start + AT_ONCE]
            await watching.settle([Settled(alert, alert.state, later) for alert in some], NOW)
        done = time.perf_counter()
        for times, spent in (
            (idle, looked - began),
            (found, claimed - looked),
            (settled, done - claimed),
        ):
            times.append(1000 * spent)
    cpu_s = time.process_time() - cpu
    medians = " | ".join(f"{statistics.median(times):.1f} ms" for times in (idle, found, settled))
    print(f"| {name} | {medians} | {cpu_s:.1f} s |", flush=True)


async def _filled(database: Database) -> None:
    rules = [rule_of(f"COIN{number} BTC-PERP corr<0.6") for number in range(MEASURES)]
    rows = [
        {
            "chat_id": number,
            "owner_id": number,
            "number": 1,
            "rule": str(rules[number % MEASURES]),
            "measure": str(rules[number % MEASURES].measure),
            "state": State().as_text(),
            "check_ms": ms_of(NOW),
            "expires_ms": ms_of(NOW + timedelta(days=90)),
            "occasion": str(number),
            "created_ms": 0,
        }
        for number in range(1, ROWS + 1)
    ]
    async with database.writing() as connection:
        await connection.execute(alerts.insert(), rows)


if __name__ == "__main__":
    command_line(__spec__, __doc__).parse_args()
    asyncio.run(main())
