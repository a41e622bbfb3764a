"""Every pair of many return series at once, each with the interval of ``correlation``."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from analytics.language import tr
from analytics.market.windows import MIN_BARS, ShortHistoryError
from analytics.statistics.estimate import Estimate, Interval
from analytics.statistics.samples import FloatArray, UndefinedError, checked_level

Columns = npt.NDArray[np.int64]
RoughArray = npt.NDArray[np.float32]

_BOUND = 1 - 1e-12
_ROWS_AT_ONCE = 8
"""One product for several rows keeps the threads of a matrix library busy instead of waiting."""


@dataclass(frozen=True, slots=True, eq=False)
class ManyCorrelations:
    """Correlations of pairs of columns, all arrays of shape (n_pairs,).

    Attributes
    ----------
    first, second
        The columns of each pair.
    low, high
        Ends of the interval at ``level``.
    p_negative
        Probability of so low a value by chance if the two were not negatively correlated.
    n_common
        Bars that both have.
    """

    first: Columns
    second: Columns
    value: FloatArray
    low: FloatArray
    high: FloatArray
    p_negative: FloatArray
    n_common: Columns
    level: float

    def __len__(self) -> int:
        return len(self.value)

    def estimate(self, pair: int) -> Estimate:
        """One of them."""
        interval = Interval(float(self.low[pair]), float(self.high[pair]), self.level)
        return Estimate(float(self.value[pair]), interval)


def many_correlations(returns: FloatArray, *, level: float = 0.95) -> ManyCorrelations:
    """Every pair of columns.

    Parameters
    ----------
    returns
        Shape (T, N), one row a bar of the grid, NaN where a series has no return; each pair is
        measured on the bars that both have.

    Raises
    ------
    ShortHistoryError
        A pair has fewer than 30 bars in common.
    UndefinedError
        A column that never moves, or an infinite value.

    Notes
    -----
    Values, intervals and errors as ``correlation``. The weighted averages of the cosines of a
    pair's influence z_i z_j - r (z_i² + z_j²) / 2 are matrix products over all partners of a
    series at once. ``p_negative`` takes the influence that an uncorrelated pair would have: at the
    far ends that many looks need, the other one finds too much. A missing bar counts as an influence of 0 at its place, which keeps the times
    of the others (Parzen 1963, Sankhya A 25, 383-392).

    """
    checked_level(level)
    sample = _Sample.of(returns)
    moments = _Moments.of(sample)
    n = sample.z.shape[1]
    sigma_z = np.zeros((2, n, n))
    for start in range(0, n, _ROWS_AT_ONCE):
        rows, partners = slice(start, start + _ROWS_AT_ONCE), slice(start, n)
        with np.errstate(divide="ignore", invalid="ignore"):  # a column with itself
            sigma_z[:, rows, partners] = _sigma_z(sample, moments, rows, partners)
    pairs = np.triu_indices(n, 1)
    return _with_intervals(moments, pairs, sigma_z[:, *pairs], nu=len(sample.cosines), level=level)


def correlations_with(
    one: FloatArray, others: FloatArray, *, level: float = 0.95
) -> ManyCorrelations:
    """One series, column 0, with each of the ``others``, shape (T, N), columns 1…N; as above."""
    checked_level(level)
    sample = _Sample.of(np.column_stack((one, others)))
    moments = _Moments.of(sample)
    second = np.arange(1, sample.z.shape[1])
    sigma_z = _sigma_z(sample, moments, slice(0, 1), slice(1, None))[:, 0]
    pairs = np.zeros_like(second), second
    return _with_intervals(moments, pairs, sigma_z, nu=len(sample.cosines), level=level)


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Standardised columns, zero where missing; ``known`` None where nothing is missing.

    ``transformed`` are the weighted averages of the squares, shape (ν, N). Standard errors come
    from ``rough``, the same in single precision: half the time, and right to six digits.
    """

    z: FloatArray
    rough: RoughArray
    known: RoughArray | None
    cosines: RoughArray
    transformed: RoughArray

    @classmethod
    def of(cls, returns: FloatArray) -> "_Sample":
        known = ~np.isnan(returns)
        counts = known.sum(axis=0)
        if len(counts) and counts.min() < MIN_BARS:
            raise ShortHistoryError(int(counts.min()))
        filled = np.where(known, returns, 0.0)
        mean = filled.sum(axis=0) / counts
        centred = np.where(known, filled - mean, 0.0)
        variance = np.einsum("ti,ti->i", centred, centred) / counts
        if not np.all((variance > 0) & np.isfinite(variance)):
            raise UndefinedError(tr("A price in that window never moves, or is not finite."))
        z = centred / np.sqrt(variance)
        rough, cosines = z.astype(np.float32), _cosines(len(z))
        gaps = None if known.all() else known.astype(np.float32)
        return cls(z, rough, gaps, cosines, cosines @ rough**2)


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """Of each pair on its common bars, all (N, N): ``variance[i, j]`` of i where j is known."""

    count: FloatArray
    variance: FloatArray
    correlation: FloatArray

    @classmethod
    def of(cls, sample: _Sample) -> "_Moments":
        t, n = sample.z.shape
        products = sample.z.T @ sample.z
        if sample.known is None:
            ones = np.ones((n, n))
            return cls(t * ones, ones, np.clip(products / t, -_BOUND, _BOUND))
        known: FloatArray = sample.known.astype(np.float64)
        count: FloatArray = known.T @ known
        if count.min() < MIN_BARS:
            raise ShortHistoryError(int(count.min()))
        sums: FloatArray = sample.z.T @ known
        variance: FloatArray = np.square(sample.z).T @ known / count - (sums / count) ** 2
        covariance = products / count - sums * sums.T / count**2
        correlation = covariance / np.sqrt(variance * variance.T)
        return cls(count, variance, np.clip(correlation, -_BOUND, _BOUND))


