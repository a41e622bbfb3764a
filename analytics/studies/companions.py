"""What to hold beside a market: the partners that move with it least."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.market.histories import History
from analytics.market.markets import Market
from analytics.market.universe import Universe
from analytics.statistics.discovery import discovered
from analytics.statistics.estimate import Estimate
from analytics.statistics.many_pairs import ManyCorrelations, correlations_with
from analytics.statistics.samples import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Companions:
    """Correlations of one market with many.

    Attributes
    ----------
    order
        Shape (n,), the partners from the lowest correlation to the highest.
    negative
        Shape (n,), whether a partner is negatively correlated beyond chance, many looks considered.
    """

    held: History
    universe: Universe
    correlations: ManyCorrelations
    order: npt.NDArray[np.int64]
    negative: npt.NDArray[np.bool_]

    def partner(self, rank: int) -> tuple[Market, Estimate]:
        """The partner of a rank, 0 for the lowest correlation."""
        place = int(self.order[rank])
        return self.universe.markets[place], self.correlations.estimate(place)

    @property
    def n_negative(self) -> int:
        """How many are negatively correlated beyond chance."""
        return int(self.negative.sum())


def companions(held: History, universe: Universe, *, level: float) -> Companions:
    """Rank the universe by its correlation with the first market of a history.

    Raises
    ------
    RequestError
        Too few returns.

    """
    found = correlations_with(returns_on(held, universe), universe.log_returns, level=level)
    return Companions(
        held=held,
        universe=universe,
        correlations=found,
        order=np.argsort(found.value, kind="stable"),
        negative=discovered(found.p_negative),
    )


def returns_on(held: History, universe: Universe) -> FloatArray:
    """Shape (T - 1,), log returns of the first market on the grid of the universe, else NaN."""
    return on_grid(held.return_time, held.log_returns[:, 0], universe)


def on_grid(time: npt.NDArray[np.int64], values: FloatArray, universe: Universe) -> FloatArray:
    """Values at their times on the grid of the universe's returns; NaN elsewhere."""
    placed = np.full(len(universe.close_time) - 1, np.nan)
    at = np.searchsorted(universe.close_time[1:], time)
    inside = (at < len(placed)) & (time >= universe.close_time[1])
    exact = np.flatnonzero(inside)[universe.close_time[1:][at[inside]] == time[inside]]
    placed[at[exact]] = values[exact]
    return placed
