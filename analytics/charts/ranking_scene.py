"""Dots with whiskers under each other on one axis; the names before and the numbers behind."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.frame import framed
from analytics.charts.panels import TICK, broken, caption
from analytics.charts.ranking import IntervalRow, RankingPicture
from analytics.charts.scales import Scale, spanned, spelled_ticks, ticks
from analytics.charts.scene import Box, Dots, Label, Line, Mark, Ruler, Scene, middle, segment
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted

_CAPTION_ROW = 56
_KEY_ROW = 40
_AXIS_ROW = 46
_LABEL_MOST, _LABEL_LEAST = 30, 22
_WIDEST_LABEL = 380.0
_WIDEST_WORDS = 330.0
_APART = 26
_ROW_MOST = 92.0
_DOT, _CAP = 22, 9
_DASHES = (8.0, 6.0)


def ranking_scene(picture: RankingPicture, theme: Theme, ruler: Ruler) -> Scene:
    """Lay the picture out."""
    frame = framed(picture.words, theme, ruler)
    return Scene(theme.page, (*frame.marks, *_panel(picture, frame.inside, theme, ruler)))


def _panel(picture: RankingPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    top = box.top + _CAPTION_ROW + _KEY_ROW
    room = box.bottom - _AXIS_ROW - top
    height = min(room / len(picture.rows), _ROW_MOST)
    size = min(max(0.5 * height, _LABEL_LEAST), _LABEL_MOST)
    labels = [ruler.width(row.label, size=size, bold=True) for row in picture.rows]
    words = [ruler.width(row.words, size=size) for row in picture.rows]
    left = box.left + min(max(labels), _WIDEST_LABEL) + _APART
    right = box.right - min(max(words), _WIDEST_WORDS) - _APART
    plot = Box(left, top, right, top + height * len(picture.rows))
    heading = Box(box.left, box.top + _CAPTION_ROW, box.right, 0)
    yield caption(picture.caption, heading, theme, ruler)
    yield from _key(picture, box, theme, ruler)
    across = _across(picture, plot)
    yield from _axis(across, plot, theme)
    written = min(
        fitted(row.words, ruler, box.right - right - _APART, size=size)[1] for row in picture.rows
    )
    for k, row in enumerate(picture.rows):
        centre = top + (k + 0.5) * height
        line = Box(box.left, centre, box.right, centre)
        yield from _texts(row, line, across, theme, ruler, (size, written))
        yield from _interval(row, centre, across, theme)
    if 0 < picture.parted_after < len(picture.rows):
        y = top + picture.parted_after * height
        yield Line(segment(box.left, y, box.right, y), theme.axis, 2)


def _across(picture: RankingPicture, plot: Box) -> Scale:
    ends = np.array([end for row in picture.rows for end in (row.low, row.high)])
    low, high = spanned(ends, least=1e-4, room=0.05)
    return Scale(low, high, plot.left, plot.right)


def _axis(across: Scale, plot: Box, theme: Theme) -> Iterator[Mark]:
    values = ticks(across.low, across.high)
    lines = []
    for value, text in zip(values, spelled_ticks(values), strict=True):
        x = round(across.pixel(value))
        lines.append(segment(x, plot.top, x, plot.bottom))
        yield Label(text, x, plot.bottom + 10 + TICK, TICK, theme.muted, anchor="centre")
    yield Line(broken(lines), theme.grid, 2)
    if across.low < 0 < across.high:
        zero = round(across.pixel(0.0))
        yield Line(segment(zero, plot.top, zero, plot.bottom), theme.axis, 3, dashes=_DASHES)


def _texts(  # noqa: PLR0917 - everything that a row is laid out with
    row: IntervalRow,
    line: Box,
    across: Scale,
    theme: Theme,
    ruler: Ruler,
    sizes: tuple[float, float],
) -> Iterator[Mark]:
    room = across.start - line.left - _APART
    label, used = fitted(row.label, ruler, room, size=sizes[0], bold=True)
    yield Label(label, line.left, middle(line.top, used), used, theme.ink, bold=True)
    room = line.right - across.end - _APART
    words, used = fitted(row.words, ruler, room, size=sizes[1])
    x = across.end + _APART
    yield Label(words, x, middle(line.top, used), used, _colour(row, theme))


def _interval(row: IntervalRow, centre: float, across: Scale, theme: Theme) -> Iterator[Mark]:
    low, value, high = (across.clamped(end) for end in (row.low, row.value, row.high))
    caps = [segment(x, centre - _CAP, x, centre + _CAP) for x in (low, high)]
    colour = _colour(row, theme)
    yield Line(broken([segment(low, centre, high, centre), *caps]), colour, 3)
    yield from _dot(value, centre, colour, theme, is_hollow=row.is_hollow)


def _dot(x: float, y: float, colour: str, theme: Theme, *, is_hollow: bool) -> Iterator[Mark]:
    at = np.array(((x, y),))
    yield Dots(at, colour, _DOT, halo=theme.page)
    if is_hollow:
        yield Dots(at, theme.page, _DOT - 10)


def _colour(row: IntervalRow, theme: Theme) -> str:
    return theme.event if row.is_hollow else theme.first


def _key(picture: RankingPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """What full and hollow dots say, in one row below the caption."""
    x, y = box.left, box.top + _CAPTION_ROW + 14
    for text, is_hollow in ((picture.solid_words, False), (picture.hollow_words, True)):
        if not text:
            continue
        colour = theme.event if is_hollow else theme.first
        yield from _dot(x + 12, y - 9, colour, theme, is_hollow=is_hollow)
        shown, size = fitted(text, ruler, max(box.right - x - 36, 1.0), size=TICK)
        yield Label(shown, x + 36, y, size, theme.muted)
        x += 36 + ruler.width(shown, size=size) + 40
