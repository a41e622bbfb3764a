"""Two prices above, their rolling correlation below, one time axis."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analytics.charts.frame import framed
from analytics.charts.pair import MarkedBreak, PairPicture
from analytics.charts.panels import (
    END,
    TICK,
    End,
    caption,
    end_dot,
    end_labels,
    ends_width,
    hatched,
    horizontal_grid,
    lonely,
    series,
    time_axis,
)
from analytics.charts.scales import Scale, log_ticks, number, spanned, spelled_ticks, ticks
from analytics.charts.scene import (
    Box,
    Dots,
    FloatArray,
    Label,
    Line,
    Mark,
    Ruler,
    Scene,
    middle,
    segment,
)
from analytics.charts.theme import Theme
from analytics.charts.wording import fitted
from analytics.statistics.estimate import Interval

_LOG_FROM = 4.0
_WIDEST_END = 270.0
_GAP = 22
_CAPTION_ROW = 58
_BREAK_ROW = 34
_AXIS_ROW = 44
_LEAST_SPAN = 0.002


def pair_scene(picture: PairPicture, theme: Theme, ruler: Ruler) -> Scene:
    """Lay the picture out: prices above, rolling correlation below, one time axis."""
    frame = framed(picture.words, theme, ruler)
    rebased = picture.closes * (100 / picture.closes[0])
    layout = _Layout.of(picture, rebased, frame.inside, theme, ruler)
    return Scene(
        theme.page,
        (
            *frame.marks,
            *_band(picture.band, layout.correlation, layout.rho, theme),
            *time_axis(
                (layout.prices, layout.correlation),
                layout.across,
                layout.correlation.bottom + 10 + TICK,
                theme,
            ),
            *_utc(layout, theme),
            *_prices(picture, rebased, layout, theme, ruler),
            *_correlation(picture, layout, theme, ruler),
        ),
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    inside: Box
    prices: Box
    correlation: Box
    ends: float
    across: Scale
    price: Scale
    rho: Scale

    @classmethod
    def of(
        cls, picture: PairPicture, rebased: FloatArray, inside: Box, theme: Theme, ruler: Ruler
    ) -> "_Layout":
        low, high = _price_range(rebased)
        rho_low, rho_high = _rho_range(picture)
        words = (*_price_words(low, high), *spelled_ticks(ticks(rho_low, rho_high, most=6)))
        left = inside.left + 14 + max(ruler.width(text, size=TICK) for text in words)
        ends = [End(0, rows, theme.ink) for rows in (*_end_rows(picture, rebased), _now(picture))]
        right = inside.right - min(ends_width(ends, ruler), _WIDEST_END) - 34
        head = _CAPTION_ROW + (_BREAK_ROW if picture.tested_break else 0)
        free = inside.height - _CAPTION_ROW - _GAP - head - _AXIS_ROW
        prices = Box(left, inside.top + _CAPTION_ROW, right, inside.top + _CAPTION_ROW + free / 2)
        bottom = inside.bottom - _AXIS_ROW
        correlation = Box(left, bottom - free / 2, right, bottom)
        return cls(
            inside=inside,
            prices=prices,
            correlation=correlation,
            ends=right + 34,
            across=Scale(*_time_range(picture), left, right),
            price=Scale(low, high, prices.bottom, prices.top, logarithmic=_wide(low, high)),
            rho=Scale(rho_low, rho_high, bottom, correlation.top),
        )

    def room(self, plot: Box) -> Box:
        return Box(self.ends, plot.top - 6, self.inside.right, plot.bottom + 6)


def _time_range(picture: PairPicture) -> tuple[float, float]:
    first, last = float(picture.close_time[0]), float(picture.close_time[-1])
    return first, max(last, first + 1)


def _price_range(rebased: FloatArray) -> tuple[float, float]:
    low, high = float(rebased.min()), float(rebased.max())
    if not _wide(low, high):
        return spanned(rebased, least=1.0)
    room = (high / low) ** 0.06
    return low / room, high * room


def _wide(low: float, high: float) -> bool:
    return low > 0 and high / low > _LOG_FROM


def _price_ticks(low: float, high: float) -> tuple[float, ...]:
    return log_ticks(low, high) if _wide(low, high) else ticks(low, high)


def _price_words(low: float, high: float) -> tuple[str, ...]:
    values = _price_ticks(low, high)
    if _wide(low, high):
        return tuple(f"{value:,.10g}" for value in values)
    return spelled_ticks(values)


def _rho_range(picture: PairPicture) -> tuple[float, float]:
    band = (picture.band.low, picture.band.high) if picture.band else ()
    baseline = () if picture.baseline is None else (picture.baseline,)
    low, high = spanned(np.concatenate((picture.rolling, band, baseline)), least=_LEAST_SPAN)
    return max(low, -1.0), min(high, 1.0)


def _end_rows(picture: PairPicture, rebased: FloatArray) -> tuple[tuple[str, ...], ...]:
    changes = rebased[-1] / 100 - 1
    return tuple(
        (label, _signed_percent(float(change)))
        for label, change in zip(picture.labels, changes, strict=True)
    )


def _signed_percent(change: float) -> str:
    text = number(100 * change, 0 if abs(change) >= 0.1 else 1)  # noqa: PLR2004 - ten per cent
    return f"{text if change < 0 else '+' + text} %"


def _now(picture: PairPicture) -> tuple[str, ...]:
    return (picture.rolling_now,)


def _utc(layout: _Layout, theme: Theme) -> Iterator[Mark]:
    y = layout.correlation.bottom + 10 + TICK
    yield Label("UTC", layout.ends, y, TICK, theme.muted)


def _prices(
    picture: PairPicture, rebased: FloatArray, layout: _Layout, theme: Theme, ruler: Ruler
) -> Iterator[Mark]:
    plot, scale = layout.prices, layout.price
    values = _price_ticks(scale.low, scale.high)
    words = _price_words(scale.low, scale.high)
    yield from horizontal_grid(values, words, scale, plot, theme)
    row = Box(layout.inside.left, plot.top, layout.inside.right, plot.bottom)
    scale_words = ", logarithmic" if scale.logarithmic else ""
    yield caption(f"Price, start = 100{scale_words}", row, theme, ruler)
    time = picture.close_time.astype(np.float64)
    lines = [series(time, column, layout.across, scale) for column in rebased.T]
    yield Line(lines[0], theme.first, 4)
    yield Line(lines[1], theme.second, 4, dashes=(14, 6))
    yield end_dot(lines[1], theme.second, theme, shape="square")
    yield end_dot(lines[0], theme.first, theme)
    ends = [
        End(float(line[-1, 1]), rows, colour)
        for line, rows, colour in zip(
            lines, _end_rows(picture, rebased), (theme.first, theme.second), strict=True
        )
    ]
    yield from end_labels(ends, plot, ruler, layout.room(plot))


def _correlation(
    picture: PairPicture, layout: _Layout, theme: Theme, ruler: Ruler
) -> Iterator[Mark]:
    plot, scale = layout.correlation, layout.rho
    values = ticks(scale.low, scale.high, most=6)
    yield from horizontal_grid(values, spelled_ticks(values), scale, plot, theme)
    yield from _key(picture, layout, theme, ruler)
    if picture.baseline is not None:
        y = scale.pixel(picture.baseline)
        yield Line(segment(plot.left, y, plot.right, y), theme.ink, 3, dashes=(3, 7))
    if picture.tested_break:
        yield from _break(picture.tested_break, layout, theme, ruler)
    time = picture.rolling_time.astype(np.float64)
    line = series(time, picture.rolling, layout.across, scale)
    yield Line(line, theme.ink, 4, clip=plot.grown(4))
    yield Dots(lonely(line), theme.ink, 7)
    dot = end_dot(line, theme.ink, theme)
    yield dot
    if len(dot.points):
        end = End(float(dot.points[0, 1]), _now(picture), theme.ink, END + 6)
        yield from end_labels([end], plot, ruler, layout.room(plot))


def _band(band: Interval | None, plot: Box, scale: Scale, theme: Theme) -> Iterator[Mark]:
    if band is None:
        return
    top, bottom = scale.clamped(band.high), scale.clamped(band.low)
    box = Box(plot.left, top, plot.right, bottom)
    yield from hatched(box, theme)


def _key(picture: PairPicture, layout: _Layout, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    top = layout.prices.bottom + _GAP + _CAPTION_ROW
    heading = caption(
        f"Correlation, rolling {picture.roll}",
        Box(layout.inside.left, top, layout.inside.right, top),
        theme,
        ruler,
    )
    yield heading
    right, y = layout.inside.right, heading.y
    left = heading.x + ruler.width(heading.text, size=heading.size, bold=True) + 30
    if picture.baseline is not None:
        text, size = fitted(picture.baseline_words, ruler, 330, size=TICK)
        right -= ruler.width(text, size=size)
        yield Label(text, right, y, size, theme.muted)
        yield Line(segment(right - 58, y - 9, right - 12, y - 9), theme.ink, 3, dashes=(3, 7))
        right -= 58 + 30
    if picture.band:
        text, size = fitted(picture.band_words, ruler, right - left - 58, size=TICK)
        right -= ruler.width(text, size=size)
        yield Label(text, right, y, size, theme.muted)
        yield from hatched(Box(right - 58, y - 20, right - 12, y + 2), theme, pitch=12)


def _break(tested: MarkedBreak, layout: _Layout, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    x = round(layout.across.clamped(tested.time))
    top = layout.correlation.top - _BREAK_ROW + 4
    for y0, y1 in ((layout.prices.top, layout.prices.bottom), (top, layout.correlation.bottom)):
        yield Line(segment(x, y0, x, y1), theme.event, 3, dashes=(10, 4, 3, 4))
    text, size = fitted(tested.words, ruler, layout.inside.width, size=TICK, bold=True)
    width = ruler.width(text, size=size, bold=True)
    left = (
        x + 14 if x + 14 + width <= layout.inside.right else max(x - 14 - width, layout.inside.left)
    )
    yield Label(text, left, middle(top + 12, size), size, theme.event, bold=True)
