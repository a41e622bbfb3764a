"""How much of each of several legs leaves the least variance, with intervals."""

from dataclasses import dataclass

import numpy as np

from analytics.statistics.estimate import Interval
from analytics.statistics.holding_times import holding_sums, independent_cosines
from analytics.statistics.long_run_variance import LongRunVariance, ewc_matrix
from analytics.statistics.samples import FloatArray, checked_level, checked_series

MOST_CONDITION = 30.0
"""Above this condition number of their correlations legs cannot be told apart."""
_MOST_LEVERAGE = 0.9
_MOST_RIDGE = 0.9


@dataclass(frozen=True, slots=True, eq=False)
class LeastVariance:
    """The ratios of least variance on one sample.

    Attributes
    ----------
    ratios
        Shape (k,).
    gram, cross
        Shapes (k, k) and (k,): covariances of the legs, and of the legs with what is held.
    shrinkage
        Ridge as a share of each leg's variance, in [0, 1): κ = shrinkage / (1 − shrinkage) times
        its variance is added to it.
    """

    ratios: FloatArray
    gram: FloatArray
    cross: FloatArray
    shrinkage: float


@dataclass(frozen=True, slots=True, eq=False)
class HedgeRatios:
    """Short ``values[i]`` of leg i's notional for each unit held.

    Attributes
    ----------
    values
        Shape (k,).
    intervals
        One a leg, each alone at its level.
    covariance
        Shape (k, k), of the errors of the values.
    r_squared
        Share of the variance that the ratios remove together on their own sample.
    n_observations
        Returns of ``hold`` bars used; they overlap where ``hold`` is above 1.
    """

    values: FloatArray
    intervals: tuple[Interval, ...]
    covariance: FloatArray
    r_squared: float
    shrinkage: float
    degrees_of_freedom: int
    n_observations: int
    hold: int = 1


@dataclass(frozen=True, slots=True)
class Twin:
    """A leg that moves as the ones before it do.

    ``like`` is the one of them that alone is enough, None where it takes several;
    ``correlation`` is with it, or with the best mix of them.
    """

    leg: int
    like: int | None
    correlation: float


def least_variance(
    held: FloatArray, legs: FloatArray, *, hold: int = 1, shrinkage: float | None = None
) -> LeastVariance:
    """Minimum-variance ratios, by ridge where there are several legs.

    Parameters
    ----------
    held, legs
        Shapes (T,) and (T, k), finite; no leg a sum of the others.
    hold
        Bars over which returns are summed first.
    shrinkage
        0 is ordinary least squares; None the intensity of Ledoit and Wolf times the share of the
        variance that the legs leave.

    Notes
    -----
    The intensity is that of Ledoit and Wolf (2004), Journal of Multivariate Analysis 88, 365-411,
    on the legs at unit variance, so that their scales do not matter; sums that overlap count as
    T / hold observations. It measures the error of the correlations; that reaches the ratios only
    through what the legs leave unexplained (Hoerl and Kennard 1970, Technometrics 12, 55-67: the
    best ridge is in proportion to the residual variance), hence the second factor. Without it a
    nearly perfect hedge would be biased by many times its error.

    """
    s, f = holding_sums(held, hold), holding_sums(legs, hold)
    centred = f - f.mean(axis=0)
    gram = centred.T @ centred / len(f)
    cross = centred.T @ (s - s.mean()) / len(f)
    scale = np.sqrt(np.diag(gram))
    if shrinkage is None:
        left = 1 - float(cross @ np.linalg.solve(gram, cross)) / float(np.var(s))
        shrinkage = max(0.0, left) * _intensity(centred / scale, len(f) / hold)
    return LeastVariance(np.linalg.solve(_ridged(gram, shrinkage), cross), gram, cross, shrinkage)


