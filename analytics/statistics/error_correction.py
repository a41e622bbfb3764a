"""Two prices that are pulled together: how fast each gives way, and what is news."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from analytics.market.windows import ShortHistoryError
from analytics.statistics.long_run_variance import ewc_variance
from analytics.statistics.samples import FloatArray, checked_values

MIN_OBSERVATIONS = 120
"""Fewer steps cannot tell a pull from chance."""
MOST_LAGS = 10
STEPS_PER_LAG = 40
"""Observations that must stand behind each lag that is tried."""
BASIS_POINTS = 1e4
"""Regressions run in basis points, so that all columns are of one size."""

_CONSTANT_AND_GAP = 2
_RESPONSES = 2
_LONGEST_RESPONSE = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class ErrorCorrection:
    """A fitted step_t = constant + pull gap_{t-1} + sum_k short_k step_{t-k} + shock_t.

    ``gap`` is the first log price less the second; the constant absorbs a lasting level between
    them, such as that of two kinds of dollars.

    Attributes
    ----------
    pull
        Shape (2,): how much of the gap each price takes over in a bar.
    pull_covariance
        Shape (2, 2), robust to changing variance and to what is left of autocorrelation.
    degrees_of_freedom
        Of Student's t for the pulls.
    short_run
        Shape (lags, 2, 2): response of both steps (rows) to both steps ``k`` bars before.
    shock_covariance
        Shape (2, 2), in squared basis points.
    rows
        Shape (n, 2 + 2 lags + 2): constant, gap, earlier steps, then both steps; basis points.
    """

    pull: FloatArray
    pull_covariance: FloatArray
    degrees_of_freedom: int
    short_run: FloatArray
    shock_covariance: FloatArray
    rows: FloatArray

    @property
    def n_lags(self) -> int:
        """Earlier steps in each equation."""
        return len(self.short_run)

    @property
    def n_observations(self) -> int:
        """Rows of the regression."""
        return len(self.rows)

    @property
    def half_life(self) -> float | None:
        """Bars until half of a gap, torn open by both prices alike, is closed; None for never."""
        steps = np.zeros((max(self.n_lags, 1), 2))
        steps[0] = (0.5, -0.5)
        gaps = [1.0]
        while gaps[-1] > 0.5:  # noqa: PLR2004 - half a life
            if len(gaps) > _LONGEST_RESPONSE:
                return None
            step = self.pull * gaps[-1]
            step = step + np.einsum("kij,kj->i", self.short_run, steps[: self.n_lags])
            steps = np.vstack((step, steps[:-1]))
            gaps.append(gaps[-1] + float(step[0] - step[1]))
        before, after = gaps[-2:]
        return len(gaps) - 2 + (before - 0.5) / (before - after)


def error_correction(
    log_prices: FloatArray, *, consecutive: npt.NDArray[np.bool_] | None = None
) -> ErrorCorrection:
    """Fit both equations by least squares, with as many lags as Schwarz's criterion takes.

    Parameters
    ----------
    log_prices
        Shape (T, 2).
    consecutive
        Shape (T-1,): whether a bar directly follows the one before; default: all do.

    Raises
    ------
    ShortHistoryError
        Fewer than 120 complete rows.
    UndefinedError
        Values that are not finite.

    Notes
    -----
    Engle and Granger (1987), Econometrica 55, 251-276, with the cointegrating vector (1, -1) and a
    free constant. Lags: Schwarz (1978), Annals of Statistics 6, 461-464, on one sample for all.
    The covariance of the pulls is that of equal-weighted cosines (Lazarus, Lewis, Stock and
    Watson 2018) of gap times shock.

    """
    checked_values(log_prices)
    unbroken = np.ones(len(log_prices) - 1, bool) if consecutive is None else consecutive
    most = min(MOST_LAGS, max(0, int(unbroken.sum()) // STEPS_PER_LAG - 1))
    rows = _rows(log_prices * BASIS_POINTS, unbroken, most)
    if len(rows) < MIN_OBSERVATIONS:
        raise ShortHistoryError(len(rows), minimum=MIN_OBSERVATIONS)
    lags = _schwarz_lags(rows, most)
    rows = np.delete(rows, np.s_[_CONSTANT_AND_GAP + 2 * lags : -_RESPONSES], axis=1)
    coefficients, shock_covariance = solved(rows.T @ rows)
    shocks = rows[:, -_RESPONSES:] - rows[:, :-_RESPONSES] @ coefficients
    covariance, degrees = _pull_covariance(rows[:, :-_RESPONSES], shocks)
    return ErrorCorrection(
        pull=coefficients[1],
        pull_covariance=covariance,
        degrees_of_freedom=degrees,
        short_run=coefficients[_CONSTANT_AND_GAP:].reshape(lags, 2, 2).transpose(0, 2, 1),
        shock_covariance=shock_covariance,
        rows=rows,
    )


def solved(products: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Coefficients and covariance of the shocks from sums of products.

    Parameters
    ----------
    products
        Shape (..., m, m): ``rows.T @ rows`` of one sample or of many.

    Returns
    -------
    Shape (..., m - 2, 2), and shape (..., 2, 2).
    """
    k = products.shape[-1] - _RESPONSES
    explaining, both = products[..., :k, :k], products[..., :k, k:]
    coefficients = np.asarray(np.linalg.solve(explaining, both), dtype=np.float64)
    left = products[..., k:, k:] - np.swapaxes(both, -1, -2) @ coefficients
    return coefficients, left / products[..., :1, :1]


def _rows(prices: FloatArray, unbroken: npt.NDArray[np.bool_], lags: int) -> FloatArray:
    """Constant, gap, lagged steps and steps, where no bar is missing among them."""
    steps = np.diff(prices, axis=0)
    n = len(steps) - lags
    gap = prices[lags:-1, 0] - prices[lags:-1, 1]
    earlier = [steps[lags - k : lags - k + n] for k in range(1, lags + 1)]
    rows = np.column_stack((np.ones(n), gap - gap.mean(), *earlier, steps[lags:]))
    whole = np.lib.stride_tricks.sliding_window_view(unbroken, lags + 1).all(axis=1)
    return rows[whole]


def _schwarz_lags(rows: FloatArray, most: int) -> int:
    """The number of lags with the least criterion; the sums of products serve all of them."""
    products, n = rows.T @ rows, len(rows)
    scores = []
    for lags in range(most + 1):
        kept = [*range(_CONSTANT_AND_GAP + 2 * lags), *range(-_RESPONSES, 0)]
        _, covariance = solved(products[np.ix_(kept, kept)])
        n_parameters = _RESPONSES * (_CONSTANT_AND_GAP + 2 * lags)
        scores.append(np.linalg.slogdet(covariance)[1] + n_parameters * np.log(n) / n)
    return int(np.argmin(scores))


def _pull_covariance(explaining: FloatArray, shocks: FloatArray) -> tuple[FloatArray, int]:
    gap, others = explaining[:, 1], np.delete(explaining, 1, axis=1)
    own = gap - others @ np.linalg.lstsq(others, gap, rcond=None)[0]
    scores = own[:, None] * shocks
    first, second = (ewc_variance(column) for column in scores.T)
    together = ewc_variance(scores.sum(axis=1)).variance
    crossed = (together - first.variance - second.variance) / 2
    long_run = np.array([[first.variance, crossed], [crossed, second.variance]])
    covariance: FloatArray = len(own) * long_run / float(own @ own) ** 2
    return covariance, first.degrees_of_freedom
