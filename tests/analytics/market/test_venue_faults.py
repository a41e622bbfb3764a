"""What venues get wrong, from their HTTP answers to the numbers and notes of a common past."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pytest

from analytics.errors import RequestError, SourceError
from analytics.market.catalog import Catalog
from analytics.market.histories import Histories, History
from analytics.market.shortfalls import EndedMarketError, FlatHistoryError, PatchyHistoryError
from analytics.market.stored import StoredPrices
from analytics.market.windows import Window
from analytics.statistics.correlation import correlation
from handlers._grammar.instruments import instrument_of
from tests.analytics.market.live_setting import DAY, HOUR, NOW, Setting, live
from tests.analytics.market.memory_store import MemoryStore
from tests.emulators.venues.bars import Bar
from tests.emulators.venues.faults import (
    Effect,
    Feed,
    Page,
    duplicated,
    html,
    jump,
    missing,
    revised,
    shuffled,
    spoilt,
    stale,
    truncated,
)
from tests.emulators.venues.listing import Listing

HOURLY = NOW.replace(minute=0, second=0, microsecond=0)
MONTH = Window(30 * DAY)


@dataclass
class Desk:
    """Everything between a venue's HTTP and a history."""

    setting: Setting
    store: MemoryStore

    def __post_init__(self) -> None:
        prices = StoredPrices(self.setting.prices, self.store, now=self.setting.clock)
        self.histories = Histories(Catalog(prices), prices)

    async def past(self, names: str = "BTC ETH-PERP", window: Window = MONTH) -> History:
        instruments = [instrument_of(name) for name in names.split()]
        return await self.histories.history(instruments, window, now=self.setting.clock())

    def spoil(self, effect: Effect, **conditions: object) -> None:
        self.setting.venues.faults.add(effect, path="klines", **conditions)

    def n_candle_requests(self, venue: str = "binance") -> int:
        return len(self.setting.venues.requests(venue, "klines"))


@asynccontextmanager
async def desk(*venues: str) -> AsyncIterator[Desk]:
    async with live(*(venues or ("binance",))) as setting:
        yield Desk(setting, MemoryStore())


async def healthy(window: Window = MONTH) -> History:
    async with desk() as here:
        return await here.past(window=window)


def only(base: str, change: Callable[[list[Bar]], list[Bar]]) -> Feed:
    """A fault of one coin's candles."""

    def changed(listing: Listing, bars: list[Bar]) -> list[Bar]:
        return change(bars) if listing.base == base else bars

    return Feed(changed)


def of(base: str, feed: Feed) -> Feed:
    """A fault of every coin, kept to one."""

    def changed(listing: Listing, bars: list[Bar]) -> list[Bar]:
        return feed.change(listing, bars) if listing.base == base else bars

    return Feed(changed)


def same_numbers(one: History, other: History) -> bool:
    return np.array_equal(one.close_time, other.close_time) and np.array_equal(
        one.closes, other.closes
    )


@pytest.mark.parametrize(
    "effects",
    [[shuffled()], [duplicated()], [duplicated(), shuffled(3)]],
    ids=["shuffled", "doubled", "both"],
)
@pytest.mark.parametrize("venue", ["binance", "bybit", "okx"])
async def test_order_and_repetition_change_nothing(venue: str, effects: Sequence[Page]) -> None:
    async with desk(venue) as here:
        whole = await here.past()
    async with desk(venue) as here:
        for effect in effects:
            here.setting.venues.faults.add(effect)
        found = await here.past()
    assert same_numbers(found, whole)
    assert found.notes == whole.notes == ()


@pytest.mark.parametrize("share", [0.005, 0.02])
async def test_a_few_missing_candles_leave_the_estimate_within_its_interval(share: float) -> None:
    whole = await healthy()
    async with desk() as here:
        here.spoil(missing(share))
        found = await here.past()
    assert 0 < found.missing < 0.05
    truth = correlation(*whole.log_returns.T, level=0.95).value
    assert truth in correlation(*found.log_returns.T, level=0.95).interval
    assert len(found.log_returns) < len(whole.log_returns)


@pytest.mark.parametrize("share", [0.05, 0.2])
async def test_many_missing_candles_are_refused(share: float) -> None:
    async with desk() as here:
        here.spoil(missing(share))
        with pytest.raises(PatchyHistoryError, match=r"lacks too many bars: .*I don't judge\."):
            await here.past()


@pytest.mark.parametrize("value", [None, "NaN", "-1", "0", "Infinity", "1e400", "9" * 400, "<b>"])
async def test_a_torn_candle_is_a_missing_one(value: object) -> None:
    whole = await healthy()
    async with desk() as here:
        here.spoil(spoilt(value, index=100))
        found = await here.past()
    assert 719 <= len(found.closes) <= 720
    assert np.isin(found.closes, whole.closes).all()


@pytest.mark.parametrize("effect", [html(200), truncated()], ids=["page", "truncated"])
async def test_an_answer_that_is_none_is_the_venues_failure(effect: Effect) -> None:
    async with desk() as here:
        await here.setting.prices.markets("binance")
        here.spoil(effect)
        with pytest.raises(SourceError, match="Binance sent something that is not an answer"):
            await here.past()
        here.setting.venues.faults.clear()
        here.setting.clock.now += timedelta(minutes=2)
        assert same_numbers(await here.past(), await healthy())


