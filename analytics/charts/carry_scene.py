"""What accrued above, and where it came from below, on one time axis."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.carry import CarryLine, CarryPicture
from analytics.charts.frame import framed
from analytics.charts.panels import (
    TICK,
    End,
    Panel,
    caption,
    end_dot,
    end_labels,
    horizontal_grid,
    names_width,
    series,
    time_axis,
)
from analytics.charts.scales import Scale, spanned, spelled_ticks, ticks
from analytics.charts.scene import Box, Label, Line, Mark, Ruler, Scene, Shape, segment
from analytics.charts.theme import Theme

_CAPTION_ROW = 58
_GAP = 22
_AXIS_ROW = 44
_TICK_GAP = 14
_ENDS_GAP = 34
_WIDEST_END = 250.0
_LEAST_SPAN = 1e-6
_DASHES = (14.0, 6.0)
_DOTS = (3.0, 7.0)
_SHAPES: tuple[Shape, ...] = ("circle", "square")


def carry_scene(picture: CarryPicture, theme: Theme, ruler: Ruler) -> Scene:
    """Lay the picture out."""
    frame = framed(picture.words, theme, ruler)
    inside = frame.inside
    height = (inside.height - 2 * _CAPTION_ROW - _GAP - _AXIS_ROW) / 2
    tops = (inside.top + _CAPTION_ROW, inside.top + 2 * _CAPTION_ROW + _GAP + height)
    panels = [
        _panel(lines, picture, inside, Box(inside.left, top, inside.right, top + height), ruler)
        for lines, top in zip((picture.accrued, picture.detail), tops, strict=True)
    ]
    above, below = panels
    baseline = below.up.start + 10 + TICK
    return Scene(
        theme.page,
        (
            *frame.marks,
            *time_axis((above.plot, below.plot), above.across, baseline, theme, ruler),
            Label("UTC", above.room.left, baseline, TICK, theme.muted),
            *_drawn(picture.accrued, picture.accrued_heading, above, theme, ruler),
            *_drawn(picture.detail, picture.detail_heading, below, theme, ruler),
        ),
    )


def _panel(
    lines: tuple[CarryLine, ...], picture: CarryPicture, inside: Box, box: Box, ruler: Ruler
) -> Panel:
    shown = (picture.accrued, picture.detail)
    words = [text for panel in shown for text in _ticks(_range(panel))[1]]
    left = inside.left + _TICK_GAP + max(ruler.width(text, size=TICK) for text in words)
    names = [(line.name, line.end) for panel in shown for line in panel]
    right = inside.right - min(names_width(names, ruler), _WIDEST_END) - _ENDS_GAP
    times = [line.time[[0, -1]] for panel in shown for line in panel]
    first, last = float(np.min(times)), float(np.max(times))
    return Panel(
        across=Scale(first, last, left, right),
        up=Scale(*_range(lines), box.bottom, box.top),
        heading=Box(inside.left, box.top, inside.right, box.top),
        room=Box(right + _ENDS_GAP, box.top - 6, inside.right, box.bottom + 6),
    )


def _range(lines: tuple[CarryLine, ...]) -> tuple[float, float]:
    values = np.concatenate([line.values for line in lines])
    return spanned(np.append(values, 0.0), least=_LEAST_SPAN)


def _ticks(span: tuple[float, float]) -> tuple[tuple[float, ...], tuple[str, ...]]:
    values = ticks(*span, most=5)
    return values, spelled_ticks(values)


def _drawn(
    lines: tuple[CarryLine, ...], heading: str, panel: Panel, theme: Theme, ruler: Ruler
) -> Iterator[Mark]:
    values, words = _ticks((panel.up.low, panel.up.high))
    yield caption(heading, panel.heading, theme, ruler)
    yield from horizontal_grid(values, words, panel.up, panel.plot, theme)
    zero = panel.up.pixel(0.0)
    yield Line(segment(panel.plot.left, zero, panel.plot.right, zero), theme.muted, 3, dashes=_DOTS)
    ends = []
    colours = (theme.first, theme.second)
    for line, colour, shape in zip(lines, colours, _SHAPES, strict=False):
        time = line.time.astype(np.float64)
        points = series(time, line.values, panel.across, panel.up)
        dashes = _DASHES if shape == "square" else ()
        yield Line(points, colour, 4, dashes=dashes, clip=panel.plot.grown(4))
        yield end_dot(points, colour, theme, shape=shape)
        ends.append(End(float(points[-1, 1]), (line.name, line.end), colour))
    yield from end_labels(ends, panel.plot, ruler, panel.room)
