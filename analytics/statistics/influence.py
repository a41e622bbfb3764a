"""How much each bar moves an estimated correlation."""

import numpy as np
import numpy.typing as npt

from analytics.language import tr
from analytics.statistics.samples import UndefinedError

FloatArray = npt.NDArray[np.float64]

_CONSTANT = 1e-12
"""A deviation below this share of the largest value is rounding, not movement."""


class ConstantSeriesError(UndefinedError):
    """One of the series never moves, so that no correlation is defined."""

    def __init__(self) -> None:
        super().__init__(
            tr("One of the two prices never moved in that window: nothing to compare.")
        )


def correlation_influence(x: FloatArray, y: FloatArray) -> FloatArray:
    """Influence ψ of each bar on the correlation; ``var(ρ) = LRV(ψ) / T``.

    Parameters
    ----------
    x, y
        Shape (T,), finite; scale and mean do not matter.

    Raises
    ------
    ConstantSeriesError
        If one of them does not vary.

    """
    a, b = standardised(x), standardised(y)
    correlation = float(a @ b) / len(a)
    return a * b - correlation / 2 * (a**2 + b**2)


def standardised(x: FloatArray) -> FloatArray:
    """The series with mean 0 and mean square 1 (deviations divided by T).

    Raises
    ------
    ConstantSeriesError
        If it does not vary.

    """
    largest = float(np.abs(x).max())
    if largest == 0:
        raise ConstantSeriesError
    scaled = x / largest
    centred = scaled - scaled.mean()
    deviation = float(np.sqrt(centred @ centred / len(x)))
    if deviation <= _CONSTANT:
        raise ConstantSeriesError
    return np.asarray(centred / deviation)
