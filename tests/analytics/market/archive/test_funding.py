"""Funding in an archive."""

from datetime import datetime

import numpy as np
import pandas as pd

from tests.analytics.market.archive.folder import DAY, LATER, NEW_YEAR, Folder, bars, only


def payments(n: int, *, start: datetime = NEW_YEAR, rate: float = 1e-4) -> pd.DataFrame:
    stamps = pd.date_range(start, periods=n, freq="8h")
    return pd.DataFrame({"timestamp": stamps, "funding_rate": rate})


async def test_funding_comes_from_the_file_that_covers_the_stretch_best(folder: Folder) -> None:
    folder.add(bars(10), symbol="BTC/USDT:USDT", market_type="swap-linear")
    folder.add(payments(90), symbol="BTC/USDT:USDT", market_type="funding_rate")
    late = NEW_YEAR + 20 * DAY
    folder.add(
        payments(60, start=late, rate=3e-4), symbol="BTC/USDT:USDT", market_type="funding_rate"
    )
    archive = folder.opened()
    perpetual = await only(archive)
    early = await archive.funding(perpetual, start=NEW_YEAR, end=NEW_YEAR + 10 * DAY)
    assert set(early.rate) == {1e-4}
    assert len(early) == 31, "both ends belong to the stretch"
    both = await archive.funding(perpetual, start=late, end=late + 5 * DAY)
    assert len(both) == 16
    recent = await archive.funding(perpetual, start=late + 8 * DAY, end=late + 30 * DAY)
    assert set(recent.rate) == {3e-4}
    never = await archive.funding(perpetual, start=LATER, end=LATER + DAY)
    assert len(never) == 0


async def test_a_market_without_funding_has_none(folder: Folder) -> None:
    folder.add(bars(10))
    archive = folder.opened()
    assert len(await archive.funding(await only(archive), start=NEW_YEAR, end=LATER)) == 0


async def test_funding_rows_are_sorted_and_cleaned(folder: Folder) -> None:
    table = payments(4)
    table["funding_rate"] = [1e-4, np.nan, 3e-4, 4e-4]
    repeated = table.iloc[[2]].assign(funding_rate=9e-4)
    folder.add(bars(10), symbol="BTC/USDT:USDT", market_type="swap-linear")
    shuffled = pd.concat([table.iloc[::-1], repeated])
    folder.add(shuffled, symbol="BTC/USDT:USDT", market_type="funding_rate")
    archive = folder.opened()
    found = await archive.funding(await only(archive), start=NEW_YEAR, end=LATER)
    assert found.rate.tolist() == [1e-4, 9e-4, 4e-4]
    assert (np.diff(found.time) > 0).all()
