"""One look at what moves together, from the common past of its markets: what it is, what is normal."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

import numpy as np

from analytics.errors import RequestError
from analytics.language import tr
from analytics.language.numbers import long_date
from analytics.market.anomalies import spikes
from analytics.market.candles import FloatArray
from analytics.market.histories import History
from analytics.market.span import moment
from analytics.market.windows import DAY, LONGEST, MIN_BARS, Window
from analytics.statistics.bands import (
    Departure,
    correlation_departure,
    effectiveness_departure,
    group_departure,
    hedge_ratio_departure,
)
from analytics.statistics.breaks import break_test
from analytics.statistics.correlation import correlation
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.hedge_ratio import hedge_ratio
from analytics.statistics.lockstep import mean_correlation
from analytics.statistics.samples import UndefinedError
from analytics.studies.drifts import position_returns
from analytics.studies.hedges import MARGIN, needs_margin_price
from analytics.studies.readings import HedgeNow, Moved, Normal

USUAL_BASELINE = 180 * DAY
MOST_BARS = 4500
"""More bars of a baseline cost fetches and tell no more."""
SIGNIFICANT = 0.05
"""A likeliest moment whose p is not below this is none."""
WINDOWS_TESTED = 3
"""So much of the newest past is searched for the moment of a change: in more of it a change of a few
days ago is lost, and its date wrong by many more."""


class Quantity(StrEnum):
    """What is measured of a pair."""

    CORRELATION = "correlation"
    EFFECTIVENESS = "effectiveness"
    HEDGE_RATIO = "hedge ratio"


@dataclass(frozen=True, slots=True)
class Look:
    """What a history shows: its window's value, and the baseline's where there is one.

    ``notes`` say what was left out of it, and why nothing is known to be normal.
    """

    value: Estimate
    normal: Normal | None
    moved: Moved | None = None
    hedge: HedgeNow | None = None
    notes: tuple[str, ...] = ()


def baseline_length(window: Window) -> timedelta:
    """How much past before a window tells what is normal: 180 days of hourly bars.

    Less where the bars are short, but two windows at least, as far as three years reach.
    """
    wanted = max(2 * window.length, min(USUAL_BASELINE, MOST_BARS * window.chosen_bar))
    return max(timedelta(0), min(wanted, LONGEST - window.length))


def pair_look(history: History, quantity: Quantity, *, level: float = 0.95) -> Look:
    """Look at the first two markets of a history, over its window and all that lies before it.

    Parameters
    ----------
    history
        With the margin coin's price as third column where the second market needs it.

    Raises
    ------
    RequestError
        A window too short, a market that does not move, or two that are one line.

    """
    history, notes = _without_spikes(history)
    x, y = _returns(history, quantity)
    width = len(history.in_window.log_returns)
    value = _value(x[-width:], y[-width:], quantity, level)
    try:
        found = _DEPARTURES[quantity](x, y, width=width, level=level) if _enough(x, width) else None
    except UndefinedError:
        found = None
    return Look(
        value=value,
        normal=_normal(found, history, len(x) - width),
        moved=_moved(history, x, y, width),
        hedge=_hedge_now(history, width),
        notes=notes if found else (*notes, _too_young(history)),
    )


def group_look(history: History, *, level: float = 0.95) -> Look:
    """Look at the mean pairwise correlation of all markets of a history; errors as ``pair_look``."""
    history, notes = _without_spikes(history)
    returns = history.log_returns
    width = len(history.in_window.log_returns)
    now = mean_correlation(returns[-width:], level=level)
    try:
        found = (
            group_departure(returns, mean_correlation, width=width, level=level)
            if _enough(returns, width)
            else None
        )
    except UndefinedError:
        found = None
    return Look(
        value=Estimate.of(now),
        normal=_normal(found, history, len(returns) - width),
        notes=notes if found else (*notes, _too_young(history)),
    )


_DEPARTURES: dict[Quantity, Callable[..., Departure]] = {
    Quantity.CORRELATION: correlation_departure,
    Quantity.EFFECTIVENESS: effectiveness_departure,
    Quantity.HEDGE_RATIO: hedge_ratio_departure,
}


def _without_spikes(history: History) -> tuple[History, tuple[str, ...]]:
    """Leave out the bars in which one market alone jumped away and back: no reason to wake anybody.

    The returns next to them span a gap, and so drop out too.
    """
    flagged = spikes(history.closes).any(axis=1)
    if not flagged.any():
        return history, ()
    kept = replace(
        history, close_time=history.close_time[~flagged], closes=history.closes[~flagged]
    )
    inside = int((history.close_time[flagged] > history.in_window.close_time[0]).sum())
    if not inside:
        return kept, ()
    return kept, (tr("Bars left out, in which one market jumped and came back: {n}.", n=inside),)


def _returns(history: History, quantity: Quantity) -> tuple[FloatArray, FloatArray]:
    if quantity is Quantity.CORRELATION or not _hedges(history):
        first, second = history.log_returns[:, :2].T
        return first, second
    return position_returns(history)


def _hedges(history: History) -> bool:
    """Whether the second market is a contract whose result can be told from these prices."""
    held, contract = history.markets[:2]
    if needs_margin_price(held, contract):
        return len(history.markets) > MARGIN
    return contract.is_contract


def _value(x: FloatArray, y: FloatArray, quantity: Quantity, level: float) -> Estimate:
    if quantity is Quantity.HEDGE_RATIO:
        return Estimate.of(hedge_ratio(x, y, level=level))
    found = Estimate.of(correlation(x, y, level=level))
    return found if quantity is Quantity.CORRELATION else found.squared


def _enough(returns: FloatArray, width: int) -> bool:
    """Whether the baseline is as long as the window, so that it says more than the window does."""
    return len(returns) - width >= max(width, MIN_BARS)


def _normal(found: Departure | None, history: History, bars: int) -> Normal | None:
    if found is None:
        return None
    return Normal(found.baseline, found.band, found.sigmas, bars * history.bar)


def _too_young(history: History) -> str:
    began = moment(int(history.close_time[0])) - history.bar
    return tr(
        "The common past begins on {day}: too short to say what is normal.", day=long_date(began)
    )


def _moved(history: History, x: FloatArray, y: FloatArray, width: int) -> Moved | None:
    """The likeliest moment of a change in the newest windows, if it is established."""
    newest = slice(-WINDOWS_TESTED * width, None)
    try:
        tested = break_test(x[newest], y[newest])
    except RequestError:
        return None
    if not tested.significant(SIGNIFICANT):
        return None
    time = history.return_time[newest]
    return Moved(moment(int(time[min(tested.index, len(time) - 1)])), tested.p_value)


def _hedge_now(history: History, width: int) -> HedgeNow | None:
    if not _hedges(history):
        return None
    s, f = position_returns(history)
    now, before = _fitted(s[-width:], f[-width:]), None
    if _enough(s, width):
        before = _fitted(s[:-width], f[:-width])
    if now is None:
        return None
    return HedgeNow(*now, *(before or (None, None)))


def _fitted(s: FloatArray, f: FloatArray) -> tuple[Estimate, Estimate] | None:
    """The hedge ratio and the share of the variance that it removes on these returns."""
    try:
        return Estimate.of(hedge_ratio(s, f)), Estimate.of(correlation(s, f)).squared
    except RequestError:
        return None


def usual(path: FloatArray, *, share: float = 0.9) -> Estimate | None:
    """Mean of what was seen, and where the middle ``share`` of it stood; NaN is not seen."""
    seen = path[np.isfinite(path)]
    if len(seen) < MIN_BARS:
        return None
    low, high = np.quantile(seen, [(1 - share) / 2, (1 + share) / 2]).tolist()
    return Estimate(float(seen.mean()), Interval(low, high, share))
