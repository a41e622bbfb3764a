"""Sentences that an answer owes the asker about the prices behind it."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from analytics.market.anomalies import spikes
from analytics.market.candles import Candles, FloatArray, TimeArray
from analytics.market.markets import Market
from analytics.market.renamings import renaming_to
from analytics.market.span import Span, day, last_close, moment
from analytics.market.venues import venue_name
from analytics.market.windows import DAY, HOUR, MINUTE, spelled

STALE_AFTER_BARS = 2
RENAMED_ABOUT = 60 * DAY


def young(market: Market, began: int, span: Span) -> tuple[str, ...]:
    """How much of the window there is, and why not more; silent where only its first bars lack."""
    age = span.end - moment(began)
    if span.length - age < min(DAY, span.length / 20):
        return ()
    days = max(1, round(age / DAY))
    hours = max(1, round(age / HOUR))
    kept, spoken = (f"{days}d", f"{days} days") if age >= DAY else (f"{hours}h", f"{hours} h")
    used = f"Used {kept}, not {spelled(span.length)}."
    renamed = renaming_to(market.base)
    if renamed and abs(moment(began).date() - renamed.day) < RENAMED_ABOUT:
        return (f"{renamed.sentence} The two pasts are not joined. {used}",)
    if market.listed and abs(market.listed - moment(began)) <= DAY:
        return (f"{market.short_name} began {days} days ago. {used} Rough.",)
    venue = venue_name(market.venue)
    return (f"{venue} has {spelled(span.bar)} bars of {market.short_name} for {spoken}. {used}",)


def stale(legs: Sequence[Candles], last: int, span: Span) -> tuple[str, ...]:
    """How old the newest common bar is, where it should be newer."""
    lag = (span.end_ms - last) // span.bar_ms
    if lag < STALE_AFTER_BARS:
        return ()
    late = [leg for leg in legs if (span.end - last_close(leg)) // span.bar >= STALE_AFTER_BARS]
    whose = "" if len(late) in {0, len(legs)} else f" of {late[0].market.short_name}"
    ended = next((leg.market for leg in late if not leg.market.active), None)
    if ended is not None:
        return (f"{ended.short_name} ended on {day(moment(last))}; this is its past until then.",)
    return (f"Last candle{whose} is {_age(lag * span.bar)} old.",)


def _age(length: timedelta) -> str:
    """In the largest unit that fits twice."""
    for unit, letter in ((DAY, "d"), (HOUR, "h")):
        if length >= 2 * unit:
            return f"{length // unit} {letter}"
    return f"{length // MINUTE} min"


def spiky(legs: Sequence[Candles], close_time: TimeArray, closes: FloatArray) -> tuple[str, ...]:
    """A note a market with closes that stand out; they are kept."""
    flags = spikes(closes)
    notes = []
    for leg, column, flagged in zip(legs, closes.T, flags.T, strict=True):
        if not flagged.any():
            continue
        where = np.flatnonzero(flagged)
        jumps = column[where] / column[where - 1] - 1
        at = int(np.argmax(np.abs(np.log1p(jumps))))
        when = moment(int(close_time[where[at]]))
        more = f", and {len(where) - 1} more such" if len(where) > 1 else ""
        jumped = f"{100 * jumps[at]:+.1f} %".replace("-", "−")
        notes.append(
            f"{leg.market.short_name} jumped {jumped} and back on {when:%-d %b %H:%M}{more}; kept."
        )
    return tuple(notes)
