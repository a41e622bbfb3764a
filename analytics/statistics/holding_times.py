"""Returns over the time that a hedge stands: sums of bars that overlap."""

import math

import numpy as np

from analytics.market.windows import ShortHistoryError
from analytics.statistics.samples import FloatArray

FEWEST_HOLDS = 8
"""Fewer stretches of the holding time that do not overlap than this say nothing about it."""


def holding_sums(returns: FloatArray, hold: int) -> FloatArray:
    """Sums over every ``hold`` bars in a row.

    Parameters
    ----------
    returns
        Shape (T,) or (T, N).

    Returns
    -------
    Shape (T - hold + 1,) or (T - hold + 1, N).

    Raises
    ------
    ShortHistoryError
        Fewer than 8 holding times in the sample.

    """
    if hold < 1:
        raise ValueError(f"a hedge is held for at least one bar, got {hold}")
    if hold == 1:
        return returns
    if len(returns) - hold + 1 < FEWEST_HOLDS * hold:
        raise ShortHistoryError(len(returns), minimum=(FEWEST_HOLDS + 1) * hold - 1)
    windows = np.lib.stride_tricks.sliding_window_view(returns, hold, axis=0)
    return np.asarray(windows.sum(axis=-1))


def independent_cosines(n: int, hold: int) -> int:
    """Degrees of freedom of ``n`` sums over ``hold`` bars, which overlap where it is above 1."""
    usual = max(1, round(0.4 * math.pow(n, 2 / 3)))
    return usual if hold == 1 else max(2, min(usual, n // (2 * hold)))
