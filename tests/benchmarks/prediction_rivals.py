"""The plainer ranges that the shipped ones have to beat, each from what was known at the time.

All work on daily moments, so that a window is a difference of cumulated sums.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.market.windows import ShortHistoryError
from analytics.statistics.correlation import correlation
from analytics.statistics.effectiveness import measured_effectiveness
from analytics.statistics.out_of_sample import out_of_sample_effectiveness
from tests.benchmarks.prediction_markets import DAY, Cases, Pair, Returns, fitted

FloatArray = npt.NDArray[np.float64]
Days = npt.NDArray[np.int64]

FEWEST_WINDOWS = 26
"""Overlapping windows, a day apart, that a pair's own past must hold."""
LEVEL = 0.95
TEST_DAYS = 60


@dataclass(frozen=True, slots=True, eq=False)
class Rival:
    """Both ends for each case, NaN where the method is silent."""

    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Windows that end at each day, shape (pairs, days); NaN where one is not complete.

    ``value`` is the newest window's own, ``error`` what the next window, complete by that day,
    had been above the one before it, ``known`` the regressors at the time, shape (..., k).
    """

    value: FloatArray
    outcome: FloatArray
    known: FloatArray


def track(returns: Returns, pairs: tuple[Pair, ...], *, window: int, kind: str) -> Track:
    """Daily windows of all pairs."""
    days = window // DAY
    sums = _daily_sums(returns, pairs)
    week = max(1, days // 4)
    newest, last, long = (_moments(sums, n) for n in (days, week, 3 * days))
    louder = 0.25 * np.log(newest[3] * newest[4] / (long[3] * long[4]))
    if kind == "rho":
        values = [_z(m) for m in (newest, last, long)]
        outcome = _ahead(values[0], days)
    else:
        ratio = newest[2] / newest[4]
        values = [_left(m, m[2] / m[4]) for m in (newest, last, long)]
        ahead = tuple(_ahead(m, days) for m in newest)
        outcome = _left(ahead, ratio)
    known = np.stack([*values, louder, np.ones_like(louder)], axis=-1)
    return Track(values[0], outcome, known)


def own_past(track: Track, cases: Cases, *, window: int) -> Rival:
    """Plain conformal: the pair's own errors from one window to the next."""

    def reach(pair: int, day: int) -> float:
        errors = _known_errors(track.outcome[pair] - track.value[pair], day, window)
        return _conformal(errors) if len(errors) >= FEWEST_WINDOWS else np.nan

    return _around(track, cases, reach)


def pooled(track: Track, cases: Cases, *, window: int) -> Rival:
    """The same errors of all pairs together."""
    error = track.outcome - track.value
    by_day = {
        day: _conformal(_known_errors(error, day, window)) for day in set(_days(cases).tolist())
    }
    return _around(track, cases, lambda _, day: by_day[day])


def pooled_regression(track: Track, cases: Cases, *, window: int) -> Rival:
    """Pooled errors around a regression on quarter, window, three windows and volatility."""
    fits = {day: _regression(track, day, window) for day in sorted(set(_days(cases).tolist()))}
    days = _days(cases)
    known = track.known[cases.pair, days]
    centre = np.array([k @ fits[d][0] for k, d in zip(known, days.tolist(), strict=True)])
    reach = np.array([fits[d][1] for d in days.tolist()])
    return Rival(centre - reach, centre + reach)


def measured_correlation(
    returns: Returns, cases: Cases, pairs: tuple[Pair, ...], window: int
) -> Rival:
    """The interval of the newest window, read as if it were about the next."""

    def interval(pair: Pair, at: int) -> tuple[float, float]:
        found = correlation(*returns.bars[at - window : at, list(pair)].T, level=LEVEL).interval
        return np.arctanh(found.low), np.arctanh(found.high)

    return _each(cases, pairs, interval)


