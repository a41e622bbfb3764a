"""One look: value, baseline, date of the change, and what was left out."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analytics.market.histories import History
from analytics.market.instruments import Kind
from analytics.market.windows import DAY, HOUR, LONGEST, MINUTE, Window
from analytics.statistics.bands import BAND_WIDTH, correlation_departure
from analytics.statistics.correlation import correlation
from analytics.statistics.hedge_ratio import hedge_ratio
from analytics.statistics.samples import UndefinedError
from analytics.studies.looks import Quantity, baseline_length, group_look, pair_look, usual
from tests.analytics.studies.pasts import coupled, written_past

WINDOW, BEFORE = 720, 4320


def past(
    *, before: float = 0.85, after: float = 0.85, bars: int = BEFORE, seed: int = 1
) -> History:
    rho = np.where(np.arange(bars + WINDOW) < bars, before, after)
    return written_past(coupled(rho, bars + WINDOW, seed=seed))


def of_a_contract(history: History) -> History:
    held, other = history.markets
    perp = replace(other, kind=Kind.PERP, settle="USDT", symbol="A1/USDT:USDT")
    return replace(history, markets=(held, perp))


def test_a_steady_pair_is_inside_and_nothing_moved() -> None:
    look = pair_look(past(), Quantity.CORRELATION)
    assert look.normal is not None
    assert look.value.value in look.normal.band
    assert abs(look.normal.sigmas) < BAND_WIDTH
    assert look.normal.length == 180 * DAY
    assert look.moved is None
    assert look.notes == ()


def test_a_pair_that_parted_is_outside_and_the_day_is_found() -> None:
    history = past(after=0.5)
    look = pair_look(history, Quantity.CORRELATION)
    assert look.normal is not None
    assert look.normal.sigmas < -BAND_WIDTH
    assert look.value.value < look.normal.band.low
    assert look.moved is not None
    assert look.moved.p < 0.01
    changed = history.last_close - 30 * DAY
    assert abs(look.moved.since - changed) < 3 * DAY


def test_it_is_the_departure_of_the_returns() -> None:
    history = past(seed=4)
    look = pair_look(history, Quantity.CORRELATION)
    x, y = history.log_returns.T
    found = correlation_departure(x, y, width=WINDOW)
    assert look.normal is not None
    assert look.value == found.now
    assert look.normal.sigmas == found.sigmas
    assert look.value.value == pytest.approx(correlation(x[-WINDOW:], y[-WINDOW:]).value)


def test_effectiveness_is_the_square_and_the_ratio_that_of_the_window() -> None:
    history = of_a_contract(past(seed=2))
    rho = pair_look(history, Quantity.CORRELATION).value.value
    removed = pair_look(history, Quantity.EFFECTIVENESS).value
    assert removed.value == pytest.approx(rho**2)
    assert removed.value in removed.interval
    s, f = history.in_window.log_returns.T
    ratio = pair_look(history, Quantity.HEDGE_RATIO).value
    assert ratio.value == pytest.approx(hedge_ratio(s, f).value)


def test_a_hedge_is_told_only_of_a_contract() -> None:
    plain = past(after=0.5)
    assert pair_look(plain, Quantity.CORRELATION).hedge is None
    hedge = pair_look(of_a_contract(plain), Quantity.CORRELATION).hedge
    assert hedge is not None
    assert hedge.removes.value == pytest.approx(0.25, abs=0.06)
    assert 0.25 in hedge.removes.interval
    assert hedge.removes_before is not None
    assert hedge.removes_before.value == pytest.approx(0.72, abs=0.05)
    assert hedge.ratio.value == pytest.approx(0.5, abs=0.06)
    assert 0.5 in hedge.ratio.interval


@pytest.mark.parametrize("bars", [0, 10, 700])
def test_a_young_pair_has_a_value_and_nothing_normal(bars: int) -> None:
    look = pair_look(past(bars=bars), Quantity.CORRELATION)
    assert look.normal is None
    assert look.value.value == pytest.approx(0.85, abs=0.05)
    assert "too short to say what is normal" in look.notes[0]


def test_a_baseline_in_which_nothing_moved_says_nothing() -> None:
    history = past()
    closes = history.closes.copy()
    closes[:BEFORE, 1] = closes[BEFORE, 1]
    look = pair_look(replace(history, closes=closes), Quantity.CORRELATION)
    assert look.normal is None
    assert look.notes


def test_one_market_that_jumps_and_comes_back_wakes_nobody() -> None:
    history = past()
    closes = history.closes.copy()
    closes[-100, 1] *= 2.0
    look = pair_look(replace(history, closes=closes), Quantity.CORRELATION)
    clean = pair_look(history, Quantity.CORRELATION)
    assert look.value.value == pytest.approx(clean.value.value, abs=0.005)
    assert look.notes == ("Bars left out, in which one market jumped and came back: 1.",)
    raw = correlation(*np.diff(np.log(closes[-721:]), axis=0).T)
    assert abs(raw.value) < 0.7


def test_gaps_are_no_returns() -> None:
    history = past()
    kept = np.ones(len(history.close_time), bool)
    kept[[-50, -51, -300, 1000]] = False
    gapped = replace(history, close_time=history.close_time[kept], closes=history.closes[kept])
    look = pair_look(gapped, Quantity.CORRELATION)
    assert look.normal is not None
    assert look.value.value == pytest.approx(
        pair_look(history, Quantity.CORRELATION).value.value, abs=0.01
    )


def test_two_prices_that_are_one_line_have_no_look() -> None:
    returns = coupled(0.5, 3000)
    returns[:, 1] = returns[:, 0]
    with pytest.raises(UndefinedError):
        pair_look(written_past(returns), Quantity.CORRELATION)


def test_a_group_that_comes_together_leaves_its_band_upwards() -> None:
    rng = np.random.default_rng(3)
    common, own = rng.standard_normal(BEFORE + WINDOW), rng.standard_normal((BEFORE + WINDOW, 4))
    load = np.where(np.arange(BEFORE + WINDOW) < BEFORE, 0.6, 0.95)
    returns = 0.01 * (load * common)[:, None] + 0.01 * np.sqrt(1 - load**2)[:, None] * own
    look = group_look(written_past(returns))
    assert look.normal is not None
    assert look.normal.sigmas > BAND_WIDTH
    assert look.value.value == pytest.approx(0.9, abs=0.03)
    assert look.normal.value.value == pytest.approx(0.36, abs=0.05)
    assert group_look(written_past(returns[-WINDOW - 40 :])).normal is None


@pytest.mark.parametrize(
    ("window", "baseline"),
    [
        (Window(30 * DAY), 180 * DAY),
        (Window(7 * DAY), 180 * DAY),
        (Window(DAY), 4500 * 5 * MINUTE),
        (Window(30 * DAY, bar=DAY), 180 * DAY),
        (Window(120 * DAY), 240 * DAY),
        (Window(365 * DAY), 730 * DAY),
        (Window(2 * 365 * DAY), 365 * DAY),
        (Window(LONGEST), timedelta(0)),
        (Window(10 * DAY, bar=HOUR / 4), 4500 * HOUR / 4),
    ],
)
def test_a_baseline_is_long_but_not_dear(window: Window, baseline: timedelta) -> None:
    assert baseline_length(window) == baseline


def test_what_is_usual_is_where_nine_in_ten_were() -> None:
    found = usual(np.append(np.arange(101.0), np.nan))
    assert found is not None
    assert (found.value, found.interval.low, found.interval.high) == pytest.approx((50, 5, 95))
    assert usual(np.arange(29.0)) is None
