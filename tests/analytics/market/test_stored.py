"""What is known is not asked again, and the answer is the same as if it were."""

import asyncio
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.errors import SourceError
from analytics.market import stored
from analytics.market.candles import Candles
from analytics.market.markets import Market
from analytics.market.stored import OVERLAP_BARS
from tests.analytics.market.bench_source import DAY, HOUR, down, spot
from tests.analytics.market.stored_bench import BTC, ETH, MINUTE, SECOND, Bench, same


def gappy(candles: Candles) -> Candles:
    """A venue without the bars of two nights and of every thirteenth hour."""
    hours = candles.open_time // 3_600_000
    return candles.taken((hours % 13 != 0) & ~np.isin(hours // 24 % 7, (2, 3)))


questions = st.lists(
    st.tuples(
        st.sampled_from([BTC, ETH]),
        st.integers(1, 40 * 24),
        st.integers(0, 30 * 24),
        st.sampled_from([MINUTE, 31 * MINUTE, HOUR, 5 * HOUR, 3 * DAY]),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(questions=questions, late=st.sampled_from([0 * SECOND, 20 * SECOND, 90 * MINUTE]))
async def test_any_questions_get_the_venues_own_answers_and_ask_nothing_known(
    questions: list[tuple[Market, int, int, timedelta, bool]], late: timedelta
) -> None:
    bench = Bench()
    bench.source.publishes_late = late
    bench.source.changes = dict.fromkeys((BTC.symbol, ETH.symbol), gappy)
    known: dict[str, set[int]] = {BTC.symbol: set(), ETH.symbol: set()}
    for market, length, back, pause, restarts in questions:
        if restarts:
            bench.restart()
        bench.source.asked.clear()
        answer = await bench.ask(market, back=length * HOUR, to=back * HOUR)
        requests = bench.source.asked.copy()
        end = bench.clock.now - back * HOUR
        own = await bench.source.candles(market, bar=HOUR, start=end - length * HOUR, end=end)
        assert same(answer, own)
        for symbol, first, stop in requests:
            again = sorted(set(range(first, stop)) & known[symbol])
            assert set(again) <= set(range(first, first + OVERLAP_BARS))
        known[market.symbol] |= set((own.open_time // 3_600_000).tolist())
        bench.clock.now += pause


async def test_a_cold_question_is_one_run_and_the_same_again_is_none() -> None:
    bench = Bench()
    await bench.ask(back=90 * DAY)
    assert len(bench.source.asked) == 1
    for _ in range(3):
        await bench.ask(back=90 * DAY)
        bench.clock.now += 10 * MINUTE
    bench.restart()
    await bench.ask(back=90 * DAY)
    assert len(bench.source.asked) == 1


async def test_a_new_bar_costs_itself_and_the_three_before_it() -> None:
    bench = Bench()
    await bench.ask(back=30 * DAY)
    bench.clock.now += HOUR
    await bench.ask(back=30 * DAY)
    _, first, stop = bench.source.asked[-1]
    assert stop - first == 1 + OVERLAP_BARS


async def test_equal_and_overlapping_questions_under_way_share_one_fetch() -> None:
    bench = Bench()
    answers = await asyncio.gather(*(bench.ask(back=n * DAY) for n in (30, 30, 30, 7, 12)))
    assert len(bench.source.asked) == 1
    assert [len(answer) for answer in answers] == [720, 720, 720, 168, 288]


async def test_one_who_leaves_does_not_spoil_it_for_the_others() -> None:
    bench = Bench()
    bench.source.slow["binance"] = asyncio.Event()
    first, second = (asyncio.create_task(bench.ask()) for _ in range(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    bench.source.slow["binance"].set()
    assert len(await second) == 24
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_a_slow_venue_keeps_only_its_own_series_waiting() -> None:
    bench = Bench()
    bench.source.slow["binance"] = asyncio.Event()
    waiting = asyncio.create_task(bench.ask())
    async with asyncio.timeout(5):
        assert len(await bench.ask(spot("BTC", "bybit"))) == 24
    assert not waiting.done()
    bench.source.slow["binance"].set()
    assert len(await waiting) == 24


async def test_a_failure_is_passed_on_and_not_remembered() -> None:
    bench = Bench()
    bench.source.down["binance"] = down("binance")
    with pytest.raises(SourceError):
        await bench.ask()
    bench.source.down.clear()
    assert len(await bench.ask()) == 24


async def test_a_bar_that_is_not_published_yet_is_asked_for_again_half_a_minute_later() -> None:
    bench = Bench()
    bench.source.publishes_late = MINUTE
    assert len(await bench.ask()) == 23
    bench.clock.now += 20 * SECOND
    assert len(await bench.ask(to=20 * SECOND)) == 23
    assert len(bench.source.asked) == 1
    bench.clock.now += 50 * SECOND
    assert len(await bench.ask(to=70 * SECOND)) == 24
    assert len(bench.source.asked) == 2


async def test_an_awaited_bar_does_not_keep_older_ones_from_being_asked() -> None:
    bench = Bench()
    bench.source.publishes_late = MINUTE
    await bench.ask(back=HOUR)
    assert len(await bench.ask(back=10 * HOUR)) == 9


async def test_the_time_before_a_listing_is_asked_once_a_day() -> None:
    bench = Bench()
    for _ in range(3):
        assert len(await bench.ask(ETH, back=40 * DAY)) == 480
    bench.restart()
    assert len(await bench.ask(ETH, back=40 * DAY)) == 480
    assert len(bench.source.asked) == 1


async def test_a_torn_answer_heals_within_a_day() -> None:
    bench = Bench()
    bench.source.changes[BTC.symbol] = lambda candles: candles.taken(slice(300, None))
    assert len(await bench.ask(back=30 * DAY)) == 420
    bench.source.changes.clear()
    bench.clock.now += DAY + MINUTE
    assert len(await bench.ask(back=30 * DAY, to=MINUTE)) == 720


async def test_an_empty_answer_is_not_believed() -> None:
    bench = Bench()
    bench.source.changes[BTC.symbol] = lambda candles: candles.taken(slice(0))
    assert len(await bench.ask(back=30 * DAY)) == 0
    bench.source.changes.clear()
    bench.clock.now += MINUTE
    assert len(await bench.ask(back=30 * DAY, to=MINUTE)) == 720


async def test_revised_bars_take_the_place_of_the_old_and_are_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench()
    await bench.ask()
    bench.source.changes[BTC.symbol] = lambda c: Candles(
        c.market, c.bar, c.open_time, c.open, 2 * c.high, c.low, 2 * c.close, c.volume
    )
    bench.clock.now += HOUR
    answer = await bench.ask()
    before = await Bench(clock=bench.clock).ask()
    revised = answer.close / before.close
    assert revised[-4:] == pytest.approx([2, 2, 2, 2])
    assert revised[:-4] == pytest.approx(1)
    assert "binance revised 3 closed bars of BTC/USDT" in caplog.text
    bench.restart()
    assert same(await bench.ask(), answer)


async def test_memory_is_bounded_and_what_was_forgotten_is_read_from_the_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stored, "BLOCKS_IN_MEMORY", 10)
    bench = Bench()
    markets = [spot(f"C{n}") for n in range(12)]
    for market in markets:
        await bench.ask(market, back=60 * DAY)
    blocks = [len(known.series.blocks) for known in bench.prices._memory.values()]
    assert sum(blocks) <= 10
    assert len(bench.prices._locks) == 0
    bench.source.asked.clear()
    for market in markets:
        assert len(await bench.ask(market, back=60 * DAY)) == 1440
    assert bench.source.asked == []


async def test_a_series_larger_than_the_memory_is_still_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stored, "BLOCKS_IN_MEMORY", 2)
    bench = Bench()
    assert len(await bench.ask(back=200 * DAY)) == 4800
    assert len(await bench.ask(back=200 * DAY)) == 4800
    assert len(bench.source.asked) == 1
