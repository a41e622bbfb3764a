"""/corr and /hedge on real candles, against computations of their own from the same files."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analytics.market.archive import ArchivePrices
from handlers import Services
from handlers._watch.grammar import rule_of
from handlers._watch.reading import reading
from handlers._watch.states import Fired
from handlers._watch.words import told
from tests.analytics.statistics.second_methods import (
    correlation_interval,
    effectiveness_interval,
    hedge_ratio_interval,
)
from tests.handlers.asking import replied, services
from tests.handlers.watch.telling import alert

LATER = datetime(2026, 1, 1, tzinfo=UTC)
BARS, DAYS, LOT = 720, 60, 0.001

SPOT = "e1_2024_spot_1h/binance_spot_{}-USDT_1h.parquet"
LINEAR = "e1_2024_linear_1h/binance_swap-linear_{}-USDT_USDT_1h.parquet"
INVERSE = "e1_2024_inverse_1h/binance_swap-inverse_BTC-USD_BTC_1h.parquet"


@pytest.fixture(scope="module")
def real(market_data: Path) -> Services:
    return services(ArchivePrices(market_data), now=LATER)


def closes(folder: Path, *files: str) -> pd.DataFrame:
    """Closes on the common bars of some files, float64."""
    columns = [
        pd.read_parquet(folder / file).set_index("timestamp")["close"].astype(float)
        for file in files
    ]
    return pd.concat(columns, axis=1, join="inner", keys=range(len(columns)))


def ends(found: Mapping[str, Any]) -> tuple[float, float]:
    return found["low"], found["high"]


async def test_bitcoin_and_its_perpetual_are_nearly_one(real: Services) -> None:
    pair = (await replied("/corr BTC/USDT BTC/USDT:USDT 30d nochart", real)).numbers
    assert pair["correlation"]["value"] >= 0.999
    hedge = (await replied("/hedge 2.5 BTC/USDT BTC/USDT:USDT 30d nochart", real)).numbers
    assert hedge["effectiveness"]["out_of_sample"]["value"] > 0.99
    assert hedge["effectiveness"]["out_of_sample"]["low"] > 0.99


async def test_the_inverse_perpetual_takes_coins_times_price_over_face(
    real: Services, market_data: Path
) -> None:
    reply = await replied("/hedge 2.5 BTC BTC-INV nochart", real)
    price = closes(market_data, SPOT.format("BTC"), INVERSE)[1].iloc[-1]
    assert reply.numbers["price"] == price
    assert reply.numbers["contracts"] == round(2.5 * price / 100)
    assert f"SHORT {round(2.5 * price / 100):,} contracts" in reply.answer
    assert reply.numbers["effectiveness"]["out_of_sample"]["value"] > 0.99


async def test_ether_against_the_bitcoin_perpetual_agrees_with_scipy(
    real: Services, market_data: Path
) -> None:
    numbers = (await replied("/corr ETH BTC-PERP 30d nochart", real)).numbers
    prices = closes(market_data, SPOT.format("ETH"), LINEAR.format("BTC"))
    returns = np.log(prices).diff().dropna()
    s, f = returns.to_numpy()[-BARS:].T
    found = numbers["correlation"]
    assert found["value"] == pytest.approx(stats.pearsonr(s, f).statistic, abs=1e-9)
    low, high, _ = correlation_interval(s, f)
    assert ends(found) == pytest.approx((low, high), abs=1e-6)
    rolling = returns[0].rolling(168).corr(returns[1]).iloc[-BARS:]
    assert numbers["roll_days"] == 7
    assert numbers["rolling_now"] == pytest.approx(rolling.iloc[-1], abs=1e-9)
    assert numbers["rolling_range"] == pytest.approx([rolling.min(), rolling.max()], abs=1e-9)
    before = returns.to_numpy()[-3 * BARS : -BARS].T
    assert numbers["background"]["value"] == pytest.approx(stats.pearsonr(*before)[0], abs=1e-9)
    assert numbers["as_of"] == (prices.index[-1] + pd.Timedelta(hours=1)).isoformat()


async def test_ether_hedged_with_the_bitcoin_perpetual_agrees_with_statsmodels(
    real: Services, market_data: Path
) -> None:
    numbers = (await replied("/hedge 40 ETH BTC-PERP 30d nochart", real)).numbers
    prices = closes(market_data, SPOT.format("ETH"), LINEAR.format("BTC")).to_numpy()
    s, f = np.diff(np.log(prices), axis=0)[-(BARS + 24 * DAYS) :].T
    prices = prices[-len(s) - 1 :]
    fit, low, high = hedge_ratio_interval(s[-BARS:], f[-BARS:])
    assert numbers["hedge_ratio"]["value"] == pytest.approx(fit.params[1], abs=1e-9)
    assert ends(numbers["hedge_ratio"]) == pytest.approx((low, high), abs=1e-6)
    spot, price = prices[-1]
    assert numbers["exact_contracts"] == pytest.approx(fit.params[1] * 40 * spot / price, abs=1e-9)
    assert numbers["contracts"] == pytest.approx(round(numbers["exact_contracts"] / LOT) * LOT)
    unhedged, hedged = _walked_forward(s, f, prices)
    found = numbers["effectiveness"]["out_of_sample"]
    assert found["days"] == DAYS
    assert found["value"] == pytest.approx(1 - hedged.var() / unhedged.var(), abs=1e-9)
    assert ends(found) == pytest.approx(effectiveness_interval(unhedged, hedged), abs=1e-6)
    days = pd.DataFrame({"u": unhedged, "e": hedged}).groupby(np.arange(len(hedged)) // 24).sum()
    assert numbers["daily_volatility"] == pytest.approx(days.std().tolist(), abs=1e-9)
    worst = np.argsort(days["u"].to_numpy())[:5]
    np.testing.assert_allclose(numbers["worst_days"], _money_moves(prices)[worst], atol=1e-9)


def _money_moves(prices: np.ndarray) -> np.ndarray:
    """What each day did to a dollar of ether, without and with the lots sold on its eve."""
    returns = np.diff(np.log(prices), axis=0)
    moves = []
    for day in range(DAYS):
        before = BARS + 24 * day
        fit = returns[before - BARS : before]
        (spot, price), (spot_after, price_after) = prices[before], prices[before + 24]
        ratio = np.cov(fit.T)[0, 1] / fit[:, 1].var(ddof=1)
        coins = round(ratio * 40 * spot / price / LOT) * LOT
        alone = 40 * (spot_after - spot)
        moves.append((alone, alone - coins * (price_after - price)))
    return np.array(moves) / (40 * prices[BARS : BARS + 24 * DAYS : 24, :1])


def _walked_forward(
    s: np.ndarray, f: np.ndarray, prices: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each day's ratio from least squares on the thirty days before, in lots of 0.001 BTC."""
    hedged = []
    for start in range(BARS, len(s), 24):
        ratio = stats.linregress(f[start - BARS : start], s[start - BARS : start]).slope
        spot, price = prices[start]
        coins = round(ratio * 40 * spot / price / LOT) * LOT
        held = coins * price / (40 * spot)
        hedged.append(s[start : start + 24] - held * f[start : start + 24])
    return s[BARS:], np.concatenate(hedged)


