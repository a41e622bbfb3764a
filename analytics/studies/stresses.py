"""How two markets fall together, and what a hedge with one of them did for the other then."""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

import numpy as np

from analytics.errors import RequestError
from analytics.language import later, tr
from analytics.market.candles import FloatArray, TimeArray
from analytics.market.crashes import Crash, crashes_between
from analytics.market.histories import History
from analytics.market.span import MILLISECOND, moment
from analytics.market.windows import DAY, ROUGH_BELOW, ShortHistoryError
from analytics.statistics.downside import downside_effectiveness
from analytics.statistics.effectiveness import WorstDay, worst_days
from analytics.statistics.estimate import Estimate
from analytics.statistics.exceedance import FEWEST
from analytics.statistics.hedge_ratio import hedge_ratio
from analytics.statistics.out_of_sample import (
    OutOfSampleEffectiveness,
    out_of_sample_effectiveness,
)
from analytics.statistics.samples import UndefinedError
from analytics.statistics.stress import Stress, Verdict, stress, tail_dependence

HELD, HEDGE = 0, 1
TAILS = (0.05, 0.10, 0.15, 0.20, 0.25)
FEWEST_DAYS = 5
MOST_WORST_DAYS = 5


class TooFewBadBarsError(RequestError):
    """Too few bars in which both fell for a statement about falls."""

    def __init__(self, n: int, bar: timedelta) -> None:
        hours = tr("bad hours") if bar <= timedelta(hours=4) else tr("bad days")
        super().__init__(
            tr(
                "Both fell in only {n} bars of that window, I need {fewest}: too few {hours} to "
                "judge.",
                n=n,
                fewest=FEWEST,
                hours=hours,
            )
        )
        self.n = n


class Shape(StrEnum):
    """What both tests together say of falls and rises."""

    FALLS = later("falls together more than it rises")
    RISES = later("rises together more than it falls")
    BOTH = later("tighter than normal, up and down alike")
    NORMAL = later("falls together as normal")
    LOOSER = later("looser than normal in falls")


@dataclass(frozen=True, slots=True)
class CrashDay:
    """What a crash did to both markets, as fractions of price, and to the hedged holding.

    ``hedged`` is None where no ratio was known before it.
    """

    crash: Crash
    held: float
    hedge: float
    hedged: float | None


@dataclass(frozen=True, slots=True, eq=False)
class StressStudy:
    """Falls of a pair in a window; its first market is held, its second one sold against it.

    Attributes
    ----------
    stress
        Correlations of joint falls and rises with their tests; its ``tail`` is over
        ``tail_quantile``.
    asked_quantile, tail_quantile
        Share of bars that counts as worst: as asked, and as used, the smallest that leaves 25
        bars among the worst of both.
    held_returns, hedge_returns
        Shape (n,), log returns of the window.
    walk
        The hedge sized before each day on the days that preceded it; None where the past is too
        short for that.
    days_end
        Shape (n_days,), when each day of ``walk`` ended, milliseconds since 1970 UTC.
    fit
        Length of the past that each day's ratio is fitted on.
    falls
        Share of the squared falls that this hedge removed; None as ``walk``, or too few falls.
    worst
        Days of greatest loss without the hedge, worst first, as fractions of price.
    """

    history: History
    stress: Stress
    asked_quantile: float
    tail_quantile: float
    held_returns: FloatArray
    hedge_returns: FloatArray
    walk: OutOfSampleEffectiveness | None
    days_end: TimeArray
    fit: timedelta
    falls: Estimate | None
    worst: tuple[WorstDay, ...]
    crashes: tuple[CrashDay, ...]
    level: float

    @property
    def is_asymmetric(self) -> bool:
        """Whether falls and rises differ by more than chance."""
        p = self.stress.asymmetry_p_value
        return p is not None and p < 1 - self.level

    @property
    def shape(self) -> Shape:
        """Asymmetry first: fat tails alone lift falls and rises above the normal benchmark."""
        down, up = self.stress.downside, self.stress.upside
        if self.is_asymmetric and down is not None and up is not None:
            return Shape.FALLS if down.value > up.value else Shape.RISES
        match self.stress.verdict:
            case Verdict.MORE:
                return Shape.BOTH
            case Verdict.LESS:
                return Shape.LOOSER
            case _:
                return Shape.NORMAL

    @property
    def corner(self) -> tuple[float, float]:
        """The returns below which a bar is among the worst of each market."""
        q = self.tail_quantile
        return float(np.quantile(self.held_returns, q)), float(np.quantile(self.hedge_returns, q))


