"""The emulated venues through ccxt's own parsing code, over HTTP."""

import argparse
import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import ccxt.async_support as ccxt
import pytest
import pytest_asyncio

from tests.emulators.venues.bybit import native
from tests.emulators.venues.catalogue import VENUES
from tests.emulators.venues.desk import add_arguments, run
from tests.emulators.venues.emulator import DIALECTS, VenueEmulator
from tests.emulators.venues.grid import DAY, HOUR, Grid, milliseconds
from tests.emulators.venues.listing import Listing
from tests.emulators.venues.readers import ccxt_exchanges

pytestmark = pytest.mark.asyncio(loop_scope="module")

HOURLY = Grid(HOUR)
START = datetime.now(UTC)  # ccxt asks by its own clock, so the venues' stands still near it
HOURS = 4000

# A market of each kind that a venue has, and what one page of its candles holds.
HISTORIES = [
    ("binance", "BTC/USDT", 1000),
    ("binance", "1000PEPE/USDT:USDT", 1000),
    ("binance", "ETH/USD:ETH", 1000),
    ("bybit", "1INCH/USDT", 1000),
    ("bybit", "BTC/USDC:USDC", 1000),
    ("bybit", "BTC/USD:BTC", 1000),
    ("okx", "ETH/USDT", 300),
    ("okx", "BTC/USD:BTC", 300),
    ("krakenfutures", "BTC/USD:USD", 2000),
    ("krakenfutures", "BTC/USD:BTC", 2000),
    ("deribit", "BTC/USD:BTC", 1000),
    ("deribit", "ETH/USDC", 1000),
]


class Desk(NamedTuple):
    venues: VenueEmulator
    exchanges: dict[str, Any]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk() -> AsyncIterator[Desk]:
    async with VenueEmulator(clock=lambda: START) as venues, ccxt_exchanges(venues) as exchanges:
        yield Desk(venues, exchanges)


def listing_of(venues: VenueEmulator, venue: str, symbol: str) -> Listing:
    return next(item for item in venues.listings(venue) if item.symbol == symbol)


@pytest.mark.parametrize("name", VENUES)
async def test_ccxt_loads_every_market_and_passes_over_the_broken_row(
    desk: Desk, name: str
) -> None:
    markets = await desk.exchanges[name].load_markets()
    listed = {listing.symbol: listing for listing in desk.venues.listings(name)}
    assert set(markets) - {"in_xbtusd"} == set(listed)
    assert sum(not listing.active for listing in listed.values()) == 1
    for symbol, listing in listed.items():
        market = markets[symbol]
        assert market["id"] == DIALECTS[name].native(listing)
        assert market["active"] is listing.active
        assert market["spot"] is listing.spot
        assert bool(market["linear"]) is listing.linear
        assert bool(market["inverse"]) is listing.inverse
        assert market["swap"] is listing.perpetual
        if listing.expiry:
            assert market["expiry"] == milliseconds(listing.expiry)


@pytest.mark.parametrize("name", VENUES)
async def test_sizes_reach_ccxt_as_they_are_listed(desk: Desk, name: str) -> None:
    markets = await desk.exchanges[name].load_markets()
    for listing in desk.venues.listings(name):
        market = markets[listing.symbol]
        if not listing.spot:
            assert market["contractSize"] == pytest.approx(listing.contract_size)
        if name not in {"kraken", "deribit"}:  # one counts decimals, one knows minimums only
            assert market["precision"]["amount"] == pytest.approx(listing.step)
        if name != "krakenfutures":
            assert market["limits"]["amount"]["min"] == pytest.approx(listing.minimum)


@pytest.mark.parametrize(("name", "symbol", "page"), HISTORIES)
async def test_four_thousand_hours_page_by_since_without_gap_or_double(
    desk: Desk, name: str, symbol: str, page: int
) -> None:
    forming = HOURLY.floor(milliseconds(desk.venues.clock()))
    first = since = forming - HOURS * HOUR
    rows: list[list[float]] = []
    while since < forming:
        got = await desk.exchanges[name].fetch_ohlcv(symbol, "1h", since=since, limit=page)
        rows += [row for row in got if row[0] < forming]
        since = got[-1][0] + HOUR
    listing = listing_of(desk.venues, name, symbol)
    bars = desk.venues.market(name).page(listing, HOURLY, HOURS, first=first, newest=False)
    assert [row[0] for row in rows] == [first + i * HOUR for i in range(HOURS)]
    assert [row[1:5] for row in rows] == [list(bar[1:5]) for bar in bars]


