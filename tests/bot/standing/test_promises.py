"""What an alert has promised to say it says: when prices are back, when a snooze is over."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from analytics.errors import SourceError
from analytics.market.outages import MarketGoneError, VenueDownError
from analytics.market.windows import DAY, HOUR, MINUTE
from analytics.studies.readings import Reading
from bot.standing.telling import POISON, TOLD_ONCE, Telling
from bot.store.alerts import SqlAlerts
from bot.store.contents import kept_reply
from bot.store.outbox import Outbox
from bot.store.rooms import SqlRooms
from bot.store.tables import alerts, outbox
from bot.store.watching import MOST_ATTEMPTS
from handlers import Preferences, Reply, Room, Services
from handlers._watch.measure import Measure
from handlers._watch.states import Phase
from tests.bot.standing.world import NOON, World, falls_at

HALF = HOUR / 2


async def test_each_chat_is_told_that_prices_are_back_where_a_venue_fell_silent_over_bad_ones(
    world: World,
) -> None:
    for chat in (1, 2):
        await world.add("ETH BTC-PERP corr<0.6", n=chat, room=Room(chat))
    patchy, silent = NOON + 4 * HOUR, NOON + 5 * HOUR
    world.fails = lambda _m, now: (
        SourceError("Too patchy.", venue="binance")
        if now < patchy
        else VenueDownError("binance")
        if now < silent
        else None
    )
    await world.pass_time(8 * HOUR, every=HALF)
    for chat in (1, 2):
        told = await world.letters(chat)
        assert [key.rpartition(":")[2] == "over" for key in told] == [False, True], told
    assert len(set(await world.letters())) == 4


async def test_a_list_of_markets_that_is_torn_once_does_not_break_the_promise_of_a_return(
    world: World,
) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    silent, torn = NOON + 4 * HOUR, NOON + 4 * HOUR + 2 * MINUTE
    world.fails = lambda _m, now: (
        VenueDownError("binance")
        if now < silent
        else MarketGoneError("binance", "ETH/USDT")
        if now < torn
        else None
    )
    await world.pass_time(4 * HOUR - 5 * MINUTE, every=HALF)
    await world.pass_time(20 * MINUTE, every=MINUTE)
    first, over = await world.letters()
    assert over.endswith(f"{first}:over")


async def test_a_market_that_goes_after_an_outage_is_told(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    world.fails = lambda _m, now: (
        VenueDownError("binance")
        if now < NOON + 4 * HOUR
        else MarketGoneError("binance", "ETH/USDT")
    )
    await world.pass_time(6 * HOUR, every=HALF)
    assert any(key.startswith("alert:1:1:error:") for key in await world.letters())


async def test_who_snoozes_an_alert_that_fires_is_told_if_it_still_fires_then(
    world: World,
) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    world.value = falls_at(NOON + HOUR)
    await world.pass_time(3 * HOUR, every=HALF)
    assert await world.letters() == ["alert:1:1:1:fired"]
    await SqlAlerts(world.database).snooze(1, world.now + 2 * HOUR)
    await world.pass_time(2 * HOUR - 10 * MINUTE, every=HALF)
    assert await world.letters() == [], "what was not sent yet is not told either"
    await world.pass_time(DAY, every=HALF)
    still = [key for key in await world.letters() if ":still:" in key]
    assert len(still) == 1, "told once more, not again and again"


async def test_who_snoozes_an_alert_that_ends_meanwhile_hears_nothing(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    world.value = falls_at(NOON + HOUR, until=NOON + 4 * HOUR)
    await world.pass_time(3 * HOUR, every=HALF)
    await SqlAlerts(world.database).snooze(1, world.now + 5 * HOUR)
    await world.pass_time(DAY, every=HALF)
    assert await world.letters() == []
    assert await world.phases() == [Phase.NORMAL]


@pytest.mark.parametrize("ends", [None, NOON + 4 * HOUR])
async def test_what_speaks_once_and_was_snoozed_before_it_was_heard_speaks_afterwards(
    world: World, ends: datetime | None
) -> None:
    await world.add("ETH BTC-PERP corr<0.6 once")
    world.value = falls_at(NOON + HOUR, until=ends)
    await world.pass_time(3 * HOUR, every=HALF)
    snoozed = await SqlAlerts(world.database).snooze(1, world.now + 3 * HOUR)
    assert snoozed is not None
    assert snoozed.paused_why is None
    await world.pass_time(DAY, every=HALF)
    if ends is not None:
        assert await world.letters() == [], "it is over by then"
        world.value = falls_at(world.now)
        await world.pass_time(DAY, every=HALF)
    [name] = await world.letters()
    assert name.endswith(":fired")
    [alert] = await SqlAlerts(world.database).of_chat(-100)
    assert alert.paused_why == TOLD_ONCE


async def test_what_speaks_once_is_not_put_to_sleep_by_saying_that_it_cannot_see(
    world: World,
) -> None:
    await world.add("ETH BTC-PERP corr<0.6 once")
    world.fails = lambda _measure, now: (
        SourceError("Prices prove nothing.", venue="binance") if now < NOON + 5 * HOUR else None
    )
    world.value = falls_at(NOON + 6 * HOUR)
    await world.pass_time(5 * HOUR)
    assert any(":unseen:" in name for name in await world.letters()), "it was told to be blind"
    await world.pass_time(6 * HOUR)
    assert "alert:1:1:1:fired" in await world.letters(), "and has its one word still to say"


async def test_what_has_spoken_once_and_was_heard_is_not_woken_by_a_snooze(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6 once")
    world.value = falls_at(NOON + HOUR)
    await world.pass_time(3 * HOUR, every=HALF)
    await Outbox(world.database).finish("alert:1:1:1:fired")
    await SqlAlerts(world.database).snooze(1, world.now + HOUR)
    await world.pass_time(DAY, every=HALF)
    assert await world.letters() == []


async def asleep_for_a_month(
    world: World, *, until: datetime | None = None, once: str = ""
) -> None:
    """An alert that has fired, told so and ended, is kept thirty days later."""
    await world.add(f"ETH BTC-PERP corr<0.6 until=2d {once}")
    world.value = falls_at(NOON + HOUR, until=until)
    await world.pass_time(3 * DAY, every=HALF)
    async with world.database.writing() as connection:
        await connection.execute(outbox.delete())
    world.now += 30 * DAY
    kept = await SqlAlerts(world.database).keep(1, world.now + 90 * DAY)
    assert kept is not None
    assert kept.paused_why is None


async def test_what_fell_before_a_long_sleep_is_not_told_to_be_over_afterwards(
    world: World,
) -> None:
    await asleep_for_a_month(world, until=NOON + 9 * DAY)
    await world.pass_time(DAY, every=HALF)
    assert await world.letters() == []
    assert await world.phases() == [Phase.NORMAL]


async def test_an_alert_that_wakes_fires_anew_and_counts_from_then(world: World) -> None:
    await asleep_for_a_month(world)
    woken = world.now
    await world.pass_time(DAY, every=HALF)
    [name] = await world.letters()
    assert name == "alert:1:2:1:fired", "no letter of before has this name"
    [alert] = await SqlAlerts(world.database).of_chat(-100)
    assert alert.state.since is not None
    assert alert.state.since > woken - HOUR


async def test_what_has_spoken_once_and_is_kept_waits_until_it_comes_again(world: World) -> None:
    await asleep_for_a_month(world, once="once")
    await world.pass_time(DAY, every=HALF)
    assert await world.letters() == [], "its owner knows, and it would sleep at once"
    world.value = falls_at(world.now + 5 * HOUR)
    await world.pass_time(DAY, every=HALF)
    [name] = await world.letters()
    assert name == "alert:1:2:1:fired"


@pytest.mark.parametrize("lives", [7 * DAY + HOUR, 10 * DAY + HOUR])
async def test_what_is_kept_before_its_end_was_sent_does_not_say_that_it_ends(
    world: World, lives: timedelta
) -> None:
    await world.add("ETH BTC-PERP corr<0.6 until=10d", n=1)
    await world.add("ETH BTC-PERP corr<0.6 until=10d", n=2, room=Room(9))
    await world.pass_time(lives, every=HOUR)
    waiting = len(await world.letters(9))
    assert len(await world.letters(-100)) == waiting > 0
    await SqlAlerts(world.database).keep(1, world.now + 90 * DAY)
    assert await world.letters(-100) == []
    assert len(await world.letters(9)) == waiting, "what others wait for is theirs"


async def test_other_news_of_an_alert_that_is_kept_is_told(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6 until=10d")
    world.value = falls_at(NOON + HOUR)
    await world.pass_time(8 * DAY, every=HOUR)
    await SqlAlerts(world.database).keep(1, world.now + 90 * DAY)
    assert await world.letters() == ["alert:1:1:1:fired"]


async def test_nothing_is_looked_at_in_the_minute_after_the_clock_jumped(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    seconds = [0.0]
    watch = replace(world.watch(), monotonic=lambda: seconds[0])
    await watch.turn()
    before = len(world.looks)
    world.now += DAY
    seconds[0] += 5
    await watch.turn()
    assert len(world.looks) == before, "the newest prices would seem a day old"
    world.now += MINUTE
    seconds[0] += 60
    await watch.turn()
    assert len(world.looks) == before + 1


async def test_a_clock_that_was_ahead_for_a_while_puts_no_alert_off(world: World) -> None:
    await world.add("ETH BTC-PERP corr<0.6")
    seconds = [0.0]
    watch = replace(world.watch(), monotonic=lambda: seconds[0])
    await watch.turn()
    world.late = DAY
    for ahead in (DAY, 2 * MINUTE):
        world.now += ahead
        seconds[0] += 120
        await watch.turn()
    assert len(world.looks) == 2, "two minutes later the clock is believed"
    world.now -= DAY
    world.late = timedelta(0)
    world.value = falls_at(NOON)
    for _ in range(5):
        world.now += HOUR
        seconds[0] += HOUR.total_seconds()
        await watch.turn()
    assert "alert:1:1:1:fired" in await world.letters()


GERMAN = Preferences(language="de")


async def said_in(world: World, chat_id: int) -> list[Reply]:
    question = select(outbox.c.content_id).where(outbox.c.chat_id == chat_id)
    async with world.database.reading() as connection:
        names = (await connection.execute(question)).scalars().all()
    replies = [await kept_reply(world.database, name) for name in names]
    return [reply for reply in replies if reply is not None]


async def test_every_sentence_of_an_alert_is_in_the_language_of_its_chat(world: World) -> None:
    rooms = SqlRooms(world.database)
    await rooms.set_preferences(1, GERMAN)
    for chat in (1, 2):
        await world.add("ETH BTC-PERP corr<0.6", n=chat, room=Room(chat))
    watch = world.watch()
    using = replace(watch.services, rooms=rooms)
    speaking = replace(watch, services=using, telling=Telling(using))
    async with world.database.writing() as connection:
        await connection.execute(update(alerts).values(attempts=MOST_ATTEMPTS))
    await speaking.sweep()
    (german,), (english,) = await said_in(world, 1), await said_in(world, 2)
    assert english.answer == POISON
    assert german.answer != POISON


async def test_what_a_look_itself_says_is_in_the_language_of_its_chat(world: World) -> None:
    rooms = SqlRooms(world.database)
    await rooms.set_preferences(1, GERMAN)
    for chat in (1, 2):
        await world.add("ETH BTC-PERP corr<0.6", n=chat, room=Room(chat))
    world.fails = lambda _m, _now: ZeroDivisionError()
    watch = world.watch()
    using = replace(watch.services, rooms=rooms)
    speaking = replace(watch, services=using, telling=Telling(using))
    await world.pass_time(HOUR, speaking, every=HALF)
    (german,), (english,) = await said_in(world, 1), await said_in(world, 2)
    assert english.answer == "Something broke on my side."
    assert german.answer != english.answer


async def test_an_alert_looks_at_the_venue_that_its_chat_prefers(world: World) -> None:
    venues = []

    async def look(_measure: Measure, using: Services) -> Reading:
        venues.append(using.histories.source.venues[0])
        return await world.look(_measure, using)

    for chat in (1, 2, 3):
        await world.add("ETH BTC-PERP corr<0.6", n=chat, room=Room(chat))
    rooms = SqlRooms(world.database)
    chosen = world.watch().services.histories.source.venues[-1]
    await rooms.set_preferences(2, Preferences(venue=chosen, zone="Asia/Tokyo"))
    world.now += HOUR
    await replace(world.watch(), look=look).sweep()
    assert sorted(venues) == sorted({world.watch().services.histories.source.venues[0], chosen})
