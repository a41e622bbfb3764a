"""Whether two markets fall together more than normally distributed ones would."""

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.language import later
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.exceedance import (
    FEWEST,
    Exceedance,
    asymmetry_p_value,
    downside,
    standard_error,
    upside,
)
from analytics.statistics.influence import correlation_influence, standardised
from analytics.statistics.long_run_variance import ewc_variance
from analytics.statistics.normal import normal_exceedance_correlation, normal_tail_dependence
from analytics.statistics.samples import checked_pair

FloatArray = npt.NDArray[np.float64]

_STEP = 1e-6


class Verdict(StrEnum):
    """How sell-offs compare with those of normally distributed returns of the same correlation."""

    MORE = later("falls together more than normal")
    NORMAL = later("falls together as normal")
    LESS = later("falls together less than normal")


@dataclass(frozen=True, slots=True)
class TailDependence:
    """Share of one market's worst bars that were among the other's worst bars too.

    Attributes
    ----------
    quantile
        Share of the bars that counts as worst, a fraction.
    value
        The share found, with its interval.
    normal
        The share under a normal copula of the same correlation.
    n_joint
        Number of bars that were among the worst of both.
    """

    quantile: float
    value: Estimate
    normal: float
    n_joint: int


@dataclass(frozen=True, slots=True)
class Stress:
    """How two markets move when both fall.

    Attributes
    ----------
    correlation
        Over all bars.
    threshold
        Deviations below (above) the mean from which a bar counts as a fall (rise).
    downside, upside
        Correlation of the bars in which both fell (rose) that far; None if fewer than 25 did.
    normal
        The same of normally distributed returns with this ``correlation``.
    normal_p_value
        Probability of a larger distance between ``downside`` and ``normal`` by chance.
    asymmetry_p_value
        Probability of a larger distance between ``downside`` and ``upside`` by chance.
    tail
        Dependence of the worst bars; None if fewer than 25 were among the worst of both.
    verdict
        None where ``downside`` is.
    """

    n_observations: int
    correlation: float
    threshold: float
    downside: Estimate | None
    upside: Estimate | None
    normal: float | None
    n_joint_down: int
    n_joint_up: int
    normal_p_value: float | None
    asymmetry_p_value: float | None
    tail: TailDependence | None
    verdict: Verdict | None


def stress(
    x: FloatArray,
    y: FloatArray,
    *,
    threshold: float = 0.0,
    quantile: float = 0.05,
    level: float = 0.95,
) -> Stress:
    """Correlation of joint falls and rises, beside what normal returns would show.

    Parameters
    ----------
    x, y
        Returns, shape (T,), finite, in order of time.
    threshold
        Deviations from the mean, at least 0.
    quantile
        Share of the bars that counts as worst in ``tail``.

    Raises
    ------
    UndefinedError
        If one of them does not vary or is not finite.
    ShortHistoryError
        Below 30 returns.

    Notes
    -----
    Longin and Solnik (2001), Journal of Finance 56, 649-676; Ang and Chen (2002), Journal of
    Financial Economics 63, 443-494.

    """
    x, y = checked_pair(x, y)
    a, b = standardised(x), standardised(y)
    correlation = float(np.clip(a @ b / len(a), -1.0, 1.0))
    down, up = downside(x, y, threshold=threshold), upside(x, y, threshold=threshold)
    normal = normal_exceedance_correlation(correlation, threshold=threshold)
    p_value = None if down is None else _normal_p_value(x, y, down, threshold)
    return Stress(
        n_observations=len(x),
        correlation=correlation,
        threshold=threshold,
        downside=None if down is None else down.estimate(level=level),
        upside=None if up is None else up.estimate(level=level),
        normal=normal,
        n_joint_down=int(((a < -threshold) & (b < -threshold)).sum()),
        n_joint_up=int(((a > threshold) & (b > threshold)).sum()),
        normal_p_value=p_value,
        asymmetry_p_value=asymmetry_p_value(x, y, thresholds=(threshold,)),
        tail=tail_dependence(x, y, quantile=quantile, level=level),
        verdict=_verdict(down, normal, p_value, 1 - level),
    )


