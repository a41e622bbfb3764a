from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import numpy as np
import pytest
import pytest_asyncio

from analytics.market.instruments import Kind
from analytics.market.live.dialects import DIALECTS
from analytics.market.markets import Market
from tests.analytics.market.live_setting import DAY, HOUR, NOW, Setting, live
from tests.emulators.venues.faults import missing
from tests.emulators.venues.grid import HOUR as HOUR_MS
from tests.emulators.venues.grid import Grid, milliseconds

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOURS = 4_000
PERPETUALS = ["binance", "bybit", "okx", "krakenfutures", "deribit"]
LEGS = [
    *[(venue, Kind.PERP, False) for venue in PERPETUALS],
    *[(venue, Kind.INVERSE, True) for venue in PERPETUALS],
    *[(venue, Kind.SPOT, False) for venue in ("binance", "bybit", "okx", "deribit")],
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def setting() -> AsyncIterator[Setting]:
    async with live(*DIALECTS, size=60) as found:
        yield found


@pytest.mark.parametrize(("venue", "kind", "inverse"), LEGS)
async def test_four_thousand_hours_come_contiguous_in_as_few_requests_as_pages_allow(
    setting: Setting, venue: str, kind: Kind, inverse: bool
) -> None:
    market = await setting.btc(venue, kind, inverse=inverse)
    end = NOW.replace(minute=0, second=0, microsecond=0)
    before = len(setting.venues.requests(venue))
    candles = await setting.prices.candles(market, bar=HOUR, start=end - HOURS * HOUR, end=end)
    asked = setting.venues.requests(venue)[before:]
    assert candles.open_time.tolist() == hours(end - HOURS * HOUR, HOURS)
    assert len(asked) == -(-HOURS // DIALECTS[venue].page)
    assert len({(request.path, *sorted(request.params.items())) for request in asked}) == len(asked)
    assert np.array_equal(candles.close, await truth(setting, market, end - HOURS * HOUR, end))


@pytest.mark.parametrize("venue", PERPETUALS)
@pytest.mark.parametrize("inverse", [False, True])
async def test_a_dated_future_begins_with_its_listing(
    setting: Setting, venue: str, inverse: bool
) -> None:
    dated = [
        market
        for market in await setting.prices.markets(venue)
        if market.base == "BTC" and market.kind is Kind.FUTURE and market.inverse is inverse
    ]
    if not dated:
        pytest.skip(f"{venue} lists no such future")
    listed = dated[0].listed
    assert listed is not None
    before = len(setting.venues.requests(venue))
    candles = await setting.prices.candles(
        dated[0], bar=HOUR, start=listed - 400 * DAY, end=listed + 500 * HOUR
    )
    assert candles.open_time.tolist() == hours(listed, 500)
    asked = len(setting.venues.requests(venue)) - before
    assert asked == -(-500 // DIALECTS[venue].page)


async def test_kraken_gives_its_newest_bars_in_one_request(setting: Setting) -> None:
    market = await setting.btc("kraken", Kind.SPOT)
    before = len(setting.venues.requests("kraken"))
    candles = await setting.prices.candles(market, bar=HOUR, start=NOW - HOURS * HOUR, end=NOW)
    assert len(setting.venues.requests("kraken")) == before + 1
    assert candles.open_time.tolist() == hours(NOW - 720 * HOUR + timedelta(minutes=30), 719)


async def test_kraken_has_nothing_to_say_about_a_window_that_it_has_forgotten(
    setting: Setting,
) -> None:
    market = await setting.btc("kraken", Kind.SPOT)
    candles = await setting.prices.candles(
        market, bar=HOUR, start=NOW - 90 * DAY, end=NOW - 60 * DAY
    )
    assert len(candles) == 0


@pytest.mark.parametrize("kind", [Kind.INVERSE, Kind.PERP])
async def test_binance_is_not_asked_for_more_than_200_days_of_coin_margined_bars_at_once(
    setting: Setting, kind: Kind
) -> None:
    market = await setting.btc("binance", kind)
    before = len(setting.venues.requests("binance"))
    candles = await setting.prices.candles(market, bar=DAY, start=NOW - 901 * DAY, end=NOW)
    assert len(candles) == 900
    assert np.all(np.diff(candles.open_time) == DAY // timedelta(milliseconds=1))
    assert len(setting.venues.requests("binance")) - before == (5 if kind is Kind.INVERSE else 1)


async def test_a_young_spot_market_costs_one_request(setting: Setting) -> None:
    """Binance does not tell when a spot market began; its first page starts there."""
    market = await setting.btc("binance", Kind.SPOT)
    assert market.listed is None
    before = len(setting.venues.requests("binance"))
    candles = await setting.prices.candles(
        market, bar=DAY, start=NOW - 3000 * DAY, end=NOW - 1700 * DAY
    )
    assert 0 < len(candles) < 200
    assert len(setting.venues.requests("binance")) - before == 1


@pytest.mark.parametrize("venue", ["binance", "okx", "bybit", "deribit"])
async def test_gaps_stay_gaps_and_cost_no_more_requests(setting: Setting, venue: str) -> None:
    market = await setting.btc(venue, Kind.PERP)
    before = len(setting.venues.requests(venue))
    rule = setting.venues.faults.add(missing(0.2), venue=venue)
    candles = await setting.prices.candles(market, bar=HOUR, start=NOW - 2000 * HOUR, end=NOW)
    rule.clear()
    assert 0.7 < len(candles) / 1999 < 0.9
    assert len(setting.venues.requests(venue)) - before <= -(-1999 // DIALECTS[venue].page)


@pytest.mark.parametrize("venue", list(DIALECTS))
async def test_a_window_without_a_closed_bar_is_empty_and_costs_nothing(
    setting: Setting, venue: str
) -> None:
    market = (await setting.prices.markets(venue))[0]
    before = len(setting.venues.requests(venue))
    for start, end in [(NOW - timedelta(minutes=5), NOW), (NOW, NOW - DAY), (NOW + DAY, NOW + DAY)]:
        assert len(await setting.prices.candles(market, bar=HOUR, start=start, end=end)) == 0
    assert len(setting.venues.requests(venue)) == before


def hours(start: datetime, count: int) -> list[int]:
    first = milliseconds(start)
    first -= first % 3_600_000
    return list(range(first, first + count * 3_600_000, 3_600_000))


async def truth(setting: Setting, market: Market, start: datetime, end: datetime) -> list[float]:
    """Closes as the emulator knows them without HTTP."""

    seen = setting.venues.market(market.venue)
    listing = next(item for item in seen.listings if item.symbol == market.symbol)
    bars = seen.page(
        listing,
        Grid(HOUR_MS),
        HOURS,
        first=milliseconds(start),
        last=milliseconds(end) - 1,
        newest=False,
    )
    return [bar.close for bar in bars]
