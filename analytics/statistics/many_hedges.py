"""What each of many hedges would have removed on unseen days, all at once."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft, special

from analytics.language import tr
from analytics.market.windows import MIN_BARS, ShortHistoryError
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.long_run_variance import ewc_variance
from analytics.statistics.samples import FloatArray, UndefinedError, checked_level

_NOTHING_LEFT = 1e-20
_LOST = 0.1
"""Share of the tested bars that a hedge may lack."""


@dataclass(frozen=True, slots=True, eq=False)
class ManyHedges:
    """Out-of-sample effectiveness of each of N hedges, arrays of shape (N,).

    Attributes
    ----------
    ratio
        Minimum-variance ratio of the last ``fit_bars`` bars.
    low, high
        Ends of the interval of ``value`` at ``level``.
    p_nothing
        Probability of removing so much by chance if the hedge removed nothing.
    influence
        Shape (M, N): how each tested bar moves the log of what is left of the variance.
    held_variance
        Of the unhedged return per tested bar.
    """

    value: FloatArray
    low: FloatArray
    high: FloatArray
    ratio: FloatArray
    p_nothing: FloatArray
    log_left: FloatArray
    influence: FloatArray
    held_variance: float
    n_days: int
    level: float

    def estimate(self, hedge: int) -> Estimate:
        """One of them."""
        interval = Interval(float(self.low[hedge]), float(self.high[hedge]), self.level)
        return Estimate(float(self.value[hedge]), interval)

    def p_same(self, one: int, other: int) -> float:
        """Two-sided p of the hypothesis that two of them leave the same variance."""
        influence = self.influence[:, one] - self.influence[:, other]
        gap = abs(float(self.log_left[one] - self.log_left[other]))
        found = ewc_variance(influence)
        error = float(np.sqrt(found.variance / len(influence)))
        if error == 0:
            return 1.0 if gap == 0 else 0.0
        return float(2 * special.stdtr(found.degrees_of_freedom, -gap / error))


def many_hedges(
    held: FloatArray,
    hedges: FloatArray,
    *,
    fit_bars: int,
    bars_per_day: int,
    test_days: int = 60,
    minimum_days: int = 30,
    level: float = 0.95,
) -> ManyHedges:
    """Walk forward as ``out_of_sample_effectiveness`` does, with every hedge.

    Parameters
    ----------
    held
        Shape (T,) or (T, N), returns per bar, oldest first; NaN where there is none.
    hedges
        Shape (T, N), likewise; each is measured on the bars that it shares with ``held``.
    fit_bars, bars_per_day, test_days, minimum_days
        As there.

    Raises
    ------
    ShortHistoryError
        Fewer bars than ``fit_bars`` and ``minimum_days`` take.
    UndefinedError
        A hedge that does not move, or lacks most of the bars.

    Notes
    -----
    Ratios of all days come from cumulated sums. Where bars are missing, their influence counts as
    0 at its place.

    """
    checked_level(level)
    t = len(hedges)
    n_days = min(test_days, (t - fit_bars) // bars_per_day)
    if n_days < minimum_days:
        raise ShortHistoryError(t, minimum=fit_bars + minimum_days * bars_per_day)
    s, f, known = _common(held, hedges)
    first_bar = t - n_days * bars_per_day
    starts = np.append(np.arange(first_bar, t, bars_per_day), t)
    ratios = _ratios_before(s, f, known, starts, fit_bars)
    tested = known[first_bar:]
    unhedged = s[first_bar:]
    hedged = unhedged - np.repeat(ratios[:-1], bars_per_day, axis=0) * f[first_bar:]
    squares_u, squares_e = _squares(unhedged, tested), _squares(hedged, tested)
    n = tested.sum(axis=0)
    left_u, left_e = squares_u.sum(axis=0) / n, squares_e.sum(axis=0) / n
    share = np.maximum(left_e / left_u, _NOTHING_LEFT)
    influence = squares_e / np.maximum(left_e, _NOTHING_LEFT * left_u) - squares_u / left_u
    influence *= len(tested) / n
    nu = max(1, round(0.4 * len(tested) ** (2 / 3)))
    cosines = fft.dct(influence, type=2, norm="ortho", axis=0)[1 : nu + 1]
    error = np.sqrt(np.mean(cosines**2, axis=0) / len(tested))
    reach = special.stdtrit(nu, 0.5 + level / 2) * error
    return ManyHedges(
        value=1 - share,
        low=1 - share * np.exp(reach),
        high=1 - share * np.exp(-reach),
        ratio=ratios[-1],
        p_nothing=np.asarray(special.stdtr(nu, np.log(share) / np.maximum(error, 1e-300))),
        log_left=np.log(share),
        influence=influence,
        held_variance=float(np.nanmedian(left_u)),
        n_days=n_days,
        level=level,
    )


def _common(
    held: FloatArray, hedges: FloatArray
) -> tuple[FloatArray, FloatArray, npt.NDArray[np.bool_]]:
    """Both with zeros where one of them is missing, shape (T, N), and where none is."""
    s = np.broadcast_to(held if held.ndim > 1 else held[:, None], hedges.shape)
    known = ~(np.isnan(s) | np.isnan(hedges))
    if known.sum(axis=0).min(initial=len(s)) < max(MIN_BARS, (1 - _LOST) * len(s)):
        raise UndefinedError(tr("Too many bars of one of the hedges are missing."))
    return np.where(known, s, 0.0), np.where(known, hedges, 0.0), known


def _ratios_before(
    s: FloatArray,
    f: FloatArray,
    known: npt.NDArray[np.bool_],
    starts: npt.NDArray[np.int64],
    fit_bars: int,
) -> FloatArray:
    """The minimum-variance ratio of the bars before each start, shape (starts, N)."""
    n, sum_s, sum_f, products, squares = (
        _window_sums(series, starts, fit_bars) for series in (known, s, f, s * f, f * f)
    )
    variance = squares - sum_f**2 / n
    if not np.all(variance > 0):
        raise UndefinedError(tr("One of the hedges does not move over a whole window."))
    return np.asarray((products - sum_s * sum_f / n) / variance)


def _window_sums(
    series: npt.NDArray[np.generic], starts: npt.NDArray[np.int64], width: int
) -> FloatArray:
    cumulated = np.zeros((len(series) + 1, series.shape[1]))
    np.cumsum(series, axis=0, dtype=np.float64, out=cumulated[1:])
    return cumulated[starts] - cumulated[starts - width]


def _squares(returns: FloatArray, known: npt.NDArray[np.bool_]) -> FloatArray:
    mean = returns.sum(axis=0) / known.sum(axis=0)
    return np.where(known, np.square(returns - mean), 0.0)
