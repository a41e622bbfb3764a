"""Returns with their bad corner on the left, the worst days on the right."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.bad_days import bad_days_panel
from analytics.charts.fit import HEAD, axes_words, headings, vertical_grid
from analytics.charts.frame import framed
from analytics.charts.panels import TICK, hatched, horizontal_grid
from analytics.charts.scales import Scale, spanned, spelled_ticks, ticks
from analytics.charts.scene import Box, Dots, Mark, Ruler, Scene
from analytics.charts.stress import StressPicture
from analytics.charts.theme import Theme

_BETWEEN = 56
_LEFT_SHARE = 0.5
_AXIS_ROW = 44


def stress_scene(picture: StressPicture, theme: Theme, ruler: Ruler) -> Scene:
    """Lay the picture out."""
    frame = framed(picture.words, theme, ruler)
    inside = frame.inside
    centre = inside.left + _LEFT_SHARE * inside.width
    left = Box(inside.left, inside.top, centre - _BETWEEN / 2, inside.bottom)
    right = Box(centre + _BETWEEN / 2, inside.top, inside.right, inside.bottom)
    return Scene(
        theme.page,
        (
            *frame.marks,
            *_scatter(picture, left, theme, ruler),
            *bad_days_panel(picture, right, theme, ruler),
        ),
    )


def _scatter(picture: StressPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    x, y = 100 * picture.hedge_returns, 100 * picture.target_returns
    low, high = spanned(y, least=1e-3)
    values = ticks(low, high, most=7)
    words = spelled_ticks(values)
    plot = Box(
        box.left + 14 + max(ruler.width(text, size=TICK) for text in words),
        box.top + HEAD,
        box.right,
        box.bottom - _AXIS_ROW,
    )
    up = Scale(low, high, plot.bottom, plot.top)
    across = Scale(*spanned(x, least=1e-3), plot.left, plot.right)
    names = axes_words(picture.target, picture.hedge, ruler)
    yield from headings(f"▪ {picture.corner_words}", names, box, theme, ruler)
    edges = (100 * picture.corner[0], 100 * picture.corner[1])
    corner = Box(plot.left, up.clamped(edges[0]), across.clamped(edges[1]), plot.bottom)
    yield from hatched(corner, theme)
    yield from horizontal_grid(values, words, up, plot, theme)
    yield from vertical_grid(across, plot, theme)
    points = np.column_stack((across.pixels(x), up.pixels(y)))
    bad = (y <= edges[0]) & (x <= edges[1])
    yield Dots(points[~bad], theme.first, 8, opacity=0.45)
    yield Dots(points[bad], theme.second, 10, shape="square", opacity=0.8)
