"""What is worth telling about a pair once a day: whether it is as usual, and what changed."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np

from analytics.errors import RequestError
from analytics.market.candles import FloatArray, TimeArray
from analytics.market.histories import History
from analytics.market.windows import DAY, LONGEST, MIN_BARS
from analytics.statistics.bands import BAND_WIDTH, Departure, departure
from analytics.statistics.breaks import BreakTest, PerfectCorrelationError, break_test
from analytics.statistics.correlation import Correlation, correlation
from analytics.statistics.out_of_sample import (
    OutOfSampleEffectiveness,
    out_of_sample_effectiveness,
)
from analytics.statistics.overlap import Shift, correlation_shift, effectiveness_shift
from analytics.statistics.prediction import PredictionRange
from analytics.statistics.rolling import rolling_correlation
from analytics.studies.hedge_trials import pair_returns
from analytics.studies.pairs import BACKGROUND_WINDOWS, MATERIAL_CHANGE, matters
from analytics.studies.predictions import likely_correlation

BASELINE_WINDOWS = 6
"""Windows before the newest one that say what is normal: half a year for a month."""
EDGE = 1.96
"""Standard errors from the baseline at which a pair nears its band."""
SURE, LIKELY = 0.01, 0.05
"""p of a break that changes a verdict, and of one that is only worth watching."""
NOTABLE = BAND_WIDTH
"""Standard errors of its own by which a number must differ from yesterday's to be told."""
STALE_BARS = 2
_MILLISECOND = timedelta(milliseconds=1)


class State(StrEnum):
    """What the tests say about one pair."""

    STEADY = "steady"
    EDGE = "edge"
    CHANGED = "changed"
    UNJUDGED = "unjudged"


@dataclass(frozen=True, slots=True)
class Look:
    """A pair over one window.

    Attributes
    ----------
    departure
        From the past before the window; None where that is too short or too still.
    broke
        Test within the window; None where both move as one line.
    break_time
        Likeliest moment of a change, milliseconds since 1970 UTC; None where p is 5 % or more or
        the change would not matter to a hedge.
    """

    correlation: Correlation
    departure: Departure | None
    broke: BreakTest | None
    break_time: int | None

    @property
    def state(self) -> State:
        """Outside its band or broken for sure; near one of the two; else steady."""
        sigmas = 0.0 if self.departure is None else abs(self.departure.sigmas)
        sigmas = sigmas if self._is_material else 0.0
        p = 1.0 if self.broke is None or self.break_time is None else self.broke.p_value
        if sigmas > BAND_WIDTH or p < SURE:
            return State.CHANGED
        if sigmas > EDGE or p < LIKELY:
            return State.EDGE
        return State.UNJUDGED if self.departure is None else State.STEADY

    @property
    def is_outside(self) -> bool:
        """Whether the correlation has left its band by enough to matter."""
        return self.departure is not None and self.departure.is_outside and self._is_material

    @property
    def _is_material(self) -> bool:
        found = self.departure
        return found is not None and matters(found.baseline.value, found.now.value)


@dataclass(frozen=True, slots=True, eq=False)
class PairDigest:
    """A pair today, beside the same a day earlier.

    Attributes
    ----------
    before
        The same window ended a day earlier; None where the past is too short.
    shift
        Of the correlation since then; None as ``before``.
    removed
        Variance that a hedge with the second market removed on unseen days; None where that is no
        contract or the past is too short.
    removed_shift
        Of that since yesterday.
    rolling, rolling_time
        Shape (m,), correlation of windows as long as the asked one, m at most one more than its
        bars; close times in milliseconds since 1970 UTC.
    likely
        Correlation of the next window; None where nothing is foretold.
    """

    history: History
    now: Look
    before: Look | None
    shift: Shift | None
    removed: OutOfSampleEffectiveness | None
    removed_shift: Shift | None
    rolling: FloatArray
    rolling_time: TimeArray
    likely: PredictionRange | None

    @property
    def is_stale(self) -> bool:
        """Whether bars that should be there have not come: nothing may be concluded."""
        return self.history.as_of - self.history.last_close > STALE_BARS * self.history.bar

    @property
    def state(self) -> State:
        """Of the newest window; at the edge too where the hedge removes less than yesterday."""
        if self.is_stale:
            return State.UNJUDGED
        found = self.now.state
        return State.EDGE if found is State.STEADY and self.removes_less else found

    @property
    def has_turned(self) -> bool:
        """Whether the verdict on the correlation is another one than yesterday's."""
        return not self.is_stale and self.before is not None and self.before.state != self.now.state

    @property
    def has_new_break(self) -> bool:
        """Whether a break is dated that yesterday was not, or at quite another time."""
        if self.is_stale or self.before is None or self.now.break_time is None:
            return False
        known = self.before.break_time
        apart = self.history.window / _MILLISECOND / 10
        return known is None or abs(self.now.break_time - known) > apart

    @property
    def has_moved(self) -> bool:
        """Whether the correlation differs from yesterday's by more than the moved window explains."""
        shift = self.shift
        if shift is None or self.is_stale or abs(shift.errors) <= NOTABLE:
            return False
        return matters(shift.before.value, shift.now.value)

    @property
    def removes_less(self) -> bool:
        """Whether the hedge removes less than it did yesterday, beyond chance."""
        return self._gained < 0

    @property
    def removes_more(self) -> bool:
        """Whether the hedge removes more than it did yesterday, beyond chance."""
        return self._gained > 0

    @property
    def is_news(self) -> bool:
        """Whether anything here differs from yesterday."""
        return self.has_turned or self.has_new_break or self.has_moved or self._gained != 0

    @property
    def _gained(self) -> float:
        """Change of the variance removed; 0 where chance may explain it or it is of no consequence."""
        shift = self.removed_shift
        if shift is None or self.is_stale or abs(shift.errors) <= NOTABLE:
            return 0.0
        gained = shift.now.value - shift.before.value
        return gained if abs(gained) >= MATERIAL_CHANGE else 0.0


