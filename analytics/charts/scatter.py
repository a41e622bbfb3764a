"""Returns of one market against those of another: where each bar goes, on which axes."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.charts.half_panel import HEAD
from analytics.charts.panels import TICK, broken, horizontal_grid
from analytics.charts.scales import Scale, spanned, spelled_ticks, ticks
from analytics.charts.scene import SMALLEST_TEXT, Box, FloatArray, Label, Line, Mark, Ruler, segment
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted

_AXIS_ROW = 44
_WIDEST_NAME = 225
_LEAST_SPAN = 1e-3
_MOST_ACROSS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Scatter:
    """The plot and its scales, in percent; ``heights`` are the round values upwards."""

    plot: Box
    across: Scale
    up: Scale
    heights: tuple[float, ...]

    def points(self, x: FloatArray, y: FloatArray) -> FloatArray:
        """Where the bars go, shape (n, 2)."""
        return np.column_stack((self.across.pixels(x), self.up.pixels(y)))

    def grid(self, theme: Theme) -> Iterator[Mark]:
        """A hairline for every round value, with its words beside the plot or below it."""
        words = spelled_ticks(self.heights)
        yield from horizontal_grid(self.heights, words, self.up, self.plot, theme)
        values = ticks(self.across.low, self.across.high, most=_MOST_ACROSS)
        lines = []
        for value, text in zip(values, spelled_ticks(values), strict=True):
            x = round(self.across.pixel(value))
            lines.append(segment(x, self.plot.top, x, self.plot.bottom))
            below = self.plot.bottom + 10 + TICK
            yield Label(text, x, below, TICK, theme.muted, anchor="centre")
        yield Line(broken(lines), theme.grid, 2)


def scatter(x: FloatArray, y: FloatArray, box: Box, ruler: Ruler, *, most: int) -> Scatter:
    """Room for all bars below the head of ``box``, with at most ``most`` round values upwards."""
    low, high = spanned(y, least=_LEAST_SPAN)
    heights = ticks(low, high, most=most)
    words = spelled_ticks(heights)
    plot = Box(
        box.left + 14 + max(ruler.width(text, size=TICK) for text in words),
        box.top + HEAD,
        box.right,
        box.bottom - _AXIS_ROW,
    )
    across = Scale(*spanned(x, least=_LEAST_SPAN), plot.left, plot.right)
    return Scatter(plot, across, Scale(low, high, plot.bottom, plot.top), heights)


def axes_words(up: str, across: str, ruler: Ruler) -> str:
    """Which market is on which axis."""
    target, _ = fitted(up, ruler, _WIDEST_NAME, size=SMALLEST_TEXT)
    hedge, _ = fitted(across, ruler, _WIDEST_NAME, size=SMALLEST_TEXT)
    return f"↑ {target}   → {hedge}, %"
