"""A folder of an archive, written file by file."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analytics.market.archive import ArchivePrices
from analytics.market.markets import Market

NEW_YEAR = datetime(2024, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 1, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def bars(n: int, *, hours: int = 1, start: datetime = NEW_YEAR, price: float = 100) -> pd.DataFrame:
    close = price + np.arange(n, dtype=float)
    return pd.DataFrame(
        {
            "timestamp": pd.date_range(start, periods=n, freq=f"{hours}h"),
            "open": close - 0.5,
            "high": close + 1,
            "low": close - 1,
            "close": close,
            "volume": 10.0,
        }
    )


class Folder:
    """An archive in the making."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.entries: list[dict[str, Any]] = []

    def add(
        self,
        table: pd.DataFrame,
        symbol: str = "BTC/USDT",
        market_type: str = "spot",
        interval: str = "1h",
        *,
        venue: str = "binance",
        suffix: str = "csv",
    ) -> str:
        name = f"{len(self.entries)}.{suffix}"
        if suffix == "csv":
            table.to_csv(self.path / name, index=False)
        else:
            table.to_parquet(self.path / name)
        entry = {"file": name, "symbol": symbol, "venue": venue, "market_type": market_type}
        self.entries.append(entry | {"interval": interval})
        return name

    def opened(self) -> ArchivePrices:
        (self.path / "manifest.json").write_text(json.dumps({"entries": self.entries}))
        return ArchivePrices(self.path)


async def only(archive: ArchivePrices, venue: str = "binance") -> Market:
    (found,) = await archive.markets(venue)
    return found


async def closes(
    archive: ArchivePrices,
    bar: timedelta,
    start: datetime = NEW_YEAR,
    end: datetime = LATER,
) -> Sequence[float]:
    found = await archive.candles(await only(archive), bar=bar, start=start, end=end)
    return list(found.close)
