"""What /hedge is asked: one holding and one contract, or several."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from analytics.market.instruments import Instrument
from analytics.market.windows import Window, spelled
from handlers._grammar import (
    BAR,
    COLLATERAL,
    END,
    FEE,
    HOLD,
    LEVEL,
    LEVERAGE,
    PART,
    QUOTE,
    RATIO,
    VENUE,
    Amount,
    Holding,
    Syntax,
    typed,
)
from handlers._restated import DEFAULT_LEVEL, level_said, options_said, window_said

SYNTAX = Syntax(
    command="hedge",
    example="/hedge 2.5 BTC BTC-INV",
    options=(BAR, LEVEL, VENUE, QUOTE, END, COLLATERAL, LEVERAGE, PART, RATIO, HOLD, FEE),
    amounts=True,
)


@dataclass(frozen=True, slots=True)
class HedgeQuery:
    """What is held, what is to be sold against it, over which window it is measured."""

    holding: Holding
    hedge: Instrument
    window: Window
    level: float = DEFAULT_LEVEL
    part: float = 1.0
    ratio: float | None = None
    collateral: Amount | None = None
    leverage: float | None = None
    hold: timedelta | None = None
    fee: float | None = None
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self, window: Window) -> str:
        """The same question about another window."""
        sides = (typed(self.holding, SYNTAX), typed(self.hedge, SYNTAX))
        ratio = None if self.ratio is None else f"{self.ratio:g}"
        own = options_said(h=ratio, coll=self.collateral)
        words = ("/hedge", *sides, *window_said(window), *_terms_said(self), *own)
        return " ".join((*words, *sorted(self.switches)))

    @property
    def without_collateral(self) -> str:
        """The same question with no word about the margin."""
        return replace(self, collateral=None).asked(self.window)


@dataclass(frozen=True, slots=True)
class PortfolioQuery:
    """What is held and which legs are to be sold against all of it."""

    holdings: tuple[Holding, ...]
    legs: tuple[Instrument, ...]
    window: Window
    level: float = DEFAULT_LEVEL
    part: float = 1.0
    leverage: float | None = None
    hold: timedelta | None = None
    fee: float | None = None
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self, window: Window) -> str:
        """The same question about another window."""
        held = " + ".join(typed(holding, SYNTAX) for holding in self.holdings)
        legs = "+".join(typed(leg, SYNTAX) for leg in self.legs)
        words = ("/hedge", held, legs, *window_said(window), *_terms_said(self))
        return " ".join((*words, *sorted(self.switches)))


def _terms_said(query: HedgeQuery | PortfolioQuery) -> Iterator[str]:
    """The options that any hedge knows, where they are not the usual ones."""
    return options_said(
        ci=level_said(query.level),
        part=None if query.part == 1 else f"{100 * query.part:g}%",
        lev=None if query.leverage is None else f"{query.leverage:g}",
        hold=None if query.hold is None else spelled(query.hold),
        fee=None if query.fee is None else f"{100 * query.fee:g}%",
    )
