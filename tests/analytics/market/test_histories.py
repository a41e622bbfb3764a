"""The common past of several markets: which venue, which bars, and what is said about them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from analytics.errors import RequestError, SourceError
from analytics.market.candles import Candles
from analytics.market.catalog import Catalog
from analytics.market.histories import Histories, History
from analytics.market.instruments import Instrument, Kind
from analytics.market.markets import Market
from analytics.market.outages import MarketGoneError
from analytics.market.windows import LONGEST, BadWindowError, ShortHistoryError, Window
from handlers._grammar.instruments import instrument_of
from tests.analytics.market.bench_source import (
    DAY,
    HOUR,
    NOW,
    BenchSource,
    down,
    inverse,
    perp,
    spot,
)

MONTH = Window(30 * DAY)
SHELVES = {
    "binance": (spot("BTC"), perp("BTC"), spot("ETH"), perp("ETH"), perp("1000PEPE")),
    "bybit": (spot("BTC", "bybit"), perp("ETH", "bybit"), inverse("SOL", "bybit")),
    "okx": (spot("BTC", "okx"), spot("ETH", "okx"), perp("ETH", "okx")),
}


def source(*extra: Market, **settings: object) -> BenchSource:
    shelves = {v: (*m, *(e for e in extra if e.venue == v)) for v, m in SHELVES.items()}
    return BenchSource(shelves, **settings)


async def past(
    names: str,
    behind: BenchSource | None = None,
    *,
    window: Window = MONTH,
    context: timedelta = timedelta(0),
    now: datetime = NOW,
) -> History:
    behind = behind or source()
    asked = Histories(Catalog(behind, grace=timedelta(seconds=0.02)), behind)
    instruments = [instrument_of(name) for name in names.split()]
    return await asked.history(instruments, window, now=now, context=context)


async def refusal(names: str, behind: BenchSource, window: Window = MONTH) -> RequestError:
    with pytest.raises(RequestError) as caught:
        await past(names, behind, window=window)
    return caught.value


def where(found: History) -> list[str]:
    return [f"{market.venue} {market.symbol}" for market in found.markets]


def without(places: slice | np.ndarray) -> Callable[[Candles], Candles]:
    def change(candles: Candles) -> Candles:
        kept = np.ones(len(candles), bool)
        kept[places] = False
        return candles.taken(kept)

    return change


def priced(places: slice | int, factor: float) -> Callable[[Candles], Candles]:
    def change(candles: Candles) -> Candles:
        scale = np.ones(len(candles))
        scale[places] = factor
        prices = (p * scale for p in (candles.open, candles.high, candles.low, candles.close))
        return Candles(candles.market, candles.bar, candles.open_time, *prices, candles.volume)

    return change


def untraded(places: slice) -> Callable[[Candles], Candles]:
    """Bars that a venue filled with the last price."""

    def change(candles: Candles) -> Candles:
        last, volume = np.arange(len(candles)), candles.volume.copy()
        last[places] = last[places][0] - 1
        volume[places] = 0
        flat = candles.close[last]
        o, h, low, c = candles.open.copy(), candles.high.copy(), candles.low.copy(), flat
        for prices in (o, h, low):
            prices[places] = flat[places]
        return Candles(candles.market, candles.bar, candles.open_time, o, h, low, c, volume)

    return change


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


@pytest.mark.parametrize(
    ("names", "failing", "markets", "notes"),
    [
        ("BTC ETH-PERP", "", ["binance BTC/USDT", "binance ETH/USDT:USDT"], ()),
        ("BTC ETH-PERP", "bybit", ["binance BTC/USDT", "binance ETH/USDT:USDT"], ()),
        ("BTC SOL-INV", "", ["bybit BTC/USDT", "bybit SOL/USD:SOL"], ()),
        ("BTC SOL-INV ETH", "", ["binance BTC/USDT", "bybit SOL/USD:SOL", "binance ETH/USDT"], ()),
        ("binance:BTC bybit:BTC", "", ["binance BTC/USDT", "bybit BTC/USDT"], ()),
        ("okx:BTC ETH-PERP", "", ["okx BTC/USDT", "okx ETH/USDT:USDT"], ()),
        ("okx:BTC ETH-PERP", "binance", ["okx BTC/USDT", "okx ETH/USDT:USDT"], ()),
        (
            "BTC ETH-PERP",
            "binance",
            ["bybit BTC/USDT", "bybit ETH/USDT:USDT"],
            ("Binance is down (502). Used Bybit; prices differ by a few bp.",),
        ),
        (
            "BTC ETH-PERP",
            "binance bybit",
            ["okx BTC/USDT", "okx ETH/USDT:USDT"],
            ("Binance is down (502). Bybit is down (502). Used OKX; prices differ by a few bp.",),
        ),
        (
            "BTC ETH",
            "binance",
            ["okx BTC/USDT", "okx ETH/USDT"],
            ("Binance is down (502). Used OKX; prices differ by a few bp.",),
        ),
    ],
)
@pytest.mark.parametrize("failure", ["{}", "{} list"])
async def test_one_venue_for_all_legs_the_next_when_it_fails_each_failure_told_once(
    names: str, failing: str, markets: list[str], notes: tuple[str, ...], failure: str
) -> None:
    behind = source(down={failure.format(v): down(v) for v in failing.split()})
    found = await past(names, behind)
    assert where(found) == markets
    assert found.notes == notes


async def test_a_venue_that_fails_is_asked_once_a_leg() -> None:
    behind = source(down={"binance": down("binance"), "bybit": down("bybit")})
    await past("BTC ETH-PERP", behind)
    assert len(behind.asked) == 6


async def test_twenty_markets_on_many_venues_are_planned_at_once() -> None:
    bases = [f"C{n}" for n in range(20)]
    venues = [f"v{n}" for n in range(6)]
    shelves = {venue: tuple(spot(base, venue) for base in bases) for venue in venues}
    behind = BenchSource(shelves, down={venue: down(venue) for venue in venues[:-1]})
    found = await past(" ".join(bases), behind)
    assert {market.venue for market in found.markets} == {"v5"}


async def test_a_pinned_venue_that_fails_is_not_replaced() -> None:
    with pytest.raises(SourceError, match=r"Binance is down \(502\)\."):
        await past("binance:BTC ETH-PERP", source(down={"binance": down("binance")}))


async def test_all_venues_down_is_the_failure_of_the_first() -> None:
    with pytest.raises(SourceError, match=r"Binance is down \(502\)\."):
        await past("BTC ETH-PERP", source(down={venue: down(venue) for venue in SHELVES}))


async def test_a_market_that_a_venue_gave_up_is_taken_from_the_next() -> None:
    gone = MarketGoneError("binance", "ETH/USDT:USDT")
    found = await past("BTC ETH-PERP", source(down={"binance": gone}))
    assert found.notes == (
        "Binance no longer lists ETH/USDT:USDT. Used Bybit; prices differ by a few bp.",
    )


async def test_a_coin_sold_by_the_thousand_is_told() -> None:
    found = await past("BTC PEPE-PERP")
    assert found.notes == ("PEPE trades as 1000PEPE: one is 1,000 PEPE.",)


async def test_gaps_are_neither_filled_nor_bridged() -> None:
    holes = np.arange(50, 720, 45)
    behind = source(changes={"ETH/USDT": without(holes)})
    found, whole = await past("BTC ETH", behind), await past("BTC ETH")
    assert len(found.closes) == 721 - len(holes)
    assert found.missing == pytest.approx(len(holes) / 721)
    kept = np.isin(whole.return_time, found.return_time)
    assert (~kept).sum() == 2 * len(holes)
    assert np.array_equal(found.log_returns, whole.log_returns[kept])


async def test_bars_filled_without_a_trade_count_as_gaps() -> None:
    stretch = slice(100, 120)
    left_out = await past("BTC ETH", source(changes={"ETH/USDT": without(stretch)}))
    filled = await past("BTC ETH", source(changes={"ETH/USDT": untraded(stretch)}))
    assert np.array_equal(filled.close_time, left_out.close_time)
    assert np.array_equal(filled.closes, left_out.closes)
    assert filled.missing == left_out.missing


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (without(np.arange(5, 720, 6)), "ETH lacks too many bars: 17% are missing; above 5% I"),
        (untraded(slice(300, 400)), "ETH did not trade in too many bars: 14% are missing; above"),
    ],
)
async def test_above_five_percent_nothing_is_judged(
    change: Callable[[Candles], Candles], sentence: str
) -> None:
    error = await refusal("BTC ETH", source(changes={"ETH/USDT": change}))
    assert error.sentence.startswith(sentence)
    assert [c.applied_to("/corr BTC ETH") for c in error.corrections] == ["/corr BTC ETH bar=4h"]


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


async def test_a_few_missing_bars_at_the_start_are_not_worth_a_sentence() -> None:
    behind = source(changes={"ETH/USDT": lambda c: c.taken(slice(-719, None))})
    found = await past("BTC ETH", behind)
    assert found.notes == ()
    assert len(found.in_window.log_returns) == 718


async def test_an_end_that_lies_ahead_is_told() -> None:
    ahead = Window(30 * DAY, end=NOW + 400 * DAY)
    assert "yet: these are the newest." in (await past("BTC ETH", source(), window=ahead)).notes[0]
    at_once = Window(30 * DAY, end=NOW + timedelta(minutes=30))
    assert (await past("BTC ETH", source(), window=at_once)).notes == ()


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


async def test_a_line_without_trades_is_no_price() -> None:
    behind = source(
        changes={"ETH/USDT": lambda c: untraded(slice(1, None))(c).taken(slice(1, None))}
    )
    error = await refusal("BTC ETH", behind)
    assert error.sentence == "ETH did not trade: insufficient data."


async def test_a_price_that_stands_still_is_insufficient() -> None:
    def flat(c: Candles) -> Candles:
        one = np.ones(len(c))
        return Candles(c.market, c.bar, c.open_time, one, 1.1 * one, 0.9 * one, one, c.volume)

    error = await refusal("BTC ETH", source(changes={"ETH/USDT": flat}))
    assert error.sentence == "ETH stands at 1 in all of that window: insufficient data."


@pytest.mark.parametrize("factor", [1000.0, 0.001, 10.0, 1e6])
async def test_bars_in_other_units_are_left_out_and_told(factor: float) -> None:
    whole = await past("BTC ETH")
    found = await past("BTC ETH", source(changes={"ETH/USDT": priced(400, factor)}))
    assert len(found.closes) == 720
    assert np.isin(found.closes, whole.closes).all()
    (note,) = found.notes
    size = f"{round(max(factor, 1 / factor)):,} times too {'high' if factor > 1 else 'low'}"
    assert note == f"ETH: one bar is priced {size} (25 Feb 2026), left out."


async def test_a_change_of_units_for_good_leaves_the_new_ones() -> None:
    found = await past("BTC ETH", source(changes={"ETH/USDT": priced(slice(0, 400), 1000.0)}))
    assert len(found.closes) == 321
    assert any("400 bars are priced 1,000 times too high" in note for note in found.notes)


async def test_a_spike_is_told_and_kept() -> None:
    found = await past("BTC ETH", source(changes={"ETH/USDT": priced(400, 1.5)}))
    assert len(found.closes) == 721
    assert found.notes == ("ETH jumped +48.2 % and back on 25 Feb 04:00; kept.",)


async def test_a_spike_that_both_saw_and_a_step_that_stays_are_news() -> None:
    both = dict.fromkeys(("BTC/USDT", "ETH/USDT"), priced(400, 1.5))
    assert (await past("BTC ETH", source(changes=both))).notes == ()
    step = {"ETH/USDT": priced(slice(400, None), 1.5)}
    assert (await past("BTC ETH", source(changes=step))).notes == ()


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


async def test_the_lists_of_markets_are_asked_for_once_a_leg_and_venue() -> None:
    behind = source()
    await past("BTC ETH-PERP", behind)
    assert len(behind.lists_asked) == 2 * len(SHELVES)


async def test_the_same_market_on_two_venues() -> None:
    found = await past("binance:BTC bybit:BTC")
    assert found.log_returns.shape == (720, 2)
    assert not np.array_equal(*found.closes.T)


async def test_an_instrument_of_each_kind_has_a_past() -> None:
    shelf = source(perp("BTC", quote="USDC"))
    asked = [Instrument("BTC"), Instrument("BTC", Kind.PERP, quote="USDC", settle="USDC")]
    found = await Histories(Catalog(shelf), shelf).history(asked, MONTH, now=NOW)
    assert where(found) == ["binance BTC/USDT", "binance BTC/USDC:USDC"]
