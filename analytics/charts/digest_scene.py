"""A row a pair: verdict, course within its normal range, value; nothing told by colour alone."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.digest import MOST_LARGE, DigestPicture, DigestRow
from analytics.charts.digest_columns import column_panel
from analytics.charts.digest_marks import SIZE, colour_of, verdict_mark
from analytics.charts.frame import framed
from analytics.charts.panels import (
    TICK,
    broken,
    caption,
    end_dot,
    hatched,
    lonely,
    series,
)
from analytics.charts.scales import Scale, spanned
from analytics.charts.scene import (
    SMALLEST_TEXT,
    Box,
    Dots,
    Label,
    Line,
    Mark,
    Ruler,
    Scene,
    middle,
    segment,
)
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted

_CAPTION_ROW = 44
_KEY_ROW = 44
_ROW_MOST = 190.0
_LEFT, _RIGHT = 372.0, 428.0
"""Widths of the words before and behind the courses."""
_APART = 24
_TEXT_MOST = 30.0
_LEAST_SPAN = 0.0005
_FAR = 0.75
"""Of the height of course and band: what is likely next is cut where it reaches beyond that."""
_WHISKER, _CAP = 44, 9


def digest_scene(picture: DigestPicture, theme: Theme, ruler: Ruler) -> Scene:
    """Lay the picture out."""
    frame = framed(picture.words, theme, ruler)
    panel = _panel if len(picture.rows) <= MOST_LARGE else column_panel
    return Scene(theme.page, (*frame.marks, *panel(picture, frame.inside, theme, ruler)))


def _panel(picture: DigestPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    heading = Box(box.left, box.top + _CAPTION_ROW, box.right, 0)
    yield caption(picture.caption, heading, theme, ruler)
    yield from _key(picture, box, theme, ruler)
    top = box.top + _CAPTION_ROW + _KEY_ROW
    height = min((box.bottom - top) / len(picture.rows), _ROW_MOST)
    for place, row in enumerate(picture.rows):
        line = Box(box.left, top + place * height, box.right, top + (place + 1) * height)
        yield Line(segment(line.left, line.top, line.right, line.top), theme.grid, 2)
        yield from _row(row, line, theme, ruler)


def _row(row: DigestRow, line: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    size = max(SMALLEST_TEXT, min(_TEXT_MOST, 0.34 * line.height))
    upper, lower = (line.top + line.height * share for share in (0.29, 0.71))
    left = Box(line.left, upper, line.left + _LEFT, lower)
    right = Box(line.right - _RIGHT, upper, line.right, lower)
    yield from _text(row.name, left.left, upper, (left.width, size), theme.ink, ruler, bold=True)
    yield from verdict_mark(row.verdict, left.left + SIZE / 2, lower, theme)
    start, room = left.left + SIZE + 14, left.width - SIZE - 14
    ink = colour_of(row.verdict, theme)
    yield from _text(row.verdict_words, start, lower, (room, size), ink, ruler, bold=True)
    room = right.width
    yield from _text(row.value_words, right.left, upper, (room, size), theme.ink, ruler, bold=True)
    yield from _text(row.before_words, right.left, lower, (room, size - 2), theme.muted, ruler)
    plot = Box(left.right + _APART, line.top + 7, right.left - _APART, line.bottom - 7)
    yield from _course(row, plot, theme)


def _text(  # noqa: PLR0917 - everything that a line of text is laid out with
    words: str,
    x: float,
    centre: float,
    room: tuple[float, float],
    colour: str,
    ruler: Ruler,
    *,
    bold: bool = False,
) -> Iterator[Mark]:
    if words:
        text, used = fitted(words, ruler, room[0], size=max(room[1], SMALLEST_TEXT), bold=bold)
        yield Label(text, x, middle(centre, used), used, colour, bold=bold)


def _course(row: DigestRow, plot: Box, theme: Theme) -> Iterator[Mark]:
    if not np.isfinite(row.values).any():
        return
    up = _scale(row, plot)
    inner = Box(plot.left, plot.top, plot.right - _WHISKER, plot.bottom)
    time = row.time.astype(np.float64)
    across = Scale(time[0], max(time[-1], time[0] + 1), inner.left, inner.right)
    if row.band is not None:
        band = Box(inner.left, up.clamped(row.band.high), inner.right, up.clamped(row.band.low))
        yield from hatched(band, theme)
    line = series(time, row.values, across, up)
    yield Line(line, theme.ink, 3, clip=inner.grown(3))
    yield Dots(lonely(line), theme.ink, 6)
    if row.likely is not None:
        yield from _whisker(row, plot.right - _WHISKER / 2 + 8, up, theme)
    yield end_dot(line, theme.ink, theme)


def _whisker(row: DigestRow, x: float, up: Scale, theme: Theme) -> Iterator[Mark]:
    if row.likely is None:
        return
    low, high = up.clamped(row.likely.low), up.clamped(row.likely.high)
    ends = [up.pixel(end) for end in (row.likely.low, row.likely.high) if up.low <= end <= up.high]
    caps = [segment(x - _CAP, y, x + _CAP, y) for y in ends]
    yield Line(broken([segment(x, low, x, high), *caps]), theme.first, 4)


def _scale(row: DigestRow, plot: Box) -> Scale:
    """From the lowest to the highest of course and band, and what is likely next as far as it goes."""
    band = () if row.band is None else (row.band.low, row.band.high)
    low, high = spanned(np.array([*row.values, *band]), least=_LEAST_SPAN, room=0.06)
    if row.likely is not None:
        beyond, margin = _FAR * (high - low), 0.06 * (high - low)
        low = max(min(low, row.likely.low - margin), low - beyond)
        high = min(max(high, row.likely.high + margin), high + beyond)
    return Scale(low, high, plot.bottom, plot.top)


def _key(picture: DigestPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """What the hatched range and the whisker say, in one row below the caption."""
    x, y = box.left, box.top + _CAPTION_ROW + 16
    if picture.band_words:
        yield from hatched(Box(x, y - 20, x + 46, y + 2), theme, pitch=12)
        x += 58
        text, size = fitted(picture.band_words, ruler, box.right - x, size=TICK)
        yield Label(text, x, y, size, theme.muted)
        x += ruler.width(text, size=size) + 36
    if picture.likely_words and x < box.right - 120:
        caps = [segment(x - 7, end, x + 7, end) for end in (y - 22, y + 4)]
        yield Line(broken([segment(x, y - 22, x, y + 4), *caps]), theme.first, 4)
        x += 20
        text, size = fitted(picture.likely_words, ruler, box.right - x, size=TICK)
        yield Label(text, x, y, size, theme.muted)
