"""Which markets somebody may mean who has typed the beginning of a name."""

from datetime import UTC, datetime

import pytest

from analytics.market.catalog import Catalog
from tests.analytics.market.bench_source import BenchSource, dated, down, inverse, perp, spot

MARCH = datetime(2026, 3, 27, 8, tzinfo=UTC)
SHELVES = {
    "binance": (
        spot("ETH"),
        perp("ETH"),
        inverse("ETH"),
        dated("ETH", MARCH),
        spot("ETC"),
        perp("ETC"),
        perp("ETHFI"),
        spot("EOS", quote="EUR"),
        spot("ENA", active=False),
    ),
    "bybit": (spot("ETH", "bybit"), perp("ETHW", "bybit")),
}


@pytest.mark.parametrize(
    ("word", "names", "is_listed"),
    [
        ("e", ("ETH", "ETC", "ETHFI-PERP", "ETHW-PERP"), False),
        ("ETH", ("ETH-PERP", "ETH-INV", "ETH-27MAR26", "ETHFI-PERP", "ETHW-PERP"), True),
        ("eth-", ("ETH-PERP", "ETH-INV", "ETH-27MAR26"), False),
        ("ETH-P", ("ETH-PERP",), False),
        ("ETH-PERP", (), True),
        ("ETHFI", ("ETHFI-PERP",), False),
        ("bybit:E", ("bybit:ETH", "bybit:ETHW-PERP"), False),
        ("nowhere:E", (), False),
        ("ENA", (), False),
        ("Q", (), False),
        ("", (), False),
    ],
)
async def test_a_beginning_becomes(word: str, names: tuple[str, ...], is_listed: bool) -> None:
    found = await Catalog(BenchSource(SHELVES)).completions(word, most=5)
    assert (found.names, found.is_listed) == (names, is_listed)


async def test_no_more_than_asked_for() -> None:
    assert len((await Catalog(BenchSource(SHELVES)).completions("E", most=2)).names) == 2


async def test_a_venue_that_is_down_completes_nothing_and_keeps_nobody() -> None:
    away = {"binance list": down("binance")}
    found = await Catalog(BenchSource(SHELVES, down=away)).completions("ET", most=5)
    assert found.names == ("ETH", "ETHW-PERP")
