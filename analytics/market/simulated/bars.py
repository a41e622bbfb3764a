"""Bars of every length from one path of minutes."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from analytics.market.markets import Market
from analytics.market.simulated.coins import Coin
from analytics.market.simulated.contracts import Basis, basis_of
from analytics.market.simulated.paths import (
    BLOCK_HOURS,
    BLOCK_MINUTES,
    FIRST_BLOCK,
    Paths,
)

FloatArray = npt.NDArray[np.float64]

MINUTE_MS = 60_000
YEAR_MINUTES = 365 * 24 * 60
WICK = 0.4
"""How far a minute's high stands above its open and close, in standard deviations of a minute."""

_MEMORY = 30
"""Minutes after which a follower has forgotten: half the way in each leaves a billionth."""

_HOURS_KEPT = 1500
_MINUTES_KEPT = 8


@dataclass(frozen=True, slots=True)
class Quoted:
    """A market and the coin behind it."""

    market: Market
    coin: Coin


class Bars:
    """Open, high, low, close and volume of a market in blocks of four weeks."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self.minutes = lru_cache(maxsize=_MINUTES_KEPT)(self._made_minutes)
        self.hours = lru_cache(maxsize=_HOURS_KEPT)(self._made_hours)

    def basis(self, quoted: Quoted, block: int) -> FloatArray:
        """Log price over the coin's at the block's start and each hour's end, without carry."""
        basis = basis_of(quoted.market)
        if basis.deviation == 0:
            return np.full(BLOCK_HOURS + 1, basis.mean)
        name = f"basis {quoted.market.venue} {quoted.market.symbol}"
        wander = self._paths.reverting(name, block, basis.deviation, basis.half_life_hours)
        return basis.mean + wander

    def _made_minutes(self, quoted: Quoted, block: int) -> FloatArray:
        """Shape (BLOCK_MINUTES, 5)."""
        prices = self._prices(quoted, block)
        opens, closes = prices[:-1], prices[1:]
        wicks = self._wicks(quoted.coin, block)
        span = WICK * np.repeat(self._paths.deviation(quoted.coin, block), 60) / np.sqrt(60)
        decimals = quoted.coin.decimals
        highs = np.round(np.maximum(opens, closes) * (1 + span * wicks[0]), decimals)
        lows = np.round(np.minimum(opens, closes) * (1 - span * wicks[1]), decimals)
        volumes = quoted.coin.turnover_usd / (24 * 60) / closes * (wicks[0] + wicks[1]) / 2
        return np.column_stack((opens, highs, lows, closes, np.round(volumes, 3)))

    def _made_hours(self, quoted: Quoted, block: int) -> FloatArray:
        """Shape (BLOCK_HOURS, 5)."""
        return joined(self.minutes(quoted, block), 60)

    def _prices(self, quoted: Quoted, block: int) -> FloatArray:
        """Prices at the block's start and each minute's end."""
        basis = basis_of(quoted.market)
        path = self._path(quoted.coin, basis, block)
        hourly = self.basis(quoted, block)
        minutes = np.arange(BLOCK_MINUTES + 1)
        path = path + np.interp(minutes, 60 * np.arange(BLOCK_HOURS + 1), hourly)
        path += self._carry(quoted.market, basis, block) + self._noise(quoted, basis, block)
        return np.round(np.exp(path), quoted.coin.decimals).astype(np.float64)

    def _path(self, coin: Coin, basis: Basis, block: int) -> FloatArray:
        """Log price at the block's start and each minute's end, before the basis."""
        path = self._paths.minutes(coin, block)
        if basis.adjustment is None:
            return path
        weights = basis.adjustment * (1 - basis.adjustment) ** np.arange(_MEMORY)
        weights /= weights.sum()
        if block == FIRST_BLOCK:
            earlier = np.full(_MEMORY, path[0])
        else:
            earlier = self._paths.minutes(coin, block - 1)[-1 - _MEMORY : -1]
        return np.convolve(np.concatenate((earlier, path[:-1])), weights, mode="valid")

    def _carry(self, market: Market, basis: Basis, block: int) -> FloatArray | float:
        if market.expiry is None:
            return 0.0
        minutes = np.arange(BLOCK_MINUTES + 1) + block * BLOCK_MINUTES
        left = _ms(market.expiry) / MINUTE_MS - minutes
        return np.asarray(basis.carry * np.maximum(left, 0) / YEAR_MINUTES)

    def _noise(self, quoted: Quoted, basis: Basis, block: int) -> FloatArray | float:
        if basis.noise == 0:
            return 0.0
        name = f"noise {quoted.market.venue} {quoted.market.symbol}"
        drawn = self._paths.random(name, block).standard_normal(BLOCK_MINUTES + 1)
        drawn[::60] = 0
        return np.asarray(basis.noise * drawn)

    def _wicks(self, coin: Coin, block: int) -> FloatArray:
        random = self._paths.random(f"wicks {coin.key}", block)
        return random.standard_exponential((2, BLOCK_MINUTES))


def joined(rows: FloatArray, n: int) -> FloatArray:
    """Every ``n`` rows of open, high, low, close, volume as one."""
    if n == 1:
        return rows
    grouped = rows.reshape(-1, n, 5)
    return np.column_stack(
        (
            grouped[:, 0, 0],
            grouped[:, :, 1].max(axis=1),
            grouped[:, :, 2].min(axis=1),
            grouped[:, -1, 3],
            grouped[:, :, 4].sum(axis=1),
        )
    )


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
