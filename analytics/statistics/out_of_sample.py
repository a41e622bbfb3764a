"""What the hedge would have removed had it been sized each day from the past alone."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.market.windows import ShortHistoryError
from analytics.statistics.effectiveness import effectiveness, measured_effectiveness
from analytics.statistics.estimate import Interval
from analytics.statistics.samples import FloatArray, checked_pair, checked_series

RatioInLots = Callable[[float, int], float]
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
        Shape (n_days,), what was held each day, after rounding to lots.
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

    Raises
    ------
    ShortHistoryError
        Fewer bars than ``fit_bars`` and ``minimum_days`` take.
    UndefinedError
        Values that are not finite, a series that never moves, or a hedge that does not move over
        the bars before one of the days.

    """
    s, f = checked_pair(held, hedge)
    past = fit_bars if fixed_ratio is None else 0
    n_days = min(test_days, (len(s) - past) // bars_per_day)
    if n_days < minimum_days or len(s) < fit_bars:
        minimum = max(fit_bars, past + minimum_days * bars_per_day)
        raise ShortHistoryError(len(s), minimum=minimum)
    first_bar = len(s) - n_days * bars_per_day
    starts = np.append(np.arange(first_bar, len(s), bars_per_day), len(s))
    wanted = (
        _ratios_before(s, f, starts, fit_bars)
        if fixed_ratio is None
        else np.full(len(starts), float(fixed_ratio))
    )
    ratios = _in_lots(wanted[:-1], starts[:-1], ratio_in_lots)
    unhedged = s[first_bar:]
    hedged = unhedged - np.repeat(ratios, bars_per_day) * f[first_bar:]
    measured = measured_effectiveness(unhedged, hedged, level=level)
    return OutOfSampleEffectiveness(
        value=measured.value,
        interval=measured.interval,
        in_sample=effectiveness(s[-fit_bars:], f[-fit_bars:], float(wanted[-1])),
        n_days=n_days,
        first_bar=first_bar,
        ratios=ratios,
        unhedged=unhedged,
        hedged=hedged,
        unhedged_days=unhedged.reshape(n_days, bars_per_day).sum(axis=1),
        hedged_days=hedged.reshape(n_days, bars_per_day).sum(axis=1),
    )


def _ratios_before(s: FloatArray, f: FloatArray, starts: BarNumbers, fit_bars: int) -> FloatArray:
    """The minimum-variance ratio of the ``fit_bars`` bars before each start."""
    past_s, past_f = (
        np.lib.stride_tricks.sliding_window_view(series, fit_bars)[starts - fit_bars]
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