def fit_length(history_bar: timedelta, window: timedelta) -> timedelta:
    """The past that each day's ratio rests on: 30 days, or as many as hold 60 bars."""
    return min(max(30 * DAY, ROUGH_BELOW * history_bar), max(window, 7 * DAY))


def stress_study(history: History, *, quantile: float, level: float) -> StressStudy:
    """Study the falls of the first two markets of a history, in its window.

    Raises
    ------
    TooFewBadBarsError
        Both fell in fewer than 25 bars.
    UndefinedError
        The two fall as one line.
    RequestError
        Too few returns, or a market that does not move.

    """
    n = len(history.in_window.log_returns)
    s, f = history.log_returns[:, HELD], history.log_returns[:, HEDGE]
    x, y = s[-n:], f[-n:]
    found = stress(x, y, quantile=quantile, level=level)
    if found.n_joint_down < FEWEST:
        raise TooFewBadBarsError(found.n_joint_down, history.bar)
    if found.downside is None:
        raise UndefinedError(tr("The two fall as one line: there is nothing to test."))
    used = _usable_quantile(x, y, quantile, level)
    tail = tail_dependence(x, y, quantile=used, level=level)
    fit = fit_length(history.bar, history.window)
    walk = _walk(history, s, f, fit=fit, window=n, level=level)
    return StressStudy(
        history=history,
        stress=replace(found, tail=tail),
        asked_quantile=quantile,
        tail_quantile=used,
        held_returns=x,
        hedge_returns=y,
        walk=walk,
        days_end=np.empty(0, dtype=np.int64) if walk is None else _days_end(history, walk),
        fit=fit,
        falls=None
        if walk is None
        else downside_effectiveness(walk.unhedged, walk.hedged, level=level),
        worst=() if walk is None else _worst(walk, f[walk.first_bar :]),
        crashes=_crashes(history, fit),
        level=level,
    )


def _usable_quantile(x: FloatArray, y: FloatArray, asked: float, level: float) -> float:
    """The asked share, else the next larger one with enough joint bars; the asked if none has."""
    for q in (asked, *(q for q in TAILS if q > asked)):
        if tail_dependence(x, y, quantile=q, level=level) is not None:
            return q
    return asked


def _walk(
    history: History, s: FloatArray, f: FloatArray, *, fit: timedelta, window: int, level: float
) -> OutOfSampleEffectiveness | None:
    per_day = max(1, DAY // history.bar)
    try:
        return out_of_sample_effectiveness(
            s,
            f,
            fit_bars=fit // history.bar,
            bars_per_day=per_day,
            test_days=window // per_day,
            minimum_days=FEWEST_DAYS,
            level=level,
        )
    except ShortHistoryError:
        return None


def _days_end(history: History, walk: OutOfSampleEffectiveness) -> TimeArray:
    return history.return_time[walk.first_bar :].reshape(walk.n_days, -1)[:, -1]


def _worst(walk: OutOfSampleEffectiveness, hedge: FloatArray) -> tuple[WorstDay, ...]:
    """In shares of price, as a crash is told, not in the log returns that ratios come from."""
    held = np.expm1(walk.unhedged_days)
    hedged = held - walk.ratios * np.expm1(hedge.reshape(walk.n_days, -1).sum(axis=1))
    return worst_days(held, hedged, count=min(MOST_WORST_DAYS, int((held < 0).sum())))


def _crashes(history: History, fit: timedelta) -> tuple[CrashDay, ...]:
    """None of them on invented prices: the names belong to real ones."""
    if history.origin.invented:
        return ()
    inside = history.in_window
    start, end = moment(int(inside.close_time[0])), moment(int(inside.close_time[-1]))
    days = (_crash_day(history, crash, fit) for crash in crashes_between(start, end))
    return tuple(day for day in days if day is not None)


def _crash_day(history: History, crash: Crash, fit: timedelta) -> CrashDay | None:
    """Both markets between the closes at its two midnights; None where one of these is missing."""
    first, last = (int(when.timestamp() * 1000) for when in (crash.start, crash.end))
    at = np.searchsorted(history.close_time, (first, last))
    if at[1] >= len(history.close_time) or history.close_time[at].tolist() != [first, last]:
        return None
    held, hedge = (history.closes[at[1]] / history.closes[at[0]] - 1)[[HELD, HEDGE]].tolist()
    ratio = _ratio_before(history, first, fit)
    return CrashDay(crash, held, hedge, None if ratio is None else held - ratio * hedge)


def _ratio_before(history: History, time: int, fit: timedelta) -> float | None:
    known = (history.return_time <= time) & (history.return_time > time - fit // MILLISECOND)
    past = history.log_returns[known]
    try:
        return hedge_ratio(past[:, HELD], past[:, HEDGE]).value
    except RequestError:
        return None
