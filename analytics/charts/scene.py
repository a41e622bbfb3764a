"""What a picture consists of before anything is drawn: marks in pixels, y downwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

WIDTH = 1280
HEIGHT = 960
SMALLEST_TEXT = 22

FloatArray = npt.NDArray[np.float64]
Anchor = Literal["left", "centre", "right"]
Shape = Literal["circle", "square", "down", "diamond"]

# Height of a capital letter and of a digit in DejaVu Sans, as a share of the em.
CAP = 0.729


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Pixels from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    def grown(self, by: float) -> "Box":
        """The box with a margin of ``by`` pixels added on every side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A line through ``points``, shape (n, 2); a NaN row lifts the pen."""

    points: FloatArray
    colour: str
    width: float
    dashes: tuple[float, ...] = ()
    clip: Box | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """A filled polygon with the corners ``points``, shape (n, 2)."""

    points: FloatArray
    colour: str
    clip: Box | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Tiles:
    """Many rectangles on whole pixels.

    Attributes
    ----------
    boxes
        Shape (n, 4), int: left, top, right, bottom.
    colours
        Shape (n, 3), uint8.
    """

    boxes: npt.NDArray[np.int64]
    colours: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Dots:
    """One small shape at every row of ``points``, shape (n, 2)."""

    points: FloatArray
    colour: str
    size: float
    shape: Shape = "circle"
    opacity: float = 1.0
    halo: str | None = None
    clip: Box | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """A line of text; ``y`` is its baseline, ``anchor`` the place of ``x`` in it."""

    text: str
    x: float
    y: float
    size: float
    colour: str
    bold: bool = False
    anchor: Anchor = "left"


Mark = Line | Area | Tiles | Dots | Label


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Marks on a page, the first at the bottom."""

    page: str
    marks: Sequence[Mark]


class Ruler(Protocol):
    """Whoever knows how large a text will be."""

    def width(self, text: str, *, size: float, bold: bool = False) -> float:
        """Pixels that the ink of ``text`` takes from left to right."""
        ...

    def height(self, text: str, *, size: float, bold: bool = False) -> float:
        """Pixels that the ink of ``text`` takes from top to bottom."""
        ...


def segment(x0: float, y0: float, x1: float, y1: float) -> FloatArray:
    """Two points, shape (2, 2)."""
    return np.array(((x0, y0), (x1, y1)))


def middle(y: float, size: float) -> float:
    """The baseline of a text whose capitals are centred on ``y``."""
    return y + CAP * size / 2
