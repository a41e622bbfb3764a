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
    """Rows that do not stand on the bars of the history; ``name`` ends the file's name."""

    name: str
    heading: tuple[str, ...]
    rows: Sequence[Sequence[Cell]]


def history_table(history: History, columns: Sequence[Column] = ()) -> Table:
    """Every common bar: close time, closes, log returns (blank after a gap), and more series."""
    names = [f"{market.venue}:{market.symbol}" for market in history.markets]
    time, start = history.close_time, int(history.in_window.close_time[0])
    returns = np.full(history.closes.shape, np.nan)
    returns[1:][history.consecutive] = history.log_returns
    others = [_placed(column, time) for column in columns]
    data = [*history.closes.T, *returns.T, *others]
    heading = (
        *("close_time", "in_window"),
        *(f"{name} close" for name in names),
        *(f"{name} log_return" for name in names),
        *(column.name for column in columns),
    )
    inside = (time >= start).astype(int).tolist()
    cells = (values.tolist() for values in data)
    return Table("", heading, tuple(zip(stamps(time), inside, *cells, strict=True)))


def funding_table(paid: Iterable[FundingHistory]) -> Table:
    """Every funding payment: its market, its time, the rate that longs paid to shorts."""
    rows = tuple(
        (f"{payments.market.venue}:{payments.market.symbol}", when, rate)
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
    """Each table as a file of comma-separated values; what is too large to send is left out."""
    for table in tables:
        name = f"{stem}-{table.name}.csv" if table.name else f"{stem}.csv"
        content = _csv(table)
        if len(content) > PLAIN_BYTES:
            # Without a time inside, equal data give equal files.
            name, content = f"{name}.gz", gzip.compress(content, mtime=0)
        if len(content) <= MOST_BYTES:
            yield File(name, content)


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
