"""How a hedge of one leg is tested on unseen days, and when to doubt it."""

import math
from collections.abc import Callable
from enum import StrEnum

import numpy as np

from analytics.language import later
from analytics.market.candles import FloatArray
from analytics.market.histories import History
from analytics.market.windows import DAY, ShortHistoryError
from analytics.positions.contracts import Sizing
from analytics.positions.profit import inverse_hedge_returns
from analytics.statistics.effectiveness import measured_shortfall_reduction
from analytics.statistics.estimate import Estimate
from analytics.statistics.out_of_sample import (
    OutOfSampleEffectiveness,
    out_of_sample_effectiveness,
)
from analytics.statistics.samples import UndefinedError

TAIL = 0.05
"""Share of the worst bars that the tail measure looks at."""


class Doubt(StrEnum):
    """Why a hedge may be none."""

    NO_RATIO = later("its ratio may as well be 0")
    NOTHING_REMOVED = later("it removed nothing")
    MAY_BE_CHANCE = later("what it removed may be chance")


def doubt_about(in_sample: float, tested: OutOfSampleEffectiveness | None) -> Doubt | None:
    """Why what was removed, on unseen days where there are enough, cannot be relied on."""
    if (in_sample if tested is None else tested.value) <= 0:
        return Doubt.NOTHING_REMOVED
    if tested is not None and tested.interval.low <= 0:
        return Doubt.MAY_BE_CHANCE
    return None


def pair_returns(history: History) -> tuple[FloatArray, FloatArray]:
    """Returns of holding and contract per bar; simple ones where coins are paid.

    A dollar short of an inverse contract earns S·(1/F − 1/F₀); log returns would bias its ratio.
    """
    if not history.markets[1].inverse:
        returns = history.log_returns
        return returns[:, 0], returns[:, 1]
    keep = history.consecutive
    held, contract, *margin = history.closes.T
    simple = held[1:] / held[:-1] - 1
    coin = margin[0] if margin else held
    return simple[keep], inverse_hedge_returns(coin, contract)[keep]


def tested_hedge(
    history: History,
    sizing: Sizing,
    *,
    s: FloatArray,
    f: FloatArray,
    share: float,
    fixed: float | None,
    test_days: int,
    level: float,
    hold: int,
) -> OutOfSampleEffectiveness | None:
    """A hedge of one leg on unseen days, in the lots of each; None where the past is too short.

    ``fixed`` is the ratio that was held all the time, instead of one fitted before each day.
    """
    direction = math.copysign(1.0, sizing.holding.coins)
    try:
        return out_of_sample_effectiveness(
            direction * s,
            direction * f,
            fit_bars=len(history.in_window.log_returns),
            bars_per_day=max(1, DAY // history.bar),
            test_days=test_days,
            ratio_in_lots=_lots_of_the_day(history, sizing, 1.0 if fixed is not None else share),
            fixed_ratio=fixed,
            level=level,
            hold=hold,
        )
    except ShortHistoryError:
        return None


def bars_tested(tested: OutOfSampleEffectiveness | None) -> slice:
    """Where the tested bars are among all returns; nowhere without a test."""
    if tested is None:
        return slice(0, 0)
    return slice(tested.first_bar, tested.first_bar + len(tested.unhedged))


def day_moves(
    history: History, coins: float, tested: OutOfSampleEffectiveness, s: FloatArray, f: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """What each tested day did to a dollar held, without and with the hedge; shape (n_days,).

    A sum of log returns is no sum of money: it makes a fall of 10 % a loss of 10.5 %.
    """
    if history.markets[1].inverse:
        return tested.unhedged_days, tested.hedged_days
    tested_bars, sign = bars_tested(tested), math.copysign(1.0, coins)
    held, hedge = (
        sign * np.expm1(x[tested_bars].reshape(tested.n_days, -1).sum(axis=1)) for x in (s, f)
    )
    return held, held - tested.ratios * hedge


def daily_volatility(tested: OutOfSampleEffectiveness | None) -> tuple[float, float] | None:
    """Standard deviation of a day's return, unhedged and hedged; None without a test."""
    if tested is None:
        return None
    return float(tested.unhedged_days.std(ddof=1)), float(tested.hedged_days.std(ddof=1))


def tail_removed(tested: OutOfSampleEffectiveness | None, level: float) -> Estimate | None:
    """Share of the expected shortfall that went on unseen days; None without such days."""
    if tested is None:
        return None
    try:
        return measured_shortfall_reduction(tested.unhedged, tested.hedged, tail=TAIL, level=level)
    except UndefinedError:
        return None


def _lots_of_the_day(
    history: History, sizing: Sizing, share: float
) -> Callable[[float, int], float]:
    """What whole contracts make of a ratio, at the prices before the day's first bar.

    A full neutralisation counts contracts by the contract's own price, F/S dearer than spot.
    """
    before = np.flatnonzero(history.consecutive)
    market = sizing.market
    step = market.lot * market.contract_size
    coins = abs(sizing.holding.coins)
    is_own_inverse = market.inverse and market.base == sizing.holding.base

    def held_ratio(ratio: float, first_bar: int) -> float:
        spot, price = history.closes[before[first_bar], :2]
        value = coins * spot
        unit = step if market.inverse else step * price
        wanted = share * ratio * coins * (price if is_own_inverse else spot)
        return float(round(wanted / unit) * unit / value)

    return held_ratio
