"""Venues that fail, through the whole product; and how little they are asked."""

import math
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from analytics.market.live.dialects import DIALECTS
from tests.emulators.telegram.emulator import TelegramEmulator
from tests.emulators.venues.emulator import VenueEmulator
from tests.emulators.venues.refusals import bad_gateway, blocked, too_many_requests
from tests.process.running import Hedgebot, live_settings

HOUR = timedelta(hours=1)
QUESTION = "/corr BTC ETH-PERP 30d"


@pytest.fixture
async def venues() -> AsyncIterator[VenueEmulator]:
    async with VenueEmulator() as served:
        yield served


def until_the_hour(venues: VenueEmulator) -> timedelta:
    now = venues.clock()
    return HOUR - (now - now.replace(minute=0, second=0, microsecond=0))


async def test_a_question_costs_its_pages_once_and_then_nothing(
    hedgebot: Hedgebot, telegram: TelegramEmulator, venues: VenueEmulator
) -> None:
    hedgebot.settings |= live_settings(venues, "binance")
    candles: Callable[[], int] = lambda: len(venues.requests("binance", "klines"))  # noqa: E731
    people = [telegram.person(f"Person {number}") for number in range(20)]
    await hedgebot.serve()
    began = until_the_hour(venues)
    crowd = [who.says(QUESTION) for who in people]
    shown = [await hedgebot.reply(asked) for asked in crowd]
    assert all(answer.photo for answer in shown)
    bars = 3 * 30 * 24 + 1
    assert candles() == 2 * math.ceil(bars / DIALECTS["binance"].page)
    asked_so_far = len(venues.requests())
    await hedgebot.reply(people[0].says(QUESTION))
    await hedgebot.reply(people[1].says("/corr ETH-PERP BTC 7d"))
    await hedgebot.stop()
    await hedgebot.serve()
    await hedgebot.reply(people[2].says(QUESTION))
    if until_the_hour(venues) > began:
        pytest.skip("a new bar closed during the test")
    fresh = venues.requests()[asked_so_far:]
    assert [request.path for request in fresh if "klines" in request.path] == []


async def test_a_venue_that_blocks_us_is_replaced_and_named(
    hedgebot: Hedgebot, telegram: TelegramEmulator, venues: VenueEmulator
) -> None:
    hedgebot.settings |= live_settings(venues, "binance", "bybit")
    venues.faults.add(blocked(), venue="binance")
    await hedgebot.serve()
    ann = telegram.person("Ann")
    answer = await hedgebot.reply(ann.says(QUESTION))
    assert answer.photo
    sentence = "Binance does not serve this server (451). Used Bybit; prices differ by a few bp."
    assert f"⚠ {sentence}" in answer.words.splitlines()
    assert answer.words.splitlines()[-1].startswith("Bybit · ")
    refused = len(venues.requests("binance"))
    again = await hedgebot.reply(ann.says("/corr BTC SOL-PERP 30d"))
    assert "Used Bybit" in again.words
    assert len(venues.requests("binance")) == refused, "left alone once it has said so"


@pytest.mark.slow
async def test_where_no_venue_answers_the_question_is_kept_for_a_tap(
    hedgebot: Hedgebot, telegram: TelegramEmulator, venues: VenueEmulator
) -> None:
    hedgebot.settings |= live_settings(venues, "binance", "bybit")
    trouble = venues.faults.add(bad_gateway())
    await hedgebot.serve()
    ann = telegram.person("Ann")
    told = await hedgebot.reply(ann.says(QUESTION))
    assert told.photo is None
    assert "Binance is down (502)." in told.words
    assert told.labels == [["Try again"]]
    trouble.clear()
    ann.presses(told, "Try again")
    await hedgebot.until(lambda: any(message.photo for message in telegram.replies(ann)))
    assert "BTC × ETH-PERP · 30d: ρ" in telegram.replies(ann)[-1].words


async def test_a_venue_that_asks_for_patience_gets_it(
    hedgebot: Hedgebot, telegram: TelegramEmulator, venues: VenueEmulator
) -> None:
    hedgebot.settings |= live_settings(venues, "binance")
    venues.faults.add(too_many_requests("binance", retry_after=120), path="klines")
    await hedgebot.serve()
    people = [telegram.person(f"Person {number}") for number in range(5)]
    first = await hedgebot.reply(people[0].says(QUESTION))
    assert "Binance asks us to wait" in first.words
    asked = len(venues.requests())
    for who in people[1:]:
        told = await hedgebot.reply(who.says(QUESTION))
        assert "Binance asks us to wait" in told.words
    assert len(venues.requests()) == asked
    assert len(venues.requests("binance", "klines")) <= 2
