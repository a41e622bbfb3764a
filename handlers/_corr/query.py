"""Which markets a correlation is asked of, over which window, measured how."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.instruments import Instrument
from analytics.market.windows import Window, spelled
from analytics.studies.pairs import NARROWEST
from handlers._errors import UsageError
from handlers._grammar import (
    COMMON,
    LEVEL,
    METHOD,
    ROLL,
    Method,
    Syntax,
    assets,
    read,
    two_assets,
    typed,
    window_of,
)
from handlers._markets import rolling_width
from handlers._restated import DEFAULT_LEVEL, level_said, options_said, window_said

MOST_ASSETS = 20

SYNTAX = Syntax(
    command="corr",
    example="/corr BTC ETH-PERP 30d",
    options=COMMON,
)


@dataclass(frozen=True, slots=True)
class CorrelationQuery:
    """Which markets, over which window, measured how."""

    instruments: tuple[Instrument, ...]
    window: Window
    method: Method = Method.PEARSON
    level: float = DEFAULT_LEVEL
    roll: timedelta | None = None
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self, window: Window) -> str:
        """The same question about another window."""
        names = (typed(instrument, SYNTAX) for instrument in self.instruments)
        options = options_said(
            m=None if self.method is Method.PEARSON else self.method,
            ci=level_said(self.level),
            roll=spelled(self.roll) if self.roll is not None and _fits(self.roll, window) else None,
        )
        return " ".join(("/corr", *names, *window_said(window), *options, *sorted(self.switches)))


def correlation_query(asked: str) -> CorrelationQuery:
    """Read two or more markets, a window and options."""
    words = read(asked, SYNTAX)
    several = len(words.assets) > 2  # noqa: PLR2004 - more than a pair
    query = CorrelationQuery(
        instruments=assets(words, least=2, most=MOST_ASSETS) if several else two_assets(words),
        window=window_of(words),
        method=words.given(METHOD, Method.PEARSON),
        level=words.given(LEVEL, DEFAULT_LEVEL),
        roll=words.value(ROLL),
        switches=words.switches,
        notes=words.notes,
    )
    return _with_fitting_roll(query)


def _with_fitting_roll(query: CorrelationQuery) -> CorrelationQuery:
    """Refuse a rolling stretch that outlasts its window or holds too few bars."""
    window, roll = query.window, query.roll
    if roll is None or _fits(roll, window):
        return query
    usual = rolling_width(window.length, window.chosen_bar)
    why = (
        tr("is longer than the window, {length}", length=spelled(window.length))
        if roll > window.length
        else tr(
            "holds fewer than {narrowest} bars of {length}",
            narrowest=NARROWEST,
            length=spelled(window.chosen_bar),
        )
    )
    right = replace(query, roll=usual).asked(window)
    raise UsageError(
        tr(
            "roll={length} {why}. Take roll={other_length}.",
            length=spelled(roll),
            why=why,
            other_length=spelled(usual),
        ),
        corrections=(Correction(f"roll={spelled(usual)}", right),),
    )


def _fits(roll: timedelta, window: Window) -> bool:
    return NARROWEST * window.chosen_bar <= roll <= window.length
