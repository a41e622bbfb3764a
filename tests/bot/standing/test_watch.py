"""The sweep over due alerts: what is looked at, what is told, whom an outage and a bad alert hit."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from analytics.errors import SourceError
from analytics.market.outages import MarketGoneError, VenueDownError
from analytics.market.prices import Origin
from analytics.market.simulated import SimulatedPrices
from analytics.market.windows import DAY, HOUR, MINUTE
from analytics.studies.readings import Reading
from bot.standing.telling import POISON, TOLD_ONCE, Telling
from bot.standing.watch import Watch
from bot.store.alerts import SqlAlerts
from bot.store.contents import kept_reply
from bot.store.database import Database
from bot.store.letters import Kind
from bot.store.tables import alerts, outbox
from bot.store.watching import MOST_ATTEMPTS, Watching
from handlers import Reply, Room, Services
from handlers._watch.alert import NewAlert
from handlers._watch.grammar import rule_of
from handlers._watch.measure import Measure, Metric
from handlers._watch.reading import reading
from handlers._watch.rule import PRICE_FACTS
from handlers._watch.states import Event, Phase, State
from tests.handlers.asking import services

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
ROOM = Room(-100, 7)


class PowerCutError(BaseException):
    """The process ends here."""


@dataclass(slots=True, eq=False)
class World:
    """Time that is turned by hand, and markets whose values are known."""

    database: Database
    now: datetime = NOON
    value: Callable[[Measure, datetime], float] = lambda _measure, _now: 0.8
    fails: Callable[[Measure, datetime], Exception | None] = lambda _measure, _now: None
    late: timedelta = timedelta(0)
    halted: str = "nothing"
    """A market that has had no price since noon."""
    looks: list[tuple[str, datetime]] = field(default_factory=list)
    dies_at: str | None = None

    async def look(self, measure: Measure, _: Services) -> Reading:
        self.looks.append((str(measure), self.now))
        if self.dies_at == str(measure):
            raise PowerCutError
        error = self.fails(measure, self.now)
        if error is not None:
            raise error
        step = timedelta(minutes=5) if measure.metric in PRICE_FACTS else HOUR
        passed = (self.now - self.late - NOON) // step
        as_of = NOON if self.halted in str(measure) else NOON + passed * step
        value = self.value(measure, self.now)
        return Reading(value, None, as_of, step, ("A", "B"), "Binance", Origin("test"))

    def watch(self, name: str = "one") -> Watch:
        using = replace(services(), now=lambda: self.now)
        return Watch(
            Watching(self.database, name),
            using,
            Telling(using, tell=_plain),
            look=self.look,
            now=self.time,
        )

    async def time(self) -> datetime:
        return self.now

    async def add(self, rule: str, *, n: int = 1, room: Room = ROOM) -> None:
        wanted = rule_of(rule)
        await SqlAlerts(self.database).add(
            NewAlert(5, room, wanted, State(), self.now, self.now, occasion=f"update:{n}")
        )

    async def pass_time(
        self, length: timedelta, *watches: Watch, every: timedelta = 5 * MINUTE
    ) -> None:
        until = self.now + length
        while self.now < until:
            self.now += every
            for watch in watches or (self.watch(),):
                await watch.sweep()

    async def letters(self, chat_id: int | None = None) -> list[str]:
        question = select(outbox.c.key, outbox.c.chat_id).order_by(outbox.c.due_ms, outbox.c.key)
        async with self.database.reading() as connection:
            rows = (await connection.execute(question)).all()
        return [row.key for row in rows if chat_id in (None, row.chat_id)]

    async def phases(self) -> list[Phase]:
        return [alert.state.phase for alert in await SqlAlerts(self.database).of_chat(-100)]


async def _plain(event: Event, _alert: object, _services: Services) -> Reply:
    return Reply(title=type(event).__name__, answer="")


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


def falls_at(moment: datetime, *, until: datetime | None = None) -> Callable[..., float]:
    def value(_measure: Measure, now: datetime) -> float:
        is_low = now >= moment and (until is None or now < until)
        return 0.4 if is_low else 0.8

    return value


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


async def test_ten_minutes_of_outage_are_no_news_and_their_end_is_seen_at_once(
    world: World,
) -> None:
    await world.add("BTC-INV funding<0")
    await world.pass_time(6 * MINUTE, every=MINUTE)
    begins, ends = world.now, world.now + 10 * MINUTE
    world.fails = lambda _m, now: (
        VenueDownError("binance", retry_after=timedelta(seconds=60)) if now < ends else None
    )
    world.value = lambda _m, now: -0.2 if begins <= now < ends else 0.1
    world.looks.clear()
    await world.pass_time(9 * MINUTE, every=timedelta(seconds=5))
    assert len(world.looks) <= 20
    await world.pass_time(3 * MINUTE, every=timedelta(seconds=5))
    back = next(now for _, now in world.looks if now >= ends)
    assert back - ends <= timedelta(seconds=90)
    assert not [key for key in await world.letters() if "fired" in key]


async def test_one_notice_a_chat_and_venue_for_a_whole_outage(world: World) -> None:
    for n in range(5):
        await world.add(f"ETH BTC-PERP corr<0.6 {20 + n}d", n=n)
    await world.add("ETH BTC-PERP corr<0.6", n=9, room=Room(9))
    world.value = falls_at(NOON)
    await world.pass_time(5 * MINUTE)
    began, ends = world.now, world.now + 6 * HOUR
    world.fails = lambda _m, now: VenueDownError("binance") if began < now < ends else None
    one, two = world.watch("one"), world.watch("two")
    await world.pass_time(5 * HOUR, one, two)
    keys = await world.letters()
    assert len(keys) == 2
    assert all(key.startswith("outage:") for key in keys)
    assert len(await world.letters(9)) == 1
    assert set(await world.phases()) == {Phase.PENDING}, "silence is no second check"
    world.value = lambda _m, _now: 0.8
    await world.pass_time(2 * HOUR, one, two)
    over = [key for key in await world.letters() if key.endswith(":over")]
    assert len(over) == 2
    assert len(await world.letters()) == 4
    assert set(await world.phases()) == {Phase.NORMAL}


async def test_prices_that_stand_still_fire_nothing(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    world.value = falls_at(NOON)
    world.late = 5 * HOUR
    await world.pass_time(8 * HOUR)
    assert [key.partition(":")[0] for key in await world.letters()] == ["outage"]
    assert await world.phases() == [Phase.NORMAL]


async def test_a_market_that_alone_stands_still_is_no_outage_of_its_venue(world: World) -> None:
    await world.add("DOGE BTC-PERP corr<0.6")
    await world.add("ETH BTC-PERP corr<0.6", n=2)
    world.halted = "DOGE"
    watch = world.watch()
    await world.pass_time(8 * HOUR, watch)
    (key,) = await world.letters()
    assert key.startswith("alert:1:1:unseen:"), "one of them waits, and the other does not"
    world.fails = lambda _m, _now: VenueDownError("binance")
    await world.pass_time(5 * HOUR, watch)
    first, second = await world.letters()
    assert first == key
    assert second.startswith("outage:")


async def test_a_restart_and_another_process_know_which_market_stands_still_alone(
    world: World,
) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    await world.pass_time(8 * HOUR, world.watch("one"))
    world.halted = "DOGE"
    await world.add("DOGE BTC-PERP corr<0.6", n=2)
    for _ in range(3):
        # Each has just begun, and looks at nothing but the market that stands still.
        world.now += 5 * MINUTE
        await world.watch("two").sweep()
    (key,) = await world.letters()
    assert key.startswith("alert:2:1:unseen:")


async def test_an_outage_is_told_to_a_chat_of_which_an_alert_was_blind_already(
    world: World,
) -> None:
    await world.add("DOGE BTC-PERP corr<0.6")
    await world.add("ETH BTC-PERP corr<0.6", n=2)
    patchy = SourceError("Too patchy.", venue="binance")
    world.fails = lambda measure, _now: patchy if "DOGE" in str(measure) else None
    await world.pass_time(5 * HOUR)
    (unseen,) = await world.letters()
    world.fails = lambda _m, _now: VenueDownError("binance")
    await world.pass_time(5 * HOUR)
    keys = await world.letters()
    assert keys[0] == unseen
    assert [key.partition(":")[0] for key in keys[1:]] == ["outage"]
    world.fails = lambda _m, _now: None
    await world.pass_time(5 * HOUR)
    assert sorted(await world.letters()) == sorted([*keys, f"{unseen}:over", f"{keys[1]}:over"])


async def test_prices_that_are_unfit_are_told_alert_by_alert(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    world.fails = lambda _m, _now: SourceError("Too patchy.", venue="binance")
    await world.pass_time(8 * HOUR)
    (key,) = await world.letters()
    assert key.startswith("alert:1:1:unseen:")


async def test_a_market_that_has_gone_is_told_once_and_the_alert_sleeps(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    await world.add("SOL BTC-PERP corr<0.6", n=2)
    gone = MarketGoneError("binance", "ETH/USDT")
    world.fails = lambda measure, _now: gone if "ETH" in str(measure) else None
    await world.pass_time(5 * HOUR)
    (key,) = await world.letters()
    assert key.startswith("alert:1:1:error:")
    first, second = await SqlAlerts(world.database).of_chat(-100)
    assert first.paused_why == gone.sentence
    assert second.paused_why is None


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


async def test_a_snoozed_alert_is_told_when_the_snooze_is_over(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    await SqlAlerts(world.database).snooze(1, NOON + 6 * HOUR)
    world.value = falls_at(NOON + HOUR)
    await world.pass_time(5 * HOUR)
    assert await world.letters() == []
    assert await world.phases() == [Phase.FIRING]
    await world.pass_time(3 * HOUR)
    assert await world.letters() == ["alert:1:1:1:fired"]


async def test_an_alert_deleted_while_it_is_looked_at_says_nothing(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6 for=1")
    world.value = falls_at(NOON)
    watch = world.watch()

    async def deleted(event: Event, alert: object, using: Services) -> Reply:
        await SqlAlerts(world.database).delete(1)
        return await _plain(event, alert, using)

    await replace(watch, telling=replace(watch.telling, tell=deleted)).sweep()
    assert await world.letters() == []


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
