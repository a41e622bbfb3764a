"""What markets, bars, verdicts and basis points are called in an answer about leaders."""

from collections.abc import Sequence
from datetime import timedelta

from analytics.language import tr
from analytics.market.markets import Market
from analytics.market.venues import venue_name
from analytics.market.windows import DAY, HOUR, MINUTE
from analytics.studies.leads import Duel
from handlers import _format as text


def market_names(markets: Sequence[Market]) -> tuple[str, ...]:
    """What tells the markets apart: venues, kinds, or both; quotes only where they must."""
    kinds = [(market.venue, market.short_name) for market in markets]
    short = [
        market.short_name if kinds.count(kind) == 1 or market.quote == "USDT" else market.symbol
        for market, kind in zip(markets, kinds, strict=True)
    ]
    venues = [venue_name(market.venue) for market in markets]
    if len(set(venues)) == 1:
        return tuple(short)
    if len(set(short)) == 1:
        return tuple(venues)
    return tuple(f"{venue} {name}" for venue, name in zip(venues, short, strict=True))


def candles(bar: timedelta) -> str:
    """What the bars are called: ``1-minute candles``, ``hourly candles``."""
    if bar in (HOUR, DAY):
        return tr("hourly candles") if bar == HOUR else tr("daily candles")
    if bar < HOUR:
        return tr("{n}-minute candles", n=f"{bar / MINUTE:g}")
    return tr("{n}-hour candles", n=f"{bar / HOUR:g}")


def meaning(duel: Duel) -> str:
    """What a duel says of its first market."""
    if duel.leader is None:
        return tr("cannot tell")
    return tr("leads") if duel.leader == duel.first else tr("follows")


def basis_points(value: float, *, signed: bool = False) -> str:
    """A distance between prices: ``+1.2 bp``, ``−104 bp``."""
    decimals = 1 if abs(value) < 99.95 else 0  # noqa: PLR2004 - tenths of a hundred say nothing
    shown = text.ratio(value, decimals=decimals)
    plus = "+" if signed and value > 0 and shown.strip("0.") else ""
    return tr("{plus}{shown} bp", plus=plus, shown=shown)


def time_words(length: timedelta) -> str:
    """A length of time with its unit apart: ``12 min``, ``8 h``."""
    for unit, name in ((DAY, "d"), (HOUR, "h")):
        if length >= 2 * unit or length == unit:
            return f"{text.significant(length / unit, 2)} {name}"
    return tr("{length} min", length=text.significant(length / MINUTE, 2))
