"""Gaps between markets above, on a time axis; information shares below, from 0 to 1."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.frame import framed
from analytics.charts.lead import LeadPicture
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
from analytics.charts.share_panel import share_panel
from analytics.charts.theme import Theme

_WIDEST_END = 300.0
_ENDS_GAP = 34
_TICK_GAP = 14
_CAPTION_ROW = 58
_AXIS_ROW = 44
_GAP = 18
_ROWS_MOST, _ROW_LEAST, _ROW_MOST = 4, 46, 76
_LEAST_SPAN = 0.1
_DASHES: tuple[tuple[float, ...], ...] = ((), (14, 6), (3, 7), (16, 5, 3, 5), (6, 6))
_SHAPES: tuple[Shape, ...] = ("circle", "square", "down", "circle", "square")


def lead_scene(picture: LeadPicture, theme: Theme, ruler: Ruler) -> Scene:
    """Lay the picture out."""
    frame = framed(picture.words, theme, ruler)
    inside = frame.inside
    row = _ROW_LEAST + (_ROW_MOST - _ROW_LEAST) * (_ROWS_MOST - len(picture.shares)) / 3
    below = _CAPTION_ROW + len(picture.shares) * row + _AXIS_ROW
    parted = inside.bottom - below
    top = Box(inside.left, inside.top, inside.right, parted - _GAP)
    bottom = Box(inside.left, parted, inside.right, inside.bottom)
    return Scene(
        theme.page,
        (
            *frame.marks,
            *_gap_panel(picture, top, theme, ruler),
            *share_panel(picture, bottom, theme, ruler),
        ),
    )


def _gap_panel(picture: LeadPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    names = tuple(zip(picture.labels, picture.gap_ends, strict=True))
    low, high = spanned(np.append(picture.gaps.ravel(), 0.0), least=_LEAST_SPAN)
    up = Scale(low, high, box.bottom - _AXIS_ROW, box.top + _CAPTION_ROW)
    values = ticks(low, high)
    words = spelled_ticks(values)
    left = box.left + _TICK_GAP + max(ruler.width(text, size=TICK) for text in words)
    right = box.right - min(names_width(names, ruler), _WIDEST_END) - _ENDS_GAP
    across = Scale(float(picture.time[0]), float(picture.time[-1]), left, right)
    ends = right + _ENDS_GAP
    heading = Box(box.left, up.end, box.right, up.end)
    room = Box(ends, up.end - 6, box.right, up.start + 6)
    panel = Panel(across=across, up=up, heading=heading, room=room)
    baseline = up.start + 10 + TICK
    yield from time_axis([panel.plot], across, baseline, theme, ruler)
    yield Label("UTC", ends, baseline, TICK, theme.muted)
    yield from horizontal_grid(values, words, up, panel.plot, theme)
    yield caption(picture.gap_words, heading, theme, ruler)
    zero = up.pixel(0)
    yield Line(segment(left, zero, right, zero), theme.axis, 3)
    yield from _lines(picture, panel, theme, ruler)


def _lines(picture: LeadPicture, panel: Panel, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    time = picture.time.astype(np.float64)
    colours = (theme.first, theme.second, theme.event, theme.ink, theme.muted)
    width = 3.0 if len(picture.labels) > 1 else 2.5
    dots, ends = [], []
    for k, name in enumerate(picture.labels):
        line = series(time, picture.gaps[:, k], panel.across, panel.up)
        yield Line(line, colours[k], width, dashes=_DASHES[k])
        dots.append(end_dot(line, colours[k], theme, shape=_SHAPES[k]))
        ends.append(End(float(line[-1, 1]), (name, picture.gap_ends[k]), colours[k]))
    yield from dots
    yield from end_labels(ends, panel.plot, ruler, panel.room)
