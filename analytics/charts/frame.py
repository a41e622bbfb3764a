"""What every picture shares: title, subtitle, footnote and a warning ribbon."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.charts.scene import (
    HEIGHT,
    SMALLEST_TEXT,
    WIDTH,
    Area,
    Box,
    Label,
    Mark,
    Ruler,
    middle,
)
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted, wrapped
from analytics.charts.words import Words

MARGIN = 48
_RIBBON = 54
_TITLE = 46
_TITLE_MIN = 34
_SUBTITLE = 28
_SUBTITLE_MIN = 26
_FOOTNOTE = 24


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """The marks around the panels, and the box that is left for these."""

    marks: tuple[Mark, ...]
    inside: Box


def framed(words: Words, theme: Theme, ruler: Ruler) -> Frame:
    """Lay the words out from the top and from the bottom."""
    marks: list[Mark] = []
    top = 0.0
    if words.warning:
        marks += _ribbon(words.warning, theme, ruler)
        top += _RIBBON
    top += 30
    width = WIDTH - 2 * MARGIN
    for text, size, smallest, bold, colour in (
        (words.title, _TITLE, _TITLE_MIN, True, theme.ink),
        (words.subtitle, _SUBTITLE, _SUBTITLE_MIN, False, theme.muted),
    ):
        for line, used in wrapped(text, ruler, width, size=size, smallest=smallest, bold=bold):
            top += used * 1.3
            marks.append(Label(line, MARGIN, top - 0.3 * used, used, colour, bold))
    bottom = float(HEIGHT - 22)
    lines = wrapped(words.footnote, ruler, width, size=_FOOTNOTE, smallest=SMALLEST_TEXT)
    for line, used in reversed(lines):
        marks.append(Label(line, MARGIN, bottom - 0.24 * used, used, theme.muted))
        bottom -= used * 1.25
    return Frame(tuple(marks), Box(MARGIN, top + 16, WIDTH - MARGIN, bottom - 12))


def _ribbon(warning: str, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    corners = np.array(((0, 0), (WIDTH, 0), (WIDTH, _RIBBON), (0, _RIBBON)), dtype=np.float64)
    yield Area(corners, theme.warning)
    text, size = fitted(f"⚠  {warning}", ruler, WIDTH - 2 * MARGIN, size=28, bold=True)
    yield Label(text, MARGIN, middle(_RIBBON / 2, size), size, theme.on_warning, bold=True)
