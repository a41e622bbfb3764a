"""Returns of the position against those of its hedge, with the fitted line and its interval."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.hedge import HedgePicture
from analytics.charts.panels import TICK, broken, caption, horizontal_grid
from analytics.charts.scales import Scale, spanned, spelled_ticks, ticks
from analytics.charts.scene import (
    SMALLEST_TEXT,
    Area,
    Box,
    Dots,
    FloatArray,
    Label,
    Line,
    Mark,
    Ruler,
    segment,
)
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted
from analytics.language import tr

HEAD = 92
_AXIS_ROW = 44
_WIDEST_NAME = 225


def fit_panel(picture: HedgePicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """The scatter in ``box``."""
    x, y = 100 * picture.hedge_returns, 100 * picture.target_returns
    low, high = spanned(y, least=1e-3)
    values = ticks(low, high, most=5)
    words = spelled_ticks(values)
    plot = Box(
        box.left + 14 + max(ruler.width(text, size=TICK) for text in words),
        box.top + HEAD,
        box.right,
        box.bottom - _AXIS_ROW,
    )
    up = Scale(low, high, plot.bottom, plot.top)
    across = Scale(*spanned(x, least=1e-3), plot.left, plot.right)
    yield from headings(
        tr("Returns · {ratio_words}", ratio_words=picture.ratio_words),
        axes_words(picture.target, picture.hedge, ruler),
        box,
        theme,
        ruler,
    )
    line = _Line(picture, across, up)
    yield Area(line.band(), theme.band, clip=plot)
    yield from horizontal_grid(values, words, up, plot, theme)
    yield from vertical_grid(across, plot, theme)
    points = np.column_stack((across.pixels(x), up.pixels(y)))
    yield Dots(points, theme.first, 8, opacity=0.45)
    for slope in (picture.ratio.interval.low, picture.ratio.interval.high):
        yield Line(line.sloped(slope), theme.ink, 2, dashes=(7, 5), clip=plot)
    yield Line(line.sloped(picture.ratio.value), theme.page, 7, clip=plot)
    yield Line(line.sloped(picture.ratio.value), theme.ink, 4, clip=plot)


def headings(heading: str, detail: str, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """A bold row and a quiet one above a half panel."""
    yield caption(heading, Box(box.left, box.top + HEAD - 34, box.right, 0), theme, ruler)
    text, size = fitted(detail, ruler, box.width, size=TICK)
    yield Label(text, box.left, box.top + HEAD - 26, size, theme.muted)


def axes_words(up: str, across: str, ruler: Ruler) -> str:
    """Which market is on which axis of a scatter of returns."""
    target, _ = fitted(up, ruler, _WIDEST_NAME, size=SMALLEST_TEXT)
    hedge, _ = fitted(across, ruler, _WIDEST_NAME, size=SMALLEST_TEXT)
    return f"↑ {target}   → {hedge}, %"


def vertical_grid(across: Scale, plot: Box, theme: Theme) -> Iterator[Mark]:
    """A hairline for every round value, its words below the plot."""
    values = ticks(across.low, across.high, most=5)
    lines = []
    for value, text in zip(values, spelled_ticks(values), strict=True):
        x = round(across.pixel(value))
        lines.append(segment(x, plot.top, x, plot.bottom))
        yield Label(text, x, plot.bottom + 10 + TICK, TICK, theme.muted, anchor="centre")
    yield Line(broken(lines), theme.grid, 2)


class _Line:
    """The fitted line and its neighbours through the same pivot."""

    def __init__(self, picture: HedgePicture, across: Scale, up: Scale) -> None:
        self._picture, self._across, self._up = picture, across, up

    def sloped(self, slope: float) -> FloatArray:
        """The line through the pivot over the whole width, shape (3, 2)."""
        x = np.array((self._across.low, 0.0, self._across.high))
        y = 100 * self._picture.intercept + slope * x
        return np.column_stack((self._across.pixels(x), self._up.pixels(y)))

    def band(self) -> FloatArray:
        """The corners of what lies between both ends of the interval, shape (6, 2)."""
        interval = self._picture.ratio.interval
        return np.concatenate((self.sloped(interval.low), self.sloped(interval.high)[::-1]))
