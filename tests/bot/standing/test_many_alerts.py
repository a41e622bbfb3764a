"""Many alerts of one measure that fire at once, and an end in the midst of it."""

import asyncio
from dataclasses import replace
from typing import cast

import pytest

from analytics.market.windows import MINUTE
from analytics.studies.readings import Reading
from bot.standing.watch import AT_ONCE, Watch
from bot.store.database import Database
from bot.store.watching import Watching
from handlers import Reply, Room, Services
from handlers._watch.measure import Measure
from tests.bot.standing.test_silent_database import Fainting
from tests.bot.standing.world import NOON, PowerCutError, World, falls_at


async def test_the_first_of_many_that_fire_does_not_wait_for_the_words_of_the_last(
    world: World,
) -> None:
    for n in range(2 * AT_ONCE + 3):
        await world.add("ETH BTC-PERP corr<0.6 for=1", n=n, room=Room(n + 1))
    world.value = falls_at(NOON)
    told = []

    async def ends_after_a_while(*_: object) -> Reply:
        told.append(len(await world.letters()))
        if len(told) == 2 * AT_ONCE + 1:
            raise PowerCutError
        return Reply(title="Fired", answer="")

    watch = world.watch()
    world.now += MINUTE
    with pytest.raises(PowerCutError):
        await replace(watch, telling=replace(watch.telling, tell=ends_after_a_while)).sweep()
    assert told[AT_ONCE] == AT_ONCE
    assert len(await world.letters()) == 2 * AT_ONCE, "and an end leaves little to be done again"
    assert len(world.looks) == 1, "they share one look"


async def test_a_loop_that_is_to_end_while_the_database_is_away_ends(sqlite: Database) -> None:
    world = World(sqlite)
    await world.add("ETH BTC-PERP corr<0.6")
    fainting = Fainting(sqlite, fails_at=0, after=False)
    begun = asyncio.Event()

    async def endless(_measure: Measure, _using: Services) -> Reading:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    watch = replace(
        world.watch(), watching=Watching(cast("Database", fainting), "one"), look=endless
    )
    running = asyncio.create_task(Watch.run(watch))
    async with asyncio.timeout(20):
        await begun.wait()
        fainting.fails_at = fainting.seen + 1
        running.cancel()
        await asyncio.wait([running], timeout=4)
    assert running.cancelled()
