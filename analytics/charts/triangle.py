"""Where the cells and names of a correlation matrix go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil

from analytics.charts.scene import SMALLEST_TEXT, Box, Ruler
from analytics.charts.wording import fitted

NAME_GAP = 10
LEGEND = Box(0, 0, 360, 68)
_MOST_WITH_NUMBERS = 12
_NAME = 36
_WIDEST_NAME = 300.0
_BETWEEN_LANES = 16.0
_WIDEST_CELL = 2.2  # heights


@dataclass(frozen=True, slots=True)
class Triangle:
    """Rows below a diagonal of names, in pixels; the first name stands alone above them.

    Names that are taller than a row take turns in ``lanes`` columns, ``lane`` pixels apart.
    """

    left: float
    top: float
    width: float
    height: float
    names: tuple[str, ...]
    name_size: float
    lanes: int
    lane: float

    @property
    def numbered(self) -> bool:
        """Whether each cell has room for its number."""
        return len(self.names) <= _MOST_WITH_NUMBERS

    def cell(self, row: int, column: int) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of a cell on whole pixels."""
        left, top = self.left + column * self.width, self.top + row * self.height
        gap = 2 if self.numbered else 1
        right, bottom = round(left + self.width) - gap, round(top + self.height) - gap
        return round(left), round(top), right, bottom

    def shift(self, row: int) -> float:
        """How far right of the diagonal the lane of this row's name begins."""
        return row % self.lanes * self.lane


def triangle(labels: Sequence[str], inside: Box, ruler: Ruler) -> Triangle:
    """The largest cells that leave room for every name."""
    n = len(labels)
    size = float(min(max(round(0.3 * inside.height / n), SMALLEST_TEXT), _NAME))
    size = min(fitted(label, ruler, _WIDEST_NAME, size=size, bold=True)[1] for label in labels)
    head = min(inside.height / n, max(2.0 * size, LEGEND.height + 8))
    height = (inside.height - head) / (n - 1)
    lanes = ceil((_tallest(labels, ruler, size) + 0.5) / height)
    names = tuple(
        fitted(name, ruler, _WIDEST_NAME, size=size, smallest=size, bold=True)[0] for name in labels
    )
    widths = [ruler.width(name, size=size, bold=True) for name in names]
    lane = max(widths) + _BETWEEN_LANES + _WIDEST_CELL * height
    free = (
        (room - width - k % lanes * lane - NAME_GAP) / max(k, 1)
        for k, (width, room) in enumerate(zip(widths, _rooms(inside, head, height), strict=False))
    )
    return Triangle(
        left=inside.left,
        top=inside.top + head - height,
        width=min(*free, _WIDEST_CELL * height),
        height=height,
        names=names,
        name_size=size,
        lanes=lanes,
        lane=lane,
    )


def _rooms(inside: Box, head: float, height: float) -> Iterator[float]:
    """How far each row may reach to the right: not into the legend."""
    for row in count():
        top = 0 if row == 0 else head + (row - 1) * height
        beside = top < LEGEND.height
        yield inside.width - (LEGEND.width + _BETWEEN_LANES if beside else 0)


def _tallest(labels: Sequence[str], ruler: Ruler, size: float) -> float:
    letters = "".join(sorted(set("".join(labels))))
    return ruler.height(letters, size=size, bold=True)
