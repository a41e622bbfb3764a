"""A number that is never without its interval."""

from dataclasses import dataclass
from typing import Protocol, Self


@dataclass(frozen=True, slots=True)
class Interval:
    """A range and the share of samples (a fraction, such as 0.95) in which it holds the truth."""

    low: float
    high: float
    level: float = 0.95

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high

    @property
    def squared(self) -> "Interval":
        """Where the square is: from 0 on where the sign is not certain."""
        low, high = sorted((self.low**2, self.high**2))
        return Interval(0.0 if 0 in self else low, high, self.level)


class Estimated(Protocol):
    """Whatever has a value with its interval, and perhaps says more about it."""

    @property
    def value(self) -> float:
        """The best guess."""

    @property
    def interval(self) -> Interval:
        """Where the truth probably is."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval."""

    value: float
    interval: Interval

    @classmethod
    def of(cls, found: Estimated) -> Self:
        """The value and the interval alone of what says more about itself."""
        return cls(found.value, found.interval)

    @property
    def squared(self) -> "Estimate":
        """The square, as of a correlation: the share of the variance that the best hedge removes."""
        return Estimate(self.value**2, self.interval.squared)
