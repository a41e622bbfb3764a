"""Whether several markets have come together, or apart, of late."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

import numpy as np

from analytics.market.candles import FloatArray, TimeArray
from analytics.market.histories import History
from analytics.statistics.correlation import Correlation, correlation_matrix
from analytics.statistics.lockstep import (
    common_share,
    mean_correlation,
    rolling_common_share,
    rolling_mean_correlation,
)
from analytics.statistics.rolling import Band, stability_band
from analytics.studies.changes import Coupling

BAND_WIDTH = 2.6
"""Half-width of the band in standard errors, that of standing questions about a correlation."""
_DRAWN = 240


@dataclass(frozen=True, slots=True)
class PairChange:
    """Correlation of two columns before and in the newest stretch."""

    first: int
    second: int
    before: float
    now: float


@dataclass(frozen=True, slots=True, eq=False)
class GroupStudy:
    """Mean pairwise correlation and absorption of the newest stretch against all before it.

    Attributes
    ----------
    roll
        Length of the newest stretch, which nothing of ``before`` overlaps.
    band, share_band
        Where mean correlation and common share of such a stretch stay if nothing changed.
    rolling, rolling_time
        Shape (m,), mean correlation (NaN where undefined) and close time of its last bar,
        milliseconds since 1970 UTC.
    shares, shares_time
        Shape (k,), the common share, thinned out.
    since
        When the mean correlation left the band for good, milliseconds since 1970 UTC; None while
        it is inside.
    moved
        The pair whose correlation changed most.
    """

    history: History
    roll: timedelta
    now: Correlation
    before: Correlation
    band: Band
    rolling: FloatArray
    rolling_time: TimeArray
    share_now: Correlation
    share_band: Band
    shares: FloatArray
    shares_time: TimeArray
    since: int | None
    moved: PairChange

    @property
    def n_markets(self) -> int:
        """How many markets."""
        return len(self.history.markets)

    @property
    def coupling(self) -> Coupling:
        """Lockstep above the band, decoupled below it."""
        if self.now.value > self.band.high:
            return Coupling.LOCKSTEP
        return Coupling.DECOUPLED if self.now.value < self.band.low else Coupling.STEADY


def group_study(history: History, *, level: float, roll: timedelta) -> GroupStudy:
    """Compare the newest ``roll`` of a window with what lies before it in the window.

    Raises
    ------
    RequestError
        Fewer than 30 returns on either side, or a market that does not move.

    """
    window = history.in_window
    returns, time = window.log_returns, window.return_time
    width = max(3, roll // history.bar)
    recent, past = returns[-width:], returns[:-width]
    before = mean_correlation(past, level=level)
    share_before = common_share(past, level=level)
    band = stability_band(before, width=width, k=BAND_WIDTH)
    rolling, rolling_time = rolling_mean_correlation(returns, width), time[width - 1 :]
    ends = np.unique(np.linspace(width - 1, len(returns) - 1, _DRAWN).astype(int))
    return GroupStudy(
        history=history,
        roll=roll,
        now=mean_correlation(recent, level=level),
        before=before,
        band=band,
        rolling=rolling,
        rolling_time=rolling_time,
        share_now=common_share(recent, level=level),
        share_band=stability_band(share_before, width=width, k=BAND_WIDTH),
        shares=rolling_common_share(returns, width, ends=ends.tolist()),
        shares_time=time[ends],
        since=_since(rolling, rolling_time, band),
        moved=_moved(past, recent),
    )


def _since(rolling: FloatArray, time: TimeArray, band: Band) -> int | None:
    newest = float(rolling[-1])
    if newest in band:
        return None
    same_side = rolling > band.high if newest > band.high else rolling < band.low
    inside = np.flatnonzero(~same_side)
    return int(time[inside[-1] + 1 if len(inside) else 0])


def _moved(past: FloatArray, recent: FloatArray) -> PairChange:
    before, now = correlation_matrix(past), correlation_matrix(recent)
    pairs = combinations(range(len(before)), 2)
    first, second = max(pairs, key=lambda pair: abs(float(now[pair] - before[pair])))
    return PairChange(first, second, float(before[first, second]), float(now[first, second]))
