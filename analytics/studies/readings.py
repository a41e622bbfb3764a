"""What a standing question shows at one moment: a value, and what is normal for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.market.prices import Origin
from analytics.statistics.estimate import Estimate, Interval


@dataclass(frozen=True, slots=True)
class Normal:
    """What is usual for a measure, from the stretch before the window.

    Attributes
    ----------
    value
        Of the whole baseline, with its interval.
    band
        Where the window's value stays unless something has changed; ``level`` is that of one look.
    sigmas
        How far the window's value lies from the baseline, in standard errors of the difference;
        negative below it.
    length
        Of the baseline.
    """

    value: Estimate
    band: Interval
    sigmas: float
    length: timedelta


@dataclass(frozen=True, slots=True)
class Moved:
    """When a change began, and how sure that is: the likeliest moment of a break test."""

    since: datetime
    p: float


@dataclass(frozen=True, slots=True)
class HedgeNow:
    """What the change means for one unit held: hedge ratio and effectiveness, before and now.

    Fractions of the held coin's value (``ratio``) and of its variance (``removes``, in sample), each
    with its interval; None where the baseline cannot tell.
    """

    ratio: Estimate
    removes: Estimate
    ratio_before: Estimate | None
    removes_before: Estimate | None


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at one measure.

    Attributes
    ----------
    value
        In the measure's own unit: correlation, hedge ratio, or a fraction (0.05 is 5 %).
    interval
        None where the measure is a plain price fact.
    as_of
        Close of the last bar, or the time of the last price.
    step
        How often a new value can exist: the bar, or the pace of the prices.
    normal
        For measures of correlation; None where the past is too short to say what is normal.
    moved
        None where no break can be dated.
    hedge
        For a held asset against one hedge; None elsewhere.
    names
        What the markets are called: ``ETH``, ``BTC-PERP``.
    venue
        As people write it.
    origin
        Whose prices these are; its warning must be shown.
    notes
        What a reader must know: substitutes, short pasts.
    usual
        Of price facts: their mean over the window, and where nine in ten of them stood; None where
        that is not known.
    """

    value: float
    interval: Interval | None
    as_of: datetime
    step: timedelta
    names: tuple[str, ...]
    venue: str
    origin: Origin
    normal: Normal | None = None
    moved: Moved | None = None
    hedge: HedgeNow | None = None
    notes: tuple[str, ...] = ()
    usual: Estimate | None = None

    def age(self, now: datetime) -> timedelta:
        """How old the newest price in it is."""
        return now - self.as_of

    def is_stale(self, now: datetime) -> bool:
        """Whether more than two steps have passed unseen: nothing may be concluded from it."""
        return self.age(now) > 2 * self.step
