"""A number that is never without its interval."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Interval:
    """A range and the share of samples (a fraction, such as 0.95) in which it holds the truth."""

    low: float
    high: float
    level: float = 0.95

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval."""

    value: float
    interval: Interval


class Estimated(Protocol):
    """Whatever has a value with its interval, and perhaps says more about it."""

    @property
    def value(self) -> float:
        """The best guess."""

    @property
    def interval(self) -> Interval:
        """Where the truth probably is."""
