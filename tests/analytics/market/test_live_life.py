import asyncio
import gc
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest

from analytics.market.instruments import Kind
from analytics.market.live import LivePrices, Patience
from analytics.market.live.dialects import merged
from analytics.market.outages import VenueDownError
from tests.analytics.market.live_setting import DAY, HOUR, NOW, live
from tests.emulators.venues.emulator import VenueEmulator
from tests.emulators.venues.faults import Hang


@pytest.mark.parametrize(
    "module",
    ["analytics.market.prices", "analytics.market.live", "analytics.market.outages", "handlers"],
)
def test_importing_does_not_import_ccxt(module: str) -> None:
    code = f"import sys, {module}; sys.exit('ccxt' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_nothing_is_left_open_after_close() -> None:
    """The garbage collector would warn of a connection, and warnings are errors here."""
    async with live("binance", "kraken", options={"enableRateLimit": False}) as setting:
        for venue in ("binance", "kraken"):
            market = await setting.btc(venue, Kind.SPOT)
            await setting.prices.candles(market, bar=HOUR, start=NOW - DAY, end=NOW)
    gc.collect()


async def test_closing_twice_or_unused_is_no_error() -> None:
    async with live("binance") as setting:
        await setting.prices.close()
        await setting.prices.markets("binance")
        await setting.prices.close()
        assert len(await setting.prices.markets("binance")) > 0


async def test_closing_does_not_wait_for_a_list_that_does_not_come() -> None:
    async with live("binance") as setting:
        hang = setting.venues.faults.add(Hang(), path="exchangeInfo")
        waiting = asyncio.create_task(setting.prices.markets("binance"))
        await setting.venues.wait(lambda: hang.seen == 3)
        await setting.prices.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        hang.clear()
    gc.collect()


async def test_a_question_that_is_given_up_does_not_spoil_the_next() -> None:
    async with live("binance") as setting:
        hang = setting.venues.faults.add(Hang(), path="exchangeInfo", times=3)
        waiting = asyncio.create_task(setting.prices.markets("binance"))
        await setting.venues.wait(lambda: hang.seen == 3)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        hang.clear()
        assert len(await setting.prices.markets("binance")) > 0
        assert len(setting.venues.requests("binance")) == 3


async def test_reading_a_long_list_leaves_the_loop_to_others() -> None:
    """The list is read in a thread; what is left are switches and the garbage collector."""
    async with live("binance", size=400) as setting:
        await setting.prices.markets("binance")
        setting.clock.now += timedelta(hours=5)
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        busy = asyncio.create_task(others())
        began = time.process_time()
        await setting.prices.markets("binance")
        took = time.process_time() - began
        busy.cancel()
        assert turns / took > 200


async def test_requests_keep_their_distance_unless_told_otherwise() -> None:
    clock = lambda: datetime.now(UTC)  # noqa: E731 - the real one, since ccxt's throttle uses it
    async with VenueEmulator(size=20) as venues:
        options = merged(venues.ccxt_options["okx"], {"rateLimit": 40, "timeout_on_exit": 0})
        prices = LivePrices(venues=("okx",), options={"okx": options}, clock=clock)
        market = next(m for m in await prices.markets("okx") if m.active)
        now = clock()
        began = time.perf_counter()
        await prices.candles(market, bar=HOUR, start=now - 2400 * HOUR, end=now)
        took = time.perf_counter() - began
        await prices.close()
        assert len(venues.requests("okx", "candles")) == 8
        assert took > 0.1


def test_a_venue_that_nobody_knows_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(ValueError, match="no venue is called 'mtgox'; there are binance, bybit"):
        LivePrices(venues=("binance", "mtgox"), options={}, clock=lambda: NOW)
    with pytest.raises(ValueError, match="no venue is called 'ftx'"):
        LivePrices(venues=("binance",), options={"ftx": {}}, clock=lambda: NOW)


def test_options_are_laid_over_ours_level_by_level() -> None:
    ours = {"timeout": 10, "options": {"fetchMarkets": {"types": ["spot"], "x": 1}}}
    theirs = {"options": {"fetchMarkets": {"types": ["linear"]}}, "urls": {"api": "u"}}
    assert merged(ours, theirs) == {
        "timeout": 10,
        "options": {"fetchMarkets": {"types": ["linear"], "x": 1}},
        "urls": {"api": "u"},
    }
    assert ours["options"] == {"fetchMarkets": {"types": ["spot"], "x": 1}}


async def test_a_check_raises_what_keeps_us_out() -> None:
    async with live("deribit", patience=Patience(deadline=timedelta(seconds=1.5))) as setting:
        assert abs(await setting.prices.check("deribit")) <= timedelta(seconds=1)
        setting.venues.faults.add(Hang(), venue="deribit")
        with pytest.raises(VenueDownError, match="Deribit took longer"):
            await setting.prices.check("deribit")
