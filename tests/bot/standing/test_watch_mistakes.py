"""Looks that fail by our own mistake, that end the process, or that are broken off."""

import asyncio
from dataclasses import replace

from sqlalchemy import update

from analytics.market.windows import HOUR
from analytics.studies.readings import Reading
from bot.standing.telling import POISON
from bot.store.alerts import SqlAlerts
from bot.store.tables import alerts
from bot.store.watching import MOST_ATTEMPTS
from handlers import Reply, Services
from handlers._watch.grammar import rule_of
from handlers._watch.measure import Measure
from handlers._watch.states import Event
from tests.bot.standing.world import NOON, PowerCutError, World, falls_at, plainly


async def test_our_own_mistake_is_told_once_and_tried_again(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    until = NOON + 6 * HOUR
    world.fails = lambda _m, now: ZeroDivisionError() if now < until else None
    await world.pass_time(8 * HOUR)
    keys = await world.letters()
    assert len(keys) == 2
    assert keys[1] == f"{keys[0]}:over"


async def test_a_look_that_ends_the_process_is_given_up_and_the_others_go_on(
    world: World,
) -> None:
    await world.add("DOGE BTC-PERP corr<0.6 for=1")
    await world.add("ETH BTC-PERP corr<0.6 for=1", n=2)
    world.value = falls_at(NOON)
    world.dies_at = str(rule_of("DOGE BTC-PERP corr<0.6").measure)
    crashes = 0
    for _ in range(MOST_ATTEMPTS + 3):
        try:
            await world.watch().sweep()
        except PowerCutError:
            crashes += 1
            async with world.database.writing() as connection:
                await connection.execute(update(alerts).values(holder=None))
    assert crashes == MOST_ATTEMPTS
    poison, other = await SqlAlerts(world.database).of_chat(-100)
    assert poison.paused_why == POISON
    assert other.paused_why is None
    assert await world.letters() == ["alert:1:1:poison", "alert:2:1:1:fired"]


async def test_an_orderly_end_puts_back_what_is_looked_at(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    begun = asyncio.Event()

    async def endless(_measure: Measure, _using: Services) -> Reading:
        begun.set()
        await asyncio.Event().wait()
        raise AssertionError

    for _ in range(MOST_ATTEMPTS + 1):
        begun.clear()
        sweeping = asyncio.create_task(replace(world.watch(), look=endless).sweep())
        await begun.wait()
        sweeping.cancel()
        await asyncio.wait([sweeping])
    await world.watch().sweep()
    (alert,) = await SqlAlerts(world.database).of_chat(-100)
    assert alert.paused_why is None
    assert alert.state.value == 0.8


async def test_the_alert_is_told_even_where_its_words_fail(world: World) -> None:
    async def speechless(*_: object) -> Reply:
        raise RuntimeError("no words")

    await world.add("ETH BTC-PERP corr<0.6 for=1")
    world.value = falls_at(NOON)
    watch = world.watch()
    await replace(watch, telling=replace(watch.telling, tell=speechless)).sweep()
    assert await world.letters() == ["alert:1:1:1:fired"]


async def test_an_alert_deleted_while_it_is_looked_at_says_nothing(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6 for=1")
    world.value = falls_at(NOON)
    watch = world.watch()

    async def deleted(event: Event, alert: object, using: Services) -> Reply:
        await SqlAlerts(world.database).delete(1)
        return await plainly(event, alert, using)

    await replace(watch, telling=replace(watch.telling, tell=deleted)).sweep()
    assert await world.letters() == []
