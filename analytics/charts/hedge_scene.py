"""Value with and without the hedge above; below, the fit and how well it held day by day."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.effectiveness import effectiveness_panel
from analytics.charts.fit import fit_panel
from analytics.charts.frame import framed
from analytics.charts.hedge import HedgePicture
from analytics.charts.panels import (
    TICK,
    End,
    caption,
    end_dot,
    end_labels,
    ends_width,
    horizontal_grid,
    series,
    time_axis,
)
from analytics.charts.scales import Scale, spanned, spelled_amounts, ticks
from analytics.charts.scene import Box, Label, Line, Mark, Ruler, Scene
from analytics.charts.theme import Theme

_CAPTION_ROW = 56
_AXIS_ROW = 44
_WIDEST_END = 250.0
_ENDS_GAP = 34
_BETWEEN = 56


def hedge_scene(picture: HedgePicture, theme: Theme, ruler: Ruler) -> Scene:
    """Lay the picture out."""
    frame = framed(picture.words, theme, ruler)
    inside = frame.inside
    half = inside.top + 0.49 * inside.height
    centre = (inside.left + inside.right) / 2
    above = Box(inside.left, inside.top, inside.right, half)
    left = Box(inside.left, half + 18, centre - _BETWEEN / 2, inside.bottom)
    right = Box(centre + _BETWEEN / 2, half + 18, inside.right, inside.bottom)
    return Scene(
        theme.page,
        (
            *frame.marks,
            *_value_panel(picture, above, theme, ruler),
            *fit_panel(picture, left, theme, ruler),
            *effectiveness_panel(picture, right, theme, ruler),
        ),
    )


def _value_panel(picture: HedgePicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    low, high = spanned(np.concatenate((picture.unhedged, picture.hedged)), least=1e-9)
    values = ticks(low, high, most=5)
    words = spelled_amounts(values, "$" if picture.unit == "$" else "")
    ends = [
        End(0, ("hedged", picture.hedged_end), theme.first),
        End(0, ("unhedged", picture.unhedged_end), theme.second),
    ]
    plot = Box(
        box.left + 14 + max(ruler.width(text, size=TICK) for text in words),
        box.top + _CAPTION_ROW,
        box.right - min(ends_width(ends, ruler), _WIDEST_END) - _ENDS_GAP,
        box.bottom - _AXIS_ROW,
    )
    up = Scale(low, high, plot.bottom, plot.top)
    across = Scale(float(picture.time[0]), float(picture.time[-1]), plot.left, plot.right)
    heading = "Value of the position" + ("" if picture.unit == "$" else f", {picture.unit}")
    yield caption(heading, Box(box.left, plot.top, box.right, plot.bottom), theme, ruler)
    yield from horizontal_grid(values, words, up, plot, theme)
    baseline = plot.bottom + 10 + TICK
    yield from time_axis([plot], across, baseline, theme, ruler)
    yield Label("UTC", plot.right + _ENDS_GAP, baseline, TICK, theme.muted)
    time = picture.time.astype(np.float64)
    hedged = series(time, picture.hedged, across, up)
    unhedged = series(time, picture.unhedged, across, up)
    yield Line(unhedged, theme.second, 4, dashes=(14, 6))
    yield Line(hedged, theme.first, 4)
    yield end_dot(unhedged, theme.second, theme, shape="square")
    yield end_dot(hedged, theme.first, theme)
    ended = [
        End(float(line[-1, 1]), end.rows, end.colour)
        for line, end in zip((hedged, unhedged), ends, strict=True)
    ]
    room = Box(plot.right + _ENDS_GAP, plot.top - 6, box.right, plot.bottom + 6)
    yield from end_labels(ended, plot, ruler, room)
