"""What hedges or companions are looked for: of which market, over which window, among how many."""

from dataclasses import dataclass, field, replace

from analytics.errors import Correction
from analytics.language import tr
from analytics.language.lists import all_of
from analytics.market.instruments import Instrument
from analytics.market.windows import DAY, Window
from analytics.studies.best_hedges import TEST_DAYS
from handlers._errors import UsageError
from handlers._grammar import (
    BAR,
    END,
    LEVEL,
    QUOTE,
    SIDE,
    TOP,
    VENUE,
    Holding,
    Side,
    Syntax,
    Words,
    none_named,
    read,
    typed,
    window_of,
)
from handlers._restated import DEFAULT_LEVEL, level_said, options_said, window_said
from handlers._universe import MOST_MARKETS, OF, refuse_too_many

DEFAULT_TOP, MOST_ROWS = 5, 20
DEFAULT_OF = 200


SYNTAX = Syntax(
    command="best",
    example="/best ETH",
    options=(BAR, LEVEL, VENUE, QUOTE, END, TOP, OF, SIDE),
    amounts=True,
    amount_example="SOL",
)


@dataclass(frozen=True, slots=True)
class BestQuery:
    """Partners of what, on which side, among how many markets.

    ``holding`` is None where no amount was named.
    """

    held: Instrument
    window: Window
    holding: Holding | None = None
    side: Side = Side.SHORT
    top: int = DEFAULT_TOP
    of: int = DEFAULT_OF
    level: float = DEFAULT_LEVEL
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self, window: Window) -> str:
        """The same question about another window."""
        options = options_said(
            side=None if self.side is Side.SHORT else self.side,
            top=None if self.top == DEFAULT_TOP else self.top,
            of=None if self.of == DEFAULT_OF else self.of,
            ci=level_said(self.level),
        )
        words = ("/best", typed(self.holding or self.held, SYNTAX), *window_said(window), *options)
        return " ".join((*words, *sorted(self.switches)))


def best_query(asked: str) -> BestQuery:
    """Read one market, with an amount or without, a window and options."""
    words = read(asked, SYNTAX)
    held, holding = _held(words)
    top, of = words.given(TOP, DEFAULT_TOP), words.given(OF, DEFAULT_OF)
    notes = [tr("I show {most_rows} at most.", most_rows=MOST_ROWS)] if top > MOST_ROWS else []
    notes += (
        [tr("I look at {most_markets} at most.", most_markets=MOST_MARKETS)]
        if of > MOST_MARKETS
        else []
    )
    query = BestQuery(
        held=held,
        holding=holding,
        window=window_of(words),
        side=words.given(SIDE, Side.SHORT),
        top=min(top, MOST_ROWS),
        of=min(of, MOST_MARKETS),
        level=words.given(LEVEL, DEFAULT_LEVEL),
        switches=words.switches,
        notes=(*words.notes, *notes),
    )
    refuse_too_many(
        query.of,
        query.window,
        TEST_DAYS * DAY if query.side is Side.SHORT else 0 * DAY,
        lambda window, of: replace(query, of=of).asked(window),
    )
    return query


def _held(words: Words) -> tuple[Instrument, Holding | None]:
    match words.holdings, words.assets:
        case (), ():
            raise none_named(words)
        case (), (held,):
            return held, None
        case (holding,), ():
            return holding.instrument, holding
    named: tuple[Holding | Instrument, ...] = (*words.holdings, *words.assets)
    raise UsageError(
        tr(
            "I read {names}. `/best` finds partners of one.",
            names=all_of(map(str, named[:3])),
        ),
        corrections=tuple(Correction(str(one), f"/best {typed(one, SYNTAX)}") for one in named[:3]),
    )
