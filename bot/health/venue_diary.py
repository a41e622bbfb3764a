"""When each venue last answered and last failed, as this process has seen it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from analytics.errors import HedgeError, SourceError
from handlers._health import VenueHealth


def _never(_venue: str) -> datetime | None:
    """No venue is left alone."""
    return None


@dataclass(slots=True, eq=False)
class VenueDiary:
    """One page a venue. ``rests_until`` tells until when a venue is left alone."""

    now: Callable[[], datetime]
    rests_until: Callable[[str], datetime | None] = _never
    _pages: dict[str, VenueHealth] = field(default_factory=dict)

    def answered(self, venue: str, error: HedgeError | None = None) -> None:
        """Note how a question to a venue ended; one that it could not have is answered too."""
        page, now = self._page(venue), self.now()
        if isinstance(error, SourceError):
            self._pages[venue] = replace(page, failed=now, why=error.sentence)
        else:
            self._pages[venue] = replace(page, answered=now)

    def closed(self, venue: str, newest: float) -> None:
        """Note the close of the newest bar that a venue gave, in seconds since 1970."""
        page, close = self._page(venue), datetime.fromtimestamp(newest, UTC)
        if page.newest is None or page.newest < close:
            self._pages[venue] = replace(page, newest=close)

    def health(self, venues: Sequence[str]) -> list[VenueHealth]:
        """What is known of each venue."""
        return [replace(self._page(venue), rests_until=self.rests_until(venue)) for venue in venues]

    def _page(self, venue: str) -> VenueHealth:
        return self._pages.get(venue, VenueHealth(venue))
