"""The rolling correlation, and where it would stay if nothing changed."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.pair import PairPicture
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
_WIDEST_BASELINE = 330.0
_SWATCH = 46
_SWATCH_GAP = 12
_BETWEEN_KEYS = 30
_DOTS = (3.0, 7.0)
_DASHES = (14.0, 6.0)


def correlation_scale(picture: PairPicture, *, start: float, end: float) -> Scale:
    """From the lowest to the highest of everything shown, never beyond -1 and 1."""
    shown = [picture.rolling]
    if picture.band:
        shown.append(np.array((picture.band.low, picture.band.high)))
    lines = [line for line in (picture.baseline, picture.limit) if line is not None]
    shown.append(np.array(lines))
    values = np.concatenate(shown)
    if not np.isfinite(values).any():
        return Scale(-1, 1, start, end)
    low, high = spanned(values, least=_LEAST_SPAN)
    return Scale(max(low, -1.0), min(high, 1.0), start, end)


def correlation_ticks(scale: Scale) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Round correlations and their words."""
    values = ticks(scale.low, scale.high, most=6)
    return values, spelled_ticks(values)


def band(picture: PairPicture, scale: Scale, across: Scale, theme: Theme) -> Iterator[Mark]:
    """The hatched band under everything else."""
    if picture.band:
        top, bottom = scale.clamped(picture.band.high), scale.clamped(picture.band.low)
        yield from hatched(Box(across.start, top, across.end, bottom), theme)


def correlation_panel(
    picture: PairPicture, panel: Panel, theme: Theme, ruler: Ruler
) -> Iterator[Mark]:
    """The line with its last value."""
    across, scale, plot = panel.across, panel.up, panel.plot
    yield from horizontal_grid(*correlation_ticks(scale), scale, plot, theme)
    yield from _heading(picture, panel.heading, theme, ruler)
    time = picture.rolling_time.astype(np.float64)
    line = series(time, picture.rolling, across, scale)
    dot = end_dot(line, theme.ink, theme)
    if not len(dot.points):
        yield _nothing(plot, theme)
        return
    if picture.baseline is not None:
        y = scale.pixel(picture.baseline)
        yield Line(segment(plot.left, y, plot.right, y), theme.ink, 3, dashes=_DOTS)
    if picture.limit is not None:
        y = scale.pixel(picture.limit)
        yield Line(segment(plot.left, y, plot.right, y), theme.event, 3, dashes=_DASHES)
    yield Line(line, theme.ink, 4, clip=plot.grown(4))
    yield Dots(lonely(line), theme.ink, 7)
    yield dot
    end = End(float(dot.points[0, 1]), (picture.rolling_now,), theme.ink, END + 6)
    yield from end_labels([end], plot, ruler, panel.room)


def _nothing(plot: Box, theme: Theme) -> Label:
    x, y = (plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2
    text = tr("too few bars for a rolling correlation")
    return Label(text, x, middle(y, TICK), TICK, theme.ink, anchor="centre")


def _heading(picture: PairPicture, row: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    title = caption(tr("{roll} correlation", roll=picture.roll), row, theme, ruler)
    yield title
    right, y = row.right, row.top - CAPTION_GAP
    left = row.left + ruler.width(title.text, size=title.size, bold=True) + _BETWEEN_KEYS
    for level, words, ink, dashes in (
        (picture.limit, picture.limit_words, theme.event, _DASHES),
        (picture.baseline, picture.baseline_words, theme.ink, _DOTS),
    ):
        if level is None:
            continue
        text, size = fitted(words, ruler, _WIDEST_BASELINE, size=TICK)
        right -= ruler.width(text, size=size)
        yield Label(text, right, y, size, theme.muted)
        right -= _SWATCH_GAP
        yield Line(segment(right - _SWATCH, y - 9, right, y - 9), ink, 3, dashes=dashes)
        right -= _SWATCH + _BETWEEN_KEYS
    if picture.band:
        room = right - left - _SWATCH - _SWATCH_GAP
        words = picture.band_words or tr("where it stays if nothing changed")
        text, size = fitted(words, ruler, room, size=TICK)
        right -= ruler.width(text, size=size)
        yield Label(text, right, y, size, theme.muted)
        right -= _SWATCH_GAP
        yield from hatched(Box(right - _SWATCH, y - 20, right, y + 2), theme, pitch=12)
