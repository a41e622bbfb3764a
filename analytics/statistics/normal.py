"""What two jointly normal returns would do in their tails: the benchmark of every stress number."""

import math
from dataclasses import dataclass

from scipy import special

_UNREACHABLE = 1e-10


def bivariate_normal_cdf(h: float, k: float, *, correlation: float) -> float:
    """P(X ≤ h, Y ≤ k) of two standard normals, |correlation| < 1.

    Notes
    -----
    Owen (1956), Annals of Mathematical Statistics 27, 1075-1090. Absolute error below 1e-14.

    """
    opposite = min(h, k) < 0 <= max(h, k)
    return (
        (float(special.ndtr(h)) + float(special.ndtr(k))) / 2
        - _owen(h, k, correlation)
        - _owen(k, h, correlation)
        - (0.5 if opposite else 0.0)
    )


def normal_exceedance_correlation(correlation: float, *, threshold: float = 0.0) -> float | None:
    """Correlation of two standard normals given that both lie below ``-threshold``.

    None where that practically never happens.

    Notes
    -----
    Moments of the truncated bivariate normal: Rosenbaum (1961), Journal of the Royal Statistical
    Society B 23, 405-408.

    """
    if correlation >= 1:
        return 1.0
    c = threshold
    reached = bivariate_normal_cdf(-c, -c, correlation=correlation) if correlation > -1 else 0.0
    if reached < _UNREACHABLE:
        return None
    moments = _truncated_moments(correlation, c, reached)
    return (moments.product - moments.mean**2) / (moments.square - moments.mean**2)


def normal_tail_dependence(correlation: float, *, quantile: float) -> float:
    """P(Y in its lowest ``quantile`` | X in its lowest) under the normal copula."""
    if abs(correlation) >= 1:
        return 1.0 if correlation > 0 else 0.0
    z = float(special.ndtri(quantile))
    return bivariate_normal_cdf(z, z, correlation=correlation) / quantile


@dataclass(frozen=True, slots=True)
class _Moments:
    mean: float
    square: float
    product: float


def _truncated_moments(rho: float, c: float, reached: float) -> _Moments:
    slope = math.sqrt((1 - rho) / (1 + rho))
    edge = _density(c) * float(special.ndtr(-c * slope))
    corner = math.sqrt((1 - rho**2) / (2 * math.pi)) * _density(c * math.sqrt(2 / (1 + rho)))
    return _Moments(
        mean=(1 + rho) * edge / reached,
        square=1 + ((1 + rho**2) * c * edge + rho * corner) / reached,
        product=rho + (2 * rho * c * edge + corner) / reached,
    )


def _density(z: float) -> float:
    return math.exp(-z * z / 2) / math.sqrt(2 * math.pi)


def _owen(h: float, k: float, rho: float) -> float:
    """Owen's T at the slope that the line to (h, k) has after the axes are made orthogonal."""
    root = math.sqrt((1 - rho) * (1 + rho))
    if h == 0:
        slope = math.copysign(math.inf, k) if k else math.sqrt((1 - rho) / (1 + rho))
        return math.atan(slope) / (2 * math.pi)
    return float(special.owens_t(h, (k - rho * h) / (h * root)))