async def test_kraken_keeps_720_bars_and_nothing_older(desk: Desk) -> None:
    kraken = desk.exchanges["kraken"]
    now = milliseconds(desk.venues.clock())
    old = await kraken.fetch_ohlcv("BTC/USD", "1h", since=now - HOURS * HOUR)
    recent = await kraken.fetch_ohlcv("BTC/USD", "1h", since=HOURLY.floor(now) - 10 * HOUR)
    assert len(old) == 720
    assert recent[:10] == old[-11:-1]


async def test_the_forming_bar_is_served_and_its_close_moves_on() -> None:
    moment = START.replace(minute=20, second=0, microsecond=0) - timedelta(hours=1)
    asked = {"since": HOURLY.floor(milliseconds(moment)) - HOUR, "limit": 2}
    async with VenueEmulator(clock=lambda: moment) as venues, ccxt_exchanges(venues) as exchanges:
        for name, exchange in exchanges.items():
            symbol = next(item.symbol for item in venues.listings(name) if item.asset == "BTC")
            early = await exchange.fetch_ohlcv(symbol, "1h", **asked)
            moment += timedelta(minutes=30)
            late = await exchange.fetch_ohlcv(symbol, "1h", **asked)
            moment -= timedelta(minutes=30)
            assert [row[0] for row in early] == [row[0] for row in late], name
            assert early[0] == late[0], name
            assert early[1][1] == late[1][1], name
            assert early[1][4] != late[1][4], name


FUNDED = [
    ("binance", "BTC/USDT:USDT", 8 * HOUR),
    ("binance", "BTC/USD:BTC", 8 * HOUR),
    ("bybit", "ETH/USDT:USDT", 8 * HOUR),
    ("okx", "BTC/USD:BTC", 8 * HOUR),
    ("krakenfutures", "BTC/USD:USD", HOUR),
    ("deribit", "BTC/USD:BTC", HOUR),
]


@pytest.mark.parametrize(("name", "symbol", "every"), FUNDED)
async def test_funding_history_is_the_feeds(desk: Desk, name: str, symbol: str, every: int) -> None:
    since = Grid(DAY).floor(milliseconds(desk.venues.clock())) - 20 * DAY
    got = await desk.exchanges[name].fetch_funding_rate_history(symbol, since=since)
    listing = listing_of(desk.venues, name, symbol)
    market = desk.venues.market(name)
    rates = market.funding(listing, 10_000, first=since, every=every, newest=False)
    eighths = 8 if name == "deribit" else 1  # deribit's rate is that of eight hours, every hour
    assert [row["timestamp"] for row in got] == [time for time, _ in rates]
    assert [row["fundingRate"] for row in got] == pytest.approx(
        [rate * eighths for _, rate in rates]
    )
    assert len(got) > 20 * DAY // every


async def test_okx_answers_since_alone_with_the_newest_rates(desk: Desk) -> None:
    since = milliseconds(desk.venues.clock()) - 60 * DAY
    okx = desk.exchanges["okx"]
    got = await okx.fetch_funding_rate_history("BTC/USDT:USDT", since=since, limit=10)
    assert got[0]["timestamp"] > since + 50 * DAY


async def test_bybit_drops_the_first_rate_of_a_page_whose_both_ends_are_due(desk: Desk) -> None:
    since = Grid(DAY).floor(milliseconds(desk.venues.clock())) - 20 * DAY
    bybit = desk.exchanges["bybit"]
    got = await bybit.fetch_funding_rate_history("BTC/USDT:USDT", since=since, limit=30)
    assert len(got) == 30
    assert got[0]["timestamp"] == since + 8 * HOUR


@pytest.mark.parametrize("name", VENUES)
async def test_tickers_agree_with_the_last_candle(desk: Desk, name: str) -> None:
    exchange = desk.exchanges[name]
    tickers = await exchange.fetch_tickers(params={"code": "BTC"} if name == "deribit" else {})
    symbol = next(symbol for symbol in tickers if symbol.startswith("BTC/"))
    [*_, last] = await exchange.fetch_ohlcv(symbol, "1h", limit=3)
    assert all(ticker["last"] > 0 for ticker in tickers.values())
    assert tickers[symbol]["last"] == pytest.approx(last[4], rel=0.01)


