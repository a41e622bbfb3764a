"""How replies name markets, and where their numbers come from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from analytics.language import later, tr
from analytics.language.lists import all_of
from analytics.market.histories import History
from analytics.market.instruments import Kind
from analytics.market.markets import Market
from analytics.market.venues import venue_name
from analytics.market.windows import DAY, ROUGH_BELOW
from handlers._format import as_of

KINDS = {
    Kind.SPOT: later("spot"),
    Kind.PERP: later("perp"),
    Kind.INVERSE: later("coin-margined"),
    Kind.FUTURE: later("dated"),
}
NEARLY_ALL = 0.95
"""Share of a window whose bars are there, unless a market began within it."""


def labels(markets: Sequence[Market]) -> tuple[str, ...]:
    """Short names that tell the markets apart: venue or quote only where it is needed."""
    short = [market.short_name for market in markets]
    with_venue = [f"{venue_name(m.venue)} {m.short_name}" for m in markets]
    unique = len(set(short)) == len(short)
    if unique:
        return tuple(short)
    if len(set(with_venue)) == len(with_venue):
        return tuple(with_venue)
    return tuple(market.symbol for market in markets)


def venues(markets: Sequence[Market]) -> str:
    """The names of the venues, each once."""
    return all_of(dict.fromkeys(venue_name(market.venue) for market in markets))


def covered(history: History) -> timedelta:
    """The length that was really looked at: less than the asked one where a market is young."""
    used = len(history.in_window.log_returns) * history.bar
    if used >= NEARLY_ALL * history.window:
        return history.window
    return max(1, round(used / DAY)) * DAY if used >= DAY else used


def with_caveats(history: History, asked: tuple[str, ...]) -> History:
    """The history with all that its reply owes the asker, notes on the question first."""
    n_bars = len(history.in_window.log_returns)
    rough = (tr("Only {n_bars} bars: rough.", n_bars=n_bars),) if n_bars < ROUGH_BELOW else ()
    return replace(history, notes=(*asked, *history.notes, *rough))


def provenance(history: History, now: datetime, *, most: int = 4) -> tuple[str, ...]:
    """Markets, venue and time: the last lines of every answer."""
    named = [f"{market.symbol} {tr(KINDS[market.kind])}" for market in history.markets[:most]]
    more = [tr("{n} more", n=len(history.markets) - most)] if len(history.markets) > most else []
    where = venues(history.markets)
    return (
        " · ".join([*named, *more]),
        tr("{where} · {as_of} · not advice", where=where, as_of=as_of(history.last_close, now)),
    )


def rolling_width(length: timedelta, bar: timedelta) -> timedelta:
    """A stretch of about a quarter of the window, in a length that people use."""
    hours = (1, 2, 3, 6, 12, 24, 48, 72, 168, 336, 720, 1440, 2160, 4320)
    usual = [timedelta(hours=n) for n in hours]
    fitting = [width for width in usual if 24 * bar <= width <= length / 3]
    quarter = [width for width in fitting if width <= length / 4]
    if quarter:
        return quarter[-1]
    return fitting[0] if fitting else max(length // 3 // bar, 10) * bar
