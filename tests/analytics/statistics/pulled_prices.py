"""Pairs of prices that are pulled together, with known truth."""

import numpy as np

from analytics.statistics.samples import FloatArray


def pulled_prices(
    n: int,
    *,
    pull: tuple[float, float] = (-0.1, 0.3),
    rho: float = 0.2,
    short_run: FloatArray | None = None,
    level: float = 0.0,
    seed: int = 1,
) -> FloatArray:
    """Log prices of shape (n, 2) whose gap each price closes by its ``pull``."""
    random = np.random.default_rng(seed)
    shocks = 1e-4 * random.multivariate_normal((0, 0), ((1, rho), (rho, 1)), size=n + 100)
    weights = np.zeros((2, 2)) if short_run is None else short_run
    prices, step = np.array((10.0 + level, 10.0)), np.zeros(2)
    path = np.empty((n + 100, 2))
    for t, shock in enumerate(shocks):
        step = np.array(pull) * (prices[0] - prices[1] - level) + weights @ step + shock
        prices = prices + step
        path[t] = prices
    return path[100:]
