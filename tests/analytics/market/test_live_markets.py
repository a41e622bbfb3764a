import asyncio
import math
from datetime import UTC, datetime, timedelta

import pytest

from analytics.market.instruments import Kind
from analytics.market.live.dialects import DIALECTS
from analytics.market.live.listings import markets_of
from analytics.market.outages import MarketGoneError, VenueDownError, VenueMalformedError
from analytics.market.windows import BadWindowError
from tests.analytics.market.live_setting import DAY, HOUR, NOW, live
from tests.emulators.venues.faults import Answer, html
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.refusals import bad_gateway

ROW = {
    "symbol": "BTC/USDT:USDT",
    "type": "swap",
    "base": "BTC",
    "quote": "USDT",
    "settle": "USDT",
    "contractSize": 0.01,
    "precision": {"amount": 1.0},
    "limits": {"amount": {"min": 2.0}},
    "taker": 0.0005,
    "active": True,
    "created": 1_600_000_000_000,
}
COINS = {"symbol": "BTC/USD:BTC", "quote": "USD", "settle": "BTC", "contractSize": 10.0}
SPOT = {"symbol": "BTC/USDT", "type": "spot", "settle": None, "contractSize": None}
DATED = {"symbol": "BTC/USDT:USDT-261225", "type": "future", "expiry": 1_798_185_600_000}


@pytest.mark.parametrize("venue", list(DIALECTS))
async def test_the_list_says_what_the_venue_trades_and_how(venue: str) -> None:
    async with live(venue, size=60) as setting:
        listings = {item.symbol: item for item in setting.venues.listings(venue)}
        found = {market.symbol: market for market in await setting.prices.markets(venue)}
        assert found.keys() == listings.keys()
        for symbol, market in found.items():
            listing = listings[symbol]
            assert (market.base, market.quote) == (listing.base, listing.quote)
            assert market.inverse is listing.inverse
            assert (market.kind is Kind.SPOT) is listing.spot
            assert (market.kind is Kind.FUTURE) is (listing.expiry is not None)
            assert market.expiry == listing.expiry
            assert market.active is listing.active
            assert market.listed in {None, listing.listed}
            assert market.contract_size == listing.contract_size
            unit = listing.contract_size if venue == "deribit" else 1.0
            assert math.isclose(market.lot * unit, told_step(listing))
            assert market.minimum >= market.lot


async def test_the_list_is_asked_for_once_in_hours_and_shared_by_all_who_wait() -> None:
    async with live("binance") as setting:
        await asyncio.gather(*(setting.prices.markets("binance") for _ in range(5)))
        assert len(setting.venues.requests("binance")) == 3
        setting.clock.now += timedelta(hours=3)
        await setting.prices.markets("binance")
        assert len(setting.venues.requests("binance")) == 3
        setting.clock.now += timedelta(hours=2)
        await setting.prices.markets("binance")
        assert len(setting.venues.requests("binance")) == 6


async def test_an_old_list_serves_on_while_the_venue_is_down() -> None:
    async with live("okx") as setting:
        before = await setting.prices.markets("okx")
        setting.clock.now += timedelta(hours=5)
        setting.venues.faults.add(bad_gateway(), venue="okx")
        assert await setting.prices.markets("okx") is before
        setting.venues.faults.clear()
        setting.clock.now += timedelta(minutes=6)
        assert await setting.prices.markets("okx") is not before


@pytest.mark.parametrize("venue", list(DIALECTS))
@pytest.mark.parametrize(
    "answer", [html(), Answer(200, {}), Answer(200, []), Answer(200, {"x": 1})]
)
async def test_a_list_that_is_none_is_refused(venue: str, answer: Answer) -> None:
    async with live(venue) as setting:
        setting.venues.faults.add(answer, venue=venue)
        with pytest.raises((VenueMalformedError, VenueDownError)):
            await setting.prices.markets(venue)


async def test_one_torn_part_of_the_list_is_not_taken_for_an_empty_one() -> None:
    async with live("binance") as setting:
        setting.venues.faults.add(Answer(200, {}), path="fapi")
        with pytest.raises(VenueMalformedError, match="Binance sent something that is not"):
            await setting.prices.markets("binance")


async def test_a_market_that_went_is_looked_for_in_a_new_list_once() -> None:
    invalid = Answer(400, {"code": -1121, "msg": "Invalid symbol."})
    async with live("binance") as setting:
        market = await setting.btc("binance", Kind.PERP)
        setting.clock.now += timedelta(hours=1)
        setting.venues.faults.add(invalid, path="klines")
        for lists in (6, 6):
            with pytest.raises(MarketGoneError, match="Binance no longer lists BTC/USD"):
                await setting.prices.candles(market, bar=HOUR, start=NOW - DAY, end=NOW)
            assert len(setting.venues.requests("binance", "exchangeInfo")) == lists


