"""A question about markets and a window, written out so that it reads back as it was."""

from collections.abc import Iterable, Sequence

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.histories import History
from analytics.market.instruments import Instrument, Kind
from analytics.market.windows import Window, spelled
from handlers._errors import SameMarketError
from handlers._grammar import Syntax, typed

DEFAULT_LEVEL = 0.95


def restated(
    syntax: Syntax,
    instruments: Sequence[Instrument],
    window: Window,
    *,
    level: float = DEFAULT_LEVEL,
    more: Iterable[str] = (),
) -> str:
    """The whole question; ``more`` are its other options and switches."""
    words = [f"/{syntax.command}", *(typed(one, syntax) for one in instruments)]
    words.append(spelled(window.length))
    if window.bar is not None:
        words.append(spelled(window.bar))
    if window.end is not None:
        words.append(f"end={window.end:%Y-%m-%dT%H:%M}")
    if level != DEFAULT_LEVEL:
        words.append(f"ci={100 * level:g}")
    return " ".join((*words, *more))


def refuse_twins(
    syntax: Syntax, instruments: Sequence[Instrument], history: History, window: Window
) -> None:
    """Refuse two names of one market, which only the venue's list tells apart.

    Raises
    ------
    SameMarketError
        With the question without the second of them.

    """
    for place, market in enumerate(history.markets):
        if market not in history.markets[:place]:
            continue
        others = [one for at, one in enumerate(instruments) if at != place]
        if len(others) == 1:
            kind = Kind.SPOT if market.is_contract else Kind.PERP
            others.append(Instrument(market.base, kind, venue=instruments[place].venue))
        right = restated(syntax, others, window)
        raise SameMarketError(
            market.short_name if market.is_contract else market.symbol,
            corrections=(Correction(" ".join(map(str, others)), right),),
            hint=tr("Without {instruments}", instruments=instruments[place])
            if len(instruments) > 2  # noqa: PLR2004 - a pair
            else None,
        )
