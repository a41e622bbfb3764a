"""How much of the variance a hedge removed, day by day."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.half_panel import HEAD, headings
from analytics.charts.hedge import HedgePicture
from analytics.charts.panels import TICK, broken, horizontal_grid, time_axis
from analytics.charts.scales import Scale, spelled_ticks, ticks
from analytics.charts.scene import Box, Dots, FloatArray, Line, Mark, Ruler, Tiles, segment
from analytics.charts.theme import Theme, rgb
from analytics.language import counted, tr

_AXIS_ROW = 44
_LOWEST = -1.0
_DAY = 86_400_000
_MARK_ROOM = 22
_NARROW = 4


def effectiveness_panel(
    picture: HedgePicture, box: Box, theme: Theme, ruler: Ruler
) -> Iterator[Mark]:
    """Bars in ``box``: up where the hedge helped; down, hatched and marked where it hurt."""
    shares = np.maximum(picture.effectiveness, _LOWEST)
    worse = picture.effectiveness < 0
    low = min(float(np.nanmin(shares)), 0.0) if np.isfinite(shares).any() else 0.0
    values = ticks(100 * low, 100, most=5)
    words = spelled_ticks(values)
    if (picture.effectiveness < _LOWEST).any():
        words = (f"≤{words[0]}", *words[1:])
    plot = Box(
        box.left + 14 + max(ruler.width(text, size=TICK) for text in words),
        box.top + HEAD,
        box.right,
        box.bottom - _AXIS_ROW,
    )
    floor = plot.bottom - (_MARK_ROOM if worse.any() else 0)
    up = Scale(100 * low, 100, floor, plot.top)
    days = (float(picture.day[0]), float(picture.day[-1]) + _DAY)
    across = Scale(*days, plot.left, plot.right)
    detail = _detail(int(worse.sum()), int(np.isfinite(shares).sum()))
    yield from headings(tr("Variance removed by day, %"), detail, box, theme, ruler)
    yield from horizontal_grid(values, words, up, plot, theme)
    yield from time_axis([plot], across, plot.bottom + 10 + TICK, theme, ruler, apart=110)
    yield from _bars(picture, shares, across, up, theme)


def _detail(worse: int, days: int) -> str:
    if not days:
        return tr("no day to judge by")
    if not worse:
        return counted("it helped", "it helped on each of {n} days", days)
    return tr("▼ made it worse on {worse} of {days} days", worse=worse, days=days)


def _bars(
    picture: HedgePicture, shares: FloatArray, across: Scale, up: Scale, theme: Theme
) -> Iterator[Mark]:
    known = np.isfinite(shares)
    start = picture.day[known].astype(np.float64)
    heights = up.pixels(100 * shares[known])
    slot = across.pixel(across.low + _DAY) - across.start
    gap = 0.12 * _DAY if slot > _NARROW else 0.0
    left, right = across.pixels(start + gap), across.pixels(start + _DAY - gap)
    zero = up.pixel(0)
    edges = np.column_stack((left, np.minimum(heights, zero), right, np.maximum(heights, zero)))
    boxes = np.rint(edges).astype(np.int64)
    boxes[:, 2] = np.maximum(boxes[:, 2], boxes[:, 0] + 1)
    worse = shares[known] < 0
    colours = np.where(worse[:, None], rgb(theme.second), rgb(theme.first)).astype(np.uint8)
    yield Tiles(boxes, colours)
    yield Line(segment(across.start, zero, across.end, zero), theme.axis, 2)
    if worse.any():
        yield from _marked(boxes[worse].astype(np.float64), theme)


def _marked(boxes: FloatArray, theme: Theme) -> Iterator[Mark]:
    pitch, width = 7.0, float(boxes[0, 2] - boxes[0, 0])
    strokes = [
        segment(left, y, right, y - (right - left) / 2)
        for left, top, right, bottom in boxes.tolist()
        for y in np.arange(top + width / 2 + pitch, bottom, pitch)
    ]
    yield Line(broken(strokes), theme.page, 2)
    centres = np.column_stack((boxes[:, [0, 2]].mean(axis=1), boxes[:, 3] + 12))
    yield Dots(centres, theme.second, float(np.clip(1.6 * width, 8, 16)), shape="down")
