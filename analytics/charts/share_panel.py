"""Information shares as bars from bound to bound; a doubtful one is an outline full of strokes."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.lead import LeadPicture, ShareBar
from analytics.charts.panels import TICK, broken, caption
from analytics.charts.scales import Scale
from analytics.charts.scene import (
    Area,
    Box,
    Dots,
    FloatArray,
    Label,
    Line,
    Mark,
    Ruler,
    middle,
    segment,
)
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted
from analytics.language.numbers import localised

_CAPTION_ROW = 58
_AXIS_ROW = 44
_LABEL = 26
_WIDEST_LABEL = 300.0
_WIDEST_VERDICT = 250.0
_APART = 26
_THICK = 26
_NARROWEST = 8
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def share_panel(picture: LeadPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """A row for each other market: its name, the bar, and what it means."""
    labels = [bar.label for bar in picture.shares]
    verdicts = [bar.verdict for bar in picture.shares]
    left = box.left + _widest(labels, ruler, _WIDEST_LABEL) + _APART
    right = box.right - _widest(verdicts, ruler, _WIDEST_VERDICT) - _APART
    plot = Box(left, box.top + _CAPTION_ROW, right, box.bottom - _AXIS_ROW)
    across = Scale(0, 1, left, right)
    heading = Box(box.left, plot.top, box.right, plot.top)
    yield caption(picture.share_words, heading, theme, ruler)
    yield from _axis(across, plot, theme)
    height = plot.height / len(picture.shares)
    for k, bar in enumerate(picture.shares):
        centre = plot.top + (k + 0.5) * height
        row = Box(box.left, centre, box.right, centre)
        yield from _words(bar, row, across, theme, ruler)
        yield from _bounds(bar, centre, across, theme)


def _widest(texts: list[str], ruler: Ruler, most: float) -> float:
    return min(max(ruler.width(text, size=_LABEL, bold=True) for text in texts), most)


def _axis(across: Scale, plot: Box, theme: Theme) -> Iterator[Mark]:
    lines = []
    for value in _TICKS:
        words = localised(f"{value:g}")
        x = round(across.pixel(value))
        lines.append(segment(x, plot.top, x, plot.bottom))
        yield Label(words, x, plot.bottom + 10 + TICK, TICK, theme.muted, anchor="centre")
    yield Line(broken(lines), theme.grid, 2)
    half = round(across.pixel(0.5))
    yield Line(segment(half, plot.top, half, plot.bottom), theme.axis, 3, dashes=(8, 6))


def _words(bar: ShareBar, row: Box, across: Scale, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """The name before the bar and the verdict behind it."""
    room = across.start - row.left - _APART
    label, size = fitted(bar.label, ruler, room, size=_LABEL, bold=True)
    yield Label(label, row.left, middle(row.top, size), size, theme.ink, bold=True)
    room = row.right - across.end - _APART
    verdict, size = fitted(bar.verdict, ruler, room, size=_LABEL, bold=True)
    x, y = across.end + _APART, middle(row.top, size)
    yield Label(verdict, x, y, size, _colour(bar, theme), bold=True)


def _bounds(bar: ShareBar, centre: float, across: Scale, theme: Theme) -> Iterator[Mark]:
    """The bar, at least a few pixels wide, and a dot in its middle."""
    if bar.bounds is None:
        return
    low, high = (across.clamped(end) for end in bar.bounds)
    middle_x = (low + high) / 2
    reach = max((high - low) / 2, _NARROWEST / 2)
    edges = Box(middle_x - reach, centre - _THICK / 2, middle_x + reach, centre + _THICK / 2)
    if bar.is_doubtful:
        yield from _strokes(edges, theme)
    else:
        yield Area(_corners(edges), theme.first)
    yield Dots(np.array([(middle_x, centre)]), _colour(bar, theme), 16, halo=theme.page)


def _colour(bar: ShareBar, theme: Theme) -> str:
    return theme.event if bar.is_doubtful else theme.first


def _strokes(box: Box, theme: Theme) -> Iterator[Mark]:
    """An outline with diagonals: seen to be hollow in grey, too."""
    starts = np.arange(box.left - box.height, box.right, 14)
    lines = [segment(x, box.bottom, x + box.height, box.top) for x in starts]
    yield Area(_corners(box), theme.page)
    yield Line(broken(lines), theme.event, 2, clip=box)
    yield Line(np.vstack((_corners(box), _corners(box)[:1])), theme.event, 2)


def _corners(box: Box) -> FloatArray:
    return np.array(
        (
            (box.left, box.top),
            (box.right, box.top),
            (box.right, box.bottom),
            (box.left, box.bottom),
        )
    )
