"""How much of the hedge leaves the least variance, with its interval."""

from dataclasses import dataclass

import numpy as np

from analytics.statistics.estimate import Interval
from analytics.statistics.holding_times import holding_sums, independent_cosines
from analytics.statistics.long_run_variance import LongRunVariance, ewc_variance
from analytics.statistics.samples import FloatArray, checked_level, checked_pair

# A single stretch that decides the fit would otherwise make the interval infinite.
_MOST_LEVERAGE = 0.9


@dataclass(frozen=True, slots=True)
class HedgeRatio:
    """Short ``value`` units of the hedge's notional for each unit held.

    Attributes
    ----------
    intercept
        Return per holding time that the hedge does not explain.
    r_squared
        Share of the variance that the ratio removes on its own sample.
    n_observations
        Returns of ``hold`` bars used; they overlap where ``hold`` is above 1.

    """

    value: float
    interval: Interval
    intercept: float
    r_squared: float
    standard_error: float
    degrees_of_freedom: int
    n_observations: int
    hold: int = 1


def hedge_ratio(
    held: FloatArray, hedge: FloatArray, *, level: float = 0.95, hold: int = 1
) -> HedgeRatio:
    """Minimum-variance hedge ratio Cov(held, hedge) / Var(hedge).

    Parameters
    ----------
    held, hedge
        Shape (T,), returns per bar, finite, T at least 30.
    hold
        Bars the hedge is to be kept; returns are summed over so many overlapping bars.

    Raises
    ------
    ShortHistoryError
        Fewer than 30 bars, or fewer than 8 holding times in the sample.
    UndefinedError
        Values that are not finite, or a series that never moves.

    Notes
    -----
    Johnson (1960), Review of Economic Studies 27, 139-151; Ederington (1979), Journal of Finance
    34, 157-170. The standard error is sqrt(T LRV(u)) / sum (f - mean f)² with
    u = (f - mean f) residual and LRV by equal-weighted cosines (Lazarus, Lewis, Stock and Watson
    2018). Sums that overlap hold no more than n / (2 hold) independent cosines, and so few
    stretches are fitted closely by chance: above one bar the residuals are scaled up by their
    leverage as in MacKinnon and White (1985), Journal of Econometrics 29, 305-325, with a stretch
    counted as one observation. On clustered volatility with heavy tails that lifts the coverage of
    a 95 % interval from 88.6 to 91.9 % (24 of 720 bars) and from 86.3 to 92.9 % (72 of 720).

    """
    checked_level(level)
    s, f = checked_pair(held, hedge)
    s, f = holding_sums(s, hold), holding_sums(f, hold)
    centred = f - f.mean()
    squares = float(centred @ centred)
    value = float(centred @ s) / squares
    residual = s - s.mean() - value * centred
    lrv = _variance_of_products(centred, residual, hold)
    standard_error = float(np.sqrt(len(f) * lrv.variance)) / squares
    reach = lrv.critical_value(level) * standard_error
    return HedgeRatio(
        value=value,
        interval=Interval(value - reach, value + reach, level),
        intercept=float(s.mean() - value * f.mean()),
        r_squared=1 - float(residual @ residual) / float(np.sum(np.square(s - s.mean()))),
        standard_error=standard_error,
        degrees_of_freedom=lrv.degrees_of_freedom,
        n_observations=len(f),
        hold=hold,
    )


def _variance_of_products(centred: FloatArray, residual: FloatArray, hold: int) -> LongRunVariance:
    u = centred * residual
    if hold == 1:
        return ewc_variance(u)
    n = len(u)
    leverage = hold * (1 / n + np.square(centred) / (centred @ centred))
    return ewc_variance(
        u / np.sqrt(1 - np.minimum(_MOST_LEVERAGE, leverage)),
        degrees_of_freedom=independent_cosines(n, hold),
    )
