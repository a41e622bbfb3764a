"""Two prices from a common start."""

from collections.abc import Iterator

from analytics.charts.pair import PairPicture, price_change
from analytics.charts.panels import Panel, caption, horizontal_grid, rivals
from analytics.charts.scales import Scale, log_ticks, spanned, spelled_ticks, ticks
from analytics.charts.scene import FloatArray, Mark, Ruler
from analytics.charts.theme import Theme
from analytics.language import tr
from analytics.language.numbers import localised

_LOG_FROM = 4.0


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
    return values, tuple(localised(f"{value:,.10g}") for value in values)


def price_ends(picture: PairPicture) -> tuple[tuple[str, str], tuple[str, str]]:
    """For each market its name and how far it has come, such as ``+12 %``."""
    first, second = picture.closes[-1] / picture.closes[0] - 1
    one, other = picture.labels
    return (one, price_change(float(first))), (other, price_change(float(second)))


def price_panel(picture: PairPicture, panel: Panel, theme: Theme, ruler: Ruler) -> Iterator[Mark]:
    """Both lines, their names at the ends."""
    scale = panel.up
    values, words = price_ticks(scale)
    yield from horizontal_grid(values, words, scale, panel.plot, theme)
    kind = tr(", logarithmic") if scale.logarithmic else ""
    yield caption(tr("Price, start = 100{kind}", kind=kind), panel.heading, theme, ruler)
    first, second = rebased(picture).T
    yield from rivals(
        panel,
        theme,
        ruler,
        time=picture.close_time,
        values=(first, second),
        names=price_ends(picture),
    )
