"""Which markets are traded most, of every kind of source."""

from datetime import timedelta
from pathlib import Path

import pytest

from analytics.errors import SourceError
from analytics.market.archive import ArchivePrices
from analytics.market.instruments import Kind
from analytics.market.live.dialects import DIALECTS
from analytics.market.live.turnover import by_turnover
from analytics.market.markets import Market
from analytics.market.simulated import SIMULATED, SimulatedPrices
from analytics.market.stored import StoredPrices
from tests.analytics.market.live_setting import NOW, live
from tests.analytics.market.memory_store import MemoryStore
from tests.emulators.venues.market import Day

SPOT, PERP, INVERSE = (frozenset({kind}) for kind in (Kind.SPOT, Kind.PERP, Kind.INVERSE))
CONTRACTS = PERP | INVERSE


def dollars(day: Day | None) -> float:
    return 0.0 if day is None else float(day.volume) * float(day.last)


@pytest.mark.parametrize("venue", [venue for venue, d in DIALECTS.items() if d.tickers])
@pytest.mark.parametrize("kind", [Kind.SPOT, Kind.PERP, Kind.INVERSE])
async def test_the_venues_own_volumes_rank_its_markets(venue: str, kind: Kind) -> None:
    async with live(venue, size=60) as setting:
        listings = {item.symbol: item for item in setting.venues.listings(venue)}
        markets = [m for m in await setting.prices.markets(venue) if m.kind is kind and m.active]
        found = await setting.prices.most_traded(venue, kinds=frozenset({kind}), limit=10)
        market = setting.venues.market(venue)
        value = {m: dollars(market.day(listings[m.symbol])) for m in markets}
        assert [value[m] for m in found] == pytest.approx(
            sorted(value.values(), reverse=True)[: len(found)], rel=0.02
        )
        assert len(found) == min(10, len(markets))


async def test_a_ranking_is_asked_again_only_after_some_minutes() -> None:
    async with live("binance", size=60) as setting:
        first = await setting.prices.most_traded("binance", kinds=CONTRACTS, limit=5)
        asked = len(setting.venues.requests())
        again = await setting.prices.most_traded("binance", kinds=CONTRACTS, limit=3)
        assert (again, len(setting.venues.requests())) == (first[:3], asked)
        setting.clock.now += timedelta(minutes=11)
        await setting.prices.most_traded("binance", kinds=CONTRACTS, limit=3)
        assert len(setting.venues.requests()) > asked


async def test_a_venue_that_tells_no_volumes_gives_its_list() -> None:
    async with live("deribit", size=60) as setting:
        listed = [m for m in await setting.prices.markets("deribit") if m.kind is Kind.INVERSE]
        found = await setting.prices.most_traded("deribit", kinds=INVERSE, limit=2)
        assert list(found) == [m for m in listed if m.active][:2]


def test_what_did_not_trade_is_left_out_unless_nothing_is_known() -> None:
    one, other = (Market("v", f"{base}/USDT", base, "USDT", Kind.SPOT) for base in ("A", "B"))
    tickers = {"A/USDT": {"quoteVolume": None, "baseVolume": 3, "last": 2}, "B/USDT": {}}
    assert by_turnover([other, one], tickers) == (one,)
    assert by_turnover([other, one], {"A/USDT": {"quoteVolume": "nan"}}) == (other, one)


def test_contracts_of_a_coin_margined_market_are_dollars() -> None:
    linear = Market("v", "A/USDT:USDT", "A", "USDT", Kind.PERP, "USDT", contract_size=10)
    inverse = Market("v", "A/USD:A", "A", "USD", Kind.INVERSE, "A", contract_size=100)
    tickers = {
        "A/USDT:USDT": {"baseVolume": 50, "last": 2},
        "A/USD:A": {"baseVolume": 11, "last": 2},
    }
    assert by_turnover([linear, inverse], tickers) == (inverse, linear)
    swapped = tickers | {"A/USD:A": {"baseVolume": 999, "quoteVolume": 5000}}
    assert by_turnover([inverse, linear], swapped, is_swapped=True) == (linear, inverse)


async def test_the_simulated_venue_ranks_by_what_its_coins_turn_over() -> None:
    prices = SimulatedPrices(clock=lambda: NOW)
    found = await prices.most_traded(SIMULATED, kinds=PERP, limit=3)
    assert [m.symbol for m in found] == ["BTC/USDT:USDT", "ETH/USDT:USDT", "SOL/USDT:USDT"]
    with pytest.raises(SourceError):
        await prices.most_traded("nowhere", kinds=PERP, limit=3)


async def test_stored_prices_ask_the_source_behind() -> None:
    source = SimulatedPrices(clock=lambda: NOW)
    stored = StoredPrices(source, MemoryStore(), now=lambda: NOW)
    assert await stored.most_traded(SIMULATED, kinds=SPOT, limit=4) == await source.most_traded(
        SIMULATED, kinds=SPOT, limit=4
    )


async def test_real_candles_put_bitcoin_first(market_data: Path) -> None:
    archive = ArchivePrices(market_data)
    found = await archive.most_traded("binance", kinds=PERP, limit=5)
    assert len(found) == 5
    assert "BTC" in {market.base for market in found[:2]}
    assert await archive.most_traded("binance", kinds=frozenset({Kind.FUTURE}), limit=5) == []
