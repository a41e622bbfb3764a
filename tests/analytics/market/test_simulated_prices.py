"""The same prices for everyone, at every bar length, from one path."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from analytics.errors import RequestError, SourceError
from analytics.market.candles import Candles
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.simulated import MIRROR, SIMULATED
from tests.analytics.market.simulated_bars import DAY, HOUR, MINUTE, NOW, candles, fresh, market

GOLDEN_CLOSES = [68336.0, 67770.3, 67613.5]
GOLDEN_RATES = [7.854e-05, 0.00010272, 0.0001509]
FIELDS = ("open", "high", "low", "close", "volume")


def rows(bars: Candles) -> np.ndarray:
    return np.column_stack([bars.open_time, *(getattr(bars, name) for name in FIELDS)])


@pytest.mark.parametrize("symbol", ["BTC/USDT", "SOL/USDT:USDT", "BTC/USD:BTC-261225"])
@pytest.mark.parametrize(("bar", "days"), [(5 * MINUTE, 2), (HOUR, 40), (4 * HOUR, 90)])
async def test_a_stretch_is_the_same_however_it_is_asked_for(
    symbol: str, bar: timedelta, days: int
) -> None:
    whole = rows(await candles(fresh(), symbol, bar, NOW - days * DAY))
    other = fresh()
    middle = NOW - days * DAY / 3
    late = rows(await candles(other, symbol, bar, middle))
    early = rows(await candles(other, symbol, bar, NOW - days * DAY, middle))
    inside = whole[:, 0] >= middle.timestamp() * 1000
    assert np.array_equal(whole[inside], late)
    assert np.array_equal(whole[: len(early)], early)


@pytest.mark.parametrize("symbol", ["BTC/USDT", "1000PEPE/USDT:USDT", "ETH/USD:ETH"])
@pytest.mark.parametrize(
    ("inner", "outer"), [(MINUTE, 5 * MINUTE), (5 * MINUTE, HOUR), (HOUR, 8 * HOUR), (HOUR, DAY)]
)
async def test_shorter_bars_join_into_the_longer_ones_exactly(
    symbol: str, inner: timedelta, outer: timedelta
) -> None:
    prices = fresh()
    start, end = NOW.replace(hour=0, minute=0) - 3 * DAY, NOW.replace(hour=0, minute=0)
    short = await candles(prices, symbol, inner, start, end)
    long = await candles(prices, symbol, outer, start, end)
    groups = len(short) // len(long)
    assert np.array_equal(short.open_time[::groups], long.open_time)
    assert np.array_equal(short.open[::groups], long.open)
    assert np.array_equal(short.close[groups - 1 :: groups], long.close)
    assert np.array_equal(short.high.reshape(-1, groups).max(axis=1), long.high)
    assert np.array_equal(short.low.reshape(-1, groups).min(axis=1), long.low)
    np.testing.assert_allclose(short.volume.reshape(-1, groups).sum(axis=1), long.volume)


async def test_bars_are_prices_one_opens_where_the_last_closed() -> None:
    prices = fresh()
    for venue in prices.venues:
        for listed in await prices.markets(venue):
            bars = await prices.candles(listed, bar=HOUR, start=NOW - 5 * DAY, end=NOW)
            assert len(bars) == 119, listed.symbol
            assert np.isfinite(rows(bars)).all()
            assert (np.diff(bars.open_time) == 3_600_000).all()
            assert (bars.low > 0).all()
            assert (bars.high >= np.maximum(bars.open, bars.close)).all()
            assert (bars.low <= np.minimum(bars.open, bars.close)).all()
            assert (bars.volume > 0).all()
            assert np.array_equal(bars.open[1:], bars.close[:-1])


async def test_only_closed_bars_are_given() -> None:
    prices = fresh()
    hourly = await candles(prices, "BTC/USDT", HOUR, NOW - DAY, NOW + 5 * DAY)
    assert hourly.open_time[-1] == datetime(2026, 9, 1, 13, tzinfo=UTC).timestamp() * 1000
    first = datetime(2026, 8, 31, 15, tzinfo=UTC).timestamp() * 1000
    assert hourly.open_time[0] == first, "a bar that opened before the start is left out"


async def test_a_later_clock_adds_bars_and_changes_none() -> None:
    before = rows(await candles(fresh(), "ETH/USDT", HOUR, NOW - 3 * DAY))
    later = fresh(now=NOW + 40 * DAY)
    after = rows(await candles(later, "ETH/USDT", HOUR, NOW - 3 * DAY, NOW + 40 * DAY))
    assert np.array_equal(after[: len(before)], before)
    assert len(after) == len(before) + 40 * 24


async def test_another_seed_is_another_history() -> None:
    one = await candles(fresh(), "BTC/USDT", HOUR, NOW - 3 * DAY)
    other = await candles(fresh(seed=2), "BTC/USDT", HOUR, NOW - 3 * DAY)
    assert not np.isclose(one.close, other.close).any()


async def test_these_prices_never_change_between_versions_and_machines() -> None:
    bars = await candles(fresh(), "BTC/USDT", DAY, datetime(2026, 8, 1, tzinfo=UTC))
    assert bars.close[:3].tolist() == GOLDEN_CLOSES
    funding = await fresh().funding(
        await market(fresh(), "BTC/USDT:USDT"), start=datetime(2026, 8, 1, tzinfo=UTC), end=NOW
    )
    assert funding.rate[:3].tolist() == GOLDEN_RATES


async def test_another_process_sees_the_same_prices() -> None:
    program = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from analytics.market.simulated import SimulatedPrices
heavy = {"pandas", "ccxt", "matplotlib"} & set(sys.modules)
assert not heavy, heavy
now = datetime(2026, 9, 1, 14, 37, tzinfo=UTC)
prices = SimulatedPrices(clock=lambda: now)
async def main():
    markets = {m.symbol: m for m in await prices.markets("simulated")}
    bars = await prices.candles(
        markets["DOGE/USDT:USDT"], bar=timedelta(minutes=5), start=now - timedelta(days=1), end=now
    )
    print(bars.close.tobytes().hex())
asyncio.run(main())
"""
    run = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
    )
    here = await candles(fresh(), "DOGE/USDT:USDT", 5 * MINUTE, NOW - DAY)
    assert run.stdout.strip() == here.close.tobytes().hex()


