"""One way to tell machines each kind of number: ``from handlers import _numbers as plain``."""

from collections.abc import Iterable

from analytics.market.histories import History
from analytics.market.markets import Market
from analytics.market.windows import DAY
from analytics.statistics.estimate import Estimated, Interval
from handlers._reply import Json


def estimate(found: Estimated) -> dict[str, Json]:
    """A value, the ends of its interval, and how often those hold the truth."""
    return {"value": found.value, **interval(found.interval)}


def interval(found: Interval) -> dict[str, Json]:
    """The ends, and how often they hold the truth."""
    return {"low": found.low, "high": found.high, "level": found.level}


def names(markets: Iterable[Market]) -> list[Json]:
    """Markets by their full names."""
    return [market.full_name for market in markets]


def source(history: History) -> dict[str, Json]:
    """Where prices come from, until when, over which window, in which bars."""
    return {
        "prices": history.origin.name,
        "as_of": history.last_close.isoformat(),
        "window_days": history.window / DAY,
        "bar_seconds": history.bar.total_seconds(),
    }
