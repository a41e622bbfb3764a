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
    price = np.asarray(close, dtype=np.float64)
    if not np.all((price > 0) & (price < np.inf)):
        raise UndefinedError(tr("A price in that window is missing, zero or negative."))
    return np.diff(np.log(price), axis=0)
