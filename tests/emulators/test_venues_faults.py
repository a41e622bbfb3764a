"""Each fault, and what ccxt makes of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import ccxt.async_support as ccxt
import pytest
import pytest_asyncio

from tests.emulators.venues import faults, refusals
from tests.emulators.venues.emulator import VenueEmulator
from tests.emulators.venues.faults import Effect
from tests.emulators.venues.grid import HOUR, Grid, instant, milliseconds
from tests.emulators.venues.readers import ccxt_exchanges

pytestmark = pytest.mark.asyncio(loop_scope="module")

SYMBOL = "BTC/USDT:USDT"
HOURLY = Grid(HOUR)
START = datetime(2026, 3, 4, 5, 30, tzinfo=UTC)


class Desk(NamedTuple):
    venues: VenueEmulator
    exchanges: dict[str, Any]

    async def hours(self, limit: int = 50, **options: Any) -> list[list[Any]]:
        rows: list[list[Any]] = await self.exchanges["binance"].fetch_ohlcv(
            SYMBOL, "1h", limit=limit, **options
        )
        return rows

    def add(self, effect: Effect, **conditions: Any) -> faults.Rule:
        return self.venues.faults.add(effect, venue="binance", path="klines", **conditions)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Desk]:
    async with (
        VenueEmulator(size=20, clock=lambda: START) as venues,
        ccxt_exchanges(venues) as exchanges,
    ):
        await asyncio.gather(*(exchange.load_markets() for exchange in exchanges.values()))
        yield Desk(venues, exchanges)


@pytest_asyncio.fixture(loop_scope="module")
async def desk(running: Desk) -> AsyncIterator[Desk]:
    yield running
    running.venues.faults.clear()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusals.too_many_requests(retry_after=7), ccxt.DDoSProtection),
        (refusals.too_many_requests(empty=True), ccxt.DDoSProtection),
        (refusals.banned(), ccxt.DDoSProtection),
        (refusals.blocked(), ccxt.ExchangeNotAvailable),
        (refusals.forbidden(), ccxt.ExchangeNotAvailable),
        (refusals.bad_gateway(), ccxt.ExchangeNotAvailable),
        (refusals.gateway_timeout(), ccxt.RequestTimeout),
        (refusals.unknown_error(), ccxt.OperationFailed),
        (refusals.overloaded(), ccxt.ExchangeError),
    ],
    ids=["429", "429 empty", "418", "451", "403", "502", "504", "500", "503"],
)
async def test_an_error_answer_is_the_ccxt_error_it_stands_for(
    desk: Desk, answer: faults.Answer, error: type[Exception]
) -> None:
    rule = desk.add(answer, times=1)
    with pytest.raises(error) as caught:
        await desk.hours()
    assert type(caught.value) is error
    assert rule.hits == 1
    assert len(await desk.hours()) == 50


async def test_retry_after_can_be_read_from_the_last_headers(desk: Desk) -> None:
    desk.add(refusals.too_many_requests(retry_after=7))
    with pytest.raises(ccxt.DDoSProtection):
        await desk.hours()
    assert desk.exchanges["binance"].last_response_headers["Retry-After"] == "7"


@pytest.mark.parametrize("name", ["bybit", "okx", "kraken", "krakenfutures", "deribit"])
async def test_every_venue_words_its_rate_limit_and_its_overload(desk: Desk, name: str) -> None:
    symbol = next(listing.symbol for listing in desk.venues.listings(name))
    for answer, error in (
        (refusals.too_many_requests(name), (ccxt.RateLimitExceeded, ccxt.DDoSProtection)),
        (refusals.overloaded(name), ccxt.BaseError),
    ):
        desk.venues.faults.add(answer, venue=name, times=1)
        with pytest.raises(error):
            await desk.exchanges[name].fetch_ohlcv(symbol, "1h", limit=5)


async def test_a_hanging_answer_times_out_and_is_released_by_clearing(desk: Desk) -> None:
    rule = desk.add(faults.Hang())
    exchange = desk.exchanges["binance"]
    exchange.timeout = 100
    with pytest.raises(ccxt.RequestTimeout):
        await desk.hours()
    exchange.timeout = 10_000
    rule.clear()
    assert len(await desk.hours()) == 50


async def test_a_late_answer_is_still_an_answer(desk: Desk) -> None:
    desk.add(faults.Delay(0.05), times=1)
    assert len(await desk.hours()) == 50


async def test_a_dropped_connection_is_tried_again_once_by_aiohttp(desk: Desk) -> None:
    rule = desk.add(faults.Drop(), times=1)
    assert len(await desk.hours()) == 50
    assert rule.hits == 1


async def test_a_lasting_drop_is_an_unavailable_venue(desk: Desk) -> None:
    desk.add(faults.Drop())
    with pytest.raises(ccxt.ExchangeNotAvailable):
        await desk.hours()


async def test_a_body_cut_off_by_the_connection_is_an_exchange_error(desk: Desk) -> None:
    desk.add(faults.Drop(after=200), times=1)
    with pytest.raises(ccxt.ExchangeError):
        await desk.hours()


@pytest.mark.parametrize("effect", [faults.html(), faults.truncated()], ids=["html", "truncated"])
async def test_what_is_not_json_becomes_binance_rows_without_prices(
    desk: Desk, effect: Effect
) -> None:
    desk.add(effect)
    rows = await desk.hours()
    assert rows
    assert all(value is None for row in rows for value in row[1:])


@pytest.mark.parametrize("name", ["bybit", "okx", "kraken", "krakenfutures", "deribit"])
async def test_what_is_not_json_is_elsewhere_silently_no_candles_at_all(
    desk: Desk, name: str
) -> None:
    symbol = next(listing.symbol for listing in desk.venues.listings(name))
    asked = {"since": milliseconds(START - timedelta(hours=9)), "limit": 5}
    for effect in (faults.html(), faults.truncated()):
        desk.venues.faults.add(effect, venue=name, times=1)
        assert await desk.exchanges[name].fetch_ohlcv(symbol, "1h", **asked) == []
    assert await desk.exchanges[name].fetch_ohlcv(symbol, "1h", **asked) != []


@pytest.mark.parametrize(
    ("value", "read"), [(None, None), ("NaN", "nan"), ("-1", "-1.0"), ("1e30", "1e+30")]
)
async def test_a_spoilt_number_goes_through(desk: Desk, value: Any, read: str | None) -> None:
    desk.add(faults.spoilt(value))
    close = (await desk.hours())[-2][4]
    assert (None if close is None else str(close)) == read


async def test_missing_candles_leave_gaps_in_full_pages(desk: Desk) -> None:
    since = HOURLY.floor(milliseconds(desk.venues.clock())) - 2000 * HOUR
    whole = await desk.hours(limit=1000, since=since)
    desk.add(faults.missing(0.2, seed=3))
    once = await desk.hours(limit=1000, since=since)
    again = await desk.hours(limit=100, since=since)
    assert len(once) == 1000
    assert once[:100] == again
    share = sum(row in whole for row in once) / 1000
    assert share == pytest.approx(0.8, abs=0.05)


async def test_doubled_and_shuffled_rows_hold_the_same_candles(desk: Desk) -> None:
    whole = await desk.hours()
    doubled = desk.add(faults.duplicated())
    twice = await desk.hours(limit=100)
    assert [row[0] for row in twice[:4]].count(twice[0][0]) == 2
    doubled.clear()
    desk.add(faults.shuffled())
    body = await desk.exchanges["binance"].fapiPublicGetKlines(
        {"symbol": "BTCUSDT", "interval": "1h", "limit": 50}
    )
    times = [row[0] for row in body]
    assert times != sorted(times)
    assert sorted(times) == [row[0] for row in whole]


async def test_a_thousandfold_bar_and_a_revision_change_only_their_bars(desk: Desk) -> None:
    whole = await desk.hours()
    at = instant(whole[10][0])
    jump = desk.add(faults.jump(at))
    jumped = await desk.hours()
    assert jumped[10][4] == pytest.approx(whole[10][4] * 1000)
    assert jumped[:10] + jumped[11:-1] == whole[:10] + whole[11:-1]
    jump.clear()
    desk.add(faults.revised(1.01, first=at, last=at + timedelta(hours=2)))
    changed = [i for i, row in enumerate(await desk.hours()) if row[:5] != whole[i][:5]]
    assert changed[:3] == [10, 11, 12]
    assert set(changed) <= {10, 11, 12, 49}


async def test_a_stale_feed_stops_and_the_rest_of_the_venue_goes_on(desk: Desk) -> None:
    stop = desk.venues.clock() - timedelta(hours=10)
    desk.add(faults.stale(stop), params={"symbol": "BTCUSDT"})
    rows = await desk.hours()
    assert len(rows) == 50
    assert rows[-1][0] < milliseconds(stop)
    other = await desk.exchanges["binance"].fetch_ohlcv("ETH/USD:ETH", "1h", limit=2)
    assert other[-1][0] > milliseconds(stop)


async def test_a_fault_waits_its_turn_and_ends_after_its_times(desk: Desk) -> None:
    desk.add(refusals.unknown_error(), skip=1, times=2)
    seen = []
    for _ in range(4):
        try:
            seen.append(len(await desk.hours(limit=5)))
        except ccxt.OperationFailed:
            seen.append(0)
    assert seen == [5, 0, 0, 5]


async def test_a_fault_can_choose_its_requests(desk: Desk) -> None:
    desk.venues.faults.add(
        refusals.unknown_error(), when=lambda request: request.params.get("limit") == "7"
    )
    assert len(await desk.hours(limit=6)) == 6
    with pytest.raises(ccxt.OperationFailed):
        await desk.hours(limit=7)
