"""When the simulated market's couplings change: the same days of every year."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from analytics.market.simulated.coins import Coin, Yearly

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Times = npt.NDArray[np.int64]

STRESS_MONTHS = (3, 6, 9, 12)
STRESS_DAYS = (5, 9)
"""From the fifth until the ninth, the latter excluded."""
STRESS_TEMPO = 2.0
"""How much more everything moves in stress."""
STRESS_APARTNESS = 0.35
"""Which part of what is not the market's remains in stress."""


@dataclass(frozen=True, slots=True)
class Loadings:
    """How a coin's shock is put together, hour by hour; squares sum to one."""

    market: FloatArray
    sector: FloatArray
    own: FloatArray


def stressed(times: Times) -> Mask:
    """Whether each time (milliseconds since 1970) lies in a lockstep phase."""
    month, day = _month_and_day(times)
    first, after = STRESS_DAYS
    return np.asarray(np.isin(month, STRESS_MONTHS) & (day >= first) & (day < after))


def loadings(coin: Coin, times: Times) -> Loadings:
    """The coin's loadings at each time."""
    market = np.full(len(times), coin.market_loading)
    if coin.decoupled is not None:
        market[_within(coin.decoupled, times)] = coin.decoupled.market_loading
    sector = np.full(len(times), coin.sector_loading)
    if coin.market_loading > 0:
        lockstep = stressed(times)
        market[lockstep] = np.sqrt(1 - STRESS_APARTNESS * (1 - market[lockstep] ** 2))
        sector[lockstep] *= np.sqrt(STRESS_APARTNESS)
    return Loadings(market, sector, np.sqrt(1 - market**2 - sector**2))


def turns(season: Yearly, *, start: datetime, end: datetime) -> tuple[datetime, ...]:
    """The midnights in [start, end) at which the season begins or ends."""
    days = (
        datetime(year, month, day, tzinfo=UTC)
        for year in range(start.year, end.year + 1)
        for month, day in (season.start, season.end)
    )
    return tuple(sorted(day for day in days if start <= day < end))


def _within(season: Yearly, times: Times) -> Mask:
    month, day = _month_and_day(times)
    today = month * 100 + day
    first, after = (month * 100 + day for month, day in (season.start, season.end))
    if first < after:
        return np.asarray((today >= first) & (today < after))
    return np.asarray((today >= first) | (today < after))


def _month_and_day(times: Times) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    moments = times.astype("datetime64[ms]")
    months = moments.astype("datetime64[M]")
    days = moments.astype("datetime64[D]") - months.astype("datetime64[D]")
    return months.astype(np.int64) % 12 + 1, days.astype(np.int64) + 1
