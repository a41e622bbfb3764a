"""A holding and one contract against it: size, ratio, and what the hedge would have removed."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from analytics.errors import RequestError
from analytics.market.candles import FloatArray, TimeArray
from analytics.market.histories import History
from analytics.market.markets import Market
from analytics.market.windows import DAY, ShortHistoryError
from analytics.positions.contracts import (
    Sizing,
    cross_inverse_sizing,
    inverse_sizing,
    linear_sizing,
)
from analytics.positions.profit import inverse_hedge_returns
from analytics.positions.refusals import Holding
from analytics.predictions import likely_effectiveness
from analytics.statistics.effectiveness import WorstDay, effectiveness, worst_days
from analytics.statistics.hedge_ratio import HedgeRatio, hedge_ratio
from analytics.statistics.out_of_sample import (
    OutOfSampleEffectiveness,
    out_of_sample_effectiveness,
)
from analytics.statistics.prediction import PredictionRange

TEST_DAYS = 60
HELD, CONTRACT, MARGIN = 0, 1, 2
"""Columns of a hedge's history: what is held, the contract, the coin that margins it."""


class Doubt(StrEnum):
    """Why a hedge may be none."""

    NO_RATIO = "its ratio may as well be 0"
    NOTHING_REMOVED = "it removed nothing"
    MAY_BE_CHANCE = "what it removed may be chance"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the asker decided about the hedge.

    Attributes
    ----------
    share
        Part of the holding to hedge, a fraction in (0, 1].
    ratio
        A hedge ratio to use instead of the estimated one.
    collateral
        Coins (inverse contract) or dollars (linear) posted as margin.
    leverage
        Notional over margin.
    """

    share: float = 1.0
    ratio: float | None = None
    collateral: float | None = None
    leverage: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class HedgeStudy:
    """A hedge sized at the last close, and tested on days that had not been seen.

    Attributes
    ----------
    neutralises
        Whether the size is that of full neutralisation (an inverse contract on the held coin)
        rather than of minimum variance.
    range_coins
        Coins of the contract at the ends of the ratio's interval; None where the ratio is given.
    tested
        None where the past is too short for a test.
    held_returns, hedge_returns
        Shape (n,), returns of the window that the ratio is fitted on.
    test_time
        Shape (m,), close times of the tested bars, milliseconds since 1970 UTC.
    likely
        Effectiveness of this size over the next window as long as this one; None where the past
        is too short to foretell it.
    """

    history: History
    holding: Holding
    terms: Terms
    sizing: Sizing
    estimate: HedgeRatio
    neutralises: bool
    held_returns: FloatArray
    hedge_returns: FloatArray
    in_sample: float
    tested: OutOfSampleEffectiveness | None
    test_time: TimeArray
    range_coins: tuple[float, float] | None
    worst: tuple[WorstDay, ...]
    likely: PredictionRange | None = None

    @property
    def market(self) -> Market:
        """The contract."""
        return self.history.markets[CONTRACT]

    @property
    def spot(self) -> float:
        """Last price of the held coin, dollars."""
        return float(self.history.closes[-1, HELD])

    @property
    def price(self) -> float:
        """Last price of the contract, dollars a coin."""
        return float(self.history.closes[-1, CONTRACT])

    @property
    def value_usd(self) -> float:
        """What the holding is worth, positive for a short too."""
        return abs(self.holding.coins) * self.spot

    @property
    def doubt(self) -> Doubt | None:
        """Why this contract cannot be said to hedge that holding; None where it can."""
        if self.terms.ratio is None and not self.neutralises and 0.0 in self.estimate.interval:
            return Doubt.NO_RATIO
        if (self.in_sample if self.tested is None else self.tested.value) <= 0:
            return Doubt.NOTHING_REMOVED
        if self.tested is not None and self.tested.interval.low <= 0:
            return Doubt.MAY_BE_CHANCE
        return None

    @property
    def daily_volatility(self) -> tuple[float, float] | None:
        """Standard deviation of a day's return, unhedged and hedged, fractions."""
        if self.tested is None:
            return None
        return (
            float(self.tested.unhedged_days.std(ddof=1)),
            float(self.tested.hedged_days.std(ddof=1)),
        )


def needs_margin_price(held: Market, contract: Market) -> bool:
    """Whether the margin coin's own price is needed: an inverse contract on another coin."""
    return contract.inverse and contract.base != held.base


