"""Two prices from a common start."""

from collections.abc import Iterator

import numpy as np

from analytics.charts.pair import PairPicture
from analytics.charts.panels import (
    End,
    Panel,
    caption,
    end_dot,
    end_labels,
    horizontal_grid,
    series,
)
from analytics.charts.scales import Scale, log_ticks, number, spanned, spelled_ticks, ticks
from analytics.charts.scene import FloatArray, Line, Mark, Ruler
from analytics.charts.theme import Theme

_LOG_FROM = 4.0
_WHOLE_PERCENTS_FROM = 0.1
_MOST_DECIMALS = 4
_DASHES = (14.0, 6.0)


def rebased(picture: PairPicture) -> FloatArray:
    """The closes with the first of each market at 100, shape (n, 2)."""
    prices: FloatArray = picture.closes * (100 / picture.closes[0])
    return prices


def price_scale(prices: FloatArray, *, start: float, end: float) -> Scale:
    """Linear, or logarithmic where the highest is many times the lowest."""
    low, high = float(prices.min()), float(prices.max())
    if high / low <= _LOG_FROM:
        return Scale(*spanned(prices, least=1.0), start, end)
    room = (high / low) ** 0.06
    return Scale(low / room, high * room, start, end, logarithmic=True)


def price_ticks(scale: Scale) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Round prices and their words."""
    if not scale.logarithmic:
        values = ticks(scale.low, scale.high)
        return values, spelled_ticks(values)
    values = log_ticks(scale.low, scale.high)
    return values, tuple(f"{value:,.10g}" for value in values)


def price_ends(picture: PairPicture) -> tuple[tuple[str, str], ...]:
    """For each market its name and how far it has come, such as ``+12 %``."""
    changes = picture.closes[-1] / picture.closes[0] - 1
    return tuple(
        (label, _change(float(change)))
        for label, change in zip(picture.labels, changes, strict=True)
    )


def _change(change: float) -> str:
    decimals = 0 if abs(change) >= _WHOLE_PERCENTS_FROM else 1
    while round(100 * change, decimals) == -100 and decimals < _MOST_DECIMALS:  # noqa: PLR2004 - only a price of 0 is that
        decimals += 1
    text = number(100 * change, decimals)
    return f"+{text} %" if change > 0 and text.strip("0.") else f"{text} %"


def price_panel(picture: PairPicture, panel: Panel, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """Both lines, their names at the ends."""
    across, scale = panel.across, panel.up
    values, words = price_ticks(scale)
    yield from horizontal_grid(values, words, scale, panel.plot, theme)
    kind = ", logarithmic" if scale.logarithmic else ""
    yield caption(f"Price, start = 100{kind}", panel.heading, theme, ruler)
    time = picture.close_time.astype(np.float64)
    first, second = (series(time, column, across, scale) for column in rebased(picture).T)
    yield Line(first, theme.first, 4)
    yield Line(second, theme.second, 4, dashes=_DASHES)
    yield end_dot(second, theme.second, theme, shape="square")
    yield end_dot(first, theme.first, theme)
    one, other = price_ends(picture)
    ends = (
        End(float(first[-1, 1]), one, theme.first),
        End(float(second[-1, 1]), other, theme.second),
    )
    yield from end_labels(ends, panel.plot, ruler, panel.room)
