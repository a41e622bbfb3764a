"""What ccxt and the venues call their failures, in our own words; said here and nowhere else."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import ccxt

from analytics.errors import HedgeError, SourceError
from analytics.language import tr
from analytics.market.live.patience import Patience
from analytics.market.live.venue_clock import header
from analytics.market.outages import (
    MarketGoneError,
    VenueBlockedError,
    VenueBusyError,
    VenueDownError,
    VenueMalformedError,
    VenueRefusedError,
)

log = logging.getLogger(__name__)

BLOCKED = (403, 451)
TOO_MANY, BANNED = 429, 418
ERRORS = 400
THE_ASKERS_FAULT = range(400, 500)
LONGEST_WAIT = timedelta(days=3)
PARSING = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What ccxt's parsers raise when an answer has another shape than they know."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP answer that an error came with; status None where there was none."""

    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def translating(venue: str, *, patience: Patience, expected: str) -> Iterator[None]:
    """Turn whatever ccxt raises without an answer at hand into an outage."""
    try:
        yield
    except HedgeError:
        raise
    except ccxt.BaseError as error:
        raise outage(venue, error, Answer(), patience=patience) from error
    except PARSING as error:
        log.warning("an answer of %s could not be read", venue, exc_info=True)
        raise VenueMalformedError(venue, expected) from error


def outage(
    venue: str, error: ccxt.BaseError | None, answer: Answer, *, patience: Patience
) -> HedgeError:
    """What an error and the answer it came with mean; ``error`` None where ccxt saw nothing."""
    status = answer.status
    if status in BLOCKED or isinstance(error, ccxt.RestrictedLocation):
        return VenueBlockedError(venue, status)
    if status in {TOO_MANY, BANNED} or isinstance(
        error, ccxt.DDoSProtection | ccxt.RateLimitExceeded
    ):
        return VenueBusyError(venue, _wait(answer, patience))
    match error:
        case ccxt.BadSymbol():
            return MarketGoneError(venue)
        case ccxt.BadResponse():
            return VenueMalformedError(venue)
    if not _passing(error, status):
        return VenueRefusedError(venue, status)
    if status is None:
        return VenueDownError(venue)
    # With status 200 the trouble stands in the answer, and the status says nothing.
    return VenueDownError(
        venue, tr("is down ({status})", status=status) if status >= ERRORS else tr("is down")
    )


def complaint(venue: str, answer: Answer, *, patience: Patience) -> HedgeError | None:
    """What a status means that ccxt let pass."""
    if answer.status is None or answer.status < ERRORS:
        return None
    return outage(venue, None, answer, patience=patience)


def passing(error: SourceError) -> bool:
    """Whether asking again soon may help."""
    return isinstance(error, VenueDownError | VenueMalformedError)


def _passing(error: ccxt.BaseError | None, status: int | None) -> bool:
    """Whether it is a failure of the venue rather than of the question.

    A bare ExchangeError is what ccxt makes of codes it does not know, such as Binance's -1008
    "overloaded" with status 503 or Bybit's 10016 "restarting" with status 200.
    """
    if status in THE_ASKERS_FAULT:
        return status in {404, 408} or isinstance(error, ccxt.OperationFailed)
    return (
        error is None
        or isinstance(error, ccxt.OperationFailed)
        or type(error) is ccxt.ExchangeError
    )


def _wait(answer: Answer, patience: Patience) -> timedelta:
    asked = header(answer.headers, "retry-after")
    usual = patience.banned if answer.status == BANNED else patience.busy
    wait = _seconds(asked) or _until(asked) or usual
    return min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)


def _seconds(text: str | None) -> timedelta | None:
    try:
        return timedelta(seconds=min(float(text or ""), LONGEST_WAIT.total_seconds()))
    except (ValueError, OverflowError):
        return None


def _until(text: str | None) -> timedelta | None:
    try:
        date = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return date - datetime.now(UTC) if date.tzinfo else None


def rows_in(answer: Any, path: tuple[str, ...]) -> bool:
    """Whether there is a list where the venue puts its rows."""
    for at, key in enumerate(path):
        if not isinstance(answer, dict):
            return False
        if key == "*":
            return any(rows_in(value, path[at + 1 :]) for value in answer.values())
        answer = answer.get(key)
    return isinstance(answer, list)
