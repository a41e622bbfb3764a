"""Value with and without the hedge above; below, the fit and how well it held day by day."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.effectiveness import effectiveness_panel
from analytics.charts.fit import fit_panel
from analytics.charts.frame import framed
from analytics.charts.hedge import HedgePicture
from analytics.charts.panels import (
    TICK,
    Panel,
    caption,
    horizontal_grid,
    names_width,
    rivals,
    time_axis,
)
from analytics.charts.scales import Scale, spanned, spelled_dollars, ticks
from analytics.charts.scene import Box, Label, Mark, Ruler, Scene
from analytics.charts.theme import Theme
from analytics.language import tr

_CAPTION_ROW = 56
_AXIS_ROW = 44
_WIDEST_END = 250.0
_ENDS_GAP = 34
_BETWEEN = 56
_LEAST_SPAN = 1e-3  # of the largest value


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
    low, high = _value_range(picture)
    values = ticks(low, high, most=5)
    words = spelled_dollars(values)
    names = ((tr("hedged"), picture.hedged_end), (tr("unhedged"), picture.unhedged_end))
    panel = _value_layout(picture, box, words, names, ruler)
    yield caption(tr("Value of the position"), panel.heading, theme, ruler)
    yield from horizontal_grid(values, words, panel.up, panel.plot, theme)
    baseline = panel.up.start + 10 + TICK
    yield from time_axis([panel.plot], panel.across, baseline, theme, ruler)
    yield Label("UTC", panel.room.left, baseline, TICK, theme.muted)
    lines = (picture.hedged, picture.unhedged)
    yield from rivals(panel, theme, ruler, time=picture.time, values=lines, names=names)


def _value_range(picture: HedgePicture) -> tuple[float, float]:
    values = np.concatenate((picture.unhedged, picture.hedged))
    largest = float(np.abs(values).max())
    return spanned(values, least=_LEAST_SPAN * largest if largest else 1.0)


def _value_layout(
    picture: HedgePicture,
    box: Box,
    words: tuple[str, ...],
    names: tuple[tuple[str, str], tuple[str, str]],
    ruler: Ruler,
) -> Panel:
    left = box.left + 14 + max(ruler.width(text, size=TICK) for text in words)
    right = box.right - min(names_width(names, ruler), _WIDEST_END) - _ENDS_GAP
    top, bottom = box.top + _CAPTION_ROW, box.bottom - _AXIS_ROW
    return Panel(
        across=Scale(float(picture.time[0]), float(picture.time[-1]), left, right),
        up=Scale(*_value_range(picture), bottom, top),
        heading=Box(box.left, top, box.right, top),
        room=Box(right + _ENDS_GAP, top - 6, box.right, bottom + 6),
    )
