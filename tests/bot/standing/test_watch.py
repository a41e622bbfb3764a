"""The sweep over due alerts: what is looked at, what is told, whom an outage and a bad alert hit."""

import asyncio
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from analytics.market.simulated import SimulatedPrices
from analytics.market.windows import DAY, HOUR, MINUTE
from bot.standing.telling import TOLD_ONCE, Telling
from bot.standing.watch import Watch
from bot.store.alerts import SqlAlerts
from bot.store.contents import kept_reply
from bot.store.database import Database
from bot.store.letters import Kind
from bot.store.tables import outbox
from bot.store.watching import Watching
from handlers import Room
from handlers._watch.alert import NewAlert
from handlers._watch.grammar import rule_of
from handlers._watch.measure import Metric
from handlers._watch.reading import reading
from handlers._watch.states import Phase, State
from tests.bot.standing.world import NOON, ROOM, World, falls_at
from tests.handlers.asking import services


async def test_a_fall_is_told_once_two_bars_later_and_its_end_too(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    world.value = falls_at(NOON + 3 * HOUR, until=NOON + 8 * HOUR)
    await world.pass_time(12 * HOUR)
    assert await world.letters() == ["alert:1:1:1:fired", "alert:1:1:1:recovered"]
    (alert,) = await SqlAlerts(world.database).of_chat(-100)
    assert alert.state.told_at is not None
    assert alert.state.told_at - (NOON + 4 * HOUR) <= 5 * MINUTE
    assert len(world.looks) == 12, "one look a bar"


async def test_equal_measures_are_looked_at_once_for_everybody(world: World) -> None:
    for n in range(10):
        await world.add(f"ETH BTC-PERP corr<0.{60 + n}", n=n, room=Room(n + 1))
    await world.pass_time(timedelta(minutes=5))
    assert len(world.looks) == 1


async def test_two_processes_look_at_each_alert_once_a_bar(world: World) -> None:
    for n in range(6):
        await world.add(f"ETH BTC-PERP corr<0.6 {20 + n}d", n=n)
    one, two = world.watch("one"), world.watch("two")
    world.now += MINUTE
    for _ in range(4):
        world.now += HOUR
        await asyncio.gather(one.sweep(), two.sweep())
    assert len(world.looks) == len(set(world.looks)) == 6 * 4


async def test_a_letter_says_how_it_wants_to_be_sent(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6 for=1", n=1)
    await world.add("ETH BTC-PERP corr<0.6 for=1 quiet", n=2)
    world.value = falls_at(NOON)
    await world.pass_time(timedelta(minutes=5))
    async with world.database.reading() as connection:
        rows = (await connection.execute(select(outbox).order_by(outbox.c.key))).all()
    assert [row.kind for row in rows] == [Kind.ALERT, Kind.ALERT]
    assert [row.silent for row in rows] == [0, 1]
    assert [row.subscription for row in rows] == ["alert:1", "alert:2"]
    assert {(row.chat_id, row.thread_id, row.owner_id) for row in rows} == {(-100, 7, 5)}
    reply = await kept_reply(world.database, rows[0].content_id)
    assert reply is not None
    assert reply.title == "Fired"


async def test_once_is_told_once_and_then_sleeps(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6 once for=1")
    world.value = falls_at(NOON)
    await world.pass_time(DAY)
    assert await world.letters() == ["alert:1:1:1:fired"]
    (alert,) = await SqlAlerts(world.database).of_chat(-100)
    assert alert.paused_why == TOLD_ONCE
    assert len(world.looks) == 1


async def test_an_alert_ends_when_it_said_it_would_and_warns_before(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6 until=10d")
    await world.pass_time(11 * DAY, every=HOUR)
    expires = NOON + 10 * DAY
    assert await world.letters() == [
        f"alert:1:1:expiring:{expires.timestamp():.0f}",
        f"alert:1:1:expired:{expires.timestamp():.0f}",
    ]
    (alert,) = await SqlAlerts(world.database).of_chat(-100)
    assert alert.paused_why is not None


async def test_a_snoozed_alert_is_told_when_the_snooze_is_over(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    await SqlAlerts(world.database).snooze(1, NOON + 6 * HOUR)
    world.value = falls_at(NOON + HOUR)
    await world.pass_time(5 * HOUR)
    assert await world.letters() == []
    assert await world.phases() == [Phase.FIRING]
    await world.pass_time(3 * HOUR)
    assert await world.letters() == ["alert:1:1:1:fired"]


async def test_price_facts_are_looked_at_every_five_minutes(world: World) -> None:
    await world.add("BTC-INV funding<0")
    world.value = lambda measure, _now: -0.1 if measure.metric is Metric.FUNDING else 0.0
    await world.pass_time(30 * MINUTE, every=MINUTE)
    assert 5 <= len(world.looks) <= 7
    assert await world.letters() == ["alert:1:1:1:fired"]


@dataclass(frozen=True, slots=True)
class Hour:
    """What the simulated market did in the window that ends at an hour."""

    at: datetime
    value: float


async def test_a_real_fall_on_the_simulated_venue_is_found_and_told_in_full(
    database: Database,
) -> None:
    clock = [datetime(2026, 11, 4, 14, 20, tzinfo=UTC)]
    source = SimulatedPrices(clock=lambda: clock[0])
    using = replace(services(source), now=lambda: clock[0], alerts=SqlAlerts(database))
    rule = rule_of("ETH BTC-PERP corr<0.6 2d 1h")
    hours = []
    for n in range(72):
        clock[0] = datetime(2026, 11, 4, 14, 1, tzinfo=UTC) + n * HOUR
        hours.append(Hour(clock[0], (await reading(rule.measure, using)).value))
    threshold = round(sorted(hour.value for hour in hours)[24], 4)
    below = [hour.value < threshold for hour in hours]
    first = next(n for n in range(1, 72) if below[n] and below[n - 1])
    clock[0] = hours[0].at
    alerted = rule_of(f"ETH BTC-PERP corr<{threshold} 2d 1h")
    await SqlAlerts(database).add(
        NewAlert(5, ROOM, alerted, State(), clock[0], clock[0], occasion="update:1")
    )

    async def time() -> datetime:
        return clock[0]

    watch = Watch(Watching(database, "one"), using, Telling(using), now=time)
    told_at = None
    for hour in hours:
        clock[0] = hour.at
        await watch.sweep()
        async with database.reading() as connection:
            row = (await connection.execute(select(outbox).limit(1))).one_or_none()
        if row is not None:
            told_at = hour.at
            break
    assert told_at == hours[first].at
    reply = await kept_reply(database, row.content_id)
    assert reply is not None
    assert reply.title.startswith("🔴")
    assert reply.chart


async def test_the_end_is_announced_three_days_before_it_however_rare_the_bars_are(
    world: World,
) -> None:
    await world.add("ETH BTC-PERP corr<0.6 1y 1d")
    await world.pass_time(87 * DAY - 6 * HOUR, every=6 * HOUR)
    assert await world.letters() == []
    await world.pass_time(6 * HOUR, every=HOUR)
    assert len(await world.letters()) == 1
    await world.pass_time(3 * DAY, every=HOUR)
    first, last = await world.letters()
    assert (first.split(":")[3], last.split(":")[3]) == ("expiring", "expired")
