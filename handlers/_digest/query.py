"""What a digest is about: pairs, each with its own window."""

from dataclasses import dataclass, field, replace
from itertools import combinations

from analytics.market.instruments import Instrument, Kind
from analytics.market.windows import Window
from handlers._grammar import (
    BAR,
    COLLATERAL,
    END,
    LEVEL,
    LEVERAGE,
    QUOTE,
    VENUE,
    Amount,
    Holding,
    Syntax,
    typed,
)
from handlers._restated import DEFAULT_LEVEL, lengths_said, level_said, moment_said, options_said

MOST_PAIRS = 30
USUAL_LEVERAGE = 3.0
GROUPS = (3, 4, 5, 6, 7, 8)
"""Markets of which a digest takes all pairs: eight make 28."""

SYNTAX = Syntax(
    command="digest",
    example="/digest ETH BTC-PERP 30d, SOL ETH-PERP 30d",
    options=(BAR, LEVEL, VENUE, QUOTE, END, COLLATERAL, LEVERAGE),
    amounts=True,
    amount_example="ETH -2.48 BTC-PERP",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two markets, or a position: what is held and the contracts that stand against it."""

    first: Instrument | Holding
    second: Instrument | Holding
    window: Window

    @property
    def instruments(self) -> tuple[Instrument, Instrument]:
        """The markets alone."""
        return _market(self.first), _market(self.second)

    @property
    def position(self) -> tuple[Holding, Holding] | None:
        """What is held and the contracts; None where no amounts are given."""
        if isinstance(self.first, Holding) and isinstance(self.second, Holding):
            return self.first, self.second
        return None

    @property
    def needs_margin(self) -> bool:
        """Whether it is a position in a contract that another coin than the held one margins."""
        held, hedge = self.instruments
        is_cross = hedge.kind is Kind.INVERSE and hedge.base != held.base
        return self.position is not None and is_cross

    def __str__(self) -> str:
        """The canonical spelling, which reads back to an equal pair."""
        words = [typed(self.first, SYNTAX), typed(self.second, SYNTAX), *lengths_said(self.window)]
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class DigestQuery:
    """Which pairs, measured at which level; equal queries are one computation for everybody.

    ``collateral`` or ``leverage`` margin the positions that another coin margins.
    """

    pairs: tuple[Pair, ...]
    level: float = DEFAULT_LEVEL
    collateral: Amount | None = None
    leverage: float | None = None
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self) -> str:
        """The whole question; it reads back to an equal query."""
        what = _group(self.pairs) or ", ".join(map(str, self.pairs))
        end = moment_said(self.pairs[0].window.end)
        options = options_said(end=end, ci=level_said(self.level))
        return " ".join(("/digest", what, *options, *self.margin, *sorted(self.switches)))

    @property
    def margin(self) -> tuple[str, ...]:
        """What is posted, as people type it: ``lev=3``."""
        leverage = None if self.leverage is None else f"{self.leverage:g}"
        return tuple(options_said(coll=self.collateral, lev=leverage))

    @property
    def needs_margin(self) -> bool:
        """Whether one of its positions cannot be sized without a margin."""
        return any(pair.needs_margin for pair in self.pairs)

    def __str__(self) -> str:
        return self.asked()

    @property
    def lacks_margin_in(self) -> str | None:
        """The coin of a margin that one of its positions needs and nobody named; else None."""
        coins = (pair.instruments[1].base for pair in self.pairs if pair.needs_margin)
        return None if self.margin else next(coins, None)

    def with_usual_margin(self) -> "DigestQuery":
        """The same question at a usual leverage, whatever was said of a margin."""
        return replace(self, collateral=None, leverage=USUAL_LEVERAGE)

    def corr(self, pair: Pair) -> str:
        """The question that looks closer at one of the pairs."""
        bare = replace(pair, first=pair.instruments[0], second=pair.instruments[1])
        return " ".join(("/corr", str(bare), *options_said(end=moment_said(pair.window.end))))


def all_pairs(markets: tuple[Instrument, ...], window: Window) -> tuple[Pair, ...]:
    """Each two of several markets, in their order."""
    return tuple(Pair(one, other, window) for one, other in combinations(markets, 2))


def _group(pairs: tuple[Pair, ...]) -> str | None:
    """All pairs of some markets, said by the markets alone; None where these are others."""
    if len(pairs) == 1 or any(pair.position for pair in pairs):
        return None
    window = pairs[0].window
    markets = tuple(dict.fromkeys(one for pair in pairs for one in pair.instruments))
    if len(markets) not in GROUPS or pairs != all_pairs(markets, window):
        return None
    return " ".join((*(typed(one, SYNTAX) for one in markets), *lengths_said(window)))


def _market(side: Instrument | Holding) -> Instrument:
    return side.instrument if isinstance(side, Holding) else side