async def test_every_clock_can_be_wrong_on_its_own(desk: Desk) -> None:
    desk.venues.skew["bybit"] = timedelta(minutes=5)
    for name in set(VENUES) - {"krakenfutures"}:  # whose ccxt class has no time
        offset = await desk.exchanges[name].fetch_time() - milliseconds(desk.venues.clock())
        assert offset == pytest.approx(300_000 if name == "bybit" else 0, abs=2000)
    del desk.venues.skew["bybit"]


async def test_requests_are_recorded_and_can_be_waited_for() -> None:
    async with (
        VenueEmulator(size=10) as venues,
        ccxt_exchanges(venues, ["okx"]) as exchanges,
    ):
        reading = asyncio.create_task(exchanges["okx"].fetch_ohlcv("BTC/USDT", "1h", limit=5))
        await venues.wait(lambda: bool(venues.requests("okx", "candles")))
        await reading
        [request] = venues.requests(endpoint="market/candles")
        assert request.endpoint == "/api/v5/market/candles"
        assert request.params["instId"] == "BTC-USDT"
        assert len(venues.requests("okx", "public/instruments")) == 5
        assert venues.requests("binance") == []


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("binance", ccxt.BadSymbol),
        ("bybit", ccxt.BadRequest),
        ("okx", ccxt.BadSymbol),
        ("kraken", ccxt.ExchangeError),
        ("krakenfutures", ccxt.ExchangeError),
        ("deribit", ccxt.BadRequest),
    ],
)
async def test_a_market_the_venue_took_away_is_refused_in_its_words(
    desk: Desk, name: str, error: type[Exception]
) -> None:
    exchange = desk.exchanges[name]
    await exchange.load_markets()
    market = exchange.markets[desk.venues.listings(name)[0].symbol]
    known, market["id"] = market["id"], "NOTHING"
    with pytest.raises(error) as caught:
        await exchange.fetch_ohlcv(market["symbol"], "1h", limit=5)
    market["id"] = known
    assert not isinstance(caught.value, ccxt.NetworkError)


async def test_the_options_are_json_and_name_no_other_host(desk: Desk) -> None:
    said = json.dumps(desk.venues.ccxt_options)
    assert "https://" not in said
    assert f"{desk.venues.url}/{{hostname}}" in said
    assert f"{desk.venues.url}/fapi.binance.com/fapi/v1" in said
    assert set(json.loads(said)) == set(VENUES)


async def test_bybit_gives_its_contracts_by_pages(desk: Desk) -> None:
    asked: dict[str, Any] = {"category": "linear", "limit": 10}
    found: list[str] = []
    while asked.get("cursor") != "":
        answer = await desk.exchanges["bybit"].publicGetV5MarketInstrumentsInfo(asked)
        found += [row["symbol"] for row in answer["result"]["list"]]
        asked["cursor"] = answer["result"]["nextPageCursor"]
    listed = [native(item) for item in desk.venues.listings("bybit") if item.linear]
    assert found == listed


@pytest.mark.parametrize("price", ["mark", "index"])
@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("binance", "BTC/USDT:USDT"),
        ("binance", "BTC/USD:BTC"),
        ("bybit", "BTC/USDT:USDT"),
        ("okx", "BTC/USDT:USDT"),
        ("krakenfutures", "BTC/USD:USD"),
    ],
)
async def test_mark_and_index_candles_follow_the_price(
    desk: Desk, name: str, symbol: str, price: str
) -> None:
    exchange = desk.exchanges[name]
    since = HOURLY.floor(milliseconds(desk.venues.clock())) - 20 * HOUR
    marked = await exchange.fetch_ohlcv(symbol, "1h", since, 10, {"price": price})
    traded = await exchange.fetch_ohlcv(symbol, "1h", since, 10)
    assert [row[0] for row in marked] == [row[0] for row in traded]
    assert [row[4] for row in marked] == pytest.approx([row[4] for row in traded], rel=0.005)


async def test_the_desk_prints_the_line_that_leads_the_bot_there(
    capsys: pytest.CaptureFixture[str],
) -> None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    serving = asyncio.create_task(run(parser.parse_args(["--venues-port", "0", "--markets", "5"])))
    printed = ""
    while "HEDGEBOT_CCXT_OPTIONS=" not in printed:
        await asyncio.sleep(0)
        printed += capsys.readouterr().out
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving
    line = next(line for line in printed.splitlines() if line.startswith("HEDGEBOT"))
    options = json.loads(line.partition("=")[2].strip("'"))
    assert options["kraken"]["urls"]["api"]["public"].endswith("/api.kraken.com")
