"""The data behind an answer as files that any program opens."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.market.candles import FloatArray, FundingHistory, TimeArray
from analytics.market.histories import History
from handlers._reply import File

PLAIN_BYTES = 4_000_000
"""Larger files are compressed."""
MOST_BYTES = 20_000_000
"""Larger ones are not sent, compressed or not."""

MOST_RETURNS = 20
"""Markets."""

Cell = str | float | int


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """A series of the answer beside the closes.

    Attributes
    ----------
    time
        Shape (m,), close times in milliseconds since 1970 UTC, each one of the history's.
    values
        Shape (m,); NaN where undefined.
    """

    name: str
    time: TimeArray
    values: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Rows under a heading, read once; ``name`` ends the file's name."""

    name: str
    heading: tuple[str, ...]
    rows: Iterable[Sequence[Cell]]


def history_table(history: History, columns: Sequence[Column] = (), *, name: str = "") -> Table:
    """Every common bar: close time, closes, log returns (blank after a gap), and more series.

    The closes of many markets say enough without their returns.
    """
    names = [market.full_name for market in history.markets]
    time, start = history.close_time, int(history.in_window.close_time[0])
    shown = len(names) if len(names) <= MOST_RETURNS else 0
    returns = np.full((len(time), shown), np.nan)
    returns[1:][history.consecutive] = history.log_returns[:, :shown]
    others = [_placed(column, time) for column in columns]
    data = [*history.closes.T, *returns.T, *others]
    heading = (
        *("close_time", "in_window"),
        *(f"{market} close" for market in names),
        *(f"{market} log_return" for market in names[:shown]),
        *(column.name for column in columns),
    )
    inside = (time >= start).astype(int).tolist()
    cells = (values.tolist() for values in data)
    return Table(name, heading, tuple(zip(stamps(time), inside, *cells, strict=True)))


def funding_table(paid: Iterable[FundingHistory]) -> Table:
    """Every funding payment: its market, its time, the rate that longs paid to shorts."""
    rows = tuple(
        (payments.market.full_name, when, rate)
        for payments in paid
        for when, rate in zip(stamps(payments.time), payments.rate.tolist(), strict=True)
    )
    return Table("funding", ("market", "paid_at", "rate"), rows)


def stamps(time: TimeArray) -> list[str]:
    """Milliseconds since 1970 as ISO 8601 in UTC: ``2026-03-12T14:00:00Z``."""
    found: list[str] = np.datetime_as_string(
        time.astype("datetime64[ms]"), unit="s", timezone="UTC"
    ).tolist()
    return found


def written(tables: Iterable[Table], *, stem: str) -> Iterator[File]:
    """Each table as a file of comma-separated values; empty where it is too large to send."""
    for table in tables:
        name = f"{stem}-{table.name}.csv" if table.name else f"{stem}.csv"
        content = _csv(table)
        if len(content) > PLAIN_BYTES:
            # Without a time inside, equal data give equal files.
            name, content = f"{name}.gz", gzip.compress(content, mtime=0)
        yield File(name, content if len(content) <= MOST_BYTES else b"")


def _placed(column: Column, time: TimeArray) -> FloatArray:
    """The column's values at the times of all rows, NaN elsewhere."""
    placed = np.full(len(time), np.nan)
    known, at, of = np.intersect1d(time, column.time, assume_unique=True, return_indices=True)
    if len(known) != len(column.time):
        raise ValueError(f"{column.name} has times that no bar closed at")
    placed[at] = column.values[of]
    return placed


def _csv(table: Table) -> bytes:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(table.heading)
    # The shortest digits that read back to the same number; what is undefined is blank.
    writer.writerows(["" if cell != cell else cell for cell in row] for row in table.rows)  # noqa: PLR0124 - NaN
    return file.getvalue().encode()
