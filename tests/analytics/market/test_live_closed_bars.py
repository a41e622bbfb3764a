import random
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from analytics.market.instruments import Kind
from analytics.market.live.dialects import DIALECTS
from analytics.market.prices import Origin
from tests.analytics.market.live_setting import DAY, HOUR, NOW, Setting, live
from tests.emulators.venues.faults import duplicated, shuffled, stale
from tests.emulators.venues.grid import milliseconds

pytestmark = pytest.mark.asyncio(loop_scope="module")

MILLISECOND = timedelta(milliseconds=1)
CLOSE = NOW.replace(hour=13, minute=0, second=0, microsecond=0)
AROUND = [-60_000, -1_000, -2, -1, 0, 1, 2, 1_000, *random.Random(1).sample(range(3_600_000), 4)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def setting() -> AsyncIterator[Setting]:
    async with live(*DIALECTS) as found:
        yield found


@pytest.mark.parametrize("venue", list(DIALECTS))
async def test_the_forming_bar_is_dropped_at_any_millisecond(setting: Setting, venue: str) -> None:
    market = next(market for market in await setting.prices.markets(venue) if market.active)
    for offset in AROUND:
        setting.clock.now = CLOSE + offset * MILLISECOND
        candles = await setting.prices.candles(
            market, bar=HOUR, start=CLOSE - 10 * HOUR, end=CLOSE + 10 * HOUR
        )
        newest = CLOSE - HOUR if offset >= 0 else CLOSE - 2 * HOUR
        assert candles.open_time[-1] == milliseconds(newest), offset


@pytest.mark.parametrize("venue", list(DIALECTS))
@pytest.mark.parametrize("ahead", [-300, -3, 3, 300])
async def test_the_clock_of_the_venue_decides_where_it_differs_from_ours(
    setting: Setting, venue: str, ahead: int
) -> None:
    setting.clock.now = NOW
    market = next(market for market in await setting.prices.markets(venue) if market.active)
    setting.venues.skew[venue] = timedelta(seconds=ahead)
    assert (await setting.prices.check(venue)).total_seconds() == pytest.approx(ahead, abs=1)
    for there in (CLOSE - timedelta(seconds=1.5), CLOSE + timedelta(seconds=1.5)):
        setting.clock.now = there - timedelta(seconds=ahead)
        await setting.prices.check(venue)
        candles = await setting.prices.candles(
            market, bar=HOUR, start=CLOSE - 5 * HOUR, end=CLOSE + DAY
        )
        newest = CLOSE - HOUR if there > CLOSE else CLOSE - 2 * HOUR
        assert candles.open_time[-1] == milliseconds(newest)
    setting.venues.skew[venue] = timedelta(0)
    setting.clock.now = NOW
    await setting.prices.check(venue)


@pytest.mark.parametrize("venue", ["binance", "krakenfutures", "okx", "deribit"])
async def test_the_clock_of_this_machine_has_no_say(venue: str) -> None:
    """ccxt cuts the ranges of some questions off at its own idea of the present."""
    later = NOW + 3000 * DAY
    async with live(venue, at=later) as setting:
        market = await setting.btc(venue, Kind.INVERSE)
        candles = await setting.prices.candles(market, bar=HOUR, start=later - 10 * HOUR, end=later)
        assert len(candles) == 9


async def test_two_seconds_are_within_the_error_of_the_date_header(setting: Setting) -> None:
    market = await setting.btc("binance", Kind.SPOT)
    setting.venues.skew["binance"] = timedelta(seconds=-1.4)
    setting.clock.now = CLOSE
    candles = await setting.prices.candles(
        market, bar=HOUR, start=CLOSE - 5 * HOUR, end=CLOSE + HOUR
    )
    setting.venues.skew["binance"] = timedelta(0)
    assert candles.open_time[-1] == milliseconds(CLOSE - HOUR)


async def test_bars_past_the_asked_end_are_not_given(setting: Setting) -> None:
    market = await setting.btc("binance", Kind.SPOT)
    end = CLOSE - 30 * HOUR + timedelta(minutes=20)
    candles = await setting.prices.candles(market, bar=HOUR, start=end - 10 * HOUR, end=end)
    assert candles.open_time[0] == milliseconds(CLOSE - 39 * HOUR)
    assert candles.open_time[-1] == milliseconds(CLOSE - 31 * HOUR)


@pytest.mark.parametrize("venue", list(DIALECTS))
async def test_the_order_and_number_of_rows_do_not_matter(setting: Setting, venue: str) -> None:
    setting.clock.now = NOW
    market = next(market for market in await setting.prices.markets(venue) if market.active)
    span = {"bar": HOUR, "start": NOW - 600 * HOUR, "end": NOW}
    plain = await setting.prices.candles(market, **span)
    rules = [setting.venues.faults.add(fault, venue=venue) for fault in (duplicated(), shuffled())]
    odd = await setting.prices.candles(market, **span)
    for rule in rules:
        rule.clear()
    assert odd.open_time.tolist() == plain.open_time.tolist()
    assert odd.close.tolist() == plain.close.tolist()


async def test_a_feed_that_stopped_gives_what_it_has(setting: Setting) -> None:
    """How old that is stands beside every answer; here nothing is invented."""
    market = await setting.btc("bybit", Kind.PERP)
    rule = setting.venues.faults.add(stale(NOW - 20 * HOUR), venue="bybit")
    candles = await setting.prices.candles(market, bar=HOUR, start=NOW - 50 * HOUR, end=NOW)
    rule.clear()
    assert candles.open_time[-1] == milliseconds(CLOSE - 21 * HOUR)


async def test_the_present_is_now_and_the_prices_need_no_warning(setting: Setting) -> None:
    market = await setting.btc("okx", Kind.PERP)
    assert await setting.prices.as_of([market], bar=HOUR, now=NOW) == NOW
    assert setting.prices.origin == Origin("Binance, Bybit, OKX, Kraken, Kraken Futures, Deribit")
