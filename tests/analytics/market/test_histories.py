"""The common past of several markets: which venue, which bars, and what is said about them."""

from datetime import timedelta

from analytics.market.candles import Candles
from analytics.market.catalog import Catalog
from analytics.market.histories import Histories
from analytics.market.instruments import Instrument, Kind
from analytics.market.windows import LONGEST, BadWindowError, Window
from tests.analytics.market.bench_source import (
    DAY,
    HOUR,
    NOW,
    perp,
)
from tests.analytics.market.pasts import MONTH, past, refusal, source, where


async def test_a_window_holds_its_bars_and_the_close_before_them() -> None:
    found = await past("BTC ETH-PERP")
    assert found.closes.shape == (721, 2)
    assert found.log_returns.shape == (720, 2)
    assert len(found.return_time) == 720
    assert found.last_close == NOW
    assert found.missing == 0
    assert found.notes == ()


async def test_context_lies_before_the_window() -> None:
    found = await past("BTC ETH-PERP", context=60 * DAY)
    assert len(found.log_returns) == 3 * 720
    assert len(found.in_window.log_returns) == 720


async def test_a_window_may_end_in_the_past_and_never_in_the_future() -> None:
    end = NOW - 100 * DAY + timedelta(minutes=17)
    found = await past("BTC ETH-PERP", window=Window(30 * DAY, end=end))
    assert found.last_close == NOW - 100 * DAY
    found = await past("BTC ETH-PERP", window=Window(30 * DAY, end=NOW + DAY))
    assert found.last_close == NOW


async def test_no_more_than_three_years_are_asked() -> None:
    behind = source()
    found = await past("BTC ETH-PERP", behind, window=Window(5 * LONGEST), context=LONGEST)
    assert found.window == LONGEST
    assert all(stop - first <= LONGEST // DAY + 1 for _, first, stop in behind.asked)


async def test_a_coin_sold_by_the_thousand_is_told() -> None:
    found = await past("BTC PEPE-PERP")
    assert found.notes == ("PEPE trades as 1000PEPE: one is 1,000 PEPE.",)


async def test_other_bars_are_offered_in_the_place_of_those_that_were_named() -> None:
    young = source(perp("XYZ", listed=NOW - 20 * HOUR))
    error = await refusal("BTC XYZ-PERP", young, Window(30 * DAY, HOUR))
    asked = "/corr BTC XYZ-PERP 30d 1h"
    assert [c.applied_to(asked) for c in error.corrections] == ["/corr BTC XYZ-PERP 30d 15m"]


async def test_bars_that_a_venue_does_not_have_are_not_offered() -> None:
    young = source(perp("XYZ", listed=NOW - 20 * HOUR), lengths={"binance": (HOUR, DAY)})
    assert (await refusal("BTC XYZ-PERP", young)).corrections == ()


async def test_a_venue_that_has_only_coarser_bars_of_that_time_is_not_called_ended() -> None:
    def forgotten(candles: Candles) -> Candles:
        return candles if candles.bar == DAY else candles.taken(slice(0, 0))

    error = await refusal("BTC ETH", source(changes={"ETH/USDT": forgotten}))
    assert error.sentence == "Binance has no 1h bars of ETH before 10 Mar 2026, only coarser ones."
    assert [c.applied_to("/corr BTC ETH") for c in error.corrections] == ["/corr BTC ETH bar=1d"]


async def test_an_end_that_lies_ahead_is_told() -> None:
    ahead = Window(30 * DAY, end=NOW + 400 * DAY)
    assert "yet: these are the newest." in (await past("BTC ETH", source(), window=ahead)).notes[0]
    at_once = Window(30 * DAY, end=NOW + timedelta(minutes=30))
    assert (await past("BTC ETH", source(), window=at_once)).notes == ()


async def test_coarser_bars_stand_in_where_the_usual_ones_are_not_to_be_had() -> None:
    behind = source(lengths={"binance": (4 * HOUR, DAY)})
    found = await past("BTC ETH", behind)
    assert found.bar == 4 * HOUR
    assert found.notes == ("Finer bars than 4h are not to be had here.",)


async def test_a_bar_that_was_asked_for_is_not_replaced() -> None:
    behind = source(lengths={"binance": (4 * HOUR, DAY)})
    error = await refusal("BTC ETH", behind, Window(30 * DAY, bar=2 * HOUR))
    assert isinstance(error, BadWindowError)
    assert error.sentence == "Binance has no 2h bars for this; it has 4h, 1d."
    for question in ("/corr BTC ETH 30d 2h", "/corr BTC ETH bar=2h"):
        (correction,) = error.corrections
        assert correction.applied_to(question) == question.replace("2h", "4h")


async def test_an_instrument_of_each_kind_has_a_past() -> None:
    shelf = source(perp("BTC", quote="USDC"))
    asked = [Instrument("BTC"), Instrument("BTC", Kind.PERP, quote="USDC", settle="USDC")]
    found = await Histories(Catalog(shelf), shelf).history(asked, MONTH, now=NOW)
    assert where(found) == ["binance BTC/USDT", "binance BTC/USDC:USDC"]
