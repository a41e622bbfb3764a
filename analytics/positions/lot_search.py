"""Whole lots of several legs at once: of all ways to round, the one that leaves least variance."""

from itertools import product

import numpy as np

from analytics.statistics.samples import FloatArray


def least_variance_lots(
    exact: FloatArray,
    *,
    step: FloatArray,
    smallest: FloatArray,
    gram: FloatArray,
    cross: FloatArray,
) -> FloatArray:
    """Whole lots next to ``exact``, each leg rounded down or up.

    Parameters
    ----------
    exact
        Shape (k,), lots before rounding, signed.
    step
        Shape (k,), hedge ratio of one lot, positive.
    smallest
        Shape (k,), fewest lots of an order; a leg may also stay at 0.
    gram, cross
        Shapes (k, k) and (k,), covariances of the legs' returns, and with what is to be hedged.

    Returns
    -------
    Shape (k,), signed whole numbers.

    """
    choices = [
        _neighbours(float(lots), float(few)) for lots, few in zip(exact, smallest, strict=True)
    ]
    candidates = np.array(list(product(*choices)))
    ratios = candidates * step
    left = np.einsum("ci,ij,cj->c", ratios, gram, ratios) - 2 * ratios @ cross
    return np.asarray(candidates[int(np.argmin(left))])


def _neighbours(lots: float, smallest: float) -> tuple[float, ...]:
    """The whole numbers around, moved up to the smallest order; the nearest first."""
    size = abs(lots)
    down, up = np.floor(size), max(np.ceil(size), smallest)
    if down < smallest:
        down = 0.0
    nearest = sorted({float(down), float(up)}, key=lambda whole: abs(whole - size))
    return tuple(float(np.copysign(whole, lots)) for whole in nearest)
