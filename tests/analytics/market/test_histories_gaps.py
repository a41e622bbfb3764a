"""Bars that are missing, without a trade, in other units, or far from all others."""

from collections.abc import Callable

import numpy as np
import pytest

from analytics.market.candles import Candles
from tests.analytics.market.pasts import past, refusal, source


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


async def test_a_few_missing_bars_at_the_start_are_not_worth_a_sentence() -> None:
    behind = source(changes={"ETH/USDT": lambda c: c.taken(slice(-719, None))})
    found = await past("BTC ETH", behind)
    assert found.notes == ()
    assert len(found.in_window.log_returns) == 718


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
