"""From values to pixels, and the round numbers beside an axis."""

from dataclasses import dataclass
from math import ceil, floor, log10

import numpy as np

from analytics.charts.scene import FloatArray
from analytics.language.numbers import localised

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_LOG_MANTISSAS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0))
_SLACK = 1e-8  # of a step, so that rounding errors do not lose a tick at an end
_UNITS = ((1e9, "B", 1e9), (1e6, "M", 1e6), (1e3, "k", 1e4), (1.0, "", 0.0))


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps ``low`` to the pixel ``start`` and ``high`` to ``end``."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def pixels(self, values: FloatArray) -> FloatArray:
        """Where the values are drawn; NaN stays NaN."""
        low, high = self.low, self.high
        if self.logarithmic:
            values, low, high = np.log(values), np.log(low), np.log(high)
        return self.start + (values - low) * ((self.end - self.start) / (high - low))

    def pixel(self, value: float) -> float:
        """Where one value is drawn."""
        return float(self.pixels(np.array([value]))[0])

    def clamped(self, value: float) -> float:
        """Where one value is drawn, else the nearer end."""
        return self.pixel(min(max(value, self.low), self.high))


def spanned(values: FloatArray, *, least: float, room: float = 0.07) -> tuple[float, float]:
    """Lowest and highest finite value with some ``room`` beyond, at least ``least`` apart."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 0.0)
    lacking = max(least - (high - low), 0.0) / 2
    margin = (high - low + 2 * lacking) * room
    return low - lacking - margin, high + lacking + margin


def ticks(low: float, high: float, *, most: int = 5) -> tuple[float, ...]:
    """At most ``most`` evenly spaced round numbers from ``low`` to ``high``."""
    step = _step(high - low, most)
    first, last = ceil(low / step - _SLACK / 4), floor(high / step + _SLACK / 4)
    return tuple(float(f"{k * step:.12g}") for k in range(first, last + 1))


def _step(span: float, most: int) -> float:
    magnitude = 10.0 ** floor(log10(span / most))
    for step in _STEPS:
        if span / (step * magnitude) < most - _SLACK:
            return step * magnitude
    return 10 * magnitude


def log_ticks(low: float, high: float, *, most: int = 5) -> tuple[float, ...]:
    """At most ``most`` round numbers that suit a logarithmic axis."""
    decades = range(floor(log10(low)), ceil(log10(high)) + 1)
    best: tuple[float, ...] = ()
    for mantissas in _LOG_MANTISSAS:
        found = tuple(m * 10.0**d for d in decades for m in mantissas if low <= m * 10.0**d <= high)
        if len(best) < len(found) <= most:
            best = found
    return best if len(best) > 1 else ticks(low, high, most=most)


def spelled_ticks(values: tuple[float, ...]) -> tuple[str, ...]:
    """All ticks with the decimals that the finest of them needs, and a true minus sign."""
    decimals = max((_decimals(value) for value in values), default=0)
    return tuple(number(value, decimals) for value in values)


def spelled_dollars(values: tuple[float, ...]) -> tuple[str, ...]:
    """All ticks as money, such as ``−$20k``, in the unit that suits the largest."""
    largest = max((abs(value) for value in values), default=0.0)
    divisor, letter = next((d, u) for d, u, least in _UNITS if largest >= least)
    words = spelled_ticks(tuple(value / divisor for value in values))
    return tuple(
        f"−${text[1:]}{letter}" if text.startswith("−") else f"${text}{letter}" for text in words
    )


def _decimals(value: float) -> int:
    _, _, fraction = f"{value:.10f}".rstrip("0").partition(".")
    return len(fraction)


def number(value: float, decimals: int) -> str:
    """``1,234.5`` with a true minus sign and never a negative zero."""
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return localised(text).replace("-", "−")
