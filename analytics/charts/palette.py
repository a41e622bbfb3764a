"""At most 256 colours that stand for all that a theme's inks can mix to."""

import numpy as np
import numpy.typing as npt

from analytics.charts.theme import Theme, rgb

_MOST = 256
_BITS = 5  # of each channel that choose a colour
_DROPPED = 8 - _BITS
_KEPT = (1 << _BITS) - 1


class Palette:
    """The colours of one theme and, for every colour, the nearest of them.

    Flat inks come out exactly; the soft edges between two inks come out within a few steps of 255.

    Attributes
    ----------
    colours
        Shape (k, 3), k <= 256.
    """

    def __init__(self, theme: Theme) -> None:
        inks, mixed = flat_inks(theme), _mixtures(theme)
        self.colours = np.concatenate((inks, mixed)).astype(np.uint8)
        self._nearest = _nearest(self.colours)
        self._nearest[_cells(inks)] = np.arange(len(inks))

    def indices(self, rgba: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The nearest colour's place for each pixel, shape (height, width).

        ``rgba`` has the shape (height, width, 4), its rows without gaps.
        """
        pixels = rgba.view("<u4")[..., 0]
        cells, part = np.empty_like(pixels), np.empty_like(pixels)
        np.right_shift(pixels, _DROPPED, out=cells)
        np.bitwise_and(cells, _KEPT, out=cells)
        for channel in (1, 2):
            place = channel * _BITS
            np.right_shift(pixels, 8 * channel + _DROPPED - place, out=part)
            np.bitwise_and(part, _KEPT << place, out=part)
            np.bitwise_or(cells, part, out=cells)
        return np.take(self._nearest, cells)


def flat_inks(theme: Theme) -> npt.NDArray[np.int64]:
    """Every colour that a theme fills areas with, shape (k, 3)."""
    names = dict.fromkeys(
        (
            *(theme.page, theme.ink, theme.muted, theme.grid, theme.axis, theme.first),
            *(theme.second, theme.band, theme.hatch, theme.event, theme.warning),
            *(theme.on_warning, theme.positive, theme.negative, theme.neutral),
        )
    )
    return np.array([rgb(name) for name in names])


def _mixtures(theme: Theme) -> npt.NDArray[np.float64]:
    """Steps between the inks that meet in pictures, shape (k, 3)."""
    meetings = (
        (theme.neutral, theme.positive, 32),
        (theme.neutral, theme.negative, 32),
        (theme.page, theme.ink, 18),
        (theme.page, theme.muted, 12),
        (theme.page, theme.first, 16),
        (theme.page, theme.second, 16),
        (theme.page, theme.event, 10),
        (theme.page, theme.axis, 4),
        (theme.page, theme.hatch, 3),
        (theme.band, theme.ink, 14),
        (theme.band, theme.hatch, 5),
        (theme.band, theme.event, 6),
        (theme.first, theme.second, 6),
        (theme.first, theme.ink, 6),
        (theme.positive, theme.on_warning, 8),
        (theme.negative, theme.on_warning, 8),
        (theme.positive, "#ffffff", 8),
        (theme.negative, "#ffffff", 8),
        (theme.warning, theme.on_warning, 12),
    )
    steps = [_between(rgb(low), rgb(high), count) for low, high, count in meetings]
    return np.rint(np.concatenate(steps))[: _MOST - len(flat_inks(theme))]


def _between(
    low: tuple[int, int, int], high: tuple[int, int, int], count: int
) -> npt.NDArray[np.float64]:
    share = np.arange(1, count + 1)[:, None] / (count + 1)
    return np.array(low) * (1 - share) + np.array(high) * share


def _nearest(colours: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    levels = np.arange(1 << _BITS) * (1 << _DROPPED) + (1 << _DROPPED) / 2
    green, red = (grid.ravel() for grid in np.meshgrid(levels, levels, indexing="ij"))
    known = colours.astype(np.float32)
    # |a - b|² without |a|², which is the same for every b; whole numbers, so exact.
    squares = (known**2).sum(axis=1)
    nearest = np.empty((len(levels), len(red)), dtype=np.uint8)
    for k, blue in enumerate(levels):
        centres = np.column_stack((red, green, np.full_like(red, blue))).astype(np.float32)
        nearest[k] = (squares - 2 * centres @ known.T).argmin(axis=1)
    return nearest.ravel()


def _cells(colours: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    cells: npt.NDArray[np.int64] = (colours >> _DROPPED) @ (1, 1 << _BITS, 1 << 2 * _BITS)
    return cells
