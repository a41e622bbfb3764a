"""When a past is too short, too patchy or too still for any statement."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from analytics.errors import Correction, RequestError
from analytics.language import later, tr
from analytics.language.numbers import localised
from analytics.market.candles import Candles, FloatArray, TimeArray
from analytics.market.markets import Market
from analytics.market.renamings import renaming_of
from analytics.market.span import Span, day, in_bars, last_close, moment
from analytics.market.venues import venue_name
from analytics.market.windows import DAY, HOUR, MIN_BARS, MINUTE, ShortHistoryError, spelled

MAX_MISSING = 0.05
FINER = (HOUR, 15 * MINUTE, 5 * MINUTE, MINUTE)
COARSER = (4 * HOUR, DAY)


class PatchyHistoryError(RequestError):
    """Too many bars are missing for an honest statement."""


class FlatHistoryError(RequestError):
    """The price does not move."""


class EndedMarketError(RequestError):
    """The market's history ends before the window does."""

    def __init__(
        self, market: Market, ended: datetime, *, corrections: tuple[Correction, ...]
    ) -> None:
        sentence = (
            later("{short_name} on {venue} ended on {day}.")
            if not market.active or market.expiry
            else later("{short_name} on {venue} has no candle since {day}.")
        )
        became = renaming_of(market.base)
        super().__init__(
            tr(
                sentence,
                short_name=market.short_name,
                venue=venue_name(market.venue),
                day=day(ended),
            )
            + (f" {became.sentence}" if became else ""),
            corrections=corrections,
        )
        self.ended = ended


class NoSuchBarsError(RequestError):
    """The market has prices at that time, but not in these bars."""

    def __init__(self, market: Market, span: Span) -> None:
        venue, bar = venue_name(market.venue), spelled(span.bar)
        coarser = [bar for bar in COARSER if bar > span.bar and span.length // bar >= MIN_BARS]
        super().__init__(
            tr(
                "{venue} has no {bar} bars of {short_name} before {day}, only coarser ones.",
                venue=venue,
                bar=bar,
                short_name=market.short_name,
                day=day(span.end),
            ),
            corrections=_in_one_of(coarser[::-1], span),
        )


class NoPricesError(RequestError):
    """The market has no prices before the end of the window; the first whole one is offered."""

    def __init__(self, market: Market, span: Span) -> None:
        end = span.end
        venue = venue_name(market.venue)
        listed = tr(" It began on {day}.", day=day(market.listed)) if market.listed else ""
        super().__init__(
            tr(
                "{venue} has no prices of {short_name} until {day}.{listed}",
                venue=venue,
                short_name=market.short_name,
                day=day(end),
                listed=listed,
            ),
            corrections=(_first_window(market.listed, span),) if market.listed else (),
        )


def refuse_short(legs: Sequence[Candles], close_time: TimeArray, span: Span) -> None:
    """Insist on as many bars as any statement needs, and say why there are fewer."""
    n = int((close_time > span.start_ms).sum())
    if n >= MIN_BARS:
        return
    dead = next((leg for leg in legs if not len(leg)), None)
    if dead is not None:
        raise FlatHistoryError(
            tr("{short_name} did not trade: insufficient data.", short_name=dead.market.short_name)
        )
    first_to_end = min(legs, key=last_close)
    ended = last_close(first_to_end)
    if span.end - ended > (span.length // span.bar - MIN_BARS) * span.bar:
        raise EndedMarketError(first_to_end.market, ended, corrections=(until(ended),))
    began = max(moment(int(leg.open_time[0])) for leg in legs)
    finer = [bar for bar in FINER if bar < span.bar and (span.end - began) // bar >= 2 * MIN_BARS]
    raise ShortHistoryError(n, corrections=_in_one_of(finer, span))


def refuse_flat(legs: Sequence[Candles], closes: FloatArray) -> None:
    """Insist on a price that moves."""
    for leg, column in zip(legs, closes.T, strict=True):
        if column.min() == column.max():
            raise FlatHistoryError(
                tr(
                    "{short_name} stands at {column} in all of that window: insufficient data.",
                    short_name=leg.market.short_name,
                    column=localised(f"{column[0]:g}"),
                )
            )


def patchy(
    kept: Sequence[Candles],
    legs: Sequence[Candles],
    *,
    first: int,
    last: int,
    span: Span,
    missing: float,
) -> PatchyHistoryError:
    """Say which market lacks bars; ``kept`` are the legs without the untraded ones."""

    def count(leg: Candles) -> int:
        closed = leg.open_time + span.bar_ms
        return int(((closed >= first) & (closed <= last)).sum())

    worst = min(range(len(kept)), key=lambda k: count(kept[k]))
    untraded = count(legs[worst]) > count(kept[worst])
    sentence = (
        later(
            "{short_name} did not trade in too many bars: {missing} are missing; above {max_missing} "
            "I don't judge."
        )
        if untraded
        else later(
            "{short_name} lacks too many bars: {missing} are missing; above {max_missing} I don't "
            "judge."
        )
    )
    coarser = [bar for bar in COARSER if bar > span.bar and span.length // bar >= MIN_BARS]
    return PatchyHistoryError(
        tr(
            sentence,
            short_name=kept[worst].market.short_name,
            missing=f"{missing:.0%}",
            max_missing=f"{MAX_MISSING:.0%}",
        ),
        corrections=_in_one_of(coarser, span),
    )


def _first_window(began: datetime, span: Span) -> Correction:
    """The earliest window of that length that lies behind the beginning of a market."""
    whole = (began + span.length + DAY).replace(hour=0, minute=0, second=0, microsecond=0)
    words = f"end={whole:%Y-%m-%d}"
    return Correction(tr("until {day}", day=day(whole)), words, f"end={span.end:%Y-%m-%d}")


def _in_one_of(bars: Sequence[timedelta], span: Span) -> tuple[Correction, ...]:
    """The question in the first of some bars that can be had."""
    had = [bar for bar in bars if not span.bars or bar in span.bars]
    return tuple(in_bars(bar, instead_of=span.bar if span.is_named else None) for bar in had[:1])


def until(ended: datetime) -> Correction:
    """Ask about the time before a market's end."""
    words = f"end={ended:%Y-%m-%dT%H:%M}"
    return Correction(tr("until {day}", day=day(ended)), words, "")