def baseline_length(window: timedelta) -> timedelta:
    """How far before a window a digest looks, and a day for yesterday's."""
    return min(BASELINE_WINDOWS * window, LONGEST - window) + DAY


def pair_digest(history: History, *, level: float = 0.95) -> PairDigest:
    """Judge the first two markets of a history, today and as it was a day earlier.

    Raises
    ------
    RequestError
        Too few returns, or a market that does not move.

    """
    returns, time = history.log_returns[:, :2], history.return_time
    n = len(history.in_window.log_returns)
    past = int(np.searchsorted(time, time[-1] - DAY // _MILLISECOND, side="right"))
    moved = len(time) - past
    now = _look(returns, time, n, level=level)
    before = _earlier(returns[:past], time[:past], n, level=level)
    removed, removed_shift = _removed(history, n, moved, level=level)
    reach = returns[-2 * n :]
    rolling = rolling_correlation(reach[:, 0], reach[:, 1], n)
    return PairDigest(
        history=history,
        now=now,
        before=before,
        shift=None
        if before is None
        else correlation_shift(before.correlation, now.correlation, moved=moved),
        removed=removed,
        removed_shift=removed_shift,
        rolling=rolling,
        rolling_time=time[-len(rolling) :],
        likely=likely_correlation(history, *returns.T, level=level),
    )


def _earlier(returns: FloatArray, time: TimeArray, n: int, *, level: float) -> Look | None:
    try:
        return _look(returns, time, min(n, len(returns)), level=level)
    except RequestError:  # it stood still then, or had hardly begun
        return None


def _look(returns: FloatArray, time: TimeArray, n: int, *, level: float) -> Look:
    x, y = returns[-n:].T
    found = correlation(x, y, level=level)
    broke = _break(x, y)
    told = broke is not None and broke.p_value < LIKELY and _is_material(broke)
    return Look(
        correlation=found,
        departure=_departure(returns[:-n], found, n, level=level),
        broke=broke,
        break_time=int(time[-n:][min(broke.index, n - 1)]) if broke and told else None,
    )


def _departure(baseline: FloatArray, now: Correlation, n: int, *, level: float) -> Departure | None:
    if len(baseline) < max(MIN_BARS, BACKGROUND_WINDOWS * n):
        return None
    try:
        return departure(correlation(*baseline.T, level=level), now)
    except RequestError:  # it stood still then
        return None


def _break(x: FloatArray, y: FloatArray) -> BreakTest | None:
    try:
        return break_test(x, y)
    except PerfectCorrelationError:
        return None


def _is_material(tested: BreakTest) -> bool:
    if tested.before is None or tested.after is None:
        return True
    return matters(tested.before, tested.after)


def _removed(
    history: History, n: int, moved: int, *, level: float
) -> tuple[OutOfSampleEffectiveness | None, Shift | None]:
    if not history.markets[1].is_contract:
        return None, None
    s, f = pair_returns(history)
    now, before = (
        _tested(s[:stop], f[:stop], n, history.bar, level=level)
        for stop in (len(s), len(s) - moved)
    )
    if now is None or before is None:
        return now, None
    return now, effectiveness_shift(before, now, moved=moved)


def _tested(
    s: FloatArray, f: FloatArray, n: int, bar: timedelta, *, level: float
) -> OutOfSampleEffectiveness | None:
    try:
        return out_of_sample_effectiveness(
            s, f, fit_bars=n, bars_per_day=max(1, DAY // bar), level=level
        )
    except RequestError:  # too short a past, or one that stood still
        return None