def measured_removal(returns: Returns, cases: Cases, pairs: tuple[Pair, ...], window: int) -> Rival:
    """The interval of the effectiveness on unseen days (in sample where the past is short)."""

    def interval(pair: Pair, at: int) -> tuple[float, float]:
        past = max(0, at - window - TEST_DAYS * DAY)
        s, f = returns.bars[past:at, list(pair)].T
        try:
            found = out_of_sample_effectiveness(
                s, f, fit_bars=window, bars_per_day=DAY, level=LEVEL
            ).interval
        except ShortHistoryError:
            ratio = float(fitted(s[-window:], f[-window:]))
            found = measured_effectiveness(s[-window:], s[-window:] - ratio * f[-window:]).interval
        return np.log1p(-found.high), np.log1p(-found.low)

    return _each(cases, pairs, interval)


def _each(
    cases: Cases, pairs: tuple[Pair, ...], interval: Callable[[Pair, int], tuple[float, float]]
) -> Rival:
    ends = [
        interval(pairs[p], t) for p, t in zip(cases.pair.tolist(), cases.at.tolist(), strict=True)
    ]
    return Rival(*np.array(ends).T)


def _around(track: Track, cases: Cases, reach: Callable[[int, int], float]) -> Rival:
    days = _days(cases)
    half = np.array([reach(p, d) for p, d in zip(cases.pair.tolist(), days.tolist(), strict=True)])
    centre = track.value[cases.pair, days]
    return Rival(centre - half, centre + half)


def _days(cases: Cases) -> Days:
    return np.asarray(cases.at // DAY)


def _known_errors(error: FloatArray, day: int, window: int) -> FloatArray:
    """Errors whose outcome was complete by the day."""
    past = error[..., : max(0, day - window // DAY + 1)]
    return past[np.isfinite(past)]


def _conformal(errors: FloatArray) -> float:
    if len(errors) == 0:
        return np.nan
    share = min(1.0, LEVEL * (1 + 1 / len(errors)))
    return float(np.quantile(np.abs(errors), share))


def _regression(track: Track, day: int, window: int) -> tuple[FloatArray, float]:
    past = slice(0, max(0, day - window // DAY + 1))
    known = track.known[:, past].reshape(-1, track.known.shape[-1])
    outcome = track.outcome[:, past].ravel()
    kept = np.isfinite(known).all(axis=1) & np.isfinite(outcome)
    if kept.sum() < FEWEST_WINDOWS:
        return np.full(known.shape[1], np.nan), np.nan
    weights = np.linalg.lstsq(known[kept], outcome[kept])[0]
    return weights, _conformal(outcome[kept] - known[kept] @ weights)


def _daily_sums(returns: Returns, pairs: tuple[Pair, ...]) -> FloatArray:
    """Cumulated by day: x, y, xy, xx, yy; shape (5, pairs, days + 1)."""
    n_days = len(returns.bars) // DAY
    series = returns.bars[: n_days * DAY].T
    x, y = (series[[pair[side] for pair in pairs]] for side in (0, 1))
    by_day = [
        product.reshape(len(pairs), n_days, DAY).sum(axis=-1)
        for product in (x, y, x * y, x * x, y * y)
    ]
    return np.pad(np.cumsum(np.stack(by_day), axis=-1), ((0, 0), (0, 0), (1, 0)))


def _moments(sums: FloatArray, days: int) -> FloatArray:
    """Means, covariance and variances of the days before each day; NaN before the first."""
    found = np.full(sums.shape, np.nan)
    x, y, xy, xx, yy = (sums[..., days:] - sums[..., :-days]) / (days * DAY)
    found[..., days:] = np.stack([x, y, xy - x * y, xx - x * x, yy - y * y])
    return found


def _z(moments: FloatArray) -> FloatArray:
    _, _, covariance, var_x, var_y = moments
    rho = covariance / np.sqrt(var_x * var_y)
    return np.asarray(np.arctanh(np.clip(rho, -1 + 1e-9, 1 - 1e-9)))


def _left(moments: FloatArray | tuple[FloatArray, ...], ratio: FloatArray) -> FloatArray:
    _, _, covariance, var_s, var_f = moments
    left = var_s - 2 * ratio * covariance + ratio**2 * var_f
    return np.asarray(np.log(np.maximum(left / var_s, 1e-9)))


def _ahead(values: FloatArray, days: int) -> FloatArray:
    found = np.full(values.shape, np.nan)
    found[..., :-days] = values[..., days:]
    return found
