"""A question about markets and a window, written out so that it reads back as it was."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

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
    names = (typed(one, syntax) for one in instruments)
    options = options_said(ci=level_said(level))
    return " ".join((f"/{syntax.command}", *names, *window_said(window), *options, *more))


def window_said(window: Window) -> Iterator[str]:
    """The words of a window: ``30d 4h end=2026-09-01T14:30``."""
    yield from lengths_said(window)
    yield from options_said(end=moment_said(window.end))


def lengths_said(window: Window) -> Iterator[str]:
    """How long a window is and, where that was asked for, of which bars: ``30d 4h``."""
    yield spelled(window.length)
    if window.bar is not None:
        yield spelled(window.bar)


def options_said(**values: object) -> Iterator[str]:
    """``key=value`` of each option that has one: None stands for what is usual."""
    yield from (f"{key}={value}" for key, value in values.items() if value is not None)


def level_said(level: float) -> str | None:
    """The level of the intervals in percent; None for the usual one."""
    return None if level == DEFAULT_LEVEL else f"{100 * level:g}"


def moment_said(moment: datetime | None) -> str | None:
    """A moment as it is typed: ``2026-09-01T14:30``."""
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M}"


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
