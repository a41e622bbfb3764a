"""The numbers of all pairs as a table."""

from collections.abc import Iterator

from handlers._digest.gathering import Gathered, Told
from handlers._files import Cell, Table

UNKNOWN = ""


def pair_table(found: Gathered) -> Table:
    """One row a pair that could be looked at."""
    return Table(
        "pairs",
        (
            *("first", "second", "as_of", "window_days", "state"),
            *("correlation", "low", "high", "yesterday", "band_low", "band_high", "sigmas"),
            *("break_p", "removed", "next_low", "next_high"),
        ),
        [tuple(_cells(one)) for one in found.told],
    )


def _cells(told: Told) -> Iterator[Cell]:
    digest, history = told.digest, told.digest.history
    found, departure = digest.now.correlation, digest.now.departure
    yield from (market.full_name for market in history.markets[:2])
    yield history.last_close.isoformat()
    yield history.window.total_seconds() / 86_400
    yield str(digest.state)
    yield from (found.value, found.interval.low, found.interval.high)
    yield UNKNOWN if digest.before is None else digest.before.correlation.value
    yield from (
        (UNKNOWN,) * 3
        if departure is None
        else (departure.band.low, departure.band.high, departure.sigmas)
    )
    yield UNKNOWN if digest.now.broke is None else digest.now.broke.p_value
    yield UNKNOWN if digest.removed is None else digest.removed.value
    yield from (UNKNOWN,) * 2 if digest.likely is None else (digest.likely.low, digest.likely.high)
