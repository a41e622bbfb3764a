"""Alerts that see nothing: venues away, markets that stand still or have gone, prices unfit."""

from datetime import timedelta

from analytics.errors import SourceError
from analytics.market.outages import MarketGoneError, VenueDownError
from analytics.market.windows import HOUR, MINUTE
from bot.store.alerts import SqlAlerts
from handlers import Room
from handlers._watch.states import Phase
from tests.bot.standing.world import NOON, World, falls_at


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