async def test_questions_at_the_same_time_get_the_same_answer() -> None:
    prices = fresh()
    together = await asyncio.gather(
        *(candles(prices, "LINK/USDT", HOUR, NOW - 200 * DAY) for _ in range(8))
    )
    alone = await candles(fresh(), "LINK/USDT", HOUR, NOW - 200 * DAY)
    assert all(np.array_equal(rows(found), rows(alone)) for found in together)


async def test_levels_stay_plausible_for_years() -> None:
    prices = fresh()
    for symbol, low, high in (
        ("BTC/USDT", 40_000, 160_000),
        ("ETH/USDT", 1_000, 6_000),
        ("SOL/USDT", 40, 500),
        ("DOGE/USDT", 0.05, 0.8),
        ("USDC/USDT", 0.99, 1.01),
    ):
        bars = await candles(prices, symbol, DAY, NOW - 3 * 365 * DAY)
        assert len(bars) == 3 * 365 - 1
        assert low < bars.low.min() < bars.high.max() < high, symbol


async def test_a_young_coin_has_bars_since_its_listing_only() -> None:
    prices = fresh()
    young = await market(prices, "NEWT/USDT:USDT")
    bars = await prices.candles(young, bar=HOUR, start=NOW - 30 * DAY, end=NOW)
    assert young.listed is not None
    assert bars.open_time[0] == young.listed.timestamp() * 1000
    assert len(bars) == 11 * 24 + 14
    paid = await prices.funding(young, start=NOW - 30 * DAY, end=NOW)
    assert paid.time[0] == (young.listed + timedelta(hours=4)).timestamp() * 1000


async def test_nothing_is_older_than_the_venue() -> None:
    start = datetime(2020, 12, 1, tzinfo=UTC)
    bars = await candles(fresh(), "BTC/USDT", DAY, start, datetime(2021, 1, 1, tzinfo=UTC))
    assert bars.open_time[0] == datetime(2020, 12, 24, tzinfo=UTC).timestamp() * 1000
    before = await candles(fresh(), "BTC/USDT", DAY, start, start + 5 * DAY)
    assert len(before) == 0


