"""One measure over time, with what it is held against."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.change import Course, Stretch
from analytics.charts.panels import (
    CAPTION_GAP,
    END,
    TICK,
    End,
    Panel,
    caption,
    end_dot,
    end_labels,
    hatched,
    horizontal_grid,
    lonely,
    series,
)
from analytics.charts.scales import Scale, spanned, spelled_ticks, ticks
from analytics.charts.scene import Box, Dots, Label, Line, Mark, Ruler, middle, segment
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted
from analytics.language import tr

_LEAST_SPAN = 0.002
_SWATCH = 46
_SWATCH_GAP = 12
_BETWEEN_KEYS = 30
_DOTS = (3.0, 7.0)
_LEAST_KEY = 60


def course_scale(course: Course, *, start: float, end: float) -> Scale:
    """From the lowest to the highest of everything shown, never beyond what is possible."""
    if not np.isfinite(course.landmarks).any():
        return Scale(course.least, course.greatest, start, end)
    low, high = spanned(course.landmarks, least=_LEAST_SPAN)
    return Scale(max(low, course.least), min(high, course.greatest), start, end)


def course_ticks(scale: Scale) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Round values and their words."""
    values = ticks(scale.low, scale.high, most=6)
    return values, spelled_ticks(values)


def stretches(course: Course, scale: Scale, across: Scale, theme: Theme) -> Iterator[Mark]:
    """The hatched ranges under everything else, each with its middle."""
    for stretch in course.stretches:
        box = _box(stretch, scale, across)
        if box.right - box.left > 1:
            yield from hatched(box, theme)


def course_panel(course: Course, panel: Panel, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """The line with its last value."""
    across, scale, plot = panel.across, panel.up, panel.plot
    yield from horizontal_grid(*course_ticks(scale), scale, plot, theme)
    yield from _heading(course, panel.heading, theme, ruler)
    line = series(course.time.astype(np.float64), course.values, across, scale)
    dot = end_dot(line, theme.ink, theme)
    if not len(dot.points):
        x, y = (plot.left + plot.right) / 2, middle((plot.top + plot.bottom) / 2, TICK)
        yield Label(tr("undefined here"), x, y, TICK, theme.ink, anchor="centre")
        return
    for stretch in course.stretches:
        y = scale.clamped(stretch.centre)
        ends = (across.clamped(stretch.start), across.clamped(stretch.end))
        yield Line(segment(ends[0], y, ends[1], y), theme.ink, 2)
    if course.limit is not None:
        y = scale.pixel(course.limit)
        yield Line(segment(plot.left, y, plot.right, y), theme.event, 3, dashes=_DOTS)
    yield Line(line, theme.ink, 4, clip=plot.grown(4))
    yield Dots(lonely(line), theme.ink, 7)
    yield dot
    if course.now:
        end = End(float(dot.points[0, 1]), (course.now,), theme.ink, END + 6)
        yield from end_labels([end], plot, ruler, panel.room)


def _box(stretch: Stretch, scale: Scale, across: Scale) -> Box:
    return Box(
        across.clamped(stretch.start),
        scale.clamped(stretch.high),
        across.clamped(stretch.end),
        scale.clamped(stretch.low),
    )


def _heading(course: Course, row: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    title = caption(course.heading, row, theme, ruler)
    yield title
    right, y = row.right, row.top - CAPTION_GAP
    left = row.left + ruler.width(title.text, size=title.size, bold=True) + _BETWEEN_KEYS
    for words, is_limit in ((course.limit_words, True), (course.stretch_words, False)):
        room = right - left - _SWATCH - _SWATCH_GAP
        if not words or room < _LEAST_KEY or (not is_limit and not course.stretches):
            continue
        text, size = fitted(words, ruler, room, size=TICK)
        right -= ruler.width(text, size=size)
        yield Label(text, right, y, size, theme.muted)
        right -= _SWATCH_GAP
        swatch = Box(right - _SWATCH, y - 20, right, y + 2)
        if is_limit:
            yield Line(segment(swatch.left, y - 9, right, y - 9), theme.event, 3, dashes=_DOTS)
        else:
            yield from hatched(swatch, theme, pitch=12)
        right -= _SWATCH + _BETWEEN_KEYS
