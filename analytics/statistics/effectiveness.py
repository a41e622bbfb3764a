"""How much of a position's variance a hedge removes, or would have removed."""

from dataclasses import dataclass

import numpy as np

from analytics.language import tr
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.holding_times import holding_sums, independent_cosines
from analytics.statistics.long_run_variance import ewc_variance
from analytics.statistics.samples import (
    FloatArray,
    UndefinedError,
    checked_level,
    checked_pair,
    checked_series,
    checked_values,
)

# What is left below this share of the variance is rounding.
_NOTHING_LEFT = 1e-20


@dataclass(frozen=True, slots=True)
class WorstDay:
    """Return of one day; ``day`` counts from the first."""

    day: int
    unhedged: float
    hedged: float


def effectiveness(held: FloatArray, hedge: FloatArray, ratio: float) -> float:
    """Share of the variance removed by shorting ``ratio`` of the hedge; negative if it adds some.

    At the minimum-variance ratio of the same sample this is the squared correlation.
    """
    s, f = checked_pair(held, hedge)
    return 1 - float(np.var(checked_values(s - ratio * f)) / np.var(s))


def off_target_loss(held: FloatArray, hedge: FloatArray, ratio: float) -> float:
    """Effectiveness that ``ratio`` gives away to the best one: (h - h*)² Var(f) / Var(s), exact."""
    s, f = checked_pair(held, hedge)
    centred = f - f.mean()
    best = float(centred @ s) / float(centred @ centred)
    return (ratio - best) ** 2 * float(np.var(f) / np.var(s))


def measured_effectiveness(
    unhedged: FloatArray, hedged: FloatArray, *, level: float = 0.95, hold: int = 1
) -> Estimate:
    """Effectiveness with its interval from the two results bar by bar.

    Parameters
    ----------
    unhedged, hedged
        Shape (T,), returns of the same bars; the ratios behind ``hedged`` must not have been
        fitted on them, or the value flatters.
    hold
        Bars over which both are summed first, all that overlap: the time that the hedge stands.

    Raises
    ------
    ShortHistoryError, UndefinedError
        As ``correlation``. A hedge that leaves nothing is no error: 1, with the interval 1 to 1.

    Notes
    -----
    The interval is that of the log variance ratio, whose influence function is
    (e - mean e)² / Var(e) - (u - mean u)² / Var(u), by equal-weighted cosines (Lazarus, Lewis,
    Stock and Watson 2018) and Student's t.

    """
    checked_level(level)
    u = checked_series(unhedged)
    e = np.asarray(hedged, dtype=np.float64)
    if e.shape != u.shape or e.ndim != 1:
        raise ValueError(f"two series of one length wanted, got {u.shape} and {e.shape}")
    u, e = holding_sums(u, hold), holding_sums(checked_values(e), hold)
    squares_u, squares_e = np.square(u - u.mean()), np.square(e - e.mean())
    ratio = float(squares_e.mean() / squares_u.mean())
    if ratio < _NOTHING_LEFT:
        return Estimate(1.0, Interval(1.0, 1.0, level))
    lrv = ewc_variance(
        squares_e / squares_e.mean() - squares_u / squares_u.mean(),
        degrees_of_freedom=independent_cosines(len(u), hold),
    )
    reach = lrv.critical_value(level) * np.sqrt(lrv.variance / len(u))
    low, high = ratio * np.exp([reach, -reach])
    return Estimate(1 - ratio, Interval(float(1 - low), float(1 - high), level))


def expected_shortfall(returns: FloatArray, *, tail: float = 0.05) -> float:
    """Mean loss over the worst ``tail`` share of the bars, as a positive fraction.

    The bar on the edge counts with the part of it that belongs to the tail.

    Raises
    ------
    UndefinedError
        The tail holds less than one bar.

    Notes
    -----
    Acerbi and Tasche (2002), Journal of Banking & Finance 26, 1487-1503.

    """
    worst = np.sort(checked_values(np.asarray(returns, dtype=np.float64)))
    size = tail * len(worst)
    if size < 1:
        raise UndefinedError(tr("There are too few bars for a mean over the worst of them."))
    whole = int(size)
    edge = (size - whole) * worst[whole] if size > whole else 0.0
    return float(-(worst[:whole].sum() + edge) / size)


def measured_shortfall_reduction(
    unhedged: FloatArray, hedged: FloatArray, *, tail: float = 0.05, level: float = 0.95
) -> Estimate:
    """Share of the expected shortfall that the hedge removes, with its interval.

    Raises
    ------
    UndefinedError
        A tail of less than one bar, or one of the two results did not lose even there.

    Notes
    -----
    Cotter and Hanly (2006), Journal of Futures Markets 26, 677-702, measure hedges by it. The
    influence of a bar on an expected shortfall is its loss beyond the quantile v over the
    tail's share, plus v, less the shortfall; the interval is that of the log ratio of the two.

    """
    checked_level(level)
    u, e = (np.asarray(x, dtype=np.float64) for x in (unhedged, hedged))
    before, after = (expected_shortfall(x, tail=tail) for x in (u, e))
    if min(before, after) <= 0:
        raise UndefinedError(
            tr("Without losses in the worst bars there is no shortfall to compare.")
        )
    lrv = ewc_variance(
        _shortfall_influence(e, after, tail) / after
        - _shortfall_influence(u, before, tail) / before
    )
    reach = lrv.critical_value(level) * np.sqrt(lrv.variance / len(u))
    low, high = after / before * np.exp([reach, -reach])
    return Estimate(1 - after / before, Interval(float(1 - low), float(1 - high), level))


def _shortfall_influence(returns: FloatArray, shortfall: float, tail: float) -> FloatArray:
    edge = float(np.quantile(-returns, 1 - tail))
    return np.asarray(edge + np.maximum(-returns - edge, 0) / tail - shortfall)


def worst_days(unhedged: FloatArray, hedged: FloatArray, *, count: int = 5) -> tuple[WorstDay, ...]:
    """The days of greatest loss without the hedge, worst first, and what it made of them.

    Parameters
    ----------
    unhedged, hedged
        Shape (n_days,), return of each day.

    """
    order = np.argsort(unhedged, kind="stable")[:count]
    return tuple(WorstDay(int(d), float(unhedged[d]), float(hedged[d])) for d in order)
