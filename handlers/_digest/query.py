"""What a digest is about: pairs, each with its own window."""

from dataclasses import dataclass, field, replace
from itertools import combinations

from analytics.market.instruments import Instrument
from analytics.market.windows import Window, spelled
from handlers._grammar import BAR, END, LEVEL, QUOTE, VENUE, Holding, Syntax, typed

MOST_PAIRS = 10
GROUPS = (3, 4, 5)
"""Markets of which a digest takes all pairs: five make ten."""
DEFAULT_LEVEL = 0.95

SYNTAX = Syntax(
    command="digest",
    example="/digest ETH BTC-PERP 30d, SOL ETH-PERP 30d",
    options=(BAR, LEVEL, VENUE, QUOTE, END),
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

    def __str__(self) -> str:
        """The canonical spelling, which reads back to an equal pair."""
        words = [typed(self.first, SYNTAX), typed(self.second, SYNTAX), *_lengths(self.window)]
        return " ".join(words)


@dataclass(frozen=True, slots=True)
class DigestQuery:
    """Which pairs, measured at which level; equal queries are one computation for everybody."""

    pairs: tuple[Pair, ...]
    level: float = DEFAULT_LEVEL
    switches: frozenset[str] = frozenset()
    notes: tuple[str, ...] = field(default=(), compare=False)

    def asked(self) -> str:
        """The whole question; it reads back to an equal query."""
        what = _group(self.pairs) or ", ".join(map(str, self.pairs))
        end = self.pairs[0].window.end
        words = [f"/digest {what}"]
        if end is not None:
            words.append(f"end={end:%Y-%m-%dT%H:%M}")
        if self.level != DEFAULT_LEVEL:
            words.append(f"ci={100 * self.level:g}")
        return " ".join((*words, *sorted(self.switches)))

    def __str__(self) -> str:
        return self.asked()

    def corr(self, pair: Pair) -> str:
        """The question that looks closer at one of the pairs."""
        end = f" end={pair.window.end:%Y-%m-%dT%H:%M}" if pair.window.end is not None else ""
        bare = replace(pair, first=pair.instruments[0], second=pair.instruments[1])
        return f"/corr {bare}{end}"


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
    return " ".join((*(typed(one, SYNTAX) for one in markets), *_lengths(window)))


def _lengths(window: Window) -> list[str]:
    return [spelled(length) for length in (window.length, window.bar) if length is not None]


def _market(side: Instrument | Holding) -> Instrument:
    return side.instrument if isinstance(side, Holding) else side