def tail_dependence(
    x: FloatArray, y: FloatArray, *, quantile: float = 0.05, level: float = 0.95
) -> TailDependence | None:
    """Lower tail dependence C(q,q)/q; None if fewer than 25 bars are among the worst of both.

    Notes
    -----
    The interval allows for the estimated quantiles (Rémillard and Scaillet 2009, Journal of
    Multivariate Analysis 100, 377-386) and lives on the logit scale.

    """
    t = len(x)
    u, v = _ranks(x) / t, _ranks(y) / t
    joint = (u <= quantile) & (v <= quantile)
    n_joint = int(joint.sum())
    if n_joint < FEWEST:
        return None
    influence = (
        joint - _slope(u, v, quantile) * (u <= quantile) - _slope(v, u, quantile) * (v <= quantile)
    ) / quantile
    correlation = float(np.clip(standardised(x) @ standardised(y) / t, -1.0, 1.0))
    share = min(n_joint / (t * quantile), 1.0)
    return TailDependence(
        quantile=quantile,
        value=_share_estimate(share, standard_error(influence, level=level), level),
        normal=normal_tail_dependence(correlation, quantile=quantile),
        n_joint=n_joint,
    )


def _normal_p_value(
    x: FloatArray, y: FloatArray, down: Exceedance, threshold: float
) -> float | None:
    """Test of the downside against a benchmark that is estimated from the same bars."""
    correlation = float(np.clip(standardised(x) @ standardised(y) / len(x), -1.0, 1.0))
    normal = normal_exceedance_correlation(correlation, threshold=threshold)
    if normal is None or abs(correlation) > 1 - _STEP:
        return None
    slope = _normal_slope(correlation, threshold)
    influence = down.influence / (1 - down.correlation**2)
    influence = influence - correlation_influence(x, y) * slope / (1 - normal**2)
    variance = ewc_variance(influence)
    gap = math.atanh(down.correlation) - math.atanh(normal)
    ratio = abs(gap) / math.sqrt(variance.variance / len(x))
    return float(2 * special.stdtr(variance.degrees_of_freedom, -ratio))


def _normal_slope(correlation: float, threshold: float) -> float:
    low = normal_exceedance_correlation(correlation - _STEP / 2, threshold=threshold)
    high = normal_exceedance_correlation(correlation + _STEP / 2, threshold=threshold)
    return 0.0 if low is None or high is None else (high - low) / _STEP


def _verdict(
    down: Exceedance | None, normal: float | None, p_value: float | None, size: float
) -> Verdict | None:
    if down is None or normal is None or p_value is None:
        return None
    if p_value >= size:
        return Verdict.NORMAL
    return Verdict.MORE if down.correlation > normal else Verdict.LESS


def _ranks(x: FloatArray) -> FloatArray:
    return np.asarray(np.searchsorted(np.sort(x), x, side="right"), dtype=np.float64)


def _slope(u: FloatArray, v: FloatArray, q: float) -> float:
    """∂C(q, q)/∂u by a central difference over a band that shrinks as 1/√T."""
    h = min(1 / math.sqrt(len(u)), q)
    inside = (v <= q) & (u > q - h) & (u <= q + h)
    return min(float(inside.mean()) / (2 * h), 1.0)


def _share_estimate(share: float, half_width: float, level: float) -> Estimate:
    if share >= 1:
        return Estimate(share, Interval(max(share - half_width, 0.0), 1.0, level))
    logit = float(special.logit(share))
    reach = half_width / (share * (1 - share))
    low, high = float(special.expit(logit - reach)), float(special.expit(logit + reach))
    return Estimate(share, Interval(low, high, level))
