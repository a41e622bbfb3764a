"""What must be true of a measure: a threshold that somebody chose, or leaving what is normal."""

import re
from dataclasses import dataclass
from enum import StrEnum

from handlers._grammar.quantities import number_of, written
from handlers._watch.measure import Metric

BANDS = frozenset({Metric.BREAK, Metric.LOCKSTEP})
"""Metrics whose condition is the band of what is normal; people name no number."""

SENSIBLE = {
    Metric.CORRELATION: "corr<0.6",
    Metric.BETA: "beta>1.2",
    Metric.EFFECTIVENESS: "he<60%",
    Metric.DRIFT: "drift>10%",
    Metric.FUNDING: "funding<0%",
    Metric.BASIS: "basis>0.5%",
    Metric.SPREAD: "spread>20bp",
}
"""A test of each that makes sense."""

_UNITS = {
    Metric.CORRELATION: "",
    Metric.BETA: "",
    Metric.EFFECTIVENESS: "%",
    Metric.DRIFT: "%",
    Metric.FUNDING: "%",
    Metric.BASIS: "%",
    Metric.SPREAD: "bp",
}
_SCALES = {"": 1.0, "%": 1e2, "bp": 1e4}
_FIGURE = re.compile(r"([-+]?)([\d.,]*\d[.,]?)(%|bps?|)", re.IGNORECASE)
_CONDITION = re.compile(r"([a-z]+)(<=|>=|<|>)(.*)", re.IGNORECASE)


class Comparison(StrEnum):
    """On which side of the threshold the condition is met."""

    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="

    @property
    def is_downward(self) -> bool:
        """Whether falling values meet it."""
        return self in (Comparison.BELOW, Comparison.AT_MOST)

    def holds(self, value: float, threshold: float) -> bool:
        """Whether a value meets it."""
        match self:
            case Comparison.BELOW:
                return value < threshold
            case Comparison.AT_MOST:
                return value <= threshold
            case Comparison.ABOVE:
                return value > threshold
            case Comparison.AT_LEAST:
                return value >= threshold


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with the unit that was typed behind it; ``unit`` is ``""``, ``%`` or ``bp``."""

    number: float
    unit: str = ""

    @property
    def value(self) -> float:
        """As a fraction, or as the number itself where no unit stands behind it."""
        return float(f"{self.number / _SCALES[self.unit]:.12g}")


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison with a threshold in the metric's own unit: fractions, not percents."""

    comparison: Comparison
    threshold: float

    def is_met(self, value: float) -> bool:
        """Whether a value meets it."""
        return self.comparison.holds(value, self.threshold)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A metric, and how its threshold was typed; ``comparison`` is None for a band."""

    metric: Metric
    comparison: Comparison | None = None
    figure: Figure | None = None


def figure_of(text: str) -> Figure | None:
    """The signed number that a text spells; None when it spells none.

    Raises
    ------
    AmbiguousNumberError
        The number has two readings.

    """
    match = _FIGURE.fullmatch(text)
    if match is None:
        return None
    number = number_of(match[2]).value
    return Figure(-number if match[1] == "-" else number, match[3].casefold().removesuffix("s"))


def wanted_of(word: str) -> Wanted | None:
    """The condition that a word spells: ``corr<0.6``, ``break``; None when it spells none."""
    name = word.casefold()
    if name in BANDS:
        return Wanted(Metric(name))
    match = _CONDITION.fullmatch(word)
    metric = _metric(match[1].casefold()) if match else None
    figure = figure_of(match[3]) if match else None
    if match is None or metric is None or figure is None:
        return None
    return Wanted(metric, Comparison(match[2]), figure)


def spelled_figure(value: float, metric: Metric) -> str:
    """A value in the unit in which people read the metric: ``0.6``, ``10%``, ``20bp``."""
    unit = _UNITS[metric]
    sign = "-" if value < 0 else ""
    return f"{sign}{written(abs(float(f'{value * _SCALES[unit]:.12g}')))}{unit}"


def usual_unit(metric: Metric) -> str:
    """The unit of a metric's thresholds: ``""``, ``%`` or ``bp``."""
    return _UNITS[metric]


def _metric(name: str) -> Metric | None:
    return next((m for m in Metric if m == name and m not in BANDS), None)
