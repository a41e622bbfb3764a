"""The clock that all processes of a database go by, and what it costs to know it; on both."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import event

from bot.store.clock import BELIEVED_FOR_MS, SharedClock, database_now_ms
from bot.store.database import Database

HOUR_MS = 3_600_000
SOON_MS = 5_000
"""A busy machine takes a while between two questions."""


@dataclass(slots=True, eq=False)
class Machine:
    """A machine whose clock is wrong, jumps, and stands while it sleeps."""

    wall: int = 1_800_000_000_000
    counted: float = 1000.0

    def passes(self, seconds: float) -> None:
        self.wall += round(1000 * seconds)
        self.counted += seconds

    def sleeps(self, seconds: float) -> None:
        self.wall += round(1000 * seconds)


def on(machine: Machine, database: Database) -> Database:
    clock = SharedClock(wall=lambda: machine.wall, counted=lambda: machine.counted)
    return replace(database, clock=clock)


async def theirs(database: Database) -> int:
    async with database.reading() as connection:
        return await database_now_ms(connection)


@contextmanager
def counted_questions(database: Database) -> Iterator[list[str]]:
    asked: list[str] = []

    def heard(_connection: Any, _cursor: Any, words: str, *_more: Any) -> None:
        asked.append(words)

    event.listen(database.engine.sync_engine, "before_cursor_execute", heard)
    try:
        yield asked
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", heard)


async def test_what_an_opened_database_calls_now_is_what_it_says_itself(
    database: Database,
) -> None:
    assert abs(database.clock.now_ms() - await theirs(database)) < SOON_MS


async def test_a_sqlite_file_goes_by_the_clock_of_its_machine(sqlite: Database) -> None:
    machine = Machine()
    here = on(machine, sqlite)
    await here.agree_on_time()
    assert here.clock.now_ms() == machine.wall


async def test_a_machine_whose_clock_is_wrong_and_jumps_knows_the_shared_time(
    postgresql: Database,
) -> None:
    machine = Machine()
    here = on(machine, postgresql)
    await here.agree_on_time()
    known = here.clock.now_ms()
    assert abs(known - await theirs(postgresql)) < SOON_MS
    machine.wall -= 9 * HOUR_MS
    assert here.clock.now_ms() == known
    machine.passes(60)
    assert here.clock.now_ms() == known + 60_000


async def test_to_be_sure_of_the_time_costs_nothing_while_it_is_known(
    postgresql: Database,
) -> None:
    machine = Machine()
    here = on(machine, postgresql)
    with counted_questions(here) as asked:
        await here.agree_on_time()
        for _ in range(20):
            machine.passes(1)
            await here.agree_on_time()
        assert len(asked) == 1
        machine.passes(BELIEVED_FOR_MS / 1000)
        await here.agree_on_time()
        assert len(asked) == 2


async def test_a_machine_that_slept_asks_before_it_writes_anything_down(
    postgresql: Database,
) -> None:
    machine = Machine()
    here = on(machine, postgresql)
    await here.agree_on_time()
    machine.sleeps(7 * 3600)
    assert here.clock.is_doubtful
    # Meanwhile the server's clock went on: as it did not here, ours is moved back in its place.
    machine.counted -= 100.0
    machine.wall -= 100_000
    assert here.clock.now_ms() - await theirs(postgresql) < -50_000
    await here.agree_on_time()
    assert abs(here.clock.now_ms() - await theirs(postgresql)) < SOON_MS
    assert not here.clock.is_doubtful


async def test_an_answer_that_took_long_moves_the_clock_no_further_than_it_proves(
    postgresql: Database,
) -> None:
    machine = Machine()
    here = on(machine, postgresql)
    await here.agree_on_time()
    known = here.clock.now_ms()
    ticks = iter([machine.counted - 20, machine.counted + 20])
    slow = replace(here.clock, counted=lambda: next(ticks, machine.counted))
    async with postgresql.reading() as connection:
        await slow.read(connection)
    assert slow.now_ms() == known, "the time that we knew lies within what the answer allows"
