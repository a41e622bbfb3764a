"""Who leads the price of a coin among several markets, and how far they stand apart."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

import numpy as np

from analytics.market.candles import FloatArray
from analytics.market.histories import History
from analytics.market.windows import MINUTE
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.long_run_variance import ewc_variance
from analytics.statistics.price_discovery import Doubt, PriceDiscovery, price_discovery

BASIS_POINTS = 1e4
LONGEST_BAR = 15 * MINUTE
"""Venues follow each other within minutes: a lead seen in longer bars is one of their clocks."""
LATE = 0.3
"""Correlation with an earlier bar above which longer bars are stamped too late."""


@dataclass(frozen=True, slots=True, eq=False)
class Duel:
    """What two markets of a study, by their columns, tell each other in bars of one length."""

    first: int
    second: int
    bar: timedelta
    found: PriceDiscovery

    @property
    def is_too_long(self) -> bool:
        """Whether the bars are too long to show who follows whom, whatever they seem to show."""
        return self.bar > LONGEST_BAR

    @property
    def leader(self) -> int | None:
        """The column of the leader; None where there is doubt."""
        winner = self.found.leader
        if winner is None or self.is_too_long:
            return None
        return (self.first, self.second)[winner]

    @property
    def misstamped(self) -> int | None:
        """The column of a market whose long bars repeat those before of the other one."""
        delay = self.found.lead_lag
        if not self.is_too_long or delay.lag == 0 or delay.strongest.interval.low < LATE:
            return None
        return self.second if delay.lag > 0 else self.first


@dataclass(frozen=True, slots=True, eq=False)
class Dispersion:
    """How far markets stand apart, in basis points.

    Attributes
    ----------
    gaps
        Shape (T, N): of each price from the median of all; of two markets from the second one.
    mean_gaps
        Mean gap of each market with its interval.
    spread
        Shape (T,): highest price over the lowest.
    """

    gaps: FloatArray
    mean_gaps: tuple[Estimate, ...]
    spread: FloatArray

    @property
    def mean(self) -> float:
        """Of the spread."""
        return float(self.spread.mean())

    @property
    def p95(self) -> float:
        """What the spread stays below in 95 of 100 bars."""
        return float(np.quantile(self.spread, 0.95))

    @property
    def now(self) -> float:
        """The newest spread."""
        return float(self.spread[-1])

    @property
    def outlier(self) -> int | None:
        """The market whose mean gap is beyond doubt and the widest; None where there is none."""
        off = [k for k, gap in enumerate(self.mean_gaps) if 0 not in gap.interval]
        return max(off, key=lambda k: abs(self.mean_gaps[k].value), default=None)


@dataclass(frozen=True, slots=True, eq=False)
class LeadStudy:
    """Every two of several markets, and all of them around their median.

    Attributes
    ----------
    front
        The column that leads most others, the first asked where none leads another; it leads all
        only if ``leader`` says so.
    duels
        Of the market in front, as the first, with each other one.
    """

    history: History
    front: int
    duels: tuple[Duel, ...]
    dispersion: Dispersion

    @property
    def leader(self) -> int | None:
        """The market that leads each of the others; None where one duel leaves doubt."""
        return self.front if all(duel.leader == self.front for duel in self.duels) else None

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Everything that forbids to name a leader, each once."""
        return tuple(dict.fromkeys(doubt for duel in self.duels for doubt in duel.found.doubts))

    @property
    def weakest(self) -> Duel:
        """The duel that says least for the market in front."""
        return min(self.duels, key=_component)

    @property
    def n_observations(self) -> int:
        """Rows of the shortest regression."""
        return min(duel.found.n_observations for duel in self.duels)


def lead_study(history: History, *, coins: Sequence[int] = (), level: float = 0.95) -> LeadStudy:
    """Study two or more markets of one coin over the window.

    Parameters
    ----------
    coins
        How many coins the price of each market is for; default one each.

    Raises
    ------
    RequestError
        Too few bars in a row, or prices that do not move.

    """
    window = history.in_window
    prices = np.log(window.closes / np.array(coins or [1] * len(history.markets)))

    def duel(first: int, second: int) -> Duel:
        pair = prices[:, [first, second]]
        found = price_discovery(pair, consecutive=window.consecutive, level=level)
        return Duel(first, second, history.bar, found)

    columns = range(len(history.markets))
    duels = {pair: duel(*pair) for pair in combinations(columns, 2)}
    front = _front(len(columns), duels.values())
    against = [duels.get((front, k)) or duel(front, k) for k in columns if k != front]
    return LeadStudy(history, front, tuple(against), dispersion(prices, level=level))


def dispersion(log_prices: FloatArray, *, level: float = 0.95) -> Dispersion:
    """Gaps of prices of shape (T, N) from their median, in basis points."""
    several = log_prices.shape[1] > 2  # noqa: PLR2004 - of two, the median is neither
    centre = np.median(log_prices, axis=1) if several else log_prices[:, 1]
    gaps: FloatArray = BASIS_POINTS * (log_prices - centre[:, None])
    spread: FloatArray = gaps.max(axis=1) - gaps.min(axis=1)
    return Dispersion(gaps, tuple(_mean(column, level) for column in gaps.T), spread)


def _front(n: int, duels: Iterable[Duel]) -> int:
    """The column that wins most duels; of equals, and where none is won, the first."""
    wins = [duel.leader for duel in duels]
    return max(range(n), key=wins.count)


def _component(duel: Duel) -> float:
    """The component share of the first market; minus infinity where it is undefined."""
    shares = duel.found.shares
    return -np.inf if shares is None else shares.component.value


def _mean(values: FloatArray, level: float) -> Estimate:
    variance = ewc_variance(values)
    reach = variance.critical_value(level) * np.sqrt(variance.variance / len(values))
    value = float(values.mean())
    return Estimate(value, Interval(value - float(reach), value + float(reach), level))
