"""What a pair of return series must be before a number is taken from it."""

import numpy as np
import numpy.typing as npt

from analytics.errors import RequestError
from analytics.language import tr
from analytics.market.windows import MIN_BARS, ShortHistoryError

FloatArray = npt.NDArray[np.float64]

# Outside of these bounds a product of four returns would leave the range of a double.
_LARGEST = 1e50
_SMALLEST_MOVE = 1e-50
# Below this share of its level a movement is rounding of the prices.
_ROUNDING = 1e-9


class UndefinedError(RequestError):
    """The quantity asked for has no value on this sample."""


def checked_pair(
    x: FloatArray, y: FloatArray, *, minimum: int = MIN_BARS
) -> tuple[FloatArray, FloatArray]:
    """Two series of one length as float64, each finite, long enough and moving.

    Raises
    ------
    ShortHistoryError
        Fewer than ``minimum`` observations.
    UndefinedError
        NaN, infinite or absurd values, or a series that never moves.
    ValueError
        The shapes are not (T,) twice: the caller's bug, not the asker's.

    """
    if np.ndim(x) != 1 or np.shape(x) != np.shape(y):
        raise ValueError(f"two series of one length wanted, got {np.shape(x)} and {np.shape(y)}")
    return checked_series(x, minimum=minimum), checked_series(y, minimum=minimum)


def checked_series(x: FloatArray, *, minimum: int = MIN_BARS) -> FloatArray:
    """One series, or several in columns, as ``checked_pair`` wants them."""
    series = np.asarray(x, dtype=np.float64)
    if len(series) < minimum:
        raise ShortHistoryError(len(series), minimum=minimum)
    checked_values(np.array([series.min(axis=0), series.max(axis=0)]))
    if not np.all(moving(series)):
        raise UndefinedError(
            tr(
                "A price that never moves in that window neither moves together with another nor can "
                "be hedged."
            )
        )
    return series


def moving(x: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether a series, or each column, moves by more than the rounding of prices."""
    low, high = x.min(axis=0), x.max(axis=0)
    largest = np.maximum(np.abs(low), np.abs(high))
    return np.asarray(high - low > np.maximum(_SMALLEST_MOVE, _ROUNDING * largest))


def checked_values(x: FloatArray) -> FloatArray:
    """An array that is free of NaN, infinities and absurd values; it need not move."""
    if not np.all(np.abs(x) < _LARGEST):
        raise UndefinedError(tr("Some returns in that window are missing or not finite."))
    return x


def checked_level(level: float) -> float:
    """A share of samples strictly between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError(f"a level is a fraction between 0 and 1, got {level}")
    return level
