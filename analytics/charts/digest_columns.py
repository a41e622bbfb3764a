"""Many pairs in two columns: a line each, its interval inside its normal range on one axis for all."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from analytics.charts.digest import DigestPicture, DigestRow, Verdict
from analytics.charts.digest_marks import SIZE, colour_of, verdict_mark
from analytics.charts.panels import TICK, broken, hatched
from analytics.charts.scales import Scale, spanned, spelled_ticks, ticks
from analytics.charts.scene import (
    SMALLEST_TEXT,
    Box,
    Dots,
    Label,
    Line,
    Mark,
    Ruler,
    middle,
    segment,
)
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted

_COLUMNS = 2
_BETWEEN = 44
_HEAD = 36
_AXIS = 32
_ROW_MOST = 56.0
_TEXT_MOST = 26.0
_NAME, _VALUE = 276, 90
_APART = 16
_TICKS = 4
_TICK_ROOM = 50
_LEAST_SPAN = 0.05
_ESTIMATE, _DOT = 6, 15
_SAMPLE, _HALF = 44, 11

_Sign = Callable[[float, float], Iterator[Mark]]
"""Draws a sign of the key with its left end here, around this height."""


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """Where the lines of one column stand, and the axis of its ranges."""

    box: Box
    across: Scale
    height: float

    def line(self, place: int) -> Box:
        top = self.box.top + place * self.height
        return Box(self.box.left, top, self.box.right, top + self.height)


def column_panel(picture: DigestPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """What the signs say, then the pairs down the first column and down the second."""
    yield from _key(picture, box, theme, ruler)
    each = -(-len(picture.rows) // _COLUMNS)
    top = box.top + 2 * _HEAD + _AXIS
    height = min((box.bottom - top) / each, _ROW_MOST)
    width = (box.width - _BETWEEN * (_COLUMNS - 1)) / _COLUMNS
    for number in range(_COLUMNS):
        left = box.left + number * (width + _BETWEEN)
        place = Box(left, top, left + width, top + each * height)
        rows = picture.rows[number * each : (number + 1) * each]
        if rows:
            column = _Column(place, _across(picture, place), height)
            yield from _axis(column, len(rows), theme)
            for at, row in enumerate(rows):
                yield from _row(row, column.line(at), column.across, theme, ruler)


def _across(picture: DigestPicture, box: Box) -> Scale:
    known = [(end.low, end.high) for row in picture.rows for end in (row.band, row.interval) if end]
    low, high = spanned(np.array(known or [(0.0, 1.0)]).ravel(), least=_LEAST_SPAN, room=0.04)
    left = box.left + SIZE + 10 + _NAME + _APART
    return Scale(max(low, -1.0), min(high, 1.0), left, box.right - _VALUE - _APART)


def _axis(column: _Column, rows: int, theme: Theme) -> Iterator[Mark]:
    across, top = column.across, column.box.top
    bottom = top + rows * column.height
    values = ticks(across.low, across.high, most=_TICKS)
    lines, used = [], -np.inf
    for value, text in zip(values, spelled_ticks(values), strict=True):
        x = round(across.pixel(value))
        lines.append(segment(x, top, x, bottom))
        if x - used >= _TICK_ROOM:
            yield Label(text, x, top - 9, TICK, theme.muted, anchor="centre")
            used = x
    yield Line(broken(lines), theme.grid, 2)


def _row(row: DigestRow, line: Box, across: Scale, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    y = (line.top + line.bottom) / 2
    yield from verdict_mark(row.verdict, line.left + SIZE / 2, y, theme)
    most = max(SMALLEST_TEXT, min(_TEXT_MOST, 0.6 * line.height))
    name, size = fitted(row.name, ruler, _NAME, size=most)
    yield Label(name, line.left + SIZE + 10, middle(y, size), size, theme.ink)
    if row.interval is None:
        room = line.right - across.start
        words, size = fitted(row.verdict_words, ruler, room, size=most)
        yield Label(words, across.start, middle(y, size), size, theme.muted)
        return
    yield from _range(row, Box(across.start, y - _HALF, across.end, y + _HALF), across, theme)
    value, size = fitted(row.short_value, ruler, _VALUE, size=most)
    ink = theme.ink if row.verdict == "steady" else colour_of(row.verdict, theme)
    yield Label(value, line.right, middle(y, size), size, ink, anchor="right")


def _range(row: DigestRow, plot: Box, across: Scale, theme: Theme) -> Iterator[Mark]:
    """The interval as a bar with its value as a dot, before the range that is normal."""
    y = (plot.top + plot.bottom) / 2
    if row.band is not None:
        ends = across.clamped(row.band.low), across.clamped(row.band.high)
        yield from hatched(Box(ends[0], plot.top, ends[1], plot.bottom), theme, pitch=12)
    if row.interval is None:
        return
    low, high = across.clamped(row.interval.low), across.clamped(row.interval.high)
    yield Line(segment(low, y, high, y), theme.ink, _ESTIMATE)
    finite = row.values[np.isfinite(row.values)]
    if len(finite):
        at = np.array(((across.clamped(float(finite[-1])), y),))
        yield Dots(at, colour_of(row.verdict, theme), _DOT)


def _key(picture: DigestPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """What shapes, bar and hatched range say: one row, and where it ends the next."""
    x, y = box.left, box.top + _HEAD / 2
    for sign, width, words in _signs(picture, theme):
        needed = width + 10 + ruler.width(words, size=TICK)
        if x > box.left and x + needed > box.right:
            x, y = box.left, y + _HEAD
        yield from sign(x, y)
        yield Label(words, x + width + 10, middle(y, TICK), TICK, theme.muted)
        x += needed + 26


def _signs(picture: DigestPicture, theme: Theme) -> Iterator[tuple[_Sign, float, str]]:
    for verdict, words in picture.key:
        yield partial(_shape, verdict, theme), SIZE, words
    if picture.interval_words:
        yield partial(_bar, theme), _SAMPLE, picture.interval_words
    if picture.band_words:
        yield partial(_hatch, theme), _SAMPLE, picture.band_words


def _shape(verdict: Verdict, theme: Theme, x: float, y: float) -> Iterator[Mark]:
    return verdict_mark(verdict, x + SIZE / 2, y, theme)


def _bar(theme: Theme, x: float, y: float) -> Iterator[Mark]:
    yield Line(segment(x, y, x + _SAMPLE, y), theme.ink, _ESTIMATE)
    yield Dots(np.array(((x + _SAMPLE / 2, y),)), theme.ink, _DOT)


def _hatch(theme: Theme, x: float, y: float) -> Iterator[Mark]:
    return hatched(Box(x, y - _HALF, x + _SAMPLE, y + _HALF), theme, pitch=12)
