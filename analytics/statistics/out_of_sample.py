"""What the hedge would have removed had it been sized each day from the past alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.market.windows import ShortHistoryError
from analytics.statistics.effectiveness import effectiveness, measured_effectiveness
from analytics.statistics.estimate import Interval
from analytics.statistics.hedge_ratios import least_variance
from analytics.statistics.holding_times import holding_sums
from analytics.statistics.samples import FloatArray, checked_pair, checked_series

RatioInLots = Callable[[float, int], float]
Sizer = Callable[[FloatArray, FloatArray, int], FloatArray]
BarNumbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class OutOfSampleEffectiveness:
    """Result of a walk forward: fit on the past, hold for a day, move on.

    Attributes
    ----------
    in_sample
        Effectiveness of the ratio fitted on the last ``fit_bars`` bars, on those very bars (of the
        fixed ratio where one was given).
    ratios
        Shape (n_days,), with several legs (n_days, k): what was held each day, after rounding to
        lots.
    unhedged, hedged
        Shape (n_days * bars_per_day,), returns of the test bars.
    unhedged_days, hedged_days
        Shape (n_days,), their sums by day.
    first_bar
        Index of the first test bar in the series given.

    """

    value: float
    interval: Interval
    in_sample: float
    n_days: int
    first_bar: int
    ratios: FloatArray
    unhedged: FloatArray
    hedged: FloatArray
    unhedged_days: FloatArray
    hedged_days: FloatArray


def out_of_sample_effectiveness(
    held: FloatArray,
    hedge: FloatArray,
    *,
    fit_bars: int,
    bars_per_day: int,
    test_days: int = 60,
    minimum_days: int = 30,
    ratio_in_lots: RatioInLots | None = None,
    fixed_ratio: float | None = None,
    level: float = 0.95,
    hold: int = 1,
) -> OutOfSampleEffectiveness:
    """Effectiveness over the last days, each hedged with what was known before it.

    Parameters
    ----------
    held, hedge
        Shape (T,), returns per bar, oldest first. For a short position negate both.
    fit_bars
        Bars before each day that its ratio is fitted on.
    test_days
        At most so many days are tested, the last ones; ``minimum_days`` at least.
    ratio_in_lots
        Ratio and index of the day's first bar to the ratio that whole contracts allow.
    fixed_ratio
        Held every day instead of a fitted one, such as 1 for full neutralisation; it needs no
        past, yet ``in_sample`` is over the last ``fit_bars`` bars all the same.
    hold
        Bars over which returns are summed, to fit and to judge: the time that the hedge stands.

    Raises
    ------
    ShortHistoryError
        Fewer bars than ``fit_bars`` and ``minimum_days`` take.
    UndefinedError
        Values that are not finite, a series that never moves, or a hedge that does not move over
        the bars before one of the days.

    """
    s, f = checked_pair(held, hedge)
    starts = _starts(
        len(s),
        fit_bars if fixed_ratio is None else 0,
        fit_bars,
        bars_per_day=bars_per_day,
        test_days=test_days,
        minimum_days=minimum_days,
    )
    wanted = (
        _ratios_before(s, f, np.append(starts, len(s)), fit_bars, hold)
        if fixed_ratio is None
        else np.full(len(starts) + 1, float(fixed_ratio))
    )
    ratios = _in_lots(wanted[:-1], starts, ratio_in_lots)
    past_s, past_f = (holding_sums(series[-fit_bars:], hold) for series in (s, f))
    in_sample = effectiveness(past_s, past_f, float(wanted[-1]))
    return _judged(s, f[:, None], ratios, starts, in_sample=in_sample, level=level, hold=hold)


def legs_out_of_sample(
    held: FloatArray,
    legs: FloatArray,
    *,
    sizer: Sizer,
    fit_bars: int,
    bars_per_day: int,
    test_days: int = 60,
    minimum_days: int = 30,
    level: float = 0.95,
    hold: int = 1,
) -> OutOfSampleEffectiveness:
    """The same with several legs.

    Parameters
    ----------
    legs
        Shape (T, k), returns per bar of each leg.
    sizer
        Returns of holding and legs before a day, and the index of its first bar, to the ratios
        that are held through it, shape (k,).

    Raises
    ------
    ShortHistoryError, UndefinedError
        As ``out_of_sample_effectiveness``.

    """
    s, f = checked_series(held), checked_series(legs)
    starts = _starts(
        len(s),
        fit_bars,
        fit_bars,
        bars_per_day=bars_per_day,
        test_days=test_days,
        minimum_days=minimum_days,
    )
    ratios = np.array(
        [sizer(s[at - fit_bars : at], f[at - fit_bars : at], int(at)) for at in starts]
    )
    fit = least_variance(s[-fit_bars:], f[-fit_bars:], hold=hold)
    past = holding_sums(s[-fit_bars:], hold), holding_sums(f[-fit_bars:], hold)
    in_sample = 1 - float(np.var(past[0] - past[1] @ fit.ratios) / np.var(past[0]))
    return _judged(s, f, ratios, starts, in_sample=in_sample, level=level, hold=hold)


def _starts(
    n_bars: int,
    past: int,
    fit_bars: int,
    *,
    bars_per_day: int,
    test_days: int,
    minimum_days: int,
) -> BarNumbers:
    """First bar of each tested day."""
    n_days = min(test_days, (n_bars - past) // bars_per_day)
    if n_days < minimum_days or n_bars < fit_bars:
        minimum = max(fit_bars, past + minimum_days * bars_per_day)
        raise ShortHistoryError(n_bars, minimum=minimum)
    return np.arange(n_bars - n_days * bars_per_day, n_bars, bars_per_day, dtype=np.int64)


def _judged(
    s: FloatArray,
    f: FloatArray,
    ratios: FloatArray,
    starts: BarNumbers,
    *,
    in_sample: float,
    level: float,
    hold: int,
) -> OutOfSampleEffectiveness:
    first_bar, n_days = int(starts[0]), len(starts)
    bars_per_day = (len(s) - first_bar) // n_days
    unhedged = s[first_bar:]
    held = np.repeat(ratios.reshape(n_days, -1), bars_per_day, axis=0)
    hedged = unhedged - (held * f[first_bar:]).sum(axis=1)
    measured = measured_effectiveness(unhedged, hedged, level=level, hold=hold)
    return OutOfSampleEffectiveness(
        value=measured.value,
        interval=measured.interval,
        in_sample=in_sample,
        n_days=n_days,
        first_bar=first_bar,
        ratios=ratios,
        unhedged=unhedged,
        hedged=hedged,
        unhedged_days=unhedged.reshape(n_days, bars_per_day).sum(axis=1),
        hedged_days=hedged.reshape(n_days, bars_per_day).sum(axis=1),
    )


def _ratios_before(
    s: FloatArray, f: FloatArray, starts: BarNumbers, fit_bars: int, hold: int
) -> FloatArray:
    """The minimum-variance ratio of the ``fit_bars`` bars before each start."""
    n_sums = len(holding_sums(s[:fit_bars], hold))
    past_s, past_f = (
        np.lib.stride_tricks.sliding_window_view(holding_sums(series, hold), n_sums)[
            starts - fit_bars
        ]
        for series in (s, f)
    )
    checked_series(past_f.T)
    centred = past_f - past_f.mean(axis=1, keepdims=True)
    squares = np.einsum("dt,dt->d", centred, centred)
    return np.asarray(np.einsum("dt,dt->d", centred, past_s) / squares)


def _in_lots(
    wanted: FloatArray,
    starts: BarNumbers,
    ratio_in_lots: RatioInLots | None,
) -> FloatArray:
    if ratio_in_lots is None:
        return wanted
    return np.array(
        [ratio_in_lots(float(h), int(at)) for h, at in zip(wanted, starts, strict=True)],
        dtype=np.float64,
    )
