"""Rows as ccxt gives them, looked through before they are believed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from analytics.language import tr
from analytics.market.candles import Candles, FloatArray, FundingHistory
from analytics.market.markets import Market
from analytics.market.outages import VenueMalformedError
from analytics.market.quality import clean_bars

COLUMNS = 6
MAX_UNSOUND = 0.05
"""A page with a larger share of torn rows is not to be believed in the others either."""


@dataclass(frozen=True, slots=True)
class Payment:
    """A funding payment: milliseconds since 1970, fraction of the notional."""

    time: int
    rate: float


def sound_rows(venue: str, rows: Sequence[Any], bar: timedelta) -> FloatArray:
    """The rows that are prices, sorted; shape (n, 6).

    Raises
    ------
    VenueMalformedError
        Too many are not.
    """
    sound, quality = clean_bars(_numbers(rows), bar)
    unsound = quality.dropped - quality.duplicated
    if unsound > max(1, MAX_UNSOUND * len(rows)) or (unsound and not len(sound)):
        raise VenueMalformedError(venue, tr("prices"))
    return sound


def candles_of(
    market: Market, rows: FloatArray, *, bar: timedelta, first: int, stop: int
) -> Candles:
    """Bars that open at or after ``first`` and close at or before ``stop``, in milliseconds."""
    step = bar // timedelta(milliseconds=1)
    rows, _ = clean_bars(rows, bar)
    inside = rows[(rows[:, 0] >= first) & (rows[:, 0] + step <= stop)]
    times, *columns = inside.T
    return Candles(market, bar, times.astype(np.int64), *(column.copy() for column in columns))


def payments_of(venue: str, rows: Sequence[Any], *, told_in: str | None) -> list[Payment]:
    """Payments as ccxt gives them, or from the venue's own field ``told_in``.

    Raises
    ------
    VenueMalformedError
        One of them is not a time and a rate.
    """
    try:
        return [_payment(row, told_in) for row in rows]
    except (KeyError, TypeError, ValueError) as error:
        raise VenueMalformedError(venue, tr("funding rates")) from error


def funding_of(
    market: Market, payments: Sequence[Payment], *, first: int, last: int
) -> FundingHistory:
    """Payments in [first, last], sorted, each once."""
    rates = {p.time: p.rate for p in payments if first <= p.time <= last}
    times = sorted(rates)
    return FundingHistory(
        market,
        np.array(times, dtype=np.int64),
        np.array([rates[time] for time in times], dtype=np.float64),
    )


def _payment(row: Any, told_in: str | None) -> Payment:
    rate = float(row["fundingRate"] if told_in is None else row["info"][told_in])
    if not np.isfinite(rate):
        raise ValueError(rate)
    return Payment(int(row["timestamp"]), rate)


def _numbers(rows: Sequence[Any]) -> FloatArray:
    """Shape (n, 6); what is not a number is NaN."""
    try:
        numbers = np.array(rows, dtype=np.float64).reshape(len(rows), -1)
    except (TypeError, ValueError):
        numbers = np.array([_row(row) for row in rows], dtype=np.float64)
    if len(rows) and numbers.shape[1] != COLUMNS:
        numbers = np.array([_row(row) for row in rows], dtype=np.float64)
    return numbers.reshape(len(rows), COLUMNS)


def _row(row: Any) -> list[float]:
    if not isinstance(row, list | tuple) or len(row) != COLUMNS:
        return [np.nan] * COLUMNS
    return [_number(value) for value in row]


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return np.nan
