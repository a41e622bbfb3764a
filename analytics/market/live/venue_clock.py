"""What time it is at a venue, told by the Date of its answers."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

log = logging.getLogger(__name__)

TRUSTED = timedelta(seconds=2)
"""The Date header has whole seconds, and answers take time: below this our own clock is better."""
ALARMING = timedelta(seconds=30)
HALF_SECOND = timedelta(seconds=0.5)


@dataclass(slots=True, eq=False)
class VenueClock:
    """The clock of one venue, kept by listening to its answers.

    ``skew`` is how far the venue is ahead of us; ``heard_at`` is when it last answered.
    """

    venue: str
    clock: Callable[[], datetime]
    skew: timedelta = timedelta(0)
    heard_at: datetime | None = None

    @property
    def now(self) -> datetime:
        """Our own time, or the venue's where they differ by more than the header can say."""
        return self.clock() + (self.skew if abs(self.skew) > TRUSTED else timedelta(0))

    def heard(self, headers: Mapping[str, str]) -> None:
        """Learn from the headers of an answer."""
        self.heard_at = self.clock()
        date = _date(headers)
        if date is not None:
            self.learn(date + HALF_SECOND - self.heard_at)

    def learn(self, skew: timedelta) -> None:
        """Set the clock, with an alarm the first time it is far off."""
        if abs(skew) > ALARMING >= abs(self.skew):
            log.warning("the clock of %s is %.0f s ahead of ours", self.venue, skew.total_seconds())
        self.skew = skew


def header(headers: Mapping[str, str], name: str) -> str | None:
    """A header by its name in any case."""
    return next((value for key, value in headers.items() if key.casefold() == name), None)


def _date(headers: Mapping[str, str]) -> datetime | None:
    try:
        date = parsedate_to_datetime(header(headers, "date") or "")
    except ValueError:
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