async def test_funding_of_real_payments_is_annualised_over_their_hours(
    real: Services, market_data: Path
) -> None:
    question = "/hedge 2.5 BTC BTC-PERP 30d end=2024-08-01 nochart"
    numbers = (await replied(question, real)).numbers
    table = pd.read_parquet(
        market_data / "e1_2024_funding_8h/binance_funding_BTC-USDT_USDT.parquet"
    )
    rate = table.set_index("timestamp")["funding_rate"].astype(float)
    end = pd.Timestamp("2024-08-01", tz="UTC")
    paid = rate[(rate.index > end - pd.Timedelta(days=30)) & (rate.index <= end)]
    assert len(paid) == 90
    assert numbers["funding_apr"]["value"] == pytest.approx(paid.mean() * 3 * 365, rel=1e-6)


async def test_an_archive_says_that_it_is_one(real: Services) -> None:
    reply = await replied("/corr BTC ETH 30d nochart", real)
    assert reply.notes[0] == "Archived prices."
    assert re.search(r"\d Sep 24 \d\d:\d\d UTC", reply.provenance[-1])


async def test_the_new_target_of_an_alert_has_the_interval_of_a_second_method(
    real: Services, market_data: Path
) -> None:
    rule = "40 ETH -2.4 BTC-PERP he<60%"
    seen = await reading(rule_of(rule).measure, real)
    said = (await told(Fired(seen, seen.as_of, None), alert(rule), real)).numbers
    prices = closes(market_data, SPOT.format("ETH"), LINEAR.format("BTC"))
    s, f = np.log(prices).diff().dropna().to_numpy()[-BARS:].T
    spot, price = prices.iloc[-1]
    _, low, high = hedge_ratio_interval(s, f)
    size = 40 * spot / price
    assert ends(said["target_coins_interval"]) == pytest.approx((-high * size, -low * size))
    assert -high * size < said["target_coins"] < -low * size
    low, high, _ = correlation_interval(s, f)
    assert said["removes"]["value"] == pytest.approx(stats.pearsonr(s, f).statistic ** 2)
    assert ends(said["removes"]) == pytest.approx((low**2, high**2), abs=1e-6)