def hedge_ratios(
    held: FloatArray,
    legs: FloatArray,
    *,
    level: float = 0.95,
    hold: int = 1,
    shrinkage: float | None = None,
) -> HedgeRatios:
    """Minimum-variance ratios with their intervals; with one leg those of ``hedge_ratio``.

    Parameters
    ----------
    held, legs
        Shapes (T,) and (T, k), returns per bar, finite, T at least 30.
    hold, shrinkage
        As for ``least_variance``.

    Raises
    ------
    ShortHistoryError
        Fewer than 30 bars, or fewer than 8 holding times in the sample.
    UndefinedError
        Values that are not finite, or a series that never moves.

    Notes
    -----
    V(h) = A⁻¹ n Ω A⁻¹ with A the legs' sums of squares and the ridge, and Ω the
    equal-weighted cosine matrix of leg times residual (Lazarus, Lewis, Stock and Watson 2018,
    Journal of Business & Economic Statistics 36, 541-559). Above one bar the residuals are scaled
    up by their leverage, as in ``hedge_ratio``.

    """
    checked_level(level)
    s, f = checked_series(held), checked_series(legs)
    fit = least_variance(s, f, hold=hold, shrinkage=shrinkage)
    s, f = holding_sums(s, hold), holding_sums(f, hold)
    moves, centred = s - s.mean(), f - f.mean(axis=0)
    residual = moves - centred @ fit.ratios
    inverse = np.asarray(np.linalg.inv(len(f) * _ridged(fit.gram, fit.shrinkage)), np.float64)
    products = _products(centred, residual, inverse, hold)
    nu = independent_cosines(len(f), hold)
    omega = ewc_matrix(products, degrees_of_freedom=nu)
    covariance = inverse @ (len(f) * omega) @ inverse
    reach = LongRunVariance(1.0, nu).critical_value(level) * np.sqrt(np.diag(covariance))
    return HedgeRatios(
        values=fit.ratios,
        intervals=tuple(
            Interval(float(h - r), float(h + r), level)
            for h, r in zip(fit.ratios, reach, strict=True)
        ),
        covariance=covariance,
        r_squared=1 - float(residual @ residual) / float(moves @ moves),
        shrinkage=fit.shrinkage,
        degrees_of_freedom=nu,
        n_observations=len(f),
        hold=hold,
    )


def twins(legs: FloatArray) -> tuple[Twin, ...]:
    """The legs, in their order, that those before them make superfluous; the others stay.

    Parameters
    ----------
    legs
        Shape (T, k), each column moving.

    """
    correlation = np.atleast_2d(np.corrcoef(legs, rowvar=False))
    kept: list[int] = []
    found = []
    for leg in range(len(correlation)):
        with_it = np.ix_([*kept, leg], [*kept, leg])
        if np.linalg.cond(correlation[with_it]) <= MOST_CONDITION:
            kept.append(leg)
        else:
            found.append(_twin(correlation, kept, leg))
    return tuple(found)


def _twin(correlation: FloatArray, kept: list[int], leg: int) -> Twin:
    nearest = max(kept, key=lambda other: abs(float(correlation[leg, other])))
    pair = float(correlation[leg, nearest])
    if (1 + abs(pair)) / max(1 - abs(pair), np.finfo(float).tiny) > MOST_CONDITION:
        return Twin(leg, nearest, pair)
    own, shared = correlation[np.ix_(kept, kept)], correlation[kept, leg]
    return Twin(leg, None, float(np.sqrt(shared @ np.linalg.solve(own, shared))))


def _ridged(gram: FloatArray, shrinkage: float) -> FloatArray:
    return gram + shrinkage / (1 - shrinkage) * np.diag(np.diag(gram))


def _intensity(x: FloatArray, observations: float) -> float:
    """Squared error of the correlations over their squared distance from none, at most 1."""
    r = x.T @ x / len(x)
    distance = float(np.sum(np.square(r - np.eye(len(r)))))
    fourth = float(np.mean(np.square(np.sum(np.square(x), axis=1))))
    error = (fourth - float(np.sum(np.square(r)))) / observations
    return 0.0 if distance <= 0 or len(r) == 1 else min(_MOST_RIDGE, error / distance)


def _products(
    centred: FloatArray, residual: FloatArray, inverse: FloatArray, hold: int
) -> FloatArray:
    products = centred * residual[:, None]
    if hold == 1:
        return products
    near = np.einsum("ti,ij,tj->t", centred, inverse, centred)
    leverage = hold * (1 / len(centred) + near)
    return np.asarray(products / np.sqrt(1 - np.minimum(_MOST_LEVERAGE, leverage))[:, None])
