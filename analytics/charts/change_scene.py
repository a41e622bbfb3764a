"""Two measures over one time axis, and the moment of a change through both."""

from collections.abc import Iterator
from dataclasses import dataclass

from analytics.charts.change import ChangePicture, Course
from analytics.charts.course_panel import course_panel, course_scale, course_ticks, stretches
from analytics.charts.frame import framed
from analytics.charts.pair import MarkedBreak
from analytics.charts.panels import END, TICK, Panel, time_axis
from analytics.charts.scales import Scale
from analytics.charts.scene import Box, Label, Line, Mark, Ruler, Scene, middle, segment
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted

_WIDEST_END = 200.0
_ENDS_GAP = 34
_TICK_GAP = 14
_GAP = 22
_CAPTION_ROW = 58
_EVENT_ROW = 34
_AXIS_ROW = 44


def change_scene(picture: ChangePicture, theme: Theme, ruler: Ruler) -> Scene:
    """Lay the picture out."""
    frame = framed(picture.words, theme, ruler)
    layout = _layout(picture, frame.inside, ruler)
    across, above, below = layout.across, layout.above, layout.below
    baseline = below.up.start + 10 + TICK
    return Scene(
        theme.page,
        (
            *frame.marks,
            *stretches(picture.above, above.up, across, theme),
            *stretches(picture.below, below.up, across, theme),
            *time_axis((above.plot, below.plot), across, baseline, theme, ruler),
            Label("UTC", above.room.left, baseline, TICK, theme.muted),
            *course_panel(picture.above, above, theme, ruler),
            *_event(picture.event, layout, theme, ruler),
            *course_panel(picture.below, below, theme, ruler),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    inside: Box
    across: Scale
    above: Panel
    below: Panel


def _layout(picture: ChangePicture, inside: Box, ruler: Ruler) -> _Layout:
    head = _CAPTION_ROW + (_EVENT_ROW if picture.event else 0)
    half = (inside.height - _CAPTION_ROW - _GAP - head - _AXIS_ROW) / 2
    top, bottom = inside.top + _CAPTION_ROW, inside.bottom - _AXIS_ROW
    up_above = course_scale(picture.above, start=top + half, end=top)
    up_below = course_scale(picture.below, start=bottom, end=bottom - half)
    words = (*course_ticks(up_above)[1], *course_ticks(up_below)[1])
    left = inside.left + _TICK_GAP + max(ruler.width(text, size=TICK) for text in words)
    right = inside.right - _ends_width(picture, ruler) - _ENDS_GAP
    courses = (picture.above, picture.below)
    across = Scale(
        float(min(course.time[0] for course in courses)),
        float(max(course.time[-1] for course in courses)),
        left,
        right,
    )

    def panel(up: Scale, heading: float) -> Panel:
        return Panel(
            across=across,
            up=up,
            heading=Box(inside.left, heading, inside.right, heading),
            room=Box(right + _ENDS_GAP, up.end - 6, inside.right, up.start + 6),
        )

    below_heading = up_above.start + _GAP + _CAPTION_ROW
    return _Layout(inside, across, panel(up_above, top), panel(up_below, below_heading))


def _ends_width(picture: ChangePicture, ruler: Ruler) -> float:
    def width(course: Course) -> float:
        return ruler.width(course.now, size=END + 6, bold=True) if course.now else 0.0

    widest = max(width(picture.above), width(picture.below), ruler.width("UTC", size=TICK))
    return min(widest, _WIDEST_END)


def _event(
    event: MarkedBreak | None, layout: _Layout, theme: Theme, ruler: Ruler
) -> Iterator[Mark]:
    if event is None:
        return
    x = round(layout.across.clamped(event.time))
    above, below, inside = layout.above.up, layout.below.up, layout.inside
    top = below.end - _EVENT_ROW
    for y0, y1 in ((above.end, above.start), (top, below.start)):
        yield Line(segment(x, y0, x, y1), theme.event, 3, dashes=(10, 4, 3, 4))
    text, size = fitted(event.words, ruler, inside.width, size=TICK, bold=True)
    width = ruler.width(text, size=size, bold=True)
    left = x + 14 if x + 14 + width <= inside.right else max(x - 14 - width, inside.left)
    yield Label(text, left, middle(top + 10, size), size, theme.event, bold=True)
