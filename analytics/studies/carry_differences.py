"""How much more one short earned than another."""

from datetime import datetime

import numpy as np

from analytics.market.candles import FloatArray, FundingHistory, TimeArray
from analytics.positions.carry import NoFundingError, funding_carry
from analytics.statistics.estimate import Estimate, Interval
from analytics.studies.carries import Carry


def carry_difference(one: Carry, other: Carry, *, level: float) -> Estimate | None:
    """Annual income of the first contract over that of the second, before fees.

    Two perpetuals are compared payment by payment, summed between the stamps that they share, so
    that what moves both drops out. A dated future's income is certain today: beside it only the
    funding has an interval. None where an income is not known or no stamps are shared.
    """
    if one.expected is None or other.expected is None:
        return None
    if one.records is not None and other.records is not None:
        return _paired(one.records, other.records, max(one.start, other.start), level)
    low = one.expected.interval.low - other.expected.interval.high
    high = one.expected.interval.high - other.expected.interval.low
    return Estimate(one.expected.value - other.expected.value, Interval(low, high, level))


def _paired(
    one: FundingHistory, other: FundingHistory, start: datetime, level: float
) -> Estimate | None:
    shared = np.intersect1d(one.time, other.time)
    if len(shared) < 2:  # noqa: PLR2004 - a stretch has two ends
        return None
    sums = [_summed_between(paid, shared) for paid in (one, other)]
    rate = np.append(0.0, sums[0] - sums[1])
    difference = FundingHistory(one.market, shared, rate)
    try:
        return funding_carry(difference, start=start, level=level).apr
    except NoFundingError:
        return None


def _summed_between(paid: FundingHistory, stamps: TimeArray) -> FloatArray:
    """Payments after each stamp up to and with the next one, shape (len(stamps) - 1,)."""
    total = np.append(0.0, np.cumsum(paid.rate))
    upto = total[np.searchsorted(paid.time, stamps, side="right")]
    return np.diff(upto)
