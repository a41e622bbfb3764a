"""Everything that is said about two markets, computed from their common past."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import combinations

import numpy as np

from analytics.errors import RequestError
from analytics.language import later
from analytics.market.candles import FloatArray, TimeArray
from analytics.market.histories import History
from analytics.market.windows import DAY, HOUR
from analytics.statistics.breaks import BreakTest, PerfectCorrelationError, break_test
from analytics.statistics.correlation import (
    Correlation,
    PairCorrelation,
    correlation,
    ewma_correlation,
    spearman,
)
from analytics.statistics.prediction import PredictionRange
from analytics.statistics.rolling import Band, rolling_correlation, stability_band
from analytics.statistics.stress import Stress, stress
from analytics.studies.predictions import likely_correlation

MILLISECOND = timedelta(milliseconds=1)
BACKGROUND_WINDOWS = 0.9
"""Share of a window that must lie before it to serve as its background."""
HALF_LIVES = 3
"""Half-lives that a window holds in an exponentially weighted correlation."""
NARROWEST = 10
"""Bars of a rolling correlation; fewer say nothing."""
MATERIAL_CHANGE = 0.01
"""Share of variance that a hedge must gain or lose before a tested change counts as a break.

With enough bars a test finds changes of no consequence: spot against its perpetual may go from
0.9999 to 0.9997 beyond doubt.
"""


class Measure(StrEnum):
    """Which correlation."""

    PEARSON = "pearson"
    SPEARMAN = "spearman"
    EWMA = "ewma"


class Stability(StrEnum):
    """What the tests say about change."""

    STABLE = later("stable")
    BROKEN = "broken"
    UNUSUAL = later("unusual now")


@dataclass(frozen=True, slots=True, eq=False)
class PairStudy:
    """How two markets moved together in a window, and whether that changed.

    Attributes
    ----------
    background
        Correlation of the returns before the window; None where there are too few.
    whole
        Correlation over background and window together; None as ``background``.
    roll
        Width of the rolling window: as asked, but at least 10 bars and at most the window.
    rolling, rolling_time
        Shape (m,), rolling correlation in the window (NaN where undefined) and the close time of
        its last bar, milliseconds since 1970 UTC.
    band
        Where the rolling correlation stays if nothing changed since the background, else since
        the beginning of the window.
    broke
        None where the two move as one line and there is nothing to test.
    break_time
        Milliseconds since 1970 UTC; None unless a change is established and matters to a hedge.
    likely
        Pearson's correlation of the next window as long as this one; None where the past is too
        short to foretell it or another measure is asked for.
    """

    history: History
    correlation: Correlation
    background: Correlation | None
    whole: Correlation | None
    whole_length: timedelta
    roll: timedelta
    rolling: FloatArray
    rolling_time: TimeArray
    band: Band
    broke: BreakTest | None
    break_time: int | None
    stress: Stress
    likely: PredictionRange | None = None

    @property
    def rolling_now(self) -> float | None:
        """The newest rolling correlation; None where it is undefined."""
        newest = float(self.rolling[-1])
        return newest if np.isfinite(newest) else None

    @property
    def rolling_range(self) -> tuple[float, float] | None:
        """Least and greatest rolling correlation in the window."""
        defined = self.rolling[np.isfinite(self.rolling)]
        return (float(defined.min()), float(defined.max())) if len(defined) else None

    @property
    def stability(self) -> Stability:
        """A tested break first; then whether the newest value has left the band."""
        if self.break_time is not None:
            return Stability.BROKEN
        now = self.rolling_now
        if now is None or now in self.band or not matters(self.band.centre, now):
            return Stability.STABLE
        return Stability.UNUSUAL


def pair_study(history: History, *, measure: Measure, level: float, roll: timedelta) -> PairStudy:
    """Study the first two markets of a history.

    Raises
    ------
    RequestError
        Too few returns, or a market that does not move.

    """
    returns, time = history.log_returns, history.return_time
    window = history.in_window
    n = len(window.log_returns)
    x, y = returns[-n:].T
    main = _measured(x, y, measure, level=level)
    background, whole = _background(returns, n, level=level)
    width = min(max(NARROWEST, roll // history.bar), n)
    rolling, rolling_time = _rolling(returns, time, width=width, window=n)
    broke, break_time = _break(x, y, time[-n:], alpha=1 - level)
    return PairStudy(
        history=history,
        correlation=main,
        background=background,
        whole=whole,
        whole_length=_rounded(int(time[-1] - time[0]) * MILLISECOND + history.bar, history.bar),
        roll=width * history.bar,
        rolling=rolling,
        rolling_time=rolling_time,
        band=stability_band(background or correlation(x, y, level=level), width=width),
        broke=broke,
        break_time=break_time,
        stress=stress(x, y, level=level),
        likely=likely_correlation(history, *returns.T, level=level)
        if measure is Measure.PEARSON
        else None,
    )


def every_pair(history: History, *, measure: Measure, level: float) -> tuple[PairCorrelation, ...]:
    """The correlation of each two markets over the window, in the order of the columns.

    Raises
    ------
    RequestError
        As ``pair_study``.

    """
    columns = history.in_window.log_returns.T
    return tuple(
        PairCorrelation(i, j, _measured(columns[i], columns[j], measure, level=level))
        for i, j in combinations(range(len(columns)), 2)
    )


def matters(before: float, after: float) -> bool:
    """Whether a hedge gains or loses a share of variance worth speaking of."""
    return abs(before * abs(before) - after * abs(after)) >= MATERIAL_CHANGE


def _measured(x: FloatArray, y: FloatArray, measure: Measure, *, level: float) -> Correlation:
    match measure:
        case Measure.PEARSON:
            return correlation(x, y, level=level)
        case Measure.SPEARMAN:
            return spearman(x, y, level=level)
        case Measure.EWMA:
            return ewma_correlation(x, y, half_life=len(x) / HALF_LIVES, level=level)


def _background(
    returns: FloatArray, window: int, *, level: float
) -> tuple[Correlation | None, Correlation | None]:
    """Correlation before the window, and of both together; None where there is none to speak of."""
    before = returns[:-window]
    if len(before) < BACKGROUND_WINDOWS * window:
        return None, None
    try:
        return correlation(*before.T, level=level), correlation(*returns.T, level=level)
    except RequestError:  # it stood still then; what is asked is about the window
        return None, None


def _rolling(
    returns: FloatArray, time: TimeArray, *, width: int, window: int
) -> tuple[FloatArray, TimeArray]:
    """The rolling correlation within the window, from its first bar on where the past allows."""
    reach = min(len(returns), window + width - 1)
    x, y = returns[-reach:].T
    rolling = rolling_correlation(x, y, width)
    return rolling, time[-len(rolling) :]


def _break(
    x: FloatArray, y: FloatArray, time: TimeArray, *, alpha: float
) -> tuple[BreakTest | None, int | None]:
    try:
        tested = break_test(x, y)
    except PerfectCorrelationError:
        return None, None
    if not tested.significant(alpha) or not _is_material(tested):
        return tested, None
    return tested, int(time[min(tested.index, len(time) - 1)])


def _is_material(tested: BreakTest) -> bool:
    if tested.before is None or tested.after is None:
        return True
    return matters(tested.before, tested.after)


def _rounded(length: timedelta, bar: timedelta) -> timedelta:
    """To days or hours, so that a missing bar does not spoil ``90d``."""
    unit = DAY if length >= 2 * DAY else HOUR if length >= 12 * HOUR else bar
    return round(length / unit) * unit