def _cosines(t: int) -> RoughArray:
    """Shape (ν, t): rows of the type-II cosine transform, as ``ewc_variance`` weights them."""
    nu = max(1, round(0.4 * t ** (2 / 3)))
    angle = np.pi / t * np.outer(np.arange(1, nu + 1), np.arange(t) + 0.5)
    return np.asarray(np.sqrt(2 / t) * np.cos(angle), dtype=np.float32)


def _sigma_z(sample: _Sample, moments: _Moments, rows: slice, partners: slice) -> FloatArray:
    """Deviations of Fisher's z per square root of a bar, shape (2, rows, partners).

    The second were the correlation 0: a single joint jump makes a correlation and explains it
    away in the first, so that far tails need the second.
    """
    t, rough = len(sample.z), sample.rough
    some = np.ascontiguousarray(rough[:, rows].T)
    weighted = some[:, None, :] * sample.cosines
    together = _averages(weighted, rough[:, partners])
    own = sample.transformed[:, rows].T[:, :, None]
    other = sample.transformed[None, :, partners]
    if sample.known is not None:
        known = np.ascontiguousarray(sample.known[:, rows].T)
        own = _averages(weighted * some[:, None, :], sample.known[:, partners])
        other = _averages(known[:, None, :] * sample.cosines, rough[:, partners] ** 2)
    r = moments.correlation[rows, partners][:, None]
    variance = moments.variance[rows, partners][:, None]
    partner_variance = moments.variance.T[rows, partners][:, None]
    products = together / np.sqrt(variance * partner_variance)
    averages = products - r / 2 * (own / variance + other / partner_variance)
    scale = t / moments.count[rows, partners]
    sigma_z = np.sqrt(np.mean(averages**2, axis=1) * scale) / (1 - r[:, 0] ** 2)
    return np.stack((sigma_z, np.sqrt(np.mean(products**2, axis=1) * scale)))


def _averages(weighted: RoughArray, series: RoughArray) -> RoughArray:
    """One matrix product for all rows and cosines, shape (rows, ν, partners)."""
    n_rows, nu, t = weighted.shape
    product = weighted.reshape(n_rows * nu, t) @ series
    return np.asarray(product.reshape(n_rows, nu, -1))


def _with_intervals(
    moments: _Moments,
    pairs: tuple[Columns, Columns],
    sigma_z: FloatArray,
    *,
    nu: int,
    level: float,
) -> ManyCorrelations:
    first, second = pairs
    value, count = moments.correlation[first, second], moments.count[first, second]
    z, (error, null_error) = np.arctanh(value), sigma_z / np.sqrt(count)
    reach = special.stdtrit(nu, 0.5 + level / 2) * error
    return ManyCorrelations(
        first=first,
        second=second,
        value=value,
        low=np.tanh(z - reach),
        high=np.tanh(z + reach),
        p_negative=np.asarray(special.stdtr(nu, value / np.maximum(null_error, 1e-300))),
        n_common=count.astype(np.int64),
        level=level,
    )
