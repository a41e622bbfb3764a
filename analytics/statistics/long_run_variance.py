"""Variance of a mean whose summands depend on each other in time."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft, special

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LongRunVariance:
    """An estimate of the long-run variance and how much it can be trusted.

    ``variance`` is in squared units of the series; var(mean) is ``variance / T``.
    """

    variance: float
    degrees_of_freedom: int

    def critical_value(self, level: float) -> float:
        """Two-sided quantile of Student's t at these degrees of freedom."""
        return float(special.stdtrit(self.degrees_of_freedom, 0.5 + level / 2))


def ewc_variance(u: FloatArray, *, degrees_of_freedom: int | None = None) -> LongRunVariance:
    """Equal-weighted cosine estimate, for intervals.

    Parameters
    ----------
    u
        Shape (T,), finite; its mean does not matter.
    degrees_of_freedom
        Number of cosines; default ``round(0.4 T^(2/3))``, at least 1.

    Notes
    -----
    Lazarus, Lewis, Stock and Watson (2018), Journal of Business & Economic Statistics 36,
    541-559. The type-II cosine transform evaluates all their weighted averages at once.

    """
    t = len(u)
    nu = degrees_of_freedom or max(1, round(0.4 * t ** (2 / 3)))
    cosines = fft.dct(u, type=2, norm="ortho")[1 : nu + 1]
    return LongRunVariance(float(cosines @ cosines) / nu, nu)


def ewc_matrix(u: FloatArray, *, degrees_of_freedom: int) -> FloatArray:
    """Long-run covariances of several series by equal-weighted cosines.

    Parameters
    ----------
    u
        Shape (T, N), finite.

    Returns
    -------
    Shape (N, N); its diagonal is what ``ewc_variance`` gives for each column.

    """
    cosines = fft.dct(u, type=2, norm="ortho", axis=0)[1 : degrees_of_freedom + 1]
    return np.asarray(cosines.T @ cosines / degrees_of_freedom)


def bartlett_variance(u: FloatArray, *, lags: int) -> float:
    """Newey-West estimate with Bartlett weights, for the break test.

    Parameters
    ----------
    u
        Shape (T,), finite; it is centred here.

    Notes
    -----
    Newey and West (1987), Econometrica 55, 703-708. Autocovariances are divided by T, which keeps
    the estimate non-negative.

    """
    centred = u - u.mean()
    t = len(u)
    total = float(centred @ centred)
    for lag in range(1, min(lags, t - 1) + 1):
        weight = 1 - lag / (lags + 1)
        total += 2 * weight * float(centred[lag:] @ centred[:-lag])
    return total / t
