"""Baskets of markets whose true ratios are known."""

from datetime import UTC, datetime

import numpy as np

from analytics.market.candles import FloatArray
from analytics.market.histories import History
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.prices import Origin
from analytics.market.windows import DAY, HOUR
from analytics.positions.drift import ResizeRule
from analytics.studies.baskets import Basket
from analytics.studies.choices import chosen_legs
from analytics.studies.portfolios import PortfolioStudy, portfolio_study

END = datetime(2026, 3, 1, tzinfo=UTC)
RULE = ResizeRule(bars=720, cost=0.0006)


def spot(coin: str) -> Market:
    return Market("test", f"{coin}/USDT", coin, "USDT", Kind.SPOT)


def perp(coin: str, *, lot: float = 0.001) -> Market:
    return Market(
        "test",
        f"{coin}/USDT:USDT",
        coin,
        "USDT",
        Kind.PERP,
        settle="USDT",
        lot=lot,
        minimum=lot,
        taker_fee=0.0005,
    )


def inverse(coin: str, *, face: float = 100.0) -> Market:
    return Market(
        "test",
        f"{coin}/USD:{coin}",
        coin,
        "USD",
        Kind.INVERSE,
        settle=coin,
        contract_size=face,
        lot=1.0,
        minimum=1.0,
    )


def past(markets: tuple[Market, ...], returns: FloatArray, prices: tuple[float, ...]) -> History:
    """Thirty days of hours and the days before, ending at these prices."""
    paths = np.vstack([np.zeros(len(markets)), np.cumsum(returns, axis=0)])
    end = int(END.timestamp() * 1000)
    return History(
        markets=markets,
        bar=HOUR,
        window=30 * DAY,
        close_time=end - 3_600_000 * np.arange(len(returns), -1, -1, dtype=np.int64),
        closes=np.array(prices) * np.exp(paths - paths[-1]),
        missing=0.0,
        as_of=END,
        origin=Origin("test"),
    )


def shocks(columns: int, n: int = 2160, *, seed: int = 1) -> FloatArray:
    return 0.01 * np.random.default_rng(seed).standard_normal((n, columns))


def two_legs(seed: int = 1) -> Basket:
    """40 SOL that move 0.7 with ETH and 0.5 with BTC, and 0.3 alone."""
    eth, btc, own = shocks(3, seed=seed).T
    eth = 0.6 * btc + 0.8 * eth
    sol = 0.7 * eth + 0.5 * btc + 0.3 * own
    markets = (spot("SOL"), perp("ETH"), perp("BTC"))
    history = past(markets, np.column_stack((sol, eth, btc)), (150.0, 2_500.0, 60_000.0))
    return Basket(history, (400.0,), 2)


def studied(basket: Basket) -> PortfolioStudy:
    choice = chosen_legs(basket, level=0.95)
    return portfolio_study(choice.basket, choice.left_out, RULE, horizon=30 * DAY, level=0.95)
