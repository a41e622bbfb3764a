"""The worst days as pairs of bars: without the hedge and with it."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.half_panel import HEAD
from analytics.charts.panels import TICK, broken, caption
from analytics.charts.scales import Scale
from analytics.charts.scene import Box, Label, Line, Mark, Ruler, Tiles, middle, segment
from analytics.charts.stress import BadDay, StressPicture
from analytics.charts.theme import Theme, rgb
from analytics.charts.wording import fitted
from analytics.language import tr

_WIDEST_NAME = 130.0
_GAP = 16
_BAR = 30
_TALLEST_ROW = 118.0
_KEYS_GAP = 26


def bad_days_panel(picture: StressPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """Rows in ``box``: the day, two bars from a common zero, two numbers."""
    keys = tuple(_keys(box, theme, ruler))
    free = min(key.x - ruler.width(key.text, size=TICK, bold=True) for key in keys) - _KEYS_GAP
    yield caption(tr("Worst days"), Box(box.left, box.top + HEAD - 34, free, 0), theme, ruler)
    yield from keys
    text, size = fitted(picture.days_words, ruler, box.width, size=TICK)
    yield Label(text, box.left, box.top + HEAD - 26, size, theme.muted)
    if not picture.days:
        return
    names = [fitted(day.name, ruler, _WIDEST_NAME, size=TICK) for day in picture.days]
    numbers = [words for day in picture.days for words in day.words]
    left = box.left + max(ruler.width(name, size=size) for name, size in names) + _GAP
    right = box.right - max(ruler.width(text, size=TICK, bold=True) for text in numbers) - _GAP
    across = _scale(picture.days, left, right)
    row = min((box.bottom - box.top - HEAD) / len(picture.days), _TALLEST_ROW)
    for k, (day, (name, size)) in enumerate(zip(picture.days, names, strict=True)):
        centre = box.top + HEAD + (k + 0.5) * row
        yield Label(name, box.left, middle(centre, size), size, theme.ink)
        yield from _bars(
            day, across, theme, centre=centre, height=min(_BAR, 0.34 * row), right=box.right
        )
    zero, bottom = across.pixel(0), box.top + HEAD + len(picture.days) * row
    yield Line(segment(zero, box.top + HEAD, zero, bottom), theme.axis, 2)


def _keys(box: Box, theme: Theme, ruler: Ruler) -> Iterator[Label]:
    y, right = box.top + HEAD - 56, box.right
    for text, colour in ((tr("hedged"), theme.first), (tr("unhedged"), theme.second)):
        yield Label(text, right, y, TICK, colour, bold=True, anchor="right")
        right -= ruler.width(text, size=TICK, bold=True) + _KEYS_GAP


def _scale(days: tuple[BadDay, ...], left: float, right: float) -> Scale:
    values = [value for day in days for value in (day.unhedged, day.hedged)]
    low, high = min(*values, 0.0), max(*values, 0.0)
    return Scale(low, high if high > low else low + 1e-6, left, right)


def _bars(
    day: BadDay, across: Scale, theme: Theme, *, centre: float, height: float, right: float
) -> Iterator[Mark]:
    zero = across.pixel(0)
    alone, hedged = day.words
    rows = ((day.unhedged, alone, theme.second, -1), (day.hedged, hedged, theme.first, 0))
    for value, words, colour, above in rows:
        x = across.pixel(value)
        top = centre + above * height + (2 if above == 0 else -2)
        box = Box(min(x, zero), top, max(x, zero, min(x, zero) + 2), top + height)
        edges = np.rint([[box.left, box.top, box.right, box.bottom]]).astype(np.int64)
        yield Tiles(edges, np.array([rgb(colour)], dtype=np.uint8))
        if above:
            yield from _strokes(box, theme)
        y = middle(top + height / 2, TICK)
        yield Label(words, right, y, TICK, colour, bold=True, anchor="right")


def _strokes(box: Box, theme: Theme) -> Iterator[Mark]:
    """Lines across the bar without the hedge, so that it differs by more than colour."""
    starts = np.arange(box.left - box.height, box.right, 14)
    lines = [segment(x, box.bottom, x + box.height, box.top) for x in starts]
    yield Line(broken(lines), theme.page, 2, clip=box)
