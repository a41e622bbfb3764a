"""Archives and files that are none are refused with their reason."""

import pytest

from analytics.errors import SourceError
from analytics.market.archive import ArchivePrices
from tests.analytics.market.archive.folder import HOUR, Folder, bars, closes


@pytest.mark.parametrize(
    ("manifest", "reason"),
    [
        (None, "cannot be read"),
        ("{", "is not JSON"),
        ("{}", "no list of entries"),
        ("[]", "no list of entries"),
        ('{"entries": 3}', "no list of entries"),
        ("[3]", "is not an object"),
        ('[{"symbol": "BTC/USDT"}]', "an entry has no file"),
        ('[{"file": "gone.csv"}]', "gone.csv is in the manifest but not in"),
        ('[{"file": "0.csv", "symbol": "BTC/USDT"}]', "0.csv has no venue"),
    ],
)
def test_an_unusable_manifest_is_refused_with_its_reason(
    folder: Folder, manifest: str | None, reason: str
) -> None:
    folder.add(bars(3))
    if manifest is not None:
        (folder.path / "manifest.json").write_text(manifest)
    with pytest.raises(SourceError, match=reason):
        ArchivePrices(folder.path)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"symbol": "BTCUSDT"}, "BTCUSDT is not a symbol like"),
        ({"symbol": "BTC/USDT:USDT-249999", "market_type": "future-linear"}, "is not a day"),
        ({"symbol": "BTC/USD:BTC"}, "BTC/USD:BTC is a swap-inverse, not a spot"),
        ({"market_type": "options"}, "BTC/USDT is a spot, not a options"),
        ({"interval": "hourly"}, "hourly is not an interval like 1h"),
        ({"interval": "0h"}, "an interval of nothing"),
        ({"interval": ""}, "0.csv has no interval"),
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(
    folder: Folder, entry: dict[str, str], reason: str
) -> None:
    folder.add(bars(3))
    folder.entries[0] |= entry
    with pytest.raises(SourceError, match=reason):
        folder.opened()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "cannot be read"),
        ("timestamp,open,high,low,close\n2024-01-01,1,1,1,1\n", "no column volume"),
        ("timestamp,open,high,low,close,volume\n", "no valid bar"),
        ("timestamp,open,high,low,close,volume\nsoon,1,1,1,1,1\n", "timestamp that is no time"),
        (
            "timestamp,open,high,low,close,volume\n2024-01-01,1,1,1,cheap,1\n",
            "close that is no number",
        ),
    ],
)
async def test_a_file_that_is_no_price_table_is_refused(
    folder: Folder, content: str, reason: str
) -> None:
    name = folder.add(bars(3))
    (folder.path / name).write_text(content)
    with pytest.raises(SourceError, match=reason):
        await closes(folder.opened(), HOUR)


async def test_a_broken_parquet_file_is_refused(folder: Folder) -> None:
    name = folder.add(bars(3), suffix="parquet")
    (folder.path / name).write_bytes(b"PAR1 and then nothing")
    with pytest.raises(SourceError, match="cannot be read"):
        await closes(folder.opened(), HOUR)
