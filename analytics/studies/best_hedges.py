"""Which contracts hedge a market best on unseen days, before and after what they pay."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.market.histories import History
from analytics.market.markets import Market
from analytics.market.universe import Universe
from analytics.market.windows import DAY, bars_per_year
from analytics.positions.carry import FundingCarry
from analytics.positions.drift import USUAL_RISK_AVERSION
from analytics.statistics.discovery import discovered
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.hedge_ratio import HedgeRatio, hedge_ratio
from analytics.statistics.many_hedges import ManyHedges, many_hedges
from analytics.statistics.samples import FloatArray
from analytics.studies.companions import returns_on

TEST_DAYS = 60
"""Days that each ratio is tried on without having seen them."""


@dataclass(frozen=True, slots=True, eq=False)
class HedgeRanking:
    """Every contract of a universe as a hedge of what is held, before carry.

    Attributes
    ----------
    order
        Shape (n,), the contracts from the most effective to the least.
    n_working
        How many removed something beyond chance, many looks considered.
    volatility
        Of what is held, a year.
    """

    held: History
    universe: Universe
    hedges: ManyHedges
    order: npt.NDArray[np.int64]
    n_working: int
    volatility: float
    level: float

    def finalists(self, n: int) -> tuple[int, ...]:
        """The most effective ``n``, whose carry is worth asking for."""
        return tuple(int(place) for place in self.order[:n])


@dataclass(frozen=True, slots=True, eq=False)
class RankedHedge:
    """One contract that hedges.

    Attributes
    ----------
    measured
        Out-of-sample effectiveness.
    ratio
        Dollars of contract for a dollar held, over the window.
    carry
        Yearly income from funding for each dollar held; None where it is not known.
    after_carry
        ``measured`` and what the carry is worth, in shares of the variance.
    p_same
        Probability of so large a distance from the most effective of all by chance.
    is_as_good
        Whether that distance may be chance, the number of those shown considered.
    """

    market: Market
    price: float
    measured: Estimate
    ratio: HedgeRatio
    carry: Estimate | None
    after_carry: float
    p_same: float
    is_as_good: bool


def hedge_ranking(held: History, universe: Universe, *, level: float) -> HedgeRanking:
    """Walk forward with every contract of the universe over the last 60 days.

    Raises
    ------
    RequestError
        Too short a past.

    Notes
    -----
    A coin-margined contract is measured by simple returns, as if its margin were priced by the
    contract itself.

    """
    unhedged, hedges = _returns(held, universe)
    found = many_hedges(
        unhedged,
        hedges,
        fit_bars=held.window // held.bar,
        bars_per_day=max(1, DAY // held.bar),
        test_days=TEST_DAYS,
        level=level,
    )
    return HedgeRanking(
        held=held,
        universe=universe,
        hedges=found,
        order=np.argsort(-found.value, kind="stable"),
        n_working=int(discovered(found.p_nothing).sum()),
        volatility=(found.held_variance * bars_per_year(held.bar)) ** 0.5,
        level=level,
    )


def after_carry(
    ranking: HedgeRanking,
    funding: Mapping[int, FundingCarry | None],
    *,
    n: int,
    is_short: bool = False,
) -> tuple[RankedHedge, ...]:
    """The best ``n`` of those whose funding was asked for, carry included.

    Parameters
    ----------
    funding
        Of some contracts, by their column in the universe; None where nothing is known.
    is_short
        Whether what is held is a short position, so that the hedge is bought.

    Notes
    -----
    A yearly income c for a dollar held is worth as much as c / (γ σ²) of its variance to whom a
    return is worth its mean less γ times its variance, γ = 4 (Kroner and Sultan 1993, Journal of
    Financial and Quantitative Analysis 28, 535-551).

    """
    places = list(funding)
    returns = _returns(ranking.held, ranking.universe)
    ratios = {place: _ratio(ranking, returns, place) for place in places}
    incomes = {k: _income(funding[k], ratios[k].value, is_short=is_short) for k in places}
    worth = USUAL_RISK_AVERSION * ranking.volatility**2
    total = {
        k: float(ranking.hedges.value[k]) + ((income.value / worth) if income else 0.0)
        for k, income in incomes.items()
    }
    shown = sorted(places, key=lambda k: -total[k])[:n]
    first = int(ranking.order[0])
    p_same = np.array([ranking.hedges.p_same(first, k) for k in shown])
    others = np.array([k != first for k in shown])
    differs = np.zeros(len(shown), dtype=np.bool_)
    differs[others] = discovered(p_same[others], rate=1 - ranking.level)
    return tuple(
        RankedHedge(
            market=ranking.universe.markets[k],
            price=_last(ranking.universe.closes[:, k]),
            measured=ranking.hedges.estimate(k),
            ratio=ratios[k],
            carry=incomes[k],
            after_carry=total[k],
            p_same=float(p_same[at]),
            is_as_good=not differs[at],
        )
        for at, k in enumerate(shown)
    )


def _returns(held: History, universe: Universe) -> tuple[FloatArray, FloatArray]:
    """Of what is held and of each contract, both (T, N): simple ones where coins are paid."""
    hedges, log_held = universe.log_returns, returns_on(held, universe)
    inverse = np.array([market.inverse for market in universe.markets], dtype=np.bool_)
    hedges[:, inverse] = np.expm1(hedges[:, inverse])
    return np.where(inverse, np.expm1(log_held)[:, None], log_held[:, None]), hedges


def _ratio(ranking: HedgeRanking, returns: tuple[FloatArray, FloatArray], place: int) -> HedgeRatio:
    """With its interval, over the window."""
    s, f = (columns[:, place] for columns in returns)
    fit_bars = ranking.held.window // ranking.held.bar
    s, f = s[-fit_bars:], f[-fit_bars:]
    known = ~(np.isnan(s) | np.isnan(f))
    return hedge_ratio(s[known], f[known], level=ranking.level)


def _income(carry: FundingCarry | None, ratio: float, *, is_short: bool) -> Estimate | None:
    if carry is None or carry.apr is None:
        return None
    scale = -ratio if is_short else ratio
    ends = sorted((scale * carry.apr.interval.low, scale * carry.apr.interval.high))
    interval = Interval(ends[0], ends[1], carry.apr.interval.level)
    return Estimate(scale * carry.apr.value, interval)


def _last(closes: FloatArray) -> float:
    return float(closes[np.flatnonzero(~np.isnan(closes))[-1]])
