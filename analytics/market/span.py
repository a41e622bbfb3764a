"""A window laid on the grid of its bars, and times in words."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from analytics.errors import Correction
from analytics.language import tr
from analytics.market.candles import Candles
from analytics.market.windows import spelled

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The window that a question is about, on the grid of its bars.

    ``bars`` are all that can be had, ``is_named`` where the question names one of them.
    """

    bar: timedelta
    length: timedelta
    end: datetime
    bars: tuple[timedelta, ...] = ()
    is_named: bool = False

    @property
    def bar_ms(self) -> int:
        """A bar in milliseconds."""
        return self.bar // MILLISECOND

    @property
    def end_ms(self) -> int:
        """When the last bar closes, milliseconds since 1970 UTC."""
        return int(self.end.timestamp() * 1000)

    @property
    def start_ms(self) -> int:
        """When the bar before the first one closes, milliseconds since 1970 UTC."""
        return self.end_ms - self.length // MILLISECOND


def in_bars(bar: timedelta, *, instead_of: timedelta | None) -> Correction:
    """The same question in other bars; ``instead_of`` those that it names."""
    if instead_of is None:
        return Correction(tr("{length} bars", length=spelled(bar)), f"bar={spelled(bar)}", "")
    return Correction(tr("{length} bars", length=spelled(bar)), spelled(bar), spelled(instead_of))


def moment(milliseconds: int) -> datetime:
    """The aware UTC time of a number of milliseconds since 1970."""
    return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)


def day(when: datetime) -> str:
    """A day in words."""
    return f"{when:%-d %b %Y}"


def last_close(leg: Candles) -> datetime:
    """When the newest bar closed."""
    return moment(int(leg.open_time[-1])) + leg.bar
