from datetime import timedelta
from typing import Any

import pytest

from analytics.errors import HedgeError, SourceError
from analytics.market.instruments import Kind
from analytics.market.live import Patience
from analytics.market.live.dialects import DIALECTS
from analytics.market.outages import (
    VenueBlockedError,
    VenueBusyError,
    VenueDownError,
    VenueMalformedError,
    VenueRefusedError,
)
from tests.analytics.market.live_setting import DAY, HOUR, NOW, QUICK, Setting, live
from tests.emulators.venues import refusals
from tests.emulators.venues.faults import Answer, Drop, Hang, html, truncated

RESTRICTED = Answer(403, {"error": "CloudFront: not available in your country"})
FAULTS = [
    (refusals.too_many_requests(retry_after=7), VenueBusyError, 1, "Binance asks us to wait 7 s."),
    (refusals.too_many_requests(empty=True), VenueBusyError, 1, "Binance asks us to wait 10 s."),
    (refusals.banned(300), VenueBusyError, 1, "Binance asks us to wait 5 min."),
    (Answer(418, ""), VenueBusyError, 1, "Binance asks us to wait 2 min."),
    (refusals.blocked(), VenueBlockedError, 1, "Binance does not serve this server (451)."),
    (refusals.forbidden(), VenueBlockedError, 1, "Binance does not serve this server (403)."),
    (RESTRICTED, VenueBlockedError, 1, "Binance does not serve this server (403)."),
    (refusals.bad_gateway(), VenueDownError, 3, "Binance is down (502)."),
    (refusals.gateway_timeout(), VenueDownError, 3, "Binance is down (504)."),
    (refusals.unknown_error(), VenueDownError, 3, "Binance is down (500)."),
    (refusals.overloaded(), VenueDownError, 3, "Binance is down (503)."),
    (Answer(503, ""), VenueDownError, 3, "Binance is down (503)."),
    (Answer(529, ""), VenueDownError, 3, "Binance is down (529)."),
    (html(200), VenueMalformedError, 3, "Binance sent something that is not an answer."),
    (truncated(), VenueMalformedError, 3, "Binance sent something that is not an answer."),
    (Answer(200, ""), VenueMalformedError, 3, "Binance sent something that is not an answer."),
    (Drop(after=100), VenueDownError, 3, "Binance does not answer."),
    (
        Answer(400, {"code": -1120, "msg": "Invalid interval."}),
        VenueRefusedError,
        1,
        "Binance refused the question (400).",
    ),
    (
        Answer(401, {"code": -2014, "msg": "API-key format invalid."}),
        VenueRefusedError,
        1,
        "Binance refused the question (401).",
    ),
]


async def candles(setting: Setting, venue: str = "binance") -> int:
    market = next(market for market in await setting.prices.markets(venue) if market.active)
    found = await setting.prices.candles(market, bar=HOUR, start=NOW - DAY, end=NOW)
    return len(found)


@pytest.mark.parametrize(
    ("fault", "error", "tries", "sentence"), FAULTS, ids=[f"{i}" for i in range(len(FAULTS))]
)
async def test_each_fault_has_its_class_its_sentence_and_its_number_of_tries(
    fault: Any, error: type[SourceError], tries: int, sentence: str
) -> None:
    async with live("binance") as setting:
        await setting.prices.markets("binance")
        rule = setting.venues.faults.add(fault, path="klines")
        with pytest.raises(error) as caught:
            await candles(setting)
        assert (caught.value.sentence, caught.value.venue) == (sentence, "binance")
        assert rule.seen == tries
        assert len(setting.clock.naps) == tries - 1


@pytest.mark.parametrize("fault", [fault for fault, error, *_ in FAULTS if error is VenueDownError])
async def test_a_passing_fault_is_not_noticed(fault: Any) -> None:
    async with live("binance") as setting:
        await setting.prices.markets("binance")
        setting.venues.faults.add(fault, path="klines", times=2)
        assert await candles(setting) == 23
        assert setting.clock.naps == [0.5, 1.0]


