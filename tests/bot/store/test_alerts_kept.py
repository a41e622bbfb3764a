"""How many alerts a chat keeps, however it comes by them; each on both databases."""

import asyncio

import pytest
from sqlalchemy import update

from analytics.market.windows import DAY
from bot.store.alerts import SqlAlerts
from bot.store.chats import close_chat, open_chat
from bot.store.database import Database
from bot.store.tables import alerts
from handlers._watch.alert import MOST_ALERTS, TooManyAlertsError
from handlers._watch.states import State
from tests.bot.store.test_alerts import NOON, new


async def ended(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(update(alerts).values(paused_why="It has ended."))


async def full(database: Database) -> SqlAlerts:
    """A chat with as many alerts as it may have, and one that has ended before."""
    kept = SqlAlerts(database)
    await kept.add(new(0))
    await ended(database)
    for n in range(MOST_ALERTS):
        await kept.add(new(n + 1))
    return kept


async def test_no_more_alerts_are_awake_than_a_chat_may_have(database: Database) -> None:
    kept = await full(database)
    first = (await kept.of_chat(-100))[0]
    with pytest.raises(TooManyAlertsError):
        await kept.keep(first.id, NOON + 99 * DAY)
    with pytest.raises(TooManyAlertsError):
        await kept.change(first.id, first.rule, state=State(), check=NOON, expires=NOON + DAY)
    other = (await kept.of_chat(-100))[1]
    assert await kept.keep(other.id, NOON + 99 * DAY) is not None, "it is among those awake"
    await kept.delete(other.id)
    assert await kept.keep(first.id, NOON + 99 * DAY) is not None


async def test_of_two_that_wake_at_once_one_is_too_many(database: Database) -> None:
    kept = SqlAlerts(database)
    sleeping = [await kept.add(new(n)) for n in range(2)]
    await ended(database)
    for n in range(MOST_ALERTS - 1):
        await kept.add(new(n + 9))
    waking = (kept.keep(alert.id, NOON + 99 * DAY) for alert in sleeping)
    found = await asyncio.gather(*waking, return_exceptions=True)
    assert sum(isinstance(one, TooManyAlertsError) for one in found) == 1


async def test_of_alerts_that_have_ended_a_chat_keeps_the_last_few(database: Database) -> None:
    kept = SqlAlerts(database)
    for n in range(3 * MOST_ALERTS):
        await kept.add(new(n))
        if n % MOST_ALERTS == MOST_ALERTS - 1:
            await ended(database)
    last = await kept.add(new(999))
    numbers = [alert.number for alert in await kept.of_chat(-100)]
    assert numbers == [*range(2 * MOST_ALERTS + 1, 3 * MOST_ALERTS + 1), last.number]


async def test_what_sleeps_with_its_chat_has_not_ended(database: Database) -> None:
    kept = SqlAlerts(database)
    for n in range(MOST_ALERTS):
        await kept.add(new(n))
    async with database.writing() as connection:
        await close_chat(database, connection, -100, "bot was kicked")
    for n in range(2):
        await kept.add(new(99 + n))
    await open_chat(database, -100)
    assert len(await kept.of_chat(-100)) == MOST_ALERTS + 2


async def test_one_request_in_two_processes_makes_one_alert(database: Database) -> None:
    kept = SqlAlerts(database)
    await kept.add(new(1))
    made = await asyncio.gather(*(kept.add(new(2)) for _ in range(6)))
    assert {alert.number for alert in made} == {made[0].number}
    assert len(await kept.of_chat(-100)) == 2
