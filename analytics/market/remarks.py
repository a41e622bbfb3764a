"""Sentences that an answer owes the asker about the prices behind it."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from analytics.language import tr
from analytics.language.numbers import localised
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
    kept, spoken = (
        (f"{days}d", tr("{days} days", days=days)) if age >= DAY else (f"{hours}h", f"{hours} h")
    )
    used = tr("Used {kept}, not {length}.", kept=kept, length=spelled(span.length))
    renamed = renaming_to(market.base)
    if renamed and abs(moment(began).date() - renamed.day) < RENAMED_ABOUT:
        return (
            tr(
                "{sentence} The two pasts are not joined. {used}",
                sentence=renamed.sentence,
                used=used,
            ),
        )
    if market.listed and abs(market.listed - moment(began)) <= DAY:
        return (
            tr(
                "{short_name} began {days} days ago. {used} Rough.",
                short_name=market.short_name,
                days=days,
                used=used,
            ),
        )
    venue = venue_name(market.venue)
    return (
        tr(
            "{venue} has {length} bars of {short_name} for {spoken}. {used}",
            venue=venue,
            length=spelled(span.bar),
            short_name=market.short_name,
            spoken=spoken,
            used=used,
        ),
    )


def stale(legs: Sequence[Candles], last: int, span: Span) -> tuple[str, ...]:
    """How old the newest common bar is, where it should be newer."""
    lag = (span.end_ms - last) // span.bar_ms
    if lag < STALE_AFTER_BARS:
        return ()
    late = [leg for leg in legs if (span.end - last_close(leg)) // span.bar >= STALE_AFTER_BARS]
    whose = (
        ""
        if len(late) in {0, len(legs)}
        else tr(" of {short_name}", short_name=late[0].market.short_name)
    )
    ended = next((leg.market for leg in late if not leg.market.active), None)
    if ended is not None:
        return (
            tr(
                "{short_name} ended on {day}; this is its past until then.",
                short_name=ended.short_name,
                day=day(moment(last)),
            ),
        )
    return (tr("Last candle{whose} is {age} old.", whose=whose, age=_age(lag * span.bar)),)


def _age(length: timedelta) -> str:
    """In the largest unit that fits twice."""
    for unit, letter in ((DAY, "d"), (HOUR, "h")):
        if length >= 2 * unit:
            return f"{length // unit} {letter}"
    return tr("{length} min", length=length // MINUTE)


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
        more = tr(", and {n} more such", n=len(where) - 1) if len(where) > 1 else ""
        jumped = localised(f"{100 * jumps[at]:+.1f} %").replace("-", "−")
        notes.append(
            tr(
                "{short_name} jumped {jumped} and back on {when}{more}; kept.",
                short_name=leg.market.short_name,
                jumped=jumped,
                when=f"{when:%-d %b %H:%M}",
                more=more,
            )
        )
    return tuple(notes)
