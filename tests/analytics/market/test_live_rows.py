import math
import random
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from analytics.errors import SourceError
from analytics.market.instruments import Kind
from analytics.market.live.dialects import DIALECTS
from analytics.market.live.rows import sound_rows
from analytics.market.outages import MarketGoneError, VenueMalformedError
from tests.analytics.market.live_setting import HOUR, NOW, live
from tests.emulators.venues.bars import Bar
from tests.emulators.venues.faults import Answer, Page, spoilt
from tests.emulators.venues.grid import milliseconds
from tests.emulators.venues.listing import Listing

ROW = [3_600_000, 1.0, 2.0, 0.5, 1.5, 10.0]
TORN: list[Any] = [
    [None] * 6,
    [3_600_000, None, None, None, None, None],
    [3_600_000, "a", "b", "c", "d", "e"],
    [3_600_000, 1.0, 2.0, 0.5, -1.5, 10.0],
    [3_600_000, 1.0, 2.0, 0.5, math.nan, 10.0],
    [3_600_000, 1.0, 2.0, 0.5, math.inf, 10.0],
    [3_600_000, 1.0, 0.5, 2.0, 1.5, 10.0],
    [3_600_001, 1.0, 2.0, 0.5, 1.5, 10.0],
    [3_600_000, 1.0],
    [],
    None,
    "<html>",
    {"open": 1.0},
    7,
]


@pytest.mark.parametrize("torn", TORN)
def test_a_page_of_torn_rows_is_refused(torn: Any) -> None:
    for count in (1, 2, 100):
        with pytest.raises(VenueMalformedError, match="Binance sent something that is not prices"):
            sound_rows("binance", [torn] * count, HOUR)


@pytest.mark.parametrize("torn", TORN)
def test_one_torn_row_among_many_becomes_a_gap(torn: Any) -> None:
    good = [[k * 3_600_000, *ROW[1:]] for k in range(1, 30)]
    rows = sound_rows("binance", [*good[:10], torn, *good[10:]], HOUR)
    assert rows.tolist() == good


def test_more_than_a_twentieth_of_torn_rows_is_not_a_page_to_believe() -> None:
    good = [[k * 3_600_000, *ROW[1:]] for k in range(1, 96)]
    assert len(sound_rows("okx", good + [[None] * 6] * 5, HOUR)) == 95
    with pytest.raises(VenueMalformedError):
        sound_rows("okx", good + [[None] * 6] * 6, HOUR)


def test_an_empty_page_is_an_empty_page() -> None:
    assert sound_rows("okx", [], HOUR).shape == (0, 6)


def test_numbers_as_text_are_numbers() -> None:
    assert sound_rows("okx", [[str(value) for value in ROW]], HOUR).tolist() == [ROW]


@pytest.mark.parametrize("venue", list(DIALECTS))
@pytest.mark.parametrize("value", [None, "NaN", "-1", "0"])
async def test_one_bad_candle_of_a_venue_becomes_a_gap(venue: str, value: Any) -> None:
    async with live(venue) as setting:
        market = next(item for item in await setting.prices.markets(venue) if item.active)
        setting.venues.faults.add(spoilt(value, index=-5), venue=venue)
        candles = await setting.prices.candles(market, bar=HOUR, start=NOW - 100 * HOUR, end=NOW)
        assert len(candles) == 98
        assert np.isfinite(candles.close).all()
        assert (candles.close > 0).all()


@pytest.mark.parametrize("venue", list(DIALECTS))
async def test_a_page_of_nulls_is_malformed(venue: str) -> None:
    def nulls(_: Listing, bars: list[Bar]) -> list[Bar]:
        return [Bar(bar.time, None, None, None, None, None) for bar in bars]

    async with live(venue) as setting:
        market = next(item for item in await setting.prices.markets(venue) if item.active)
        setting.venues.faults.add(Page(nulls), venue=venue)
        with pytest.raises(VenueMalformedError):
            await setting.prices.candles(market, bar=HOUR, start=NOW - 100 * HOUR, end=NOW)


async def test_rows_without_a_time_do_not_vanish_in_silence() -> None:
    async with live("binance") as setting:
        market = await setting.btc("binance", Kind.PERP)
        setting.venues.faults.add(Answer(200, [[None] * 12] * 24), path="klines")
        with pytest.raises(VenueMalformedError):
            await setting.prices.candles(market, bar=HOUR, start=NOW - 24 * HOUR, end=NOW)


async def test_a_candle_from_the_far_future_does_not_end_the_paging() -> None:
    async with live("binance") as setting:
        market = await setting.btc("binance", Kind.PERP)
        far = milliseconds(NOW + timedelta(days=36_500)) // 3_600_000 * 3_600_000
        setting.venues.faults.add(spoilt(far, "time", index=3), path="klines", times=1)
        candles = await setting.prices.candles(market, bar=HOUR, start=NOW - 2500 * HOUR, end=NOW)
        assert len(candles) == 2498


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
async def test_garbage_is_an_error_of_the_venue_or_a_sound_history(seed: int) -> None:
    draw = random.Random(seed)
    venue = draw.choice(list(DIALECTS))
    async with live(venue) as setting:
        market = next(item for item in await setting.prices.markets(venue) if item.active)
        setting.venues.faults.add(Answer(200, nested(draw, 4)), venue=venue)
        try:
            candles = await setting.prices.candles(market, bar=HOUR, start=NOW - 9 * HOUR, end=NOW)
        except (SourceError, MarketGoneError):
            return
        assert np.isfinite(candles.close).all()


KEYS = ["result", "data", "list", "candles", "ticks", "close", "error", "code", "retCode", "msg"]


def nested(draw: random.Random, depth: int) -> Any:
    """Nonsense in JSON, with keys that the venues use."""
    shape = draw.random()
    if depth == 0 or shape < 0.3:
        return draw.choice([None, 0, "0", -1, "", "x", 1e30, True, [], {}, [None], "NaN"])
    if shape < 0.6:
        return [nested(draw, depth - 1) for _ in range(draw.randint(0, 4))]
    return {draw.choice(KEYS): nested(draw, depth - 1) for _ in range(draw.randint(0, 4))}
