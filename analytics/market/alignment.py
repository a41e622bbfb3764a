"""Brings several markets onto the bars that all of them have."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from analytics.language import counted, tr
from analytics.language.numbers import localised
from analytics.market.anomalies import idle, in_other_units
from analytics.market.candles import Candles, FloatArray, TimeArray
from analytics.market.remarks import spiky, stale, young
from analytics.market.shortfalls import MAX_MISSING, patchy, refuse_flat, refuse_short
from analytics.market.span import Span, day, moment


@dataclass(frozen=True, slots=True, eq=False)
class Alignment:
    """Common bars: ``close_time`` of shape (T,) in milliseconds, ``closes`` of shape (T, N)."""

    close_time: TimeArray
    closes: FloatArray
    missing: float
    notes: tuple[str, ...]


def aligned(legs: Sequence[Candles], span: Span) -> Alignment:
    """The bars that all legs have, without those that are no observation.

    Raises
    ------
    RequestError
        Too short, too patchy, ended, or without any move.

    """
    kept, notes = zip(*(_observed(leg) for leg in legs), strict=True)
    times = reduce(np.intersect1d, (leg.open_time for leg in kept))
    close_time = times + span.bar_ms
    refuse_short(kept, close_time, span)
    closes = np.column_stack(
        [leg.close[np.isin(leg.open_time, times, assume_unique=True)] for leg in kept]
    )
    inside = close_time > span.start_ms
    refuse_flat(kept, closes[inside])
    youngest = max(kept, key=lambda leg: int(leg.open_time[0]))
    began = int(youngest.open_time[0]) + span.bar_ms
    first = max(span.start_ms, began)
    missing = _share_missing(close_time, first, span)
    if missing > MAX_MISSING:
        raise patchy(kept, legs, first=first, last=int(close_time[-1]), span=span, missing=missing)
    return Alignment(
        close_time,
        closes,
        missing,
        (
            *(young(youngest.market, began, span) if began > span.start_ms else ()),
            *stale(kept, int(close_time[-1]), span),
            *(note for leg_notes in notes for note in leg_notes),
            *spiky(kept, close_time[inside], closes[inside]),
        ),
    )


def _observed(leg: Candles) -> tuple[Candles, tuple[str, ...]]:
    """The bars in which something was traded, in today's units; a note where units changed."""
    leg = leg.taken(~idle(leg))
    foreign = in_other_units(leg.close)
    n = int(foreign.sum())
    if not n:
        return leg, ()
    power = round(np.log10(np.median(leg.close[foreign]) / np.median(leg.close[~foreign])))
    times = localised(f"{10 ** abs(power):,}")
    factor = tr("{n} times too high", n=times) if power > 0 else tr("{n} times too low", n=times)
    when = moment(int(leg.open_time[np.flatnonzero(foreign)[0]]))
    note = counted(
        "{short_name}: one bar is priced {factor} ({day}), left out.",
        "{short_name}: {n} bars are priced {factor} ({day}), left out.",
        n,
        short_name=leg.market.short_name,
        factor=factor,
        day=day(when),
    )
    return leg.taken(~foreign), (note,)


def _share_missing(close_time: TimeArray, first: int, span: Span) -> float:
    expected = (int(close_time[-1]) - first) // span.bar_ms + 1
    return 1 - int((close_time >= first).sum()) / expected
