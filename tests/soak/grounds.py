"""Where a run takes place: processes on a PostgreSQL of their own, and a crowd that wants all at once."""

import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.store.database import Database, open_database
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.process.several import Fleet, balancing
from tests.soak.crowd import Crowd
from tests.soak.distance import move_away
from tests.soak.postgresql import Server, own_postgresql

PATIENCE_S = 900.0


@dataclass(frozen=True, slots=True)
class Grounds:
    """Processes that have not started yet, and the server that they will share."""

    fleet: Fleet
    server: Server
    folder: Path
    """In which that server keeps its files."""


@dataclass(frozen=True, slots=True)
class Rush:
    """A crowd that waits, the database to look at, and the dice that the run is made with."""

    crowd: Crowd
    database: Database
    chance: random.Random


@asynccontextmanager
async def own_grounds() -> AsyncIterator[Grounds]:
    """Everything that a run with several processes needs, in a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with own_postgresql(folder / "postgresql") as server:
            settings = {"HEDGEBOT_DATABASE_URL": server.url}
            async with (
                TelegramEmulator() as telegram,
                balancing() as balancer,
                Fleet(telegram, folder, settings, balancer) as fleet,
            ):
                yield Grounds(fleet, server, folder / "postgresql")


@asynccontextmanager
async def rush(
    fleet: Fleet, url: str, *, jobs: int, processes: int, seed: int
) -> AsyncIterator[Rush]:
    """Let processes serve, and make everything due: half alerts, a quarter digests, a quarter questions."""
    chance, crowd = random.Random(seed), Crowd(fleet.telegram)
    move_away(fleet.telegram)
    database = await open_database(url)
    try:
        await crowd.subscribe(database, alerts=jobs // 2, digests=jobs // 4)
        await fleet.serve(processes, timeout=PATIENCE_S)
        await fleet.until(lambda: fleet.telegram.calls_of("setWebhook"), timeout=PATIENCE_S)
        crowd.ask(jobs // 4, chance)
        yield Rush(crowd, database, chance)
    finally:
        await database.close()
