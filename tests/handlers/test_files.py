"""The data behind an answer, as files."""

import csv
import gzip
import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analytics.market.candles import FundingHistory
from handlers._files import (
    MOST_BYTES,
    PLAIN_BYTES,
    Column,
    Table,
    funding_table,
    history_table,
    written,
)
from tests.analytics.studies.pasts import coupled, written_past

PAST = written_past(coupled(0.6, 800))


def test_pandas_reads_back_every_bit() -> None:
    rolling = Column("rolling", PAST.close_time[3:], np.linspace(-1, 1, len(PAST.close_time) - 3))
    (file,) = written([history_table(PAST, (rolling,))], stem="corr-a")
    assert file.name == "corr-a.csv"
    read = pd.read_csv(io.BytesIO(file.content), parse_dates=["close_time"])
    assert list(read.columns) == [
        "close_time",
        "in_window",
        "test:A0/USDT close",
        "test:A1/USDT close",
        "test:A0/USDT log_return",
        "test:A1/USDT log_return",
        "rolling",
    ]
    assert str(read["close_time"].dt.tz) == "UTC"
    ms = read["close_time"].astype("datetime64[ms, UTC]").astype("int64").to_numpy()
    np.testing.assert_array_equal(ms, PAST.close_time)
    np.testing.assert_array_equal(read.iloc[:, 2:4].to_numpy(), PAST.closes)
    np.testing.assert_array_equal(read.iloc[1:, 4:6].to_numpy(), PAST.log_returns)
    assert read["in_window"].sum() == 721
    np.testing.assert_array_equal(read["rolling"].to_numpy()[3:], rolling.values)
    assert read["rolling"][:3].isna().all()


def test_there_is_no_return_across_a_gap() -> None:
    kept = np.delete(np.arange(len(PAST.close_time)), 400)
    gap = replace(PAST, close_time=PAST.close_time[kept], closes=PAST.closes[kept])
    rows = history_table(gap).rows
    blank = [at for at, row in enumerate(rows) if row[4] != row[4]]
    assert blank == [0, 400]
    (file,) = written([history_table(gap)], stem="a")
    assert file.content.decode().splitlines()[401].endswith(",,")


def test_a_series_on_other_times_is_refused() -> None:
    strange = Column("strange", PAST.close_time + 1, np.zeros(len(PAST.close_time)))
    with pytest.raises(ValueError, match="strange has times"):
        history_table(PAST, (strange,))


def test_every_payment_is_a_row() -> None:
    paid = FundingHistory(PAST.markets[0], np.array([0, 28_800_000]), np.array([1e-4, -2e-5]))
    (file,) = written([funding_table([paid])], stem="carry-a")
    assert file.name == "carry-a-funding.csv"
    assert list(csv.reader(io.StringIO(file.content.decode()))) == [
        ["market", "paid_at", "rate"],
        ["test:A0/USDT", "1970-01-01T00:00:00Z", "0.0001"],
        ["test:A0/USDT", "1970-01-01T08:00:00Z", "-2e-05"],
    ]


def test_large_files_are_compressed_and_larger_ones_left_out() -> None:
    row = ("2026-01-01T00:00:00Z", 1.0)
    large = Table("", ("a", "b"), [row] * (PLAIN_BYTES // 20))
    (file,) = written([large], stem="a")
    assert file.name == "a.csv.gz"
    assert len(file.content) < PLAIN_BYTES
    assert gzip.decompress(file.content).startswith(b"a,b\n2026")
    assert next(iter(written([large], stem="a"))).content == file.content, "no time inside"
    noise = np.random.default_rng(1).bytes(MOST_BYTES).hex()
    endless = Table("", ("a",), [(noise + noise,)])
    (left_out,) = written([endless], stem="a")
    assert left_out.content == b""
