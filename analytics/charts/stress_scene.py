"""Returns with their bad corner on the left, the worst days on the right."""

from collections.abc import Iterator

from analytics.charts.bad_days import bad_days_panel
from analytics.charts.frame import framed
from analytics.charts.half_panel import headings
from analytics.charts.panels import hatched
from analytics.charts.scatter import axes_words, scatter
from analytics.charts.scene import Box, Dots, Mark, Ruler, Scene
from analytics.charts.stress import StressPicture
from analytics.charts.theme import Theme

_BETWEEN = 56
_LEFT_SHARE = 0.5


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
    found = scatter(x, y, box, ruler, most=7)
    plot, across, up = found.plot, found.across, found.up
    names = axes_words(picture.target, picture.hedge, ruler)
    yield from headings(f"▪ {picture.corner_words}", names, box, theme, ruler)
    edges = (100 * picture.corner[0], 100 * picture.corner[1])
    corner = Box(plot.left, up.clamped(edges[0]), across.clamped(edges[1]), plot.bottom)
    yield from hatched(corner, theme)
    yield from found.grid(theme)
    points = found.points(x, y)
    bad = (y <= edges[0]) & (x <= edges[1])
    yield Dots(points[~bad], theme.first, 8, opacity=0.45)
    yield Dots(points[bad], theme.second, 10, shape="square", opacity=0.8)
