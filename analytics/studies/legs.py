"""The contracts of a hedge with several legs, in whole lots."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.market.candles import FloatArray
from analytics.market.markets import Market
from analytics.positions.profit import Side
from analytics.positions.refusals import TooSmallBasketError
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.hedge_ratios import HedgeRatios
from analytics.studies.baskets import Basket


@dataclass(frozen=True, slots=True)
class Leg:
    """One contract of a portfolio's hedge.

    Attributes
    ----------
    contracts, exact_contracts
        Whole lots and before rounding, positive.
    coins, notional_usd
        What the contracts stand for at the last close, positive.
    ratio
        Of the whole contracts, dollars for each dollar held; above 0 it opposes the holdings.
    estimate
        Ratio of least variance for the whole of what is held, with its interval.
    band_coins
        Coins between which waiting is right, the smaller first; negative for the other side.
    margin_coins
        Coins of margin that the size rests on, where they are not held.
    """

    market: Market
    side: Side
    contracts: float
    exact_contracts: float
    price: float
    coins: float
    notional_usd: float
    ratio: float
    estimate: Estimate
    band_coins: tuple[float, float]
    margin_coins: float | None = None


def sized_legs(
    basket: Basket,
    ratios: HedgeRatios,
    bands: Sequence[Interval],
    *,
    whole: FloatArray,
    exact: FloatArray,
) -> tuple[Leg, ...]:
    """Each leg's order at the last close, from signed lots; ``bands`` are of what is hedged."""
    sold = whole * basket.steps(basket.share * ratios.values)
    return tuple(
        _leg(basket, k, ratios, bands[k], lots=float(whole[k]), exact=float(exact[k]), sold=sold)
        for k in range(basket.n_legs)
    )


def refuse_nothing(basket: Basket, whole: FloatArray, exact: FloatArray) -> None:
    """Refuse holdings of which no leg takes a single order.

    Raises
    ------
    TooSmallBasketError
        All legs round to nothing.

    """
    if whole.any():
        return
    largest = int(np.argmax(np.abs(exact)))
    market, contracts = basket.legs[largest], abs(float(exact[largest]))
    smallest = max(market.minimum / market.lot, 1.0)
    price = 1.0 if market.inverse else float(basket.history.closes[-1, len(basket.coins) + largest])
    raise TooSmallBasketError(
        market,
        value_usd=basket.value_usd(),
        smallest_usd=smallest * market.lot * market.contract_size * price,
        growth=smallest / contracts,
    )


def _leg(
    basket: Basket,
    k: int,
    ratios: HedgeRatios,
    band: Interval,
    *,
    lots: float,
    exact: float,
    sold: FloatArray,
) -> Leg:
    market, price = basket.legs[k], float(basket.history.closes[-1, len(basket.coins) + k])
    contracts = round(abs(lots) * market.lot, 12)
    units = contracts * market.contract_size
    coins = units / price if market.inverse else units
    low, high = sorted(coins * end / float(sold[k]) for end in (band.low, band.high))
    elsewhere = basket.margined_elsewhere(k) and basket.leverage is not None
    return Leg(
        market=market,
        side=Side.SHORT if basket.direction * lots > 0 else Side.LONG,
        contracts=contracts,
        exact_contracts=abs(exact) * market.lot,
        price=price,
        coins=coins,
        notional_usd=coins * price,
        ratio=float(sold[k]),
        estimate=Estimate(float(ratios.values[k]), ratios.intervals[k]),
        band_coins=(low, high),
        margin_coins=coins / basket.leverage if elsewhere and basket.leverage else None,
    )
