"""How closely several markets move as one: mean pairwise correlation and absorption ratio."""

from collections.abc import Sequence
from itertools import combinations
from typing import TypeVar

import numpy as np

from analytics.language import tr
from analytics.statistics.correlation import Correlation, correlation_matrix
from analytics.statistics.estimate import Interval
from analytics.statistics.influence import standardised
from analytics.statistics.long_run_variance import ewc_variance
from analytics.statistics.rolling import rolling_correlation
from analytics.statistics.samples import FloatArray, UndefinedError, checked_level, checked_series

Share = TypeVar("Share", float, FloatArray)

_ONE = 1 - 1e-9


def mean_correlation(returns: FloatArray, *, level: float = 0.95) -> Correlation:
    """Mean of the correlations of all pairs of columns, with its interval.

    Parameters
    ----------
    returns
        Shape (T, N), finite, T at least 30, N at least 2.

    Raises
    ------
    ShortHistoryError, UndefinedError
        As ``correlation``; also if all columns are one.

    Notes
    -----
    The influence of a bar on the mean is the mean of its influences on the pairs,
    z_i z_j - r_ij (z_i² + z_j²) / 2; its long-run variance comes from equal-weighted cosines
    (Lazarus, Lewis, Stock and Watson 2018, Journal of Business & Economic Statistics 36, 541-559),
    the interval lives on Fisher's z scale.

    """
    checked_level(level)
    z, matrix = _z_scores(returns)
    n = len(matrix)
    pairs = n * (n - 1)
    products = (z.sum(axis=1) ** 2 - (z**2).sum(axis=1)) / pairs
    squares = z**2 @ (matrix.sum(axis=1) - 1) / pairs
    value = float((matrix.sum() - n) / pairs)
    return _on_fishers_scale(value, products - squares, level)


def common_share(returns: FloatArray, *, level: float = 0.95) -> Correlation:
    """Share of what could be common that one factor carries: (λ₁ - 1) / (N - 1).

    λ₁ is the largest eigenvalue of the correlation matrix; 0 if nothing is common, 1 if all is,
    and the correlation itself where all pairs have the same. ``absorption_ratio`` gives λ₁ / N.
    Shapes and errors as ``mean_correlation``.

    Notes
    -----
    With the eigenvector v of λ₁ the influence of a bar on λ₁ is (v'z)² - λ₁ Σ v_i² z_i²: that of
    the covariance matrix (Critchley 1985, Biometrika 72, 627-636) less what the deviations take.

    """
    checked_level(level)
    z, matrix = _z_scores(returns)
    values, vectors = np.linalg.eigh(matrix)
    largest, v = float(values[-1]), vectors[:, -1]
    influence = ((z @ v) ** 2 - largest * (z**2 @ v**2)) / (len(matrix) - 1)
    return _on_fishers_scale((largest - 1) / (len(matrix) - 1), influence, level)


def absorption_ratio(share: Share, *, n: int) -> Share:
    """λ₁ / N of N markets from their ``common_share``, or from many of these.

    Notes
    -----
    Kritzman, Li, Page and Rigobon (2011), Journal of Portfolio Management 37(4), 112-126, with
    one component and correlations in place of covariances.

    """
    return (1 + (n - 1) * share) / n


def rolling_mean_correlation(returns: FloatArray, width: int) -> FloatArray:
    """Mean correlation over each run of ``width`` bars; shape and NaN as ``rolling_correlation``."""
    columns = np.asarray(returns, dtype=np.float64).T
    pairs = [rolling_correlation(a, b, width) for a, b in combinations(columns, 2)]
    return np.asarray(np.mean(pairs, axis=0))


def rolling_common_share(returns: FloatArray, width: int, *, ends: Sequence[int]) -> FloatArray:
    """``common_share`` of the ``width`` bars that end with each bar of ``ends``; NaN undefined."""
    found = np.full(len(ends), np.nan)
    for k, end in enumerate(ends):
        try:
            matrix = correlation_matrix(returns[end + 1 - width : end + 1])
        except UndefinedError:
            continue
        found[k] = (np.linalg.eigvalsh(matrix)[-1] - 1) / (len(matrix) - 1)
    return found


def _z_scores(returns: FloatArray) -> tuple[FloatArray, FloatArray]:
    if np.ndim(returns) != 2 or np.shape(returns)[1] < 2:  # noqa: PLR2004 - rows, two columns
        raise ValueError(f"bars in rows, two markets or more wanted, got {np.shape(returns)}")
    series = checked_series(returns)
    z = np.column_stack([standardised(column) for column in series.T])
    return z, correlation_matrix(series)


def _on_fishers_scale(value: float, influence: FloatArray, level: float) -> Correlation:
    if abs(value) > _ONE:
        raise UndefinedError(tr("These markets move as one: there is nothing to compare."))
    t = len(influence)
    lrv = ewc_variance(influence)
    sigma_z = float(np.sqrt(lrv.variance)) / (1 - value**2)
    centre, reach = np.arctanh(value), lrv.critical_value(level) * sigma_z / np.sqrt(t)
    return Correlation(
        value=value,
        interval=Interval(float(np.tanh(centre - reach)), float(np.tanh(centre + reach)), level),
        n_observations=t,
        effective_n=t / sigma_z**2,
        sigma_z=sigma_z,
    )
