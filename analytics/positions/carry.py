"""What holding a hedge pays or costs while prices stand still."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from analytics.errors import RequestError
from analytics.language import tr
from analytics.market.candles import FundingHistory
from analytics.market.windows import HOUR, YEAR
from analytics.positions.profit import Side
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.long_run_variance import ewc_variance

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

LEAD = timedelta(days=1)
"""Fetch this much funding before a window: its first payment needs the stamp before it."""
FEWEST_PAYMENTS = 10
"""Fewer payments give no annual rate."""

_HOUR_MS = HOUR / timedelta(milliseconds=1)
_HOURS_A_YEAR = YEAR / HOUR


@dataclass(frozen=True, slots=True)
class FundingCarry:
    """Funding of a perpetual over a window, from the SHORT side: positive is income.

    Attributes
    ----------
    apr
        Simple annual rate, a fraction of the notional, with its interval; None below 10 payments.
    n_payments, hours
        What it rests on: payments, and the hours they paid for.
    payment_every
        Usual time between payments of late.
    missing
        Time without records inside the window, left out of ``hours``.
    last_rate, last_time
        The latest payment, a fraction of the notional.
    """

    apr: Estimate | None
    n_payments: int
    hours: float
    payment_every: timedelta
    missing: timedelta
    last_rate: float
    last_time: datetime

    def received_by(self, side: Side) -> Estimate | None:
        """The annual rate as income of this side."""
        if self.apr is None or side is Side.SHORT:
            return self.apr
        interval = self.apr.interval
        return Estimate(-self.apr.value, Interval(-interval.high, -interval.low, interval.level))


class NoFundingError(RequestError):
    """The market paid no funding in the window."""

    def __init__(self, name: str) -> None:
        super().__init__(tr("{name} paid no funding in that window.", name=name))
        self.name = name


def funding_carry(history: FundingHistory, *, start: datetime, level: float = 0.95) -> FundingCarry:
    """Annual rate of the payments after ``start``, over the real hours between their stamps.

    Parameters
    ----------
    history
        Should reach ``LEAD`` before ``start``; else its first payment only starts the clock.

    Raises
    ------
    NoFundingError
        If no payment with a known duration lies after ``start``.

    """
    paid = _paid(history, start)
    if not paid.any():
        raise NoFundingError(history.market.short_name)
    hours = np.diff(history.time) / _HOUR_MS
    whole = paid & ~_holes(hours)
    rate, duration = history.rate[1:][whole], hours[whole]
    usual = float(np.median(duration[-FEWEST_PAYMENTS:]))
    return FundingCarry(
        apr=_annual(rate, duration, level) if len(rate) >= FEWEST_PAYMENTS else None,
        n_payments=len(rate),
        hours=float(duration.sum()),
        payment_every=round(usual * 60) * HOUR / 60,
        missing=float(hours[paid & ~whole].sum()) * HOUR,
        last_rate=float(history.rate[-1]),
        last_time=datetime.fromtimestamp(int(history.time[-1]) / 1000, UTC),
    )


def annualised_basis(*, spot: float, price: float, now: datetime, expiry: datetime) -> float:
    """Simple annual rate at which a dated future is above spot: income of a short.

    Raises
    ------
    ValueError
        If it has expired.

    """
    left = expiry - now
    if left <= timedelta(0):
        raise ValueError("the future has expired")
    return (price / spot - 1) * (YEAR / left)


def net_carry(
    gross: Estimate, *, taker_fee: float, held: timedelta, turnover: float = 0.0
) -> Estimate:
    """Annual rate after the fees of opening, resizing and closing.

    Parameters
    ----------
    gross
        Annual rate, a fraction of the notional.
    held
        How long the hedge is kept; the fees are spread over it.
    turnover
        Notional expected to be traded in resizes meanwhile, a fraction of the hedge.

    """
    if held <= timedelta(0):
        raise ValueError("a holding time is positive")
    fees = taker_fee * (2 + turnover) * (YEAR / held)
    interval = gross.interval
    return Estimate(
        gross.value - fees, Interval(interval.low - fees, interval.high - fees, interval.level)
    )


def _annual(rate: FloatArray, hours: FloatArray, level: float) -> Estimate:
    """Ratio of sums; its error by the delta method, so that durations may differ."""
    hourly = float(rate.sum() / hours.sum())
    variance = ewc_variance(rate - hourly * hours)
    error = (len(rate) * variance.variance) ** 0.5 / float(hours.sum())
    apr, reach = hourly * _HOURS_A_YEAR, variance.critical_value(level) * error * _HOURS_A_YEAR
    return Estimate(apr, Interval(apr - reach, apr + reach, level))


def _paid(history: FundingHistory, start: datetime) -> BoolArray:
    """Which payments after the first record count; at least the record before must be known."""
    return np.asarray(history.time[1:] > start.timestamp() * 1000)


def _holes(hours: FloatArray) -> BoolArray:
    """Gaps longer than both neighbours by half: lost records, not a change of the interval."""
    padded = np.concatenate(([0.0], hours, [0.0]))
    return np.asarray(hours > 1.5 * np.maximum(padded[:-2], padded[2:])) & (len(hours) > 1)
