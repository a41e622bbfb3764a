"""Which venue a past is taken from, and what is told when one fails."""

import numpy as np
import pytest

from analytics.errors import SourceError
from analytics.market.outages import MarketGoneError
from tests.analytics.market.bench_source import (
    BenchSource,
    down,
    spot,
)
from tests.analytics.market.pasts import SHELVES, past, source, where


@pytest.mark.parametrize(
    ("names", "failing", "markets", "notes"),
    [
        ("BTC ETH-PERP", "", ["binance BTC/USDT", "binance ETH/USDT:USDT"], ()),
        ("BTC ETH-PERP", "bybit", ["binance BTC/USDT", "binance ETH/USDT:USDT"], ()),
        ("BTC SOL-INV", "", ["bybit BTC/USDT", "bybit SOL/USD:SOL"], ()),
        ("BTC SOL-INV ETH", "", ["binance BTC/USDT", "bybit SOL/USD:SOL", "binance ETH/USDT"], ()),
        ("binance:BTC bybit:BTC", "", ["binance BTC/USDT", "bybit BTC/USDT"], ()),
        ("okx:BTC ETH-PERP", "", ["okx BTC/USDT", "okx ETH/USDT:USDT"], ()),
        ("okx:BTC ETH-PERP", "binance", ["okx BTC/USDT", "okx ETH/USDT:USDT"], ()),
        (
            "BTC ETH-PERP",
            "binance",
            ["bybit BTC/USDT", "bybit ETH/USDT:USDT"],
            ("Binance is down (502). Used Bybit; prices differ by a few bp.",),
        ),
        (
            "BTC ETH-PERP",
            "binance bybit",
            ["okx BTC/USDT", "okx ETH/USDT:USDT"],
            ("Binance is down (502). Bybit is down (502). Used OKX; prices differ by a few bp.",),
        ),
        (
            "BTC ETH",
            "binance",
            ["okx BTC/USDT", "okx ETH/USDT"],
            ("Binance is down (502). Used OKX; prices differ by a few bp.",),
        ),
    ],
)
@pytest.mark.parametrize("failure", ["{}", "{} list"])
async def test_one_venue_for_all_legs_the_next_when_it_fails_each_failure_told_once(
    names: str, failing: str, markets: list[str], notes: tuple[str, ...], failure: str
) -> None:
    behind = source(down={failure.format(v): down(v) for v in failing.split()})
    found = await past(names, behind)
    assert where(found) == markets
    assert found.notes == notes


async def test_a_venue_that_fails_is_asked_once_a_leg() -> None:
    behind = source(down={"binance": down("binance"), "bybit": down("bybit")})
    await past("BTC ETH-PERP", behind)
    assert len(behind.asked) == 6


async def test_twenty_markets_on_many_venues_are_planned_at_once() -> None:
    bases = [f"C{n}" for n in range(20)]
    venues = [f"v{n}" for n in range(6)]
    shelves = {venue: tuple(spot(base, venue) for base in bases) for venue in venues}
    behind = BenchSource(shelves, down={venue: down(venue) for venue in venues[:-1]})
    found = await past(" ".join(bases), behind)
    assert {market.venue for market in found.markets} == {"v5"}


async def test_a_pinned_venue_that_fails_is_not_replaced() -> None:
    with pytest.raises(SourceError, match=r"Binance is down \(502\)\."):
        await past("binance:BTC ETH-PERP", source(down={"binance": down("binance")}))


async def test_all_venues_down_is_the_failure_of_the_first() -> None:
    with pytest.raises(SourceError, match=r"Binance is down \(502\)\."):
        await past("BTC ETH-PERP", source(down={venue: down(venue) for venue in SHELVES}))


async def test_a_market_that_a_venue_gave_up_is_taken_from_the_next() -> None:
    gone = MarketGoneError("binance", "ETH/USDT:USDT")
    found = await past("BTC ETH-PERP", source(down={"binance": gone}))
    assert found.notes == (
        "Binance no longer lists ETH/USDT:USDT. Used Bybit; prices differ by a few bp.",
    )


async def test_the_lists_of_markets_are_asked_for_once_a_leg_and_venue() -> None:
    behind = source()
    await past("BTC ETH-PERP", behind)
    assert len(behind.lists_asked) == 2 * len(SHELVES)


async def test_the_same_market_on_two_venues() -> None:
    found = await past("binance:BTC bybit:BTC")
    assert found.log_returns.shape == (720, 2)
    assert not np.array_equal(*found.closes.T)
