"""Returns per bar from closing prices."""

import numpy as np

from analytics.language import tr
from analytics.statistics.samples import FloatArray, UndefinedError


def log_returns(close: FloatArray) -> FloatArray:
    """Logarithmic return of each bar.

    Parameters
    ----------
    close
        Shape (T+1,) or (T+1, N), positive and finite, ascending in time.

    Returns
    -------
    Shape (T,) or (T, N).

    Raises
    ------
    UndefinedError
        A price is zero, negative, NaN or infinite.

    """
    return np.diff(np.log(_prices(close)), axis=0)


def simple_returns(close: FloatArray) -> FloatArray:
    """Relative change of each bar; shapes and errors as ``log_returns``."""
    price = _prices(close)
    return np.diff(price, axis=0) / price[:-1]


def _prices(close: FloatArray) -> FloatArray:
    price = np.asarray(close, dtype=np.float64)
    if not np.all((price > 0) & (price < np.inf)):
        raise UndefinedError(tr("A price in that window is missing, zero or negative."))
    return price
