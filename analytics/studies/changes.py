"""Whether two markets parted or came together within a window, and when."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np
from scipy import special

from analytics.market.candles import FloatArray, TimeArray
from analytics.market.histories import History
from analytics.market.windows import MIN_BARS
from analytics.statistics.breaks import BreakTest, break_path, break_test, devolatilised
from analytics.statistics.correlation import Correlation, correlation
from analytics.statistics.rolling import rolling_correlation
from analytics.statistics.samples import UndefinedError
from analytics.studies.pairs import MATERIAL_CHANGE

DRIVER = 1
"""Column of the market whose volatility the adjusted correlation takes out: the second."""


class Coupling(StrEnum):
    """Which way a tested change went."""

    STEADY = "steady"
    DECOUPLED = "decoupled"
    LOCKSTEP = "lockstep"
    OPPOSED = "opposed"


@dataclass(frozen=True, slots=True, eq=False)
class ChangeStudy:
    """The break test of a window, and the correlation on either side of the likeliest moment.

    Attributes
    ----------
    path, path_time
        Shape (T,), the weighted distance whose largest value is the statistic (NaN where too few
        bars lie before it), and close times, milliseconds since 1970 UTC.
    critical
        What the statistic must exceed.
    before, after
        None where a side has fewer than 30 returns or does not move.
    driver_change
        Volatility of the second market after that moment over the one before it; None as above.
    break_time
        Milliseconds since 1970 UTC; None unless a change is established and matters to a hedge.
    roll
        Width of the rolling window: as asked, but at most half of the window.
    rolling, rolling_time
        Shape (m,), NaN where undefined.
    """

    history: History
    whole: Correlation
    tested: BreakTest
    path: FloatArray
    path_time: TimeArray
    critical: float
    before: Correlation | None
    after: Correlation | None
    driver_change: float | None
    break_time: int | None
    roll: timedelta
    rolling: FloatArray
    rolling_time: TimeArray

    @property
    def coupling(self) -> Coupling:
        """Which way the two went; steady without an established break."""
        before, after = self.tested.before, self.tested.after
        if self.break_time is None or before is None or after is None:
            return Coupling.STEADY
        if abs(after) < abs(before):
            return Coupling.DECOUPLED
        return Coupling.LOCKSTEP if after > 0 else Coupling.OPPOSED

    @property
    def is_tiny(self) -> bool:
        """Whether a change is established that no hedge would notice."""
        return self.break_time is None and self.tested.statistic > self.critical


def change_study(history: History, *, level: float, roll: timedelta) -> ChangeStudy:
    """Test the first two markets of a history, over its window.

    Raises
    ------
    RequestError
        Too few returns, a market that does not move, or two that are one line.

    """
    window = history.in_window
    x, y = window.log_returns[:, :2].T
    time = window.return_time
    tested = break_test(x, y)
    critical = float(special.kolmogi(1 - level))
    width = min(max(3, roll // history.bar), len(x) // 2)
    established = tested.statistic > critical and _matters(tested)
    return ChangeStudy(
        history=history,
        whole=correlation(x, y, level=level),
        tested=tested,
        path=_path(x, y),
        path_time=time,
        critical=critical,
        before=_side(x[: tested.index], y[: tested.index], level),
        after=_side(x[tested.index :], y[tested.index :], level),
        driver_change=_volatility_change(y[: tested.index], y[tested.index :]),
        break_time=int(time[min(tested.index, len(time) - 1)]) if established else None,
        roll=width * history.bar,
        rolling=rolling_correlation(x, y, width),
        rolling_time=time[width - 1 :],
    )


def _path(x: FloatArray, y: FloatArray) -> FloatArray:
    path = break_path(devolatilised(x), devolatilised(y))
    path[: np.flatnonzero(path)[0]] = np.nan
    return path


def _matters(tested: BreakTest) -> bool:
    """Whether a hedge gained or lost a share of variance worth speaking of."""
    before, after = tested.before, tested.after
    if before is None or after is None:  # what cannot be told is not called small
        return True
    return abs(before * abs(before) - after * abs(after)) >= MATERIAL_CHANGE


def _side(x: FloatArray, y: FloatArray, level: float) -> Correlation | None:
    if len(x) < MIN_BARS:
        return None
    try:
        return correlation(x, y, level=level)
    except UndefinedError:
        return None


def _volatility_change(before: FloatArray, after: FloatArray) -> float | None:
    if min(len(before), len(after)) < MIN_BARS or not before.std() > 0:
        return None
    return float(np.std(after) / np.std(before))
