"""Returns of the position against those of its hedge, with the fitted line and its interval."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.half_panel import headings
from analytics.charts.hedge import HedgePicture
from analytics.charts.scales import Scale
from analytics.charts.scatter import axes_words, scatter
from analytics.charts.scene import Area, Box, Dots, FloatArray, Line, Mark, Ruler
from analytics.charts.theme import Theme
from analytics.language import tr


def fit_panel(picture: HedgePicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """The scatter in ``box``."""
    x, y = 100 * picture.hedge_returns, 100 * picture.target_returns
    found = scatter(x, y, box, ruler, most=5)
    plot = found.plot
    heading = tr("Returns · {ratio_words}", ratio_words=picture.ratio_words)
    names = axes_words(picture.target, picture.hedge, ruler)
    yield from headings(heading, names, box, theme, ruler)
    line = _Line(picture, found.across, found.up)
    yield Area(line.band(), theme.band, clip=plot)
    yield from found.grid(theme)
    yield Dots(found.points(x, y), theme.first, 8, opacity=0.45)
    for slope in (picture.ratio.interval.low, picture.ratio.interval.high):
        yield Line(line.sloped(slope), theme.ink, 2, dashes=(7, 5), clip=plot)
    yield Line(line.sloped(picture.ratio.value), theme.page, 7, clip=plot)
    yield Line(line.sloped(picture.ratio.value), theme.ink, 4, clip=plot)


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
