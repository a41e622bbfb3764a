"""How far back a question looks, in bars of which length."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from analytics.errors import Correction, RequestError
from analytics.language import tr

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
YEAR = timedelta(days=365)

LONGEST = 3 * YEAR
DEFAULT_LENGTH = 30 * DAY
MIN_BARS = 30
ROUGH_BELOW = 60


@dataclass(frozen=True, slots=True)
class Window:
    """The stretch of time that a question is about.

    ``bar`` is None where the asker left it to us; ``end`` is None for "until now".
    """

    length: timedelta = DEFAULT_LENGTH
    bar: timedelta | None = None
    end: datetime | None = None

    @property
    def chosen_bar(self) -> timedelta:
        """The asked bar, else the default for this length."""
        return self.bar or default_bar(self.length)

    @property
    def n_bars(self) -> int:
        """How many returns the window holds."""
        return self.length // self.chosen_bar


def default_bar(length: timedelta) -> timedelta:
    """5m below 3 days, 1h to 90 days, 4h to a year, then 1d."""
    if length < 3 * DAY:
        return 5 * MINUTE
    if length <= 90 * DAY:
        return HOUR
    return 4 * HOUR if length <= YEAR else DAY


def bars_per_year(bar: timedelta) -> float:
    """How many bars a 365-day year holds."""
    return YEAR / bar


def spelled(length: timedelta) -> str:
    """A length of time as people type it: ``30d``, ``1y``, ``4h``, ``5m``.

    Days are preferred to weeks and months, so that one length has one spelling.
    """
    for unit, letter in ((YEAR, "y"), (DAY, "d"), (HOUR, "h"), (MINUTE, "m")):
        if length >= unit and length % unit == timedelta(0):
            return f"{length // unit}{letter}"
    return f"{length / MINUTE:g}m"


class BadWindowError(RequestError):
    """The window and the bar do not go together."""


class ShortHistoryError(RequestError):
    """Fewer bars than any statement needs."""

    def __init__(
        self, n: int, *, minimum: int = MIN_BARS, corrections: tuple[Correction, ...] = ()
    ) -> None:
        super().__init__(
            tr("There are only {n} bars in that window, I need {minimum}.", n=n, minimum=minimum),
            corrections=corrections,
        )
        self.n = n
