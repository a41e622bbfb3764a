"""Markets that are young, late, or have ended."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from analytics.market.candles import Candles
from analytics.market.markets import Market
from analytics.market.windows import LONGEST, ShortHistoryError, Window
from tests.analytics.market.bench_source import (
    DAY,
    HOUR,
    NOW,
    perp,
    spot,
)
from tests.analytics.market.pasts import MONTH, past, refusal, source


@pytest.mark.parametrize(
    ("market", "window", "note"),
    [
        (perp("XYZ", listed=NOW - 11 * DAY), MONTH, "XYZ-PERP began 11 days ago. Used 11d, not"),
        (perp("XYZ", listed=NOW - 29 * DAY), MONTH, "XYZ-PERP began 29 days ago. Used 29d, not"),
        (
            perp("POL", listed=datetime(2024, 9, 13, 10, tzinfo=UTC)),
            Window(LONGEST),
            "MATIC became POL on 13 Sep 2024. The two pasts are not joined. Used 541d, not 3y.",
        ),
    ],
)
async def test_a_young_market_is_told(market: Market, window: Window, note: str) -> None:
    found = await past(f"BTC {market.base}-PERP", source(market), window=window)
    assert found.notes[0].startswith(note)
    assert found.missing == 0


async def test_a_venue_with_a_short_memory_is_not_called_a_young_market() -> None:
    behind = source(changes={"ETH/USDT": lambda c: c.taken(slice(-720, None))})
    found = await past("BTC ETH", behind, window=Window(90 * DAY))
    assert found.notes == ("Binance has 1h bars of ETH for 30 days. Used 30d, not 90d.",)


async def test_too_young_for_any_statement() -> None:
    error = await refusal("BTC XYZ-PERP", source(perp("XYZ", listed=NOW - 20 * HOUR)))
    assert isinstance(error, ShortHistoryError)
    assert error.sentence == "There are only 20 bars in that window, I need 30."
    assert [c.applied_to("/corr BTC XYZ-PERP") for c in error.corrections] == [
        "/corr BTC XYZ-PERP bar=15m"
    ]


@pytest.mark.parametrize(
    ("lag", "notes"),
    [
        (1, ()),
        (2, ("Last candle of ETH is 2 h old.",)),
        (3, ("Last candle of ETH is 3 h old.",)),
        (50, ("Last candle of ETH is 2 d old.",)),
    ],
)
async def test_stale_prices_carry_their_age(lag: int, notes: tuple[str, ...]) -> None:
    behind = source(changes={"ETH/USDT": lambda c: c.taken(slice(None, -lag))})
    assert (await past("BTC ETH", behind)).notes == notes


async def test_when_every_feed_stopped_the_age_is_that_of_all() -> None:
    stopped = dict.fromkeys(("BTC/USDT", "ETH/USDT"), lambda c: c.taken(slice(None, -3)))
    assert (await past("BTC ETH", source(changes=stopped))).notes == ("Last candle is 3 h old.",)


def ended(hours: int) -> dict[str, Callable[[Candles], Candles]]:
    last = int((NOW - hours * HOUR).timestamp() * 1000)
    return {"FTT/USDT": lambda c: c.taken(c.open_time + c.bar // timedelta(milliseconds=1) <= last)}


async def test_a_market_that_ended_within_the_window_is_shown_until_then() -> None:
    behind = source(spot("FTT", active=False), changes=ended(5 * 24))
    found = await past("BTC FTT", behind)
    assert found.notes == ("FTT ended on 5 Mar 2026; this is its past until then.",)


@pytest.mark.parametrize("days", [29, 31, 400])
async def test_a_market_that_ended_before_the_window_offers_the_window_before(days: int) -> None:
    behind = source(spot("FTT", active=False), changes=ended(24 * days))
    error = await refusal("BTC FTT", behind)
    day = f"{NOW - days * DAY:%-d %b %Y}"
    assert error.sentence == f"FTT on Binance ended on {day}."
    (correction,) = error.corrections
    end = NOW - days * DAY
    assert correction.right.startswith(f"end={end:%Y-%m-%dT}")
    found = await past("BTC FTT", behind, window=Window(30 * DAY, end=end.replace(hour=0)))
    assert len(found.log_returns) == 720


async def test_a_market_without_any_price_is_told() -> None:
    behind = source(spot("NEW", listed=NOW + DAY))
    assert (await refusal("BTC NEW", behind)).sentence == (
        "Binance has no prices of NEW until 10 Mar 2026. It began on 11 Mar 2026."
    )
