"""Two prices above, their rolling correlation below, one time axis."""

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.charts.correlation_panel import (
    band,
    correlation_panel,
    correlation_scale,
    correlation_ticks,
)
from analytics.charts.frame import framed
from analytics.charts.pair import MarkedBreak, PairPicture
from analytics.charts.panels import END, TICK, Panel, names_width, time_axis
from analytics.charts.price_panel import (
    price_ends,
    price_panel,
    price_scale,
    price_ticks,
    rebased,
)
from analytics.charts.scales import Scale
from analytics.charts.scene import Box, Label, Line, Mark, Ruler, Scene, middle, segment
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted

_WIDEST_END = 270.0
_ENDS_GAP = 34
_TICK_GAP = 14
_GAP = 22
_CAPTION_ROW = 58
_BREAK_ROW = 34
_AXIS_ROW = 44


def pair_scene(picture: PairPicture, theme: Theme, ruler: Ruler) -> Scene:
    """Lay the picture out."""
    frame = framed(picture.words, theme, ruler)
    layout = _layout(picture, frame.inside, ruler)
    across, prices, rho = layout.across, layout.prices, layout.rho
    above = layout.panel(prices, prices.end)
    below = layout.panel(rho, prices.start + _GAP + _CAPTION_ROW)
    baseline = rho.start + 10 + TICK
    return Scene(
        theme.page,
        (
            *frame.marks,
            *band(picture, rho, across, theme),
            *time_axis((above.plot, below.plot), across, baseline, theme, ruler),
            Label("UTC", layout.ends, baseline, TICK, theme.muted),
            *price_panel(picture, above, theme, ruler),
            *_break(picture.tested_break, layout, theme, ruler),
            *correlation_panel(picture, below, theme, ruler),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """The three axes, and where the words at the ends of lines begin."""

    inside: Box
    across: Scale
    prices: Scale
    rho: Scale
    ends: float

    def panel(self, up: Scale, heading: float) -> Panel:
        left, right = self.inside.left, self.inside.right
        return Panel(
            across=self.across,
            up=up,
            heading=Box(left, heading, right, heading),
            room=Box(self.ends, up.end - 6, right, up.start + 6),
        )


def _layout(picture: PairPicture, inside: Box, ruler: Ruler) -> _Layout:
    head = _CAPTION_ROW + (_BREAK_ROW if picture.tested_break else 0)
    half = (inside.height - _CAPTION_ROW - _GAP - head - _AXIS_ROW) / 2
    top, bottom = inside.top + _CAPTION_ROW, inside.bottom - _AXIS_ROW
    prices = price_scale(rebased(picture), start=top + half, end=top)
    rho = correlation_scale(picture, start=bottom, end=bottom - half)
    ticks = (*price_ticks(prices)[1], *correlation_ticks(rho)[1])
    left = inside.left + _TICK_GAP + max(ruler.width(text, size=TICK) for text in ticks)
    right = inside.right - _ends_width(picture, ruler) - _ENDS_GAP
    first, last = float(picture.close_time[0]), float(picture.close_time[-1])
    across = Scale(first, last, left, right)
    return _Layout(inside, across, prices, rho, right + _ENDS_GAP)


def _ends_width(picture: PairPicture, ruler: Ruler) -> float:
    now = ruler.width(picture.rolling_now, size=END + 6, bold=True)
    return min(max(names_width(price_ends(picture), ruler), now), _WIDEST_END)


def _break(
    tested: MarkedBreak | None, layout: _Layout, theme: Theme, ruler: Ruler
) -> Iterator[Mark]:
    if tested is None:
        return
    x = round(layout.across.clamped(tested.time))
    top = layout.rho.end - _BREAK_ROW
    for y0, y1 in ((layout.prices.end, layout.prices.start), (top, layout.rho.start)):
        yield Line(segment(x, y0, x, y1), theme.event, 3, dashes=(10, 4, 3, 4))
    inside = layout.inside
    text, size = fitted(tested.words, ruler, inside.width, size=TICK, bold=True)
    width = ruler.width(text, size=size, bold=True)
    left = x + 14 if x + 14 + width <= inside.right else max(x - 14 - width, inside.left)
    yield Label(text, left, middle(top + 10, size), size, theme.event, bold=True)
