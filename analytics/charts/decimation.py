"""Fewer points for the same picture."""

import numpy as np

from analytics.charts.scene import FloatArray

MOST_POINTS = 1200


def decimated(x: FloatArray, y: FloatArray, *, most: int = MOST_POINTS) -> FloatArray:
    """The line through (x, y) as points, shape (k, 2), that keeps every visible extreme.

    Of each of ``most // 2`` neighbourhoods the lowest and the highest point stay, with one gap (a
    NaN in ``y``) if it has any, and the very first and last finite point.
    """
    points = np.column_stack((x, y)).astype(np.float64)
    if len(points) <= most:
        return points
    kept = _extremes(points[:, 1], most // 2)
    finite = np.flatnonzero(np.isfinite(points[:, 1]))
    if len(finite):
        kept = np.union1d(kept, finite[[0, -1]])
    return points[kept]


def _extremes(y: FloatArray, buckets: int) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    size = -(-len(y) // buckets)
    padded = np.full(size * buckets, np.nan)
    padded[: len(y)] = y
    rows = padded.reshape(buckets, size)
    unknown = np.isnan(rows)
    lowest = np.where(unknown, np.inf, rows).argmin(axis=1)
    highest = np.where(unknown, -np.inf, rows).argmax(axis=1)
    starts = np.arange(buckets) * size
    gaps = (starts + unknown.argmax(axis=1))[unknown.any(axis=1)]
    kept = np.unique(np.concatenate((starts + lowest, starts + highest, gaps)))
    return kept[kept < len(y)]


def with_gaps(
    time: FloatArray, values: FloatArray, *, longest: float = 4.0
) -> tuple[FloatArray, FloatArray]:
    """The series with a NaN wherever a step is over ``longest`` usual steps, so a gap shows."""
    if len(time) < 3:  # noqa: PLR2004 - fewer points have no usual step
        return time, values
    steps = np.diff(time)
    after = np.flatnonzero(steps > longest * np.median(steps)) + 1
    return np.insert(time, after, time[after - 1]), np.insert(values, after, np.nan)
