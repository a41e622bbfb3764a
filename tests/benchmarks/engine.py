"""What our own rows cost as an engine: items stored, begun and struck off, and the start.

    python -m tests.benchmarks.engine [--database postgresql://…] [--items 2000]

An item is an update without content: ``store`` in hundreds, as long polling does it; then ``begin``
and ``finish`` of each, 24 side by side, each a transaction that is on disk when it ends.
"""

import asyncio
import resource
import tempfile
import time
from pathlib import Path

from bot.store.database import open_database
from bot.store.executors import Executors
from bot.store.inbox import Inbox, StoredUpdate
from bot.telegram.lanes import Lanes
from tests.command_line import AN_EMPTY_DATABASE, command_line

BATCH = 100
CHATS = 200


async def measured(url: str, items: int) -> str:
    """One run, as a line."""
    began = time.perf_counter()
    database = await open_database(url)
    await Executors(database, "bench").register()
    ready = time.perf_counter()
    inbox = Inbox(database, "bench")
    updates = [StoredUpdate(number, number % CHATS, "{}") for number in range(items)]
    for first in range(0, items, BATCH):
        await inbox.store(updates[first : first + BATCH])
    stored = time.perf_counter()

    left, done = set(range(items)), asyncio.Event()

    async def handle(update: StoredUpdate) -> None:
        if await inbox.begin(update.update_id):
            await inbox.finish(update.update_id)
        left.discard(update.update_id)
        if not left:
            done.set()

    lanes = Lanes(handle)
    for update in updates:
        lanes.put(update.lane, update)
    await done.wait()
    ended = time.perf_counter()
    await database.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"{database.engine.dialect.name}: start {ready - began:.2f} s, "
        f"{items / (stored - ready):,.0f} stored/s, {items / (ended - stored):,.0f} run/s, "
        f"at most {memory:.0f} MB"
    )


def main() -> None:
    """Measure and print."""
    parser = command_line(__spec__, __doc__)
    parser.add_argument("--database", help=AN_EMPTY_DATABASE)
    parser.add_argument("--items", type=int, default=2000, help="updates of no content")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.database or f"sqlite:///{Path(folder) / 'engine.sqlite'}"
        print(asyncio.run(measured(url, chosen.items)))


if __name__ == "__main__":
    main()