async def test_the_pauses_vary() -> None:
    naps: list[float] = []

    async def sleep(seconds: float) -> None:
        naps.append(seconds)

    for draw in (0.0, 0.999):
        patience = Patience(sleep=sleep, jitter=lambda draw=draw: draw)
        await patience.before_try(2)
        await patience.before_try(3)
    assert naps == pytest.approx([0.25, 0.5, 0.75, 1.5], abs=0.01)


async def test_a_connection_cut_before_the_answer_is_a_venue_that_is_down() -> None:
    async with live("binance") as setting:
        await setting.prices.markets("binance")
        setting.venues.faults.add(Drop(), path="klines")
        with pytest.raises(VenueDownError, match="Binance does not answer"):
            await candles(setting)


async def test_a_venue_that_is_not_there_is_down() -> None:
    async with live(
        "binance", options=QUICK | {"urls": {"api": {"public": "http://127.0.0.1:9/api/v3"}}}
    ) as setting:
        with pytest.raises(VenueDownError, match="Binance does not answer"):
            await setting.prices.markets("binance")


@pytest.mark.parametrize("venue", list(DIALECTS))
async def test_every_venue_is_asked_again_when_it_is_overloaded(venue: str) -> None:
    async with live(venue) as setting:
        await setting.prices.markets(venue)
        rule = setting.venues.faults.add(refusals.overloaded(venue), venue=venue, times=2)
        assert await candles(setting, venue) == 23
        assert rule.hits == 2


@pytest.mark.parametrize("venue", list(DIALECTS))
@pytest.mark.parametrize(
    "fault",
    [
        html(200),
        truncated(),
        Answer(200, {}),
        Answer(200, {"result": {}, "retCode": 0, "code": "0", "error": []}),
    ],
)
async def test_an_answer_without_rows_is_never_an_empty_history(venue: str, fault: Any) -> None:
    async with live(venue) as setting:
        await setting.prices.markets(venue)
        setting.venues.faults.add(fault, venue=venue)
        with pytest.raises((VenueMalformedError, VenueDownError)):
            await candles(setting, venue)


async def test_a_question_has_its_answer_or_its_error_in_time() -> None:
    async with live("binance", patience=Patience(deadline=timedelta(seconds=1.5))) as setting:
        market = await setting.btc("binance", Kind.PERP)
        setting.venues.faults.add(Hang(), path="klines")
        with pytest.raises(VenueDownError, match=r"Binance took longer than 1\.5 s\."):
            await setting.prices.candles(market, bar=HOUR, start=NOW - DAY, end=NOW)


async def test_a_slow_answer_of_one_request_is_a_failure_of_the_venue() -> None:
    async with live("binance", options=QUICK | {"timeout": 100}) as setting:
        await setting.prices.markets("binance")
        rule = setting.venues.faults.add(Hang(), path="klines")
        with pytest.raises(VenueDownError, match="Binance does not answer"):
            await candles(setting)
        assert rule.seen == 3


async def test_a_list_of_markets_that_does_not_come_is_an_outage_too() -> None:
    async with live("binance", patience=Patience(deadline=timedelta(seconds=0.2))) as setting:
        setting.venues.faults.add(Hang(), path="exchangeInfo")
        with pytest.raises(VenueDownError):
            await setting.prices.markets("binance")


async def test_a_blocked_list_of_markets_says_so() -> None:
    async with live("bybit") as setting:
        setting.venues.faults.add(refusals.blocked(), venue="bybit")
        with pytest.raises(VenueBlockedError, match=r"Bybit does not serve this server \(451\)"):
            await setting.prices.check("bybit")


async def test_the_failure_of_one_venue_does_not_touch_another() -> None:
    async with live("binance", "okx") as setting:
        setting.venues.faults.add(refusals.blocked(), venue="binance")
        with pytest.raises(VenueBlockedError):
            await candles(setting, "binance")
        assert await candles(setting, "okx") == 23


async def test_what_ccxt_raised_is_kept_as_the_cause() -> None:
    async with live("binance") as setting:
        await setting.prices.markets("binance")
        setting.venues.faults.add(refusals.overloaded(), path="klines")
        with pytest.raises(HedgeError) as caught:
            await candles(setting)
        assert "-1008" in str(caught.value.__cause__)
