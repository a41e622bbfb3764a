"""What a perfect statistic would find on the simulated venue."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from analytics.market.markets import Market
from analytics.market.simulated.coins import COINS, Coin
from analytics.market.simulated.contracts import SIMULATED, Basis, Funding, basis_of, funding_of
from analytics.market.simulated.seasons import (
    STRESS_DAYS,
    STRESS_MONTHS,
    STRESS_TEMPO,
    loadings,
    stressed,
    turns,
)

FloatArray = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Truth:
    """The constants behind the prices; coins are named by their key (``BTC``, ``BEAMX``).

    Correlations and ratios are of log returns of spot in USDT; a contract's own basis takes less
    than 0.001 off at hourly bars.
    """

    leader: str = SIMULATED
    """The venue whose prices move first."""

    def volatility(self, coin: str) -> float:
        """A 365-day year's standard deviation of log returns, outside stress."""
        return COINS[coin].volatility

    def correlation(self, first: str, second: str, *, at: datetime) -> float:
        """The correlation that holds at a time."""
        return float(_correlations(COINS[first], COINS[second], _times(at, at + HOUR))[0])

    def pooled_correlation(
        self, first: str, second: str, *, start: datetime, end: datetime
    ) -> float:
        """The correlation of all hours of a stretch taken together."""
        times = _times(start, end)
        weights = np.where(stressed(times), STRESS_TEMPO**2, 1.0)
        values = _correlations(COINS[first], COINS[second], times)
        return float(np.average(values, weights=weights))

    def hedge_ratio(self, target: str, hedge: str, *, at: datetime) -> float:
        """Minimum-variance dollars of ``hedge`` a dollar of ``target``."""
        scale = COINS[target].volatility / COINS[hedge].volatility
        return self.correlation(target, hedge, at=at) * scale

    def breaks(
        self, first: str, second: str, *, start: datetime, end: datetime
    ) -> tuple[datetime, ...]:
        """The times in [start, end) at which the correlation changes for a season."""
        if first == second:
            return ()
        seasons = (COINS[coin].decoupled for coin in (first, second))
        found = {
            turn for season in seasons if season for turn in turns(season, start=start, end=end)
        }
        return tuple(sorted(found))

    def stress_phases(
        self, *, start: datetime, end: datetime
    ) -> tuple[tuple[datetime, datetime], ...]:
        """The lockstep phases that touch [start, end), each from its start until its end."""
        first, after = STRESS_DAYS
        phases = (
            (datetime(year, month, first, tzinfo=UTC), datetime(year, month, after, tzinfo=UTC))
            for year in range(start.year, end.year + 1)
            for month in STRESS_MONTHS
        )
        return tuple(phase for phase in phases if phase[0] < end and phase[1] > start)

    def funding(self, market: Market) -> Funding | None:
        """Mean payment and interval of a perpetual; None for markets without funding."""
        return funding_of(market)

    def basis(self, market: Market) -> Basis:
        """The process of the market's log price over its coin's."""
        return basis_of(market)


def _correlations(first: Coin, second: Coin, times: Times) -> FloatArray:
    if first == second:
        return np.ones(len(times))
    one, other = loadings(first, times), loadings(second, times)
    shared = one.sector * other.sector if first.sector == second.sector else 0.0
    return np.asarray(one.market * other.market + shared)


def _times(start: datetime, end: datetime) -> Times:
    hours = (int(moment.timestamp() // 3600) for moment in (start, end))
    return 3_600_000 * np.arange(*hours, dtype=np.int64)
