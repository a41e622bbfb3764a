"""Every market that was ranked, as rows of a file."""

import numpy as np

from analytics.market.universe import Universe
from analytics.studies.best_hedges import HedgeRanking
from analytics.studies.companions import Companions
from handlers._files import Table


def hedge_table(ranking: HedgeRanking) -> Table:
    """Each contract: what it removed on unseen days, its ratio, and how far that is chance."""
    hedges, order = ranking.hedges, ranking.order
    found = (hedges.value, hedges.low, hedges.high, hedges.ratio, hedges.p_nothing)
    heading = ("market", "effectiveness", "low", "high", "ratio", "p_nothing")
    return _ranked(heading, ranking.universe, order, found)


def companion_table(study: Companions) -> Table:
    """Each partner: its correlation, and how likely so low a one is by chance."""
    pairs = study.correlations
    found = (pairs.value, pairs.low, pairs.high, pairs.p_negative)
    heading = ("market", "correlation", "low", "high", "p_negative")
    return _ranked(heading, study.universe, study.order, found)


def _ranked(
    heading: tuple[str, ...],
    universe: Universe,
    order: np.ndarray[tuple[int], np.dtype[np.int64]],
    found: tuple[np.ndarray[tuple[int], np.dtype[np.float64]], ...],
) -> Table:
    names = [universe.markets[k].full_name for k in order.tolist()]
    cells = zip(names, *(values[order].tolist() for values in found), strict=True)
    return Table("ranking", heading, cells)
