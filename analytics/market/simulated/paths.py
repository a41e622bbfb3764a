"""Log-price paths that depend on nothing but a seed and the time.

All coins share one variance, a GARCH(1,1) with Student-t shocks of five degrees of freedom, so a
correlation is the same in calm and in busy hours unless the seasons change it. Inside an hour a
path is a Brownian bridge by minutes, built of the same factors, so it is the same at every bar
length. Random numbers come in blocks of four weeks, each with its own seed.
"""

from functools import lru_cache
from zlib import crc32

import numpy as np
import numpy.typing as npt

from analytics.market.simulated.coins import Coin
from analytics.market.simulated.seasons import STRESS_TEMPO, loadings, stressed

FloatArray = npt.NDArray[np.float64]

HOUR_MS = 3_600_000
BLOCK_HOURS = 28 * 24
BLOCK_MINUTES = BLOCK_HOURS * 60
BLOCK_MS = BLOCK_HOURS * HOUR_MS
FIRST_BLOCK = 665
"""Begins on 2020-12-24, before which there are no prices."""

GARCH = (0.05, 0.10, 0.85)
FREEDOM = 5
HOURS_A_YEAR = 8760

_FACTORS_KEPT = 48
_PATHS_KEPT = 24


class Paths:
    """Hourly and minute log paths of the coins, made when first asked for."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._tempo = lru_cache(maxsize=None)(self._made_tempo)
        self._hours = lru_cache(maxsize=None)(self._made_hours)
        self._shocks = lru_cache(maxsize=_FACTORS_KEPT)(self._made_shocks)
        self.minutes = lru_cache(maxsize=_PATHS_KEPT)(self._made_minutes)
        self.reverting = lru_cache(maxsize=None)(self._made_reverting)

    def random(self, name: str, block: int) -> np.random.Generator:
        """The generator of a named stream in a block."""
        key = (crc32(name.encode()), block)
        return np.random.Generator(
            np.random.PCG64(np.random.SeedSequence(self._seed, spawn_key=key))
        )

    def deviation(self, coin: Coin, block: int) -> FloatArray:
        """Standard deviation of the coin's log return in each hour of the block."""
        return np.asarray(coin.volatility / np.sqrt(HOURS_A_YEAR) * self._tempo(block)[0])

    def _made_tempo(self, block: int) -> tuple[FloatArray, float]:
        """Relative deviation of each hour and the variance that the next block starts with."""
        omega, alpha, beta = GARCH
        variance = 1.0 if block == FIRST_BLOCK else self._tempo(block - 1)[1]
        shocks = self._normals("market", block)
        mixing = (FREEDOM - 2) / self.random("mixing", block).chisquare(FREEDOM, BLOCK_HOURS)
        variances = np.empty(BLOCK_HOURS)
        for hour, square in enumerate((mixing * shocks**2).tolist()):
            variances[hour] = variance
            variance = omega + (alpha * square + beta) * variance
        tempo = np.sqrt(variances * mixing)
        tempo[stressed(hours_of(block))] *= STRESS_TEMPO
        return tempo, variance

    def _made_hours(self, coin: Coin, block: int) -> FloatArray:
        """Distance of the log price from its level, at the block's start and each hour's end."""
        start = 0.0 if block == FIRST_BLOCK else float(self._hours(coin, block - 1)[-1])
        weight = loadings(coin, hours_of(block))
        shocks = (
            weight.market * self._normals("market", block)
            + weight.sector * self._normals(f"sector {coin.sector}", block)
            + weight.own * self._normals(f"coin {coin.key}", block)
        )
        decay = 0.5 ** (1 / (24 * coin.half_life_days))
        return _autoregression(start, decay, shocks * self.deviation(coin, block))

    def _made_minutes(self, coin: Coin, block: int) -> FloatArray:
        """Log price at the block's start and each minute's end, shape (BLOCK_MINUTES + 1,)."""
        hours = self._hours(coin, block)
        weight = loadings(coin, hours_of(block))
        steps = (
            weight.market[:, None] * self._shocks("market", block)
            + weight.sector[:, None] * self._shocks(f"sector {coin.sector}", block)
            + weight.own[:, None] * self._shocks(f"coin {coin.key}", block)
        )
        steps *= (self.deviation(coin, block) / np.sqrt(60))[:, None]
        steps += ((hours[1:] - hours[:-1]) / 60)[:, None]
        inside = hours[:-1, None] + np.cumsum(steps, axis=1)
        inside[:, -1] = hours[1:]
        return np.asarray(np.log(coin.level) + np.append(hours[0], inside.ravel()))

    def _made_reverting(
        self, name: str, block: int, deviation: float, half_life_hours: float
    ) -> FloatArray:
        """A path that returns to zero, at the block's start and each hour's end."""
        before = block == FIRST_BLOCK
        start = 0.0 if before else self.reverting(name, block - 1, deviation, half_life_hours)[-1]
        decay = 0.5 ** (1 / half_life_hours)
        shocks = deviation * np.sqrt(1 - decay**2) * self._normals(name, block)
        return _autoregression(float(start), decay, shocks)

    def _made_shocks(self, name: str, block: int) -> FloatArray:
        """Standard normal minutes of each hour that sum to zero, shape (BLOCK_HOURS, 60)."""
        drawn = self.random(f"minutes of {name}", block).standard_normal((BLOCK_HOURS, 60))
        return np.asarray(drawn - drawn.mean(axis=1, keepdims=True))

    def _normals(self, name: str, block: int) -> FloatArray:
        return self.random(name, block).standard_normal(BLOCK_HOURS)


def hours_of(block: int) -> npt.NDArray[np.int64]:
    """The opening times of the block's hours, milliseconds since 1970."""
    return block * BLOCK_MS + HOUR_MS * np.arange(BLOCK_HOURS, dtype=np.int64)


def _autoregression(start: float, decay: float, shocks: FloatArray) -> FloatArray:
    """``start``, then each value times ``decay`` plus its shock."""
    value = start
    path = [start]
    for shock in shocks.tolist():
        value = value * decay + shock
        path.append(value)
    return np.array(path)
