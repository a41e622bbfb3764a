"""Texts as grey bitmaps; remembers the last ones, since most words return in the next picture."""

import unicodedata
from collections import OrderedDict
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.ft2font import FT2Font, LoadFlags

from analytics.charts.scene import Box, Label

UNKNOWN = "□"
_REMEMBERED = 1024
_DOTS_PER_INCH = 72  # so that a point is a pixel
_UNITS = 64  # of FreeType in a pixel
_FAINTEST = 1 / 255  # share of a row that still leaves a trace


@dataclass(frozen=True, slots=True, eq=False)
class Typeset:
    """A line of text as coverage from 0 to 255, shape (height, width).

    ``top`` is how far above the baseline it begins.
    """

    coverage: npt.NDArray[np.uint8]
    top: int


def placed(label: Label, ink: Typeset) -> Box:
    """The whole pixels that the ink of ``label`` covers."""
    height, width = ink.coverage.shape
    match label.anchor:
        case "left":
            left = round(label.x)
        case "centre":
            left = round(label.x - width / 2)
        case "right":
            left = round(label.x) - width
    top = round(label.y) - ink.top
    return Box(left, top, left + width, top + height)


class Typesetter:
    """DejaVu Sans in two weights, at any size."""

    def __init__(self) -> None:
        folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
        self._regular = FT2Font(str(folder / "DejaVuSans.ttf"))
        self._bold = FT2Font(str(folder / "DejaVuSans-Bold.ttf"))
        self._known = frozenset(self._regular.get_charmap()) & frozenset(self._bold.get_charmap())
        self._done: OrderedDict[tuple[str, float, bool], Typeset] = OrderedDict()

    def width(self, text: str, *, size: float, bold: bool = False) -> float:
        """Pixels that the ink of ``text`` takes from left to right."""
        return float(self.typeset(text, size=size, bold=bold).coverage.shape[1])

    def height(self, text: str, *, size: float, bold: bool = False) -> float:
        """Pixels that the ink of ``text`` takes from top to bottom."""
        return float(self.typeset(text, size=size, bold=bold).coverage.shape[0])

    def typeset(self, text: str, *, size: float, bold: bool = False) -> Typeset:
        """``text`` in one line, with a box for every character that the font lacks."""
        key = (text, size, bold)
        done = self._done.get(key)
        if done is None:
            done = self._done[key] = self._set(self.printable(text), size, self._font(bold=bold))
            if len(self._done) > _REMEMBERED:
                self._done.popitem(last=False)
        else:
            self._done.move_to_end(key)
        return done

    def printable(self, text: str) -> str:
        """``text`` without invisible characters, and with a box for what the font cannot show.

        Right-to-left letters become boxes too: they would reorder the numbers beside them.
        """
        kept = (self._shown(character) for character in unicodedata.normalize("NFC", text))
        return "".join(kept)

    def _shown(self, character: str) -> str:
        if character.isspace():
            return " "
        if unicodedata.category(character) in {"Cc", "Cf", "Mn", "Me"}:
            return ""
        if unicodedata.bidirectional(character) in {"R", "AL", "AN"}:
            return UNKNOWN
        return character if ord(character) in self._known else UNKNOWN

    def _font(self, *, bold: bool) -> FT2Font:
        return self._bold if bold else self._regular

    def _set(self, text: str, size: float, font: FT2Font) -> Typeset:
        font.clear()
        font.set_size(size, _DOTS_PER_INCH)
        font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
        font.draw_glyphs_to_bitmap(antialiased=True)
        coverage = np.array(font.get_image(), dtype=np.uint8)
        _, height = font.get_width_height()
        return _trimmed(coverage, ceil((height - font.get_descent()) / _UNITS - _FAINTEST))


def _trimmed(coverage: npt.NDArray[np.uint8], top: int) -> Typeset:
    inked = coverage > 0
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if not len(rows):
        return Typeset(coverage[:0, :0], 0)
    cut = coverage[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return Typeset(cut, top)