async def test_the_mirror_goes_half_the_way_to_the_leader_in_a_minute() -> None:
    prices = fresh()
    leader = await candles(prices, "BTC/USDT", MINUTE, NOW - 3 * DAY)
    follower = await candles(prices, "BTC/USDT", MINUTE, NOW - 3 * DAY, venue=MIRROR)
    one, other = np.log(leader.close), np.log(follower.close)
    distance = (one - other)[:-1]
    for path, share in ((one, 0.0), (other, prices.truth.basis(follower.market).adjustment)):
        assert share is not None
        moves = np.diff(path)
        found = (distance @ moves) / (distance @ distance)
        assert found == pytest.approx(share, abs=0.05)
    assert prices.truth.leader == SIMULATED


async def test_by_the_hour_the_mirror_is_as_good_as_the_leader() -> None:
    prices = fresh()
    paths = [
        np.log((await candles(prices, "BTC/USDT", HOUR, NOW - 90 * DAY, venue=venue)).close)
        for venue in prices.venues
    ]
    assert np.corrcoef(*np.diff(paths))[0, 1] > 0.95
    assert abs(paths[0] - paths[1]).max() < 0.02
    assert abs(np.mean(paths[0] - paths[1])) < 0.5e-4


async def test_the_listing_is_that_of_a_big_venue() -> None:
    prices = fresh()
    markets = await prices.markets(SIMULATED)
    assert len({found.symbol for found in markets}) == len(markets)
    by_symbol = {found.symbol: found for found in markets}
    assert by_symbol["BTC/USD:BTC"].contract_size == 100
    assert by_symbol["ETH/USD:ETH"].contract_size == 10
    assert by_symbol["BTC/USD:BTC"].inverse
    assert {found.kind for found in markets} == set(Kind)
    expiries = {found.expiry for found in markets if found.base == "BTC" and found.expiry}
    assert expiries == {
        datetime(2026, 9, 25, 8, tzinfo=UTC),
        datetime(2026, 12, 25, 8, tzinfo=UTC),
    }
    twins = [found for found in markets if found.base == "BEAM" and found.kind is Kind.SPOT]
    assert [found.coin_name for found in twins] == ["Beam Privacy", "Merit Circle"]
    assert all(found.lot > 0 and found.minimum >= found.lot for found in markets)
    assert all(found.taker_fee is not None for found in markets)
    assert all(found.maintenance_rate for found in markets if found.is_contract)


async def test_the_two_coins_of_one_ticker_have_their_own_prices() -> None:
    prices = fresh()
    one = await candles(prices, "BEAM/USDT", HOUR, NOW - 30 * DAY)
    other = await candles(prices, "BEAMX/USDT", HOUR, NOW - 30 * DAY)
    assert one.close.min() > 1.5 * other.close.max()


async def test_the_venue_is_never_late() -> None:
    prices = fresh()
    assert await prices.as_of([await market(prices, "BTC/USDT")], bar=HOUR, now=NOW) == NOW
    assert prices.origin.warning == "Simulated prices"


async def test_what_it_does_not_have_is_said() -> None:
    prices = fresh()
    with pytest.raises(SourceError, match="no simulated venue called kraken"):
        await prices.markets("kraken")
    foreign = Market("kraken", "BTC/USDT", "BTC", "USDT", Kind.SPOT)
    with pytest.raises(SourceError, match="does not trade BTC/USDT"):
        await prices.candles(foreign, bar=HOUR, start=NOW - DAY, end=NOW)
    unknown = Market(SIMULATED, "ETHH/USDT", "ETHH", "USDT", Kind.SPOT)
    with pytest.raises(SourceError, match="does not trade ETHH/USDT"):
        await prices.funding(unknown, start=NOW - DAY, end=NOW)
    with pytest.raises(RequestError, match="no 7m bars"):
        await candles(prices, "BTC/USDT", 7 * MINUTE, NOW - DAY)
