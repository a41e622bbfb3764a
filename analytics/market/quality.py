"""What a row of prices must be before anything is computed from it."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt

from analytics.language import tr

FloatArray = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

ROUNDING = 1e-6
"""Files in single precision round high and low apart by up to 6e-8 of the price."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How many rows were dropped for which reason.

    A row is counted once, under the first reason that holds in the order written here.
    """

    not_finite: int = 0
    not_positive: int = 0
    crossed: int = 0
    off_grid: int = 0
    duplicated: int = 0

    @property
    def dropped(self) -> int:
        """All rows that were taken out."""
        return self.not_finite + self.not_positive + self.crossed + self.off_grid + self.duplicated


def clean_bars(rows: FloatArray, bar: timedelta) -> tuple[FloatArray, Quality]:
    """Sorted rows that are prices, and a count of those that were not.

    Parameters
    ----------
    rows
        Shape (n, 6): open time in milliseconds since 1970 UTC, open, high, low, close, volume.
        Any order; of rows with the same time the last one given is kept.

    Raises
    ------
    ValueError
        When ``rows`` does not have six columns.
    """
    if rows.size == 0:
        return np.empty((0, 6)), Quality()
    if rows.ndim != 2 or rows.shape[1] != 6:  # noqa: PLR2004 - the six columns named above
        message = tr("price rows have six columns, these have shape {shape}", shape=rows.shape)
        raise ValueError(message)
    kept, (not_finite, not_positive, crossed, off_grid) = _sifted(rows, bar)
    latest = _latest_of_each_time(kept)
    return latest, Quality(
        not_finite=not_finite,
        not_positive=not_positive,
        crossed=crossed,
        off_grid=off_grid,
        duplicated=len(kept) - len(latest),
    )


def _sifted(rows: FloatArray, bar: timedelta) -> tuple[FloatArray, list[int]]:
    counts = []
    for fault in (_not_finite, _not_positive, _crossed, _off_grid):
        faulty = fault(rows, bar)
        counts.append(int(faulty.sum()))
        rows = rows[~faulty]
    return rows, counts


def _not_finite(rows: FloatArray, _: timedelta) -> Mask:
    return np.asarray(~np.isfinite(rows).all(axis=1))


def _not_positive(rows: FloatArray, _: timedelta) -> Mask:
    return np.asarray((rows[:, 1:5] <= 0).any(axis=1) | (rows[:, 5] < 0))


def _crossed(rows: FloatArray, _: timedelta) -> Mask:
    return np.asarray(rows[:, 2] < rows[:, 3] * (1 - ROUNDING))


def _off_grid(rows: FloatArray, bar: timedelta) -> Mask:
    return np.asarray(rows[:, 0] % (bar / timedelta(milliseconds=1)) != 0)


def _latest_of_each_time(rows: FloatArray) -> FloatArray:
    in_order = rows[np.argsort(rows[:, 0], kind="stable")]
    last_of_its_time = np.append(np.diff(in_order[:, 0]) > 0, np.ones(min(len(in_order), 1), bool))
    return np.asarray(in_order[last_of_its_time])