async def test_another_venue_stands_in_and_the_answer_says_so() -> None:
    async with desk("binance", "bybit") as here:
        here.spoil(html(200), venue="binance")
        found = await here.past()
    assert {market.venue for market in found.markets} == {"bybit"}
    assert found.notes == (
        "Binance sent something that is not an answer. Used Bybit; prices differ by a few bp.",
    )


@pytest.mark.parametrize("factor", [1000.0, 0.001])
async def test_a_candle_in_other_units_is_left_out_and_told(factor: float) -> None:
    whole = await healthy()
    at = HOURLY - 200 * HOUR
    async with desk() as here:
        here.spoil(of("BTC", jump(at, factor)))
        found = await here.past()
    size = "high" if factor > 1 else "low"
    assert found.notes == (
        f"BTC: one bar is priced 1,000 times too {size} ({at:%-d %b %Y}), left out.",
    )
    assert len(whole.closes) - len(found.closes) == 1
    assert np.isin(found.closes, whole.closes).all()


async def test_a_spike_is_told_and_kept() -> None:
    at = HOURLY - 200 * HOUR
    async with desk() as here:
        here.spoil(of("BTC", jump(at, 1.5)))
        found = await here.past()
    (note,) = found.notes
    assert note.startswith("BTC jumped +")
    assert f"{at + HOUR:%-d %b %H:%M}" in note
    assert len(found.closes) == 721


async def test_a_feed_that_stopped_carries_its_age() -> None:
    async with desk() as here:
        here.spoil(stale(HOURLY - 3 * HOUR))
        found = await here.past()
    assert found.notes == ("Last candle is 3 h old.",)


async def test_a_feed_that_stopped_long_ago_is_refused_with_its_last_day() -> None:
    async with desk() as here:
        here.spoil(of("BTC", stale(HOURLY - 40 * DAY)))
        with pytest.raises(EndedMarketError, match="BTC on Binance has no candle since 29 Jan"):
            await here.past()


async def test_a_market_that_was_delisted_says_when() -> None:
    async with desk() as here:
        with pytest.raises(RequestError, match=r"FTT on Binance ended on 8 Feb 2026\.") as caught:
            await here.past("BTC FTT")
        (correction,) = caught.value.corrections
        assert correction.right == "end=2026-02-08T01:00"
        found = await here.past("BTC FTT", Window(30 * DAY, end=NOW - 31 * DAY))
        assert len(found.closes) == 721


async def test_a_line_without_trades_is_insufficient() -> None:
    def flat(bars: list[Bar]) -> list[Bar]:
        return [Bar(bar.time, 5.0, 5.0, 5.0, 5.0, 0.0) for bar in bars]

    async with desk() as here:
        here.spoil(only("BTC", flat))
        with pytest.raises(FlatHistoryError, match="BTC did not trade: insufficient data"):
            await here.past()


async def test_a_price_that_never_moves_is_insufficient() -> None:
    def flat(bars: list[Bar]) -> list[Bar]:
        return [Bar(bar.time, 5.0, 5.1, 4.9, 5.0, 7.0) for bar in bars]

    async with desk() as here:
        here.spoil(only("BTC", flat))
        with pytest.raises(FlatHistoryError, match="BTC stands at 5 in all of that window"):
            await here.past()


async def test_revised_candles_replace_the_known_ones(caplog: pytest.LogCaptureFixture) -> None:
    async with desk() as here:
        before = await here.past()
        first, last = HOURLY - 3 * HOUR, HOURLY - 2 * HOUR
        here.spoil(of("BTC", revised(1.02, first=first, last=last)))
        here.setting.clock.now += HOUR
        after = await here.past()
    ratio = after.closes[:-1] / before.closes[1:]
    assert ratio[-3:-1, 0] == pytest.approx(1.02, rel=1e-6)
    assert ratio[:-3, 0] == pytest.approx(1)
    assert ratio[:, 1] == pytest.approx(1)
    assert "binance revised 2 closed bars of BTC/USDT" in caplog.text


async def test_half_a_page_is_not_believed_for_ever() -> None:
    whole = await healthy()
    async with desk() as here:
        here.spoil(Page(lambda _, bars: bars[len(bars) // 2 :]))
        torn = await here.past()
        assert "has 1h bars of BTC for 15 days" in " ".join(torn.notes)
        here.setting.venues.faults.clear()
        here.setting.clock.now += DAY + timedelta(minutes=1)
        healed = await here.past()
    assert len(healed.closes) == len(whole.closes)
    assert healed.notes == ()


async def test_a_cold_question_costs_a_page_a_leg_and_a_warm_one_nothing() -> None:
    async with desk() as here:
        await here.past()
        assert here.n_candle_requests() == 2
        here.setting.clock.now += timedelta(minutes=20)
        await here.past()
        assert here.n_candle_requests() == 2
        here.setting.clock.now += HOUR
        await here.past()
        assert here.n_candle_requests() == 4
