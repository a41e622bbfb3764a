"""Reading one archived file into rows that are prices, or payments that are rates."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.market.archive.manifest import CandleFile, FundingFile, unusable
from analytics.market.quality import clean_bars

FloatArray = npt.NDArray[np.float64]

_BAR_COLUMNS = ("open", "high", "low", "close", "volume")


@dataclass(frozen=True, slots=True, eq=False)
class Payments:
    """Times in milliseconds since 1970, strictly ascending, and the rate paid at each."""

    time: npt.NDArray[np.int64]
    rate: FloatArray


def read_bars(file: CandleFile) -> FloatArray:
    """Read a file of candles: ``timestamp`` (of the open), open, high, low, close, volume.

    Returns
    -------
    Clean rows, shape (n, 6).

    Raises
    ------
    SourceError
        When it is no table, lacks a column, or holds no valid row.
    """
    table = _table(file.path, _BAR_COLUMNS)
    columns = [_numbers(table, name, file.path) for name in _BAR_COLUMNS]
    raw = np.column_stack([_times(table, file.path), *columns])
    rows, _ = clean_bars(raw, file.interval)
    if len(rows) == 0:
        raise unusable(f"{file.path.name} holds no valid bar")
    return rows


def read_payments(file: FundingFile) -> Payments:
    """Read a file of funding: ``timestamp`` (of the payment), ``funding_rate`` (a fraction).

    Raises
    ------
    SourceError
        When it is no table or lacks a column.
    """
    table = _table(file.path, ("funding_rate",))
    raw = np.column_stack([_times(table, file.path), _numbers(table, "funding_rate", file.path)])
    finite = raw[np.isfinite(raw).all(axis=1)]
    in_order = finite[np.argsort(finite[:, 0], kind="stable")]
    last_of_its_time = np.diff(in_order[:, 0], append=np.inf) > 0
    kept = in_order[last_of_its_time]
    return Payments(kept[:, 0].astype(np.int64), np.ascontiguousarray(kept[:, 1]))


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    try:
        table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise unusable(f"{path.name} cannot be read ({error})") from error
    missing = [name for name in ("timestamp", *columns) if name not in table.columns]
    if missing:
        raise unusable(f"{path.name} has no column {', '.join(missing)}")
    return table


def _times(table: pd.DataFrame, path: Path) -> FloatArray:
    """Milliseconds since 1970; numbers are taken as such, text and datetimes as UTC."""
    column = table["timestamp"]
    if pd.api.types.is_numeric_dtype(column):
        return column.to_numpy(dtype=np.float64)
    try:
        moments = pd.to_datetime(column, utc=True)
    except ValueError as error:
        raise unusable(f"{path.name} has a timestamp that is no time ({error})") from error
    known = moments.notna().to_numpy()
    milliseconds = moments.dt.as_unit("ms").astype("int64").to_numpy(dtype=np.float64)
    return np.where(known, milliseconds, np.nan)


def _numbers(table: pd.DataFrame, name: str, path: Path) -> FloatArray:
    try:
        return table[name].to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise unusable(f"{path.name} has a {name} that is no number ({error})") from error
