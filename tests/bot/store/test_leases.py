"""Tasks for one process at a time, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import select, update

from bot.store.clock import MILLISECOND, now_ms
from bot.store.database import Database
from bot.store.executors import Executors
from bot.store.leases import LENGTH, Lease
from bot.store.tables import leases
from bot.telegram.receiving.leased import SURE_FOR_S, Leased


async def expire(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(update(leases).values(until_ms=leases.c.until_ms - 60_000))


async def test_one_of_many_takes_a_lease_and_prolongs_it(database: Database) -> None:
    processes = [Lease(database, "polling", f"process {number}") for number in range(6)]
    taken = await asyncio.gather(*(each.take() for each in processes))
    assert sum(taken) == 1
    assert [await each.take() for each in processes] == taken
    assert await Lease(database, "another task", "process 9").take()
    async with database.reading() as connection:
        until = (await connection.execute(select(leases.c.until_ms))).scalars().first()
    assert until
    assert abs(until - now_ms() - LENGTH // MILLISECOND) < 60_000


async def test_a_lease_goes_on_when_it_ends_or_is_released(database: Database) -> None:
    one, two = Lease(database, "polling", "one"), Lease(database, "polling", "two")
    assert await one.take()
    await two.release()
    assert not await two.take(), "nobody releases another's lease"
    await expire(database)
    assert await two.take()
    assert not await one.take()
    await two.release()
    assert await one.take()


async def test_who_has_died_holds_no_task_that_ends_with_its_holder(database: Database) -> None:
    dead, heir = Executors(database, "dead"), Executors(database, "heir")
    for process in (dead, heir):
        await process.register()
    ours, uploads = (
        [Lease(database, name, who, ends_with_holder=ends) for who in ("dead", "heir")]
        for name, ends in (("polling", True), ("upload", False))
    )
    for held, wanted in (ours, uploads):
        assert await held.take()
        assert not await wanted.take(), "it lives"
    await dead.leave()
    assert await ours[1].take()
    assert not await ours[0].take()
    assert not await uploads[1].take(), "this one has an end of its own"


async def test_a_busy_process_finds_the_task_still_its_own(database: Database) -> None:
    """Its loop stood still for longer than it may be sure; nobody took it for dead."""
    for name in ("one", "two"):
        await Executors(database, name).register()
    works, clock = [Work(), Work()], [100.0]
    one, two = (
        Leased(
            Lease(database, "polling", name, ends_with_holder=True),
            work,
            look_every=0.02,
            monotonic=lambda: clock[0],
        )
        for name, work in zip(("one", "two"), works, strict=True)
    )
    async with running(one):
        await until(lambda: works[0].running == 1)
        async with running(two):
            clock[0] += 3 * SURE_FOR_S
            await until(lambda: works[0].begun == 2 and works[0].running == 1)
            assert works[1].begun == 0


@dataclass
class Work:
    """Runs until it is cancelled, and counts."""

    running: int = 0
    begun: int = 0

    async def __call__(self) -> None:
        try:
            self.running += 1
            self.begun += 1
            await asyncio.Event().wait()
        finally:
            self.running -= 1


async def until(condition: object) -> None:
    async with asyncio.timeout(10):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110 - no bell rings
            await asyncio.sleep(0.005)


@asynccontextmanager
async def running(*leased: Leased) -> AsyncIterator[list[asyncio.Task[None]]]:
    tasks = [asyncio.create_task(each.run()) for each in leased]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_task_runs_in_one_process_and_moves_when_that_ends(database: Database) -> None:
    works = [Work(), Work()]
    processes = [
        Leased(Lease(database, "polling", str(number)), work, look_every=0.02)
        for number, work in enumerate(works)
    ]
    async with running(*processes) as tasks:
        await until(lambda: sum(work.running for work in works) == 1)
        [first] = [number for number, work in enumerate(works) if work.running]
        tasks[first].cancel()
        await until(lambda: works[1 - first].running == 1)
        assert works[first].running == 0
    assert all(work.running == 0 for work in works)


async def test_a_lost_lease_ends_the_task(database: Database) -> None:
    work = Work()
    thief = Lease(database, "polling", "thief")
    async with running(Leased(Lease(database, "polling", "one"), work, look_every=0.02)):
        await until(lambda: work.running == 1)
        async with asyncio.timeout(10):
            await expire(database)
            while not await thief.take():
                await expire(database)
        await until(lambda: work.running == 0)
        await thief.release()
        await until(lambda: work.begun == 2)


async def test_a_lease_that_cannot_be_prolonged_ends_the_task_in_time(database: Database) -> None:
    """The database is gone; by its clock another may have taken the lease."""
    work, clock = Work(), [100.0]
    one = Leased(
        Lease(database, "polling", "one"), work, look_every=0.02, monotonic=lambda: clock[0]
    )
    async with running(one):
        await until(lambda: work.running == 1)
        async with database.writing() as connection:
            # Everybody else waits for this transaction.
            await connection.execute(update(leases).values(until_ms=leases.c.until_ms))
            clock[0] += SURE_FOR_S
            await until(lambda: work.running == 0)
        await until(lambda: work.begun == 2)


async def test_a_task_that_breaks_says_so(database: Database) -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    leased = Leased(Lease(database, "polling", "one"), broken, look_every=0.02)
    async with running(leased) as [task]:
        with pytest.raises(ZeroDivisionError):
            await task
    assert await Lease(database, "polling", "two").take(), "it is released"
