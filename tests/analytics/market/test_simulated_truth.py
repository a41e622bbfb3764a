"""Statistics of the simulated prices find the truth that made them."""

from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

import numpy as np
import pytest

from analytics.market.simulated import SIMULATED, SimulatedPrices, Truth

NOW = datetime(2026, 9, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
YEARS = NOW - 3 * 365 * DAY
COINS = ("BTC", "ETH", "SOL", "DOGE", "LINK", "AVAX", "ADA", "PAXG", "BTCDOWN")
TRUTH = Truth()


@pytest.fixture(scope="module")
def prices() -> SimulatedPrices:
    return SimulatedPrices(clock=lambda: NOW)


async def returns(
    prices: SimulatedPrices,
    coin: str,
    start: datetime,
    end: datetime,
    *,
    bar: timedelta = HOUR,
    symbol: str = "{}/USDT",
) -> np.ndarray:
    markets = {found.symbol: found for found in await prices.markets(SIMULATED)}
    bars = await prices.candles(markets[symbol.format(coin)], bar=bar, start=start, end=end)
    return np.diff(np.log(bars.close))


async def correlation(
    prices: SimulatedPrices,
    pair: tuple[str, str],
    start: datetime,
    end: datetime,
    *,
    bar: timedelta = HOUR,
) -> float:
    one, other = [await returns(prices, coin, start, end, bar=bar) for coin in pair]
    return float(np.corrcoef(one, other)[0, 1])


@pytest.mark.parametrize("pair", list(combinations(COINS, 2)), ids="-".join)
async def test_three_years_show_the_true_correlation(
    prices: SimulatedPrices, pair: tuple[str, str]
) -> None:
    expected = TRUTH.pooled_correlation(*pair, start=YEARS, end=NOW)
    found = await correlation(prices, pair, YEARS, NOW)
    assert found == pytest.approx(expected, abs=0.035)


async def test_over_many_seeds_nothing_is_off_on_average() -> None:
    start, end = datetime(2024, 9, 15, tzinfo=UTC), datetime(2024, 11, 15, tzinfo=UTC)
    pairs = (("BTC", "ETH"), ("DOGE", "BTC"), ("BTC", "SOL"), ("BTC", "BTCDOWN"))
    errors = []
    for seed in range(12):
        venue = SimulatedPrices(seed=seed, clock=lambda: NOW)
        found = [await correlation(venue, pair, start, end) for pair in pairs]
        expected = [TRUTH.correlation(*pair, at=start) for pair in pairs]
        errors.append(np.arctanh(found) - np.arctanh(expected))
    mean, spread = np.mean(errors, axis=0), np.std(errors, axis=0, ddof=1)
    assert (abs(mean) < 4 * spread / np.sqrt(12)).all()
    assert (spread < 0.15).all()


@pytest.mark.parametrize("bar", [5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR])
async def test_the_correlation_is_the_same_at_every_bar_length(
    prices: SimulatedPrices, bar: timedelta
) -> None:
    start, end = datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 6, 5, tzinfo=UTC)
    found = await correlation(prices, ("BTC", "ETH"), start, end, bar=bar)
    assert found == pytest.approx(TRUTH.correlation("BTC", "ETH", at=start), abs=0.04)


async def test_breaks_are_seen_on_their_days(prices: SimulatedPrices) -> None:
    (day,) = TRUTH.breaks("BTC", "SOL", start=NOW - 60 * DAY, end=NOW)
    assert day == datetime(2026, 8, 15, tzinfo=UTC)
    before = TRUTH.correlation("BTC", "SOL", at=day - HOUR)
    after = TRUTH.correlation("BTC", "SOL", at=day)
    assert (before, after) == (pytest.approx(0.779), pytest.approx(0.3325))
    days = [day.replace(year=year) for year in range(2021, 2027)]
    for offset, expected in ((-17 * DAY, before), (timedelta(0), after)):
        stretches = [(each + offset, each + offset + 17 * DAY) for each in days]
        pair = [
            np.concatenate([await returns(prices, coin, *stretch) for stretch in stretches])
            for coin in ("BTC", "SOL")
        ]
        assert np.corrcoef(*pair)[0, 1] == pytest.approx(expected, abs=0.08)


@pytest.mark.parametrize(
    ("pair", "days"),
    [
        (("BTC", "SOL"), ["2025-08-15", "2026-02-15", "2026-08-15"]),
        (("XRP", "BTC"), ["2025-11-15", "2026-05-15"]),
        (("SOL", "XRP"), ["2025-08-15", "2025-11-15", "2026-02-15", "2026-05-15", "2026-08-15"]),
        (("BTC", "ETH"), []),
        (("SOL", "SOL"), []),
    ],
)
def test_breaks_are_the_days_on_which_a_correlation_changes(
    pair: tuple[str, str], days: list[str]
) -> None:
    start = datetime(2025, 8, 1, tzinfo=UTC)
    breaks = TRUTH.breaks(*pair, start=start, end=NOW)
    assert [f"{day:%Y-%m-%d}" for day in breaks] == days
    for day in breaks:
        change = TRUTH.correlation(*pair, at=day) - TRUTH.correlation(*pair, at=day - HOUR)
        assert abs(change) > 0.1


