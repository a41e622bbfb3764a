"""Venues that are left alone for a while: as they ask, when they block, after failures in a row."""

import asyncio
from datetime import timedelta
from email.utils import format_datetime

import pytest

from analytics.market.instruments import Kind
from analytics.market.live import Patience
from analytics.market.live.dialects import DIALECTS
from analytics.market.outages import (
    VenueBlockedError,
    VenueBusyError,
    VenueDownError,
)
from tests.analytics.market.live_setting import DAY, HOUR, NOW, Setting, live
from tests.analytics.market.test_live_outages import candles
from tests.emulators.venues import refusals
from tests.emulators.venues.faults import Answer, Delay, Hang, Rule


def asked(setting: Setting) -> int:
    """Requests for candles; lists of markets do not count."""
    paths = [request.path for request in setting.venues.requests()]
    return sum(not any(part in path for part in ("xchange", "nstrum", "Asset")) for path in paths)


@pytest.mark.parametrize("venue", list(DIALECTS))
async def test_every_venue_is_understood_when_it_asks_for_patience(venue: str) -> None:
    async with live(venue) as setting:
        await setting.prices.markets(venue)
        setting.venues.faults.add(refusals.too_many_requests(venue, retry_after=9), venue=venue)
        with pytest.raises(VenueBusyError) as caught:
            await candles(setting, venue)
        assert caught.value.retry_after == timedelta(seconds=9)
        assert asked(setting) == 1


async def test_a_venue_is_left_alone_until_retry_after_is_over() -> None:
    async with live("binance") as setting:
        await setting.prices.markets("binance")
        setting.venues.faults.add(
            refusals.too_many_requests(retry_after=30), path="klines", times=1
        )
        with pytest.raises(VenueBusyError):
            await candles(setting)
        for wait, left in ((0, 30), (10, 20), (19.5, 1)):
            setting.clock.now += timedelta(seconds=wait)
            with pytest.raises(VenueBusyError, match=rf"wait {left} s"):
                await candles(setting)
        assert asked(setting) == 1
        setting.clock.now += timedelta(seconds=1)
        assert await candles(setting) == 23
        assert await candles(setting) == 23


async def test_retry_after_may_be_a_date() -> None:
    from datetime import UTC, datetime

    later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    async with live("binance") as setting:
        await setting.prices.markets("binance")
        setting.venues.faults.add(Answer(429, "", {"Retry-After": later}), path="klines")
        with pytest.raises(VenueBusyError) as caught:
            await candles(setting)
        assert 80 < caught.value.retry_after.total_seconds() <= 90


@pytest.mark.parametrize("header", ["soon", "-5", "nan", "1e400", "99999999999"])
async def test_no_retry_after_stops_the_bot_for_good_or_makes_it_ask_at_once(header: str) -> None:
    async with live("binance") as setting:
        await setting.prices.markets("binance")
        setting.venues.faults.add(Answer(429, "", {"Retry-After": header}), path="klines")
        with pytest.raises(VenueBusyError) as caught:
            await candles(setting)
        assert 1 <= caught.value.retry_after.total_seconds() <= 3 * 86_400


async def test_a_wait_that_one_question_caused_holds_for_another_under_way() -> None:
    async with live("binance") as setting:
        spot = await setting.btc("binance", Kind.SPOT)
        perp = await setting.btc("binance", Kind.PERP)
        setting.venues.faults.add(Delay(0.1), path="fapi")
        setting.venues.faults.add(refusals.too_many_requests(retry_after=30), path="api/v3/klines")
        span = {"bar": HOUR, "start": NOW - DAY, "end": NOW}
        outcomes = await asyncio.gather(
            setting.prices.candles(perp, **span),
            setting.prices.candles(spot, **span),
            return_exceptions=True,
        )
        assert len(outcomes[0]) == 23
        assert isinstance(outcomes[1], VenueBusyError)
        with pytest.raises(VenueBusyError):
            await setting.prices.candles(perp, **span)


async def test_a_block_is_believed_for_ten_minutes() -> None:
    async with live("binance") as setting:
        await setting.prices.markets("binance")
        setting.venues.faults.add(refusals.blocked(), path="klines", times=1)
        for wait in (0, 300, 299):
            setting.clock.now += timedelta(seconds=wait)
            with pytest.raises(VenueBlockedError, match=r"does not serve this server \(451\)"):
                await candles(setting)
        assert asked(setting) == 1
        setting.clock.now += timedelta(seconds=2)
        assert await candles(setting) == 23


async def test_five_failures_open_the_circuit_and_one_question_probes_after_a_minute() -> None:
    async with live("binance") as setting:
        await setting.prices.markets("binance")
        rule = setting.venues.faults.add(refusals.bad_gateway(), path="klines")
        for tries in (3, 5, 5):
            with pytest.raises(VenueDownError):
                await candles(setting)
            assert rule.seen == tries
        with pytest.raises(
            VenueDownError, match=r"failed 5 times in a row\. I try it again in \d+ s"
        ):
            await candles(setting)
        setting.clock.now += timedelta(seconds=68)
        with pytest.raises(VenueDownError):
            await candles(setting)
        assert rule.seen == 6
        rule.clear()
        with pytest.raises(VenueDownError):
            await candles(setting)
        setting.clock.now += timedelta(seconds=68)
        assert await candles(setting) == 23


async def probing(setting: Setting) -> tuple[asyncio.Task[int], Rule]:
    """A question that looks whether a venue is back which failed, and the fault that holds it up."""
    await setting.prices.markets("binance")
    setting.venues.faults.add(refusals.bad_gateway(), path="klines", times=1)
    with pytest.raises(VenueDownError):
        await candles(setting)
    setting.clock.now += timedelta(seconds=80)
    hang = setting.venues.faults.add(Hang(), path="klines", times=1)
    probe = asyncio.create_task(candles(setting))
    await setting.venues.wait(lambda: hang.seen == 1)
    return probe, hang


async def test_while_one_question_probes_the_others_wait_for_its_answer() -> None:
    async with live("binance", patience=Patience(failures=1, tries=1)) as setting:
        probe, hang = await probing(setting)
        others = [asyncio.create_task(candles(setting)) for _ in range(3)]
        await asyncio.sleep(0)
        assert asked(setting) == 2
        hang.clear()
        assert await probe == 23
        assert await asyncio.gather(*others) == [23, 23, 23]


async def test_a_probe_that_is_cancelled_leaves_the_way_free() -> None:
    async with live("binance", patience=Patience(failures=1, tries=1)) as setting:
        probe, _ = await probing(setting)
        probe.cancel()
        with pytest.raises(asyncio.CancelledError):
            await probe
        assert await candles(setting) == 23