def hedge_study(history: History, coins: float, terms: Terms, *, level: float) -> HedgeStudy:
    """Size and test the hedge of ``coins`` of the first market with the second.

    Raises
    ------
    RequestError
        Too few returns, a holding below one contract, collateral that is missing.

    """
    held, contract = history.markets[HELD], history.markets[CONTRACT]
    holding = Holding(coins, held.base)
    s, f = _returns(history)
    n = len(history.in_window.log_returns)
    estimate = hedge_ratio(s[-n:], f[-n:], level=level)
    neutralises = contract.inverse and contract.base == held.base and terms.ratio is None
    ratio = terms.share * (1.0 if neutralises else terms.ratio or estimate.value)
    sizing = _sizing(history, holding, terms, ratio)
    fixed = ratio if neutralises or terms.ratio is not None else None
    tested = _tested(history, sizing, terms, s=s, f=f, fit_bars=n, fixed=fixed, level=level)
    return HedgeStudy(
        history=history,
        holding=holding,
        terms=terms,
        sizing=sizing,
        estimate=estimate,
        neutralises=neutralises,
        held_returns=s[-n:],
        hedge_returns=f[-n:],
        in_sample=effectiveness(s[-n:], f[-n:], sizing.effective_ratio),
        tested=tested,
        test_time=history.return_time[_test_bars(tested)],
        range_coins=None if fixed is not None else _range(history, holding, terms, estimate),
        worst=() if tested is None else worst_days(tested.unhedged_days, tested.hedged_days),
        likely=likely_effectiveness(history, s, s - sizing.effective_ratio * f, level=level),
    )


def _returns(history: History) -> tuple[FloatArray, FloatArray]:
    """Returns of holding and contract per bar; simple ones where coins are paid.

    A dollar short of an inverse contract earns S·(1/F − 1/F₀); log returns would bias its ratio.
    """
    if not history.markets[CONTRACT].inverse:
        returns = history.log_returns
        return returns[:, HELD], returns[:, CONTRACT]
    keep, closes = history.consecutive, history.closes
    margin = closes[:, MARGIN] if closes.shape[1] > MARGIN else closes[:, HELD]
    simple = closes[1:, HELD] / closes[:-1, HELD] - 1
    return simple[keep], inverse_hedge_returns(margin, closes[:, CONTRACT])[keep]


def _sizing(history: History, holding: Holding, terms: Terms, ratio: float) -> Sizing:
    market, last = history.markets[CONTRACT], history.closes[-1]
    price, spot = float(last[CONTRACT]), float(last[HELD])
    if not market.inverse:
        return linear_sizing(holding, market, spot=spot, price=price, ratio=ratio)
    if market.base == holding.base:
        return inverse_sizing(holding, market, price=price, share=ratio)
    return cross_inverse_sizing(
        holding,
        market,
        spot=spot,
        margin_spot=float(last[MARGIN]),
        price=price,
        ratio=ratio,
        collateral=terms.collateral,
        leverage=terms.leverage,
    )


def _range(
    history: History, holding: Holding, terms: Terms, estimate: HedgeRatio
) -> tuple[float, float] | None:
    """Coins at both ends of the interval, the smaller first.

    None where an end is too small to trade, or calls for the other side.
    """
    ends = (estimate.interval.low, estimate.interval.high)
    try:
        one, other = (_sizing(history, holding, terms, terms.share * end) for end in ends)
    except RequestError:
        return None
    if one.side is not other.side:
        return None
    return min(one.coins, other.coins), max(one.coins, other.coins)


def _tested(
    history: History,
    sizing: Sizing,
    terms: Terms,
    *,
    s: FloatArray,
    f: FloatArray,
    fit_bars: int,
    fixed: float | None,
    level: float,
) -> OutOfSampleEffectiveness | None:
    direction = math.copysign(1.0, sizing.holding.coins)
    try:
        return out_of_sample_effectiveness(
            direction * s,
            direction * f,
            fit_bars=fit_bars,
            bars_per_day=max(1, DAY // history.bar),
            test_days=TEST_DAYS,
            ratio_in_lots=_lots_of_the_day(history, sizing, terms, is_fixed=fixed is not None),
            fixed_ratio=fixed,
            level=level,
        )
    except ShortHistoryError:
        return None


def _lots_of_the_day(
    history: History, sizing: Sizing, terms: Terms, *, is_fixed: bool
) -> Callable[[float, int], float]:
    """What whole contracts make of a ratio, at the prices before the day's first bar.

    A full neutralisation counts contracts by the contract's own price, F/S dearer than spot.
    """
    before = np.flatnonzero(history.consecutive)
    market = history.markets[CONTRACT]
    share = 1.0 if is_fixed else terms.share
    step = market.lot * market.contract_size
    coins = abs(sizing.holding.coins)
    is_own_inverse = market.inverse and market.base == sizing.holding.base

    def held_ratio(ratio: float, first_bar: int) -> float:
        spot, price = history.closes[before[first_bar], [HELD, CONTRACT]]
        value = coins * spot
        unit = step if market.inverse else step * price
        wanted = share * ratio * coins * (price if is_own_inverse else spot)
        return float(round(wanted / unit) * unit / value)

    return held_ratio


def _test_bars(tested: OutOfSampleEffectiveness | None) -> slice:
    if tested is None:
        return slice(0, 0)
    return slice(tested.first_bar, tested.first_bar + len(tested.unhedged))
