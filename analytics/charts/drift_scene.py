"""Effectiveness over the size of the hedge above; below, how it came to be off target."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.drift import DriftPicture
from analytics.charts.frame import framed
from analytics.charts.panels import (
    CAPTION_GAP,
    TICK,
    End,
    Panel,
    broken,
    caption,
    end_dot,
    end_labels,
    hatched,
    horizontal_grid,
    names_width,
    series,
    time_axis,
)
from analytics.charts.scales import Scale, spanned, spelled_ticks, ticks
from analytics.charts.scene import Box, Dots, Label, Line, Mark, Ruler, Scene, segment
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted
from analytics.language import tr

_CAPTION_ROW = 56
_KEY_ROW = 40
_AXIS_ROW = 44
_TICK_GAP = 14
_ENDS_GAP = 34
_WIDEST_END = 200.0
_SWATCH = 40
_SWATCH_GAP = 12
_BETWEEN_KEYS = 34
_DOTS = (3.0, 7.0)
_RANGE_DASHES = (9.0, 6.0)
_CURVE_POINTS = 240
_LEAST_PERCENT = 0.02
_DEEPEST = 3.0  # how many times the drop to the shown marks the curve may fall at the edges


def drift_scene(picture: DriftPicture, theme: Theme, ruler: Ruler) -> Scene:
    """Lay the picture out."""
    frame = framed(picture.words, theme, ruler)
    inside = frame.inside
    cut = inside.top + 0.58 * inside.height
    above = Box(inside.left, inside.top, inside.right, cut)
    below = Box(inside.left, cut + 14, inside.right, inside.bottom)
    return Scene(
        theme.page,
        (
            *frame.marks,
            *_size_panel(picture, above, theme, ruler),
            *_path_panel(picture, below, theme, ruler),
        ),
    )


def _size_panel(picture: DriftPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    low, high = _sizes(picture)
    sizes = np.linspace(low, high, _CURVE_POINTS)
    removed = 100 * picture.effectiveness(sizes)
    bottom, top = spanned(removed, least=_LEAST_PERCENT)
    values = ticks(bottom, top, most=5)
    words = spelled_ticks(values)
    plot = Box(
        box.left + _TICK_GAP + max(ruler.width(text, size=TICK) for text in words),
        box.top + _CAPTION_ROW + _KEY_ROW,
        box.right,
        box.bottom - _AXIS_ROW,
    )
    across, up = Scale(low, high, plot.left, plot.right), Scale(bottom, top, plot.bottom, plot.top)
    heading = Box(box.left, box.top + _CAPTION_ROW, box.right, 0)
    title = tr("Variance removed, %  →  {side}, {unit}", side=picture.side, unit=picture.unit)
    yield caption(title, heading, theme, ruler)
    band = [across.clamped(end) for end in (picture.band.low, picture.band.high)]
    yield from hatched(Box(band[0], plot.top, band[1], plot.bottom), theme)
    yield from horizontal_grid(values, words, up, plot, theme)
    yield from _size_axis(across, plot, theme, ruler)
    ends = (picture.interval.low, picture.interval.high)
    for end in (end for end in ends if low <= end <= high):
        x = across.pixel(end)
        yield Line(segment(x, plot.top, x, plot.bottom), theme.muted, 3, dashes=_RANGE_DASHES)
    curve = np.column_stack((across.pixels(sizes), up.pixels(removed)))
    yield Line(curve, theme.ink, 4, clip=plot.grown(3))
    for size, colour, shape in (
        (picture.now, theme.second, "square"),
        (picture.target, theme.first, "circle"),
    ):
        at = np.array((size,))
        y = up.pixels(100 * picture.effectiveness(at))
        points = np.column_stack((across.pixels(at), y))
        yield Dots(
            points, colour, 24, shape="square" if shape == "square" else "circle", halo=theme.page
        )
    yield from _key(picture, box, theme, ruler)


def _sizes(picture: DriftPicture) -> tuple[float, float]:
    """From the smallest to the largest size shown, the target never at an edge."""
    shown = np.array(
        (
            *(picture.now, picture.target, picture.best),
            *(picture.band.low, picture.band.high),
        )
    )
    reach = np.abs(shown - picture.best).max()
    near = [
        end
        for end in (picture.interval.low, picture.interval.high)
        if abs(end - picture.best) <= _DEEPEST * reach
    ]
    return spanned(np.append(shown, near), least=max(abs(picture.best), 1e-9) * 1e-3, room=0.1)


def _size_axis(across: Scale, plot: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    values = ticks(across.low, across.high, most=7)
    lines = []
    for value, text in zip(values, spelled_ticks(values), strict=True):
        x = round(across.pixel(value))
        lines.append(segment(x, plot.top, x, plot.bottom))
        if x + ruler.width(text, size=TICK) / 2 <= plot.right + _TICK_GAP:
            yield Label(text, x, plot.bottom + 10 + TICK, TICK, theme.muted, anchor="centre")
    yield Line(broken(lines), theme.grid, 2)


def _key(picture: DriftPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """What the marks mean, in one row above the plot."""
    y = box.top + _CAPTION_ROW + _KEY_ROW - CAPTION_GAP
    x = box.left
    entries = (
        ("now", tr("now {now_words}", now_words=picture.now_words)),
        ("target", tr("target {target_words}", target_words=picture.target_words)),
        ("band", tr("wait")),
        (
            "range",
            tr("{level} range of the best", level=f"{picture.interval.level:.0%}").replace(
                "%", " %"
            ),
        ),
    )
    room = (box.right - x) / len(entries) * 1.6
    for kind, text in entries:
        swatch = _SWATCH if kind in {"band", "range"} else 24
        shown, size = fitted(
            text, ruler, min(room, box.right - x - swatch - _SWATCH_GAP), size=TICK
        )
        width = ruler.width(shown, size=size)
        if x + swatch + _SWATCH_GAP + width > box.right + 1:
            return
        match kind:
            case "now":
                yield Dots(np.array(((x + 12, y - 9),)), theme.second, 20, shape="square")
            case "target":
                yield Dots(np.array(((x + 12, y - 9),)), theme.first, 20)
            case "band":
                yield from hatched(Box(x, y - 20, x + swatch, y + 2), theme, pitch=12)
            case _:
                yield Line(
                    segment(x, y - 9, x + swatch, y - 9), theme.muted, 3, dashes=_RANGE_DASHES
                )
        x += swatch + _SWATCH_GAP
        yield Label(shown, x, y, size, theme.muted)
        x += width + _BETWEEN_KEYS


def _path_panel(picture: DriftPicture, box: Box, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    percent = 100 * picture.path
    low, high = spanned(np.append(percent, 0.0), least=0.1)
    values = ticks(low, high, most=4)
    words = spelled_ticks(values)
    left = box.left + _TICK_GAP + max(ruler.width(text, size=TICK) for text in words)
    ends = min(names_width(((picture.path_end,),), ruler), _WIDEST_END)
    right = box.right - ends - _ENDS_GAP
    top, bottom = box.top + _CAPTION_ROW, box.bottom - _AXIS_ROW
    panel = Panel(
        across=Scale(float(picture.time[0]), float(picture.time[-1]), left, right),
        up=Scale(low, high, bottom, top),
        heading=Box(box.left, top, box.right, top),
        room=Box(right + _ENDS_GAP, top - 6, box.right, bottom + 6),
    )
    yield caption(tr("Off target with these contracts, %"), panel.heading, theme, ruler)
    yield from horizontal_grid(values, words, panel.up, panel.plot, theme)
    baseline = bottom + 10 + TICK
    yield from time_axis([panel.plot], panel.across, baseline, theme, ruler)
    yield Label("UTC", panel.room.left, baseline, TICK, theme.muted)
    zero = panel.up.pixel(0.0)
    yield Line(segment(left, zero, right, zero), theme.ink, 3, dashes=_DOTS)
    line = series(picture.time.astype(np.float64), percent, panel.across, panel.up)
    yield Line(line, theme.second, 4)
    yield end_dot(line, theme.second, theme, shape="square")
    end = End(float(line[-1, 1]), (picture.path_end,), theme.second)
    yield from end_labels([end], panel.plot, ruler, panel.room)