async def test_a_bar_that_the_venue_lacks_is_refused_with_those_it_has() -> None:
    async with live("kraken", "binance") as setting:
        market = await setting.btc("kraken", Kind.SPOT)
        assert [bar / HOUR for bar in setting.prices.bars(market)[-3:]] == [1, 4, 24]
        with pytest.raises(
            BadWindowError, match=r"Kraken has no 2h bars; it has 1m, 5m, .*4h, 1d\."
        ) as e:
            await setting.prices.candles(market, bar=2 * HOUR, start=NOW - DAY, end=NOW)
        assert [fix.applied_to("/corr BTC ETH 30d 2h") for fix in e.value.corrections] == [
            "/corr BTC ETH 30d 1h",
            "/corr BTC ETH 30d 4h",
        ]
        other = await setting.btc("binance", Kind.SPOT)
        assert 2 * HOUR in setting.prices.bars(other)
        assert max(setting.prices.bars(other)) == DAY


def told_step(listing: Listing) -> float:
    """What the venue tells of the smallest step: Kraken eight decimals, Deribit's spot a minimum."""
    if listing.venue == "kraken":
        return 1e-8
    return listing.minimum if listing.venue == "deribit" else listing.step


@pytest.mark.parametrize(
    ("change", "kind", "size", "lot", "minimum"),
    [
        ({}, Kind.PERP, 0.01, 1.0, 2.0),
        (COINS, Kind.INVERSE, 10.0, 1.0, 2.0),
        (SPOT, Kind.SPOT, 1.0, 1.0, 2.0),
        (DATED, Kind.FUTURE, 0.01, 1.0, 2.0),
        ({"symbol": "BTC/USD:USDC", "quote": "USD", "settle": "USDC"}, Kind.PERP, 0.01, 1.0, 2.0),
        ({"limits": {}}, Kind.PERP, 0.01, 1.0, 1.0),
        ({"precision": {"amount": None}}, Kind.PERP, 0.01, 2.0, 2.0),
        (SPOT | {"precision": {}, "limits": {}}, Kind.SPOT, 1.0, 1e-8, 1e-8),
    ],
)
def test_a_row_is_read(
    change: dict[str, object], kind: Kind, size: float, lot: float, minimum: float
) -> None:
    (market,) = markets_of("okx", [ROW | change], precision_mode=4)
    assert (market.kind, market.contract_size) == (kind, size)
    assert (market.lot, market.minimum) == (lot, minimum)
    assert market.listed == datetime(2020, 9, 13, 12, 26, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "option", "symbol": "BTC/USD:BTC-260327-100000-C"},
        {"type": "index"},
        {"type": None},
        {"settle": None},
        {"symbol": "BTC/USD:ETH", "quote": "USD", "settle": "ETH"},
        {"symbol": "BTC-FS-27MAR26_PERP"},
        {"base": None},
        {"base": ""},
        {"contractSize": None},
        {"contractSize": 0.0},
        {"contractSize": math.nan},
        {"precision": {}, "limits": {}},
        DATED | {"expiry": None},
        DATED | {"expiry": 10**30},
    ],
)
def test_a_row_that_is_no_plain_market_is_passed_over(change: dict[str, object]) -> None:
    assert markets_of("okx", [ROW | change], precision_mode=4) == ()


def test_a_lot_may_be_told_as_a_number_of_digits() -> None:
    (market,) = markets_of("okx", [ROW | {"precision": {"amount": 3}}], precision_mode=2)
    assert market.lot == pytest.approx(0.001)


def test_deribit_counts_coins_and_dollars_where_others_count_contracts() -> None:
    row = ROW | COINS | {"precision": {"amount": 10.0}, "limits": {"amount": {"min": 30.0}}}
    (market,) = markets_of("deribit", [row], precision_mode=4)
    assert (market.contract_size, market.lot, market.minimum) == (10.0, 1.0, 3.0)


def test_a_coin_margined_contract_of_bybit_is_a_dollar_whatever_its_smallest_order() -> None:
    (market,) = markets_of("bybit", [ROW | COINS], precision_mode=4)
    assert market.contract_size == 1.0


def test_the_margin_of_the_smallest_tier_is_read_where_it_is_told() -> None:
    tiers = {"info": {"marginLevels": [{"maintenanceMargin": "0.01"}, {"maintenanceMargin": 0.05}]}}
    (told,) = markets_of("krakenfutures", [ROW | tiers], precision_mode=4)
    (untold,) = markets_of("krakenfutures", [ROW], precision_mode=4)
    assert (told.maintenance_rate, untold.maintenance_rate) == (0.01, None)
