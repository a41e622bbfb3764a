"""Longer bars from shorter ones."""

from datetime import timedelta

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def longer_bars(rows: FloatArray, *, interval: timedelta, bar: timedelta) -> FloatArray:
    """The bars of length ``bar`` of which every inner bar of length ``interval`` is there.

    Parameters
    ----------
    rows
        Shape (n, 6): open time in milliseconds, open, high, low, close, volume; ascending, on the
        grid of ``interval``, which divides ``bar``.
    """
    n_inner = bar // interval
    if n_inner == 1 or len(rows) == 0:
        return rows
    step = bar / timedelta(milliseconds=1)
    opening = rows[:, 0] // step * step
    first = np.flatnonzero(np.diff(opening, prepend=-np.inf) > 0)
    last = np.append(first[1:], len(rows)) - 1
    complete = last - first + 1 == n_inner
    joined = np.column_stack(
        (
            opening[first],
            rows[first, 1],
            np.maximum.reduceat(rows[:, 2], first),
            np.minimum.reduceat(rows[:, 3], first),
            rows[last, 4],
            np.add.reduceat(rows[:, 5], first),
        )
    )
    return np.asarray(joined[complete])
