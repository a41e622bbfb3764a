"""Which of a venue's busiest markets move against each other, and which hardly together."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.market.markets import Market
from analytics.market.universe import Universe
from analytics.statistics.discovery import discovered
from analytics.statistics.estimate import Estimate
from analytics.statistics.many_pairs import ManyCorrelations, many_correlations


@dataclass(frozen=True, slots=True, eq=False)
class FoundPair:
    """Two markets and their correlation; ``p_negative`` as in ``ManyCorrelations``."""

    first: Market
    second: Market
    correlation: Estimate
    p_negative: float


@dataclass(frozen=True, slots=True, eq=False)
class ScanStudy:
    """Every pair of a universe.

    Attributes
    ----------
    negative
        Numbers of the pairs that are negatively correlated beyond chance, many looks considered,
        the lowest first.
    loosest
        Numbers of the others, from the one whose interval stays nearest to 0.
    """

    universe: Universe
    pairs: ManyCorrelations
    negative: npt.NDArray[np.int64]
    loosest: npt.NDArray[np.int64]

    def pair(self, number: int) -> FoundPair:
        """One pair by its number."""
        return FoundPair(
            first=self.universe.markets[int(self.pairs.first[number])],
            second=self.universe.markets[int(self.pairs.second[number])],
            correlation=self.pairs.estimate(number),
            p_negative=float(self.pairs.p_negative[number]),
        )


def scan(universe: Universe, *, level: float) -> ScanStudy:
    """Correlate every two markets and keep what is negative beyond chance.

    Raises
    ------
    RequestError
        Too few returns.

    """
    pairs = many_correlations(universe.log_returns, level=level)
    is_negative = discovered(pairs.p_negative)
    negative, others = np.flatnonzero(is_negative), np.flatnonzero(~is_negative)
    farthest = np.maximum(np.abs(pairs.low), np.abs(pairs.high))
    return ScanStudy(
        universe=universe,
        pairs=pairs,
        negative=negative[np.argsort(pairs.value[negative], kind="stable")],
        loosest=others[np.argsort(farthest[others], kind="stable")],
    )