async def test_in_stress_everything_moves_more_and_together(prices: SimulatedPrices) -> None:
    phases = TRUTH.stress_phases(start=YEARS, end=NOW)
    assert len(phases) == 12
    assert phases[-1] == (
        datetime(2026, 6, 5, tzinfo=UTC),
        datetime(2026, 6, 9, tzinfo=UTC),
    )
    calm_gaps = [(one[1], other[0]) for one, other in pairwise(phases)]
    pooled = []
    for stretches in (phases, calm_gaps):
        pair = [
            np.concatenate([await returns(prices, coin, start, end) for start, end in stretches])
            for coin in ("BTC", "LTC")
        ]
        pooled.append((np.corrcoef(*pair)[0, 1], pair[0].std()))
    (stress, wild), (calm, still) = pooled
    at = phases[0][0]
    assert stress == pytest.approx(TRUTH.correlation("BTC", "LTC", at=at), abs=0.03)
    assert calm == pytest.approx(TRUTH.correlation("BTC", "LTC", at=at - HOUR), abs=0.03)
    assert wild / still == pytest.approx(2, rel=0.25)


@pytest.mark.parametrize(("target", "hedge"), [("ETH", "BTC"), ("AVAX", "ETH"), ("PAXG", "BTC")])
async def test_three_years_show_the_true_hedge_ratio(
    prices: SimulatedPrices, target: str, hedge: str
) -> None:
    start, end = datetime(2026, 6, 9, tzinfo=UTC), NOW
    held, sold = [await returns(prices, coin, YEARS, NOW) for coin in (target, hedge)]
    scale = TRUTH.volatility(target) / TRUTH.volatility(hedge)
    pooled = scale * TRUTH.pooled_correlation(target, hedge, start=YEARS, end=NOW)
    ratio = np.cov(held, sold)[0, 1] / sold.var(ddof=1)
    assert ratio == pytest.approx(pooled, abs=0.05 * scale)
    assert TRUTH.hedge_ratio(target, hedge, at=start) == pytest.approx(
        scale * TRUTH.correlation(target, hedge, at=end)
    )


@pytest.mark.parametrize("coin", ["BTC", "ETH", "SOL", "PAXG"])
async def test_three_years_show_the_true_volatility(prices: SimulatedPrices, coin: str) -> None:
    found = (await returns(prices, coin, YEARS, NOW)).std() * np.sqrt(8760)
    stressed_days = 12 * 4 * (2.0**2 - 1) / (3 * 365)
    expected = TRUTH.volatility(coin) * np.sqrt(1 + stressed_days)
    assert found == pytest.approx(expected, rel=0.08)


async def test_volatility_clusters_and_tails_are_fat(prices: SimulatedPrices) -> None:
    found = await returns(prices, "BTC", YEARS, NOW)
    squares = np.minimum(found**2, np.quantile(found**2, 0.999))
    assert np.corrcoef(squares[1:], squares[:-1])[0, 1] > 0.1
    kurtosis = np.mean((found - found.mean()) ** 4) / found.var() ** 2
    assert kurtosis > 6


async def test_a_contract_moves_as_its_coin_does(prices: SimulatedPrices) -> None:
    spot = await returns(prices, "BTC", YEARS, NOW)
    for symbol in ("{0}/USDT:USDT", "{0}/USD:{0}"):
        contract = await returns(prices, "BTC", YEARS, NOW, symbol=symbol)
        assert np.corrcoef(spot, contract)[0, 1] > 0.998


def test_one_moment_pooled_is_that_moment() -> None:
    start = datetime(2026, 7, 1, tzinfo=UTC)
    pooled = TRUTH.pooled_correlation("BTC", "DOGE", start=start, end=start + DAY)
    assert pooled == pytest.approx(TRUTH.correlation("BTC", "DOGE", at=start))


def test_truth_is_symmetric_and_a_coin_is_one_with_itself() -> None:
    for one, other in combinations(COINS, 2):
        ahead = TRUTH.correlation(one, other, at=NOW)
        assert ahead == TRUTH.correlation(other, one, at=NOW)
        assert -1 < ahead < 1
    assert TRUTH.correlation("BTC", "BTC", at=NOW) == 1
    assert TRUTH.correlation("BTC", "BTCDOWN", at=NOW) == pytest.approx(-0.7125)
