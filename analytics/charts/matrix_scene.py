"""Correlations as a triangle of tinted cells, each name on the diagonal where row meets column."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from analytics.charts.frame import framed
from analytics.charts.matrix import MatrixPicture
from analytics.charts.panels import TICK, broken
from analytics.charts.scales import number
from analytics.charts.scene import (
    Box,
    FloatArray,
    Label,
    Line,
    Mark,
    Ruler,
    Scene,
    Tiles,
    middle,
    segment,
)
from analytics.charts.theme import Theme, rgb
from analytics.charts.triangle import LEGEND, NAME_GAP, Triangle, triangle
from analytics.charts.wording import fitted

_NUMBER = 52
_DARK_TEXT, _LIGHT_TEXT = "#17202a", "#ffffff"


def matrix_scene(picture: MatrixPicture, theme: Theme, ruler: Ruler) -> Scene:
    """Lay the picture out."""
    frame = framed(picture.words, theme, ruler)
    grid = triangle(picture.labels, frame.inside, ruler)
    return Scene(
        theme.page,
        (
            *frame.marks,
            *_cells(picture, grid, theme),
            *_numbers(picture, grid, theme, ruler),
            *_names(grid, theme),
            *_legend(grid, frame.inside, theme),
        ),
    )


def _pairs(picture: MatrixPicture) -> Iterator[tuple[int, int, float]]:
    for row in range(len(picture.labels)):
        for column in range(row):
            yield row, column, float(picture.correlation[row, column])


def _cells(picture: MatrixPicture, grid: Triangle, theme: Theme) -> Iterator[Mark]:
    pairs = list(_pairs(picture))
    boxes = np.array([grid.cell(row, column) for row, column, _ in pairs], dtype=np.int64)
    values = np.array([value for *_, value in pairs])
    yield Tiles(boxes, tint(values, theme))
    if grid.numbered:
        return
    negative, unknown = boxes[values < 0], boxes[np.isnan(values)]
    if len(negative):
        yield Line(broken(list(_strokes(negative))), theme.page, 2)
    if len(unknown):
        crosses = [
            line
            for left, top, right, bottom in unknown.tolist()
            for line in (segment(left, top, right, bottom), segment(left, bottom, right, top))
        ]
        yield Line(broken(crosses), theme.muted, 2)


def tint(values: FloatArray, theme: Theme) -> npt.NDArray[np.uint8]:
    """A colour for each correlation, shape (n, 3); the farther from 0, the farther from the page.

    Undefined ones have the colour of 0.
    """
    strength = np.abs(np.nan_to_num(values))[:, None]
    end = np.where(values[:, None] < 0, rgb(theme.negative), rgb(theme.positive))
    mixed = np.array(rgb(theme.neutral)) * (1 - strength) + end * strength
    tinted: npt.NDArray[np.uint8] = np.rint(mixed).astype(np.uint8)
    return tinted


def _strokes(boxes: npt.NDArray[np.int64]) -> Iterator[FloatArray]:
    """Two short diagonals in the lower right corner of each cell."""
    for left, top, right, bottom in boxes.tolist():
        reach = min(right - left, bottom - top)
        for part in (0.28, 0.5):
            length = part * reach
            yield segment(right - length, bottom, right, bottom - length)


def _numbers(picture: MatrixPicture, grid: Triangle, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    if not grid.numbered:
        return
    size = _number_size(grid, ruler)
    pairs = list(_pairs(picture))
    tints = tint(np.array([value for *_, value in pairs]), theme)
    for (row, column, value), colour in zip(pairs, tints, strict=True):
        left, top, right, bottom = grid.cell(row, column)
        text = "–" if np.isnan(value) else number(value, 2)
        ink = _LIGHT_TEXT if luminance(colour) < 0.21 else _DARK_TEXT  # noqa: PLR2004 - even contrast
        x, y = (left + right) / 2, middle((top + bottom) / 2, size)
        yield Label(text, x, y, size, ink, anchor="centre")


def _number_size(grid: Triangle, ruler: Ruler) -> float:
    room = 0.82 * grid.width
    return fitted("−0.88", ruler, room, size=min(_NUMBER, int(0.5 * grid.height)))[1]


def luminance(colour: npt.NDArray[np.uint8]) -> float:
    """Relative luminance of sRGB bytes, from 0 to 1 (WCAG 2)."""
    share = colour / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004 - sRGB
    return float(linear @ (0.2126, 0.7152, 0.0722))


def _names(grid: Triangle, theme: Theme) -> Iterator[Mark]:
    leaders = []
    for k, name in enumerate(grid.names):
        x, y = grid.left + k * grid.width, grid.top + (k + 0.5) * grid.height
        if k == 0:
            x, y = x - NAME_GAP, grid.top + grid.height - 0.7 * grid.name_size
        elif shift := grid.shift(k):
            leaders.append(segment(x + NAME_GAP, y, x + shift, y))
            x += shift
        baseline = middle(y, grid.name_size)
        yield Label(name, x + NAME_GAP, baseline, grid.name_size, theme.ink, bold=True)
    yield Line(broken(leaders), theme.axis, 2)


def _legend(grid: Triangle, inside: Box, theme: Theme) -> Iterator[Mark]:
    left, top = inside.right - LEGEND.width, inside.top + 4
    steps = np.linspace(-1, 1, 41)
    edges = np.rint(np.linspace(left, inside.right, len(steps) + 1)).astype(np.int64)
    rows = np.full(len(steps), round(top))
    boxes = np.column_stack((edges[:-1], rows, edges[1:], rows + 26))
    yield Tiles(boxes, tint(steps, theme))
    if not grid.numbered:
        strokes = [segment(x, top + 26, x + 13, top + 13) for x in boxes[:20:2, 0].tolist()]
        yield Line(broken(strokes), theme.page, 2)
    for text, x in (("−1", left + 14), ("0", left + LEGEND.width / 2), ("+1", inside.right - 16)):
        yield Label(text, x, top + 26 + 8 + TICK, TICK, theme.muted, anchor="centre")
