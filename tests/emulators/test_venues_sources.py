"""The two sources of candles: the seeded walk and the folder of real ones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.emulators.venues.archive import Archive
from tests.emulators.venues.catalogue import VENUES, assets, catalogue, quarters
from tests.emulators.venues.emulator import VenueEmulator
from tests.emulators.venues.grid import DAY, HOUR, MINUTE, MONDAY, WEEK, Grid, milliseconds
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.readers import ccxt_exchanges
from tests.emulators.venues.walk import Walk

FOLDER = Path(__file__).parents[2] / ".." / "shared" / "market-data"
NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
STAMP = milliseconds(NOW)

real = pytest.mark.skipif(not FOLDER.exists(), reason=f"no real candles at {FOLDER}")


def listing(venue: str, symbol: str) -> Listing:
    listings = catalogue(venue, NOW, size=80, seed=1)
    return next(item for item in listings if item.symbol == symbol)


@pytest.fixture
def walk() -> Walk:
    return Walk(seed=1, assets=assets(80, 1))


@pytest.mark.parametrize(
    "coarse",
    [Grid(5 * MINUTE), Grid(HOUR), Grid(4 * HOUR), Grid(DAY), Grid(WEEK, MONDAY)],
    ids=["5m", "1h", "4h", "1d", "1w"],
)
def test_a_coarse_bar_is_made_of_its_minutes(walk: Walk, coarse: Grid) -> None:
    btc = listing("binance", "BTC/USDT:USDT")
    opening = coarse.floor(STAMP - 30 * DAY)
    [bar] = walk.bars(btc, coarse, opening, opening, STAMP)
    minutes = walk.bars(btc, Grid(MINUTE), opening, coarse.end(opening) - 1, STAMP)
    assert bar.open == minutes[0].open
    assert bar.close == minutes[-1].close
    assert bar.high == max(minute.high for minute in minutes)
    assert bar.low == min(minute.low for minute in minutes)


def test_the_same_hour_is_the_same_from_any_range_and_any_instance(walk: Walk) -> None:
    eth = listing("okx", "ETH/USD:ETH")
    wide = walk.bars(eth, Grid(HOUR), STAMP - 500 * DAY, STAMP, STAMP)
    other = Walk(seed=1, assets=assets(80, 1))
    narrow = other.bars(eth, Grid(HOUR), wide[777].time, wide[780].time, STAMP)
    assert narrow == wide[777:781]
    assert (
        Walk(seed=2, assets=assets(80, 1)).bars(
            eth, Grid(HOUR), wide[777].time, wide[780].time, STAMP
        )
        != narrow
    )


def test_hourly_returns_have_the_volatility_and_the_beta_they_were_given(walk: Walk) -> None:
    def returns(symbol: str) -> np.ndarray:
        bars = walk.bars(listing("binance", symbol), Grid(HOUR), STAMP - 900 * DAY, STAMP, STAMP)
        return np.diff(np.log([bar.close for bar in bars[:-1]]))

    btc, sol = returns("BTC/USDT:USDT"), returns("SOL/USDT:USDT")
    factor, own = 0.0045, walk.assets["BTC"].volatility
    assert btc.std() == pytest.approx(np.hypot(factor, own), rel=0.05)
    expected = walk.assets["SOL"].beta * factor**2 / (factor**2 + own**2)
    assert np.cov(btc, sol)[0, 1] / btc.var() == pytest.approx(expected, rel=0.05)


def test_a_price_is_the_close_of_the_minute_before(walk: Walk) -> None:
    link = listing("bybit", "LINK/USDT")
    [*_, bar] = walk.bars(link, Grid(HOUR), STAMP - DAY, STAMP - HOUR, STAMP)
    assert walk.price(link, bar.time + HOUR) == bar.close


def test_two_coins_of_one_ticker_do_not_move_together(walk: Walk) -> None:
    ours, theirs = listing("binance", "BEAM/USDT"), listing("kraken", "BEAM/USD")
    assert ours.asset != theirs.asset
    [left] = walk.bars(ours, Grid(HOUR), STAMP - HOUR, STAMP, STAMP)
    [right] = walk.bars(theirs, Grid(HOUR), STAMP - HOUR, STAMP, STAMP)
    assert right.close / left.close > 3


def test_quarterly_expiries_are_last_fridays_at_eight() -> None:
    assert quarters(NOW, 3) == [
        datetime(2026, 6, 26, 8, tzinfo=UTC),
        datetime(2026, 9, 25, 8, tzinfo=UTC),
        datetime(2026, 12, 25, 8, tzinfo=UTC),
    ]


@pytest.mark.parametrize("venue", VENUES)
def test_a_list_has_the_size_asked_for_and_no_symbol_twice(venue: str) -> None:
    for size in (40, 2000):
        symbols = [item.symbol for item in catalogue(venue, NOW, size=size, seed=1)]
        assert len(symbols) == len(set(symbols)) == size + 1


@real
def test_the_shift_is_whole_days_and_brings_the_end_to_now() -> None:
    archive = Archive(FOLDER, NOW)
    assert archive.last == datetime(2024, 9, 6, tzinfo=UTC)
    assert archive.shift % timedelta(days=1) == timedelta()
    assert timedelta() <= archive.last + archive.shift - NOW < timedelta(days=1)
    assert Archive(FOLDER).shift == timedelta()


@real
def test_coarser_bars_are_resampled_and_the_forming_one_is_unfinished() -> None:
    archive = Archive(FOLDER, NOW)
    sol = next(item for item in archive.listings if item.symbol == "SOL/USDT")
    days = archive.bars(sol, Grid(DAY), STAMP - 100 * DAY, STAMP, STAMP)
    hours = archive.bars(sol, Grid(HOUR), STAMP - 100 * DAY, STAMP, STAMP)
    frame = pd.DataFrame(hours).set_index("time")
    day = frame[frame.index // DAY * DAY == days[40].time]
    assert len(day) == 24
    assert days[40][1:5] == (day.open.iloc[0], day.high.max(), day.low.min(), day.close.iloc[-1])
    later = archive.bars(sol, Grid(HOUR), hours[-1].time, STAMP, hours[-1].time + HOUR)
    assert hours[-1].open == later[-1].open
    assert hours[-1].close != later[-1].close


@real
async def test_ccxt_reads_the_folders_candles_and_funding_to_the_last_digit() -> None:
    archive = Archive(FOLDER, NOW)
    frame = pd.read_parquet(
        FOLDER / "e1_2024_linear_1h/binance_swap-linear_BTC-USDT_USDT_1h.parquet"
    )
    paid = pd.read_parquet(FOLDER / "e1_2024_funding_8h/binance_funding_BTC-USDT_USDT.parquet")
    since = milliseconds(datetime(2024, 8, 1, tzinfo=UTC) + archive.shift)
    async with (
        VenueEmulator(archive=archive, generated=False, clock=lambda: NOW) as venues,
        ccxt_exchanges(venues, ["binance"]) as exchanges,
    ):
        binance = exchanges["binance"]
        markets = await binance.load_markets()
        rows = await binance.fetch_ohlcv("BTC/USDT:USDT", "1h", since=since, limit=500)
        rates = await binance.fetch_funding_rate_history("BTC/USDT:USDT", since=since)
    assert set(markets) == {item.symbol for item in archive.listings if item.venue == "binance"}
    assert markets["BTC/USD:BTC"]["contractSize"] == 100
    got = np.array(rows)
    times = pd.to_datetime(got[:, 0], unit="ms", utc=True) - archive.shift
    want = frame[frame["timestamp"] >= times[0]].head(500)
    assert list(times) == list(want["timestamp"])
    stored = want[["open", "high", "low", "close", "volume"]].to_numpy()
    assert (got[:, 1:].astype(np.float32) == stored).all()
    expected = paid[paid["timestamp"] >= times[0]]["funding_rate"]
    assert [row["fundingRate"] for row in rates] == pytest.approx(list(expected), rel=1e-6)
    assert len(rates) > 20


@real
async def test_real_and_invented_markets_stand_side_by_side() -> None:
    archive = Archive(FOLDER, NOW)
    venues = VenueEmulator(archive=archive, clock=lambda: NOW)
    symbols = [item.symbol for item in venues.listings("binance")]
    assert len(symbols) == len(set(symbols))
    market = venues.market("binance")
    for symbol, is_real in (("BTC/USDT", True), ("1000PEPE/USDT:USDT", False)):
        found = next(item for item in market.listings if item.symbol == symbol)
        assert archive.covers(found) is is_real
        assert len(market.page(found, Grid(HOUR), 100, newest=True)) == 100
