"""Parts of panels: captions, grids, axes and the labels at the ends of lines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.charts.dates import moments
from analytics.charts.decimation import decimated, with_gaps
from analytics.charts.scales import Scale
from analytics.charts.scene import (
    Area,
    Box,
    Dots,
    FloatArray,
    Label,
    Line,
    Mark,
    Ruler,
    Shape,
    middle,
    segment,
)
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted
from analytics.market.candles import TimeArray

TICK = 24
CAPTION = 26
CAPTION_GAP = 22
END = 26
LINE_HEIGHT = 1.2
_DATE_OVERHANG = 22
_DASHES = (14.0, 6.0)


@dataclass(frozen=True, slots=True)
class Panel:
    """Two axes, the row above them, and the room for words at the ends of lines."""

    across: Scale
    up: Scale
    heading: Box
    room: Box

    @property
    def plot(self) -> Box:
        """Where the data go."""
        return Box(self.across.start, self.up.end, self.across.end, self.up.start)


@dataclass(frozen=True, slots=True)
class End:
    """The words at the end of a line: where the line ends, and one or two rows."""

    y: float
    rows: tuple[str, ...]
    colour: str
    size: float = END

    @property
    def height(self) -> float:
        """Pixels that the rows take."""
        return len(self.rows) * self.size * LINE_HEIGHT


def caption(text: str, box: Box, theme: Theme, ruler: Ruler, *, size: float = CAPTION) -> Label:
    """The heading of a panel, in the row that ends at ``box.top``."""
    fit, size = fitted(text, ruler, box.width, size=size, bold=True)
    return Label(fit, box.left, box.top - CAPTION_GAP, size, theme.ink, bold=True)


def horizontal_grid(
    values: Sequence[float], words: Sequence[str], scale: Scale, plot: Box, theme: Theme
) -> Iterator[Mark]:
    """A hairline for every value, its words left of the plot."""
    lines = []
    for value, text in zip(values, words, strict=True):
        y = round(scale.pixel(value))
        lines.append(segment(plot.left, y, plot.right, y))
        yield Label(text, plot.left - 14, middle(y, TICK), TICK, theme.muted, anchor="right")
    yield Line(broken(lines), theme.grid, 2)


def time_axis(
    plots: Sequence[Box],
    scale: Scale,
    baseline: float,
    theme: Theme,
    ruler: Ruler,
    *,
    apart: float = 130,
) -> Iterator[Mark]:
    """Vertical hairlines through all ``plots`` and dates on ``baseline``.

    A date that would reach far beyond the end of the axis stays away.
    """
    most = max(int((scale.end - scale.start) // apart), 2)
    lines = []
    for moment in moments(int(scale.low), int(scale.high), most=most):
        x = round(scale.pixel(moment.time))
        lines += [segment(x, plot.top, x, plot.bottom) for plot in plots]
        if x + ruler.width(moment.label, size=TICK) / 2 <= scale.end + _DATE_OVERHANG:
            yield Label(moment.label, x, baseline, TICK, theme.muted, anchor="centre")
    yield Line(broken(lines), theme.grid, 2)


def hatched(box: Box, theme: Theme, *, pitch: float = 18) -> Iterator[Mark]:
    """A tinted box with diagonal lines, so that it differs from the page by more than colour."""
    corners = ((box.left, box.top), (box.right, box.top), (box.right, box.bottom))
    yield Area(np.array((*corners, (box.left, box.bottom))), theme.band)
    starts = np.arange(box.left - box.height, box.right, pitch)
    lines = [segment(x, box.bottom, x + box.height, box.top) for x in starts]
    yield Line(broken(lines), theme.hatch, 1.5, clip=box)


def broken(lines: Sequence[FloatArray]) -> FloatArray:
    """Several lines as one, with the pen lifted between them."""
    gap = np.full((1, 2), np.nan)
    return np.concatenate([part for line in lines for part in (line, gap)] or [gap])


def series(
    time: FloatArray,
    values: FloatArray,
    across: Scale,
    up: Scale,
) -> FloatArray:
    """A time series as pixels, thinned out, with its gaps."""
    time, values = with_gaps(time, values)
    return decimated(across.pixels(time), up.pixels(values))


def lonely(points: FloatArray) -> FloatArray:
    """The points that have no neighbour to be joined with, shape (k, 2)."""
    known = np.isfinite(points[:, 1])
    joined = np.zeros_like(known)
    joined[1:] |= known[:-1]
    joined[:-1] |= known[1:]
    return points[known & ~joined]


def last_known(points: FloatArray) -> FloatArray:
    """The last point of a line that is not a gap, shape (1, 2), or (0, 2)."""
    return points[np.isfinite(points[:, 1])][-1:]


def names_width(names: Iterable[Sequence[str]], ruler: Ruler) -> float:
    """Pixels that the widest row of all the words beside a plot takes."""
    rows = [ruler.width(row, size=END, bold=True) for rows in names for row in rows]
    return max(*rows, ruler.width("UTC", size=TICK))


def end_labels(ends: Sequence[End], plot: Box, ruler: Ruler, room: Box) -> Iterator[Mark]:
    """Words right of the plot beside the ends of their lines, moved apart where they would meet.

    ``room`` limits them; a hairline leads from each line's end to its words.
    """
    for end, centre in zip(ends, _apart(ends, room), strict=True):
        yield Line(segment(plot.right + 10, end.y, room.left - 6, centre), end.colour, 2)
        top = centre - end.height / 2
        for k, row in enumerate(end.rows):
            y = middle(top + (k + 0.5) * end.size * LINE_HEIGHT, end.size)
            text, size = fitted(row, ruler, room.width, size=end.size, bold=True)
            yield Label(text, room.left, y, size, end.colour, bold=True)


def _apart(ends: Sequence[End], room: Box) -> list[float]:
    order = sorted(range(len(ends)), key=lambda k: ends[k].y)
    centres = [0.0] * len(ends)
    floor = room.top
    for k in order:
        half = ends[k].height / 2
        centres[k] = max(ends[k].y, floor + half)
        floor = centres[k] + half
    ceiling = room.bottom
    for k in reversed(order):
        half = ends[k].height / 2
        centres[k] = min(centres[k], ceiling - half)
        ceiling = centres[k] - half
    return centres


def rivals(
    panel: Panel,
    theme: Theme,
    ruler: Ruler,
    *,
    time: TimeArray,
    values: tuple[FloatArray, FloatArray],
    names: tuple[tuple[str, ...], tuple[str, ...]],
) -> Iterator[Mark]:
    """Two series that differ by colour, dashes and the shape of their ends, with their names."""
    across = time.astype(np.float64)
    one, other = (series(across, line, panel.across, panel.up) for line in values)
    yield Line(one, theme.first, 4)
    yield Line(other, theme.second, 4, dashes=_DASHES)
    yield end_dot(other, theme.second, theme, shape="square")
    yield end_dot(one, theme.first, theme)
    ends = (
        End(float(one[-1, 1]), names[0], theme.first),
        End(float(other[-1, 1]), names[1], theme.second),
    )
    yield from end_labels(ends, panel.plot, ruler, panel.room)


def end_dot(points: FloatArray, colour: str, theme: Theme, *, shape: Shape = "circle") -> Dots:
    """A dot on the last point, ringed with the page's colour."""
    return Dots(last_known(points), colour, 16, shape=shape, halo=theme.page)
