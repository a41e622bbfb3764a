"""Falls and the hedge on the worst days, on written and on real pasts."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from analytics.errors import RequestError
from analytics.market.crashes import CRASHES, crashes_between
from analytics.market.prices import Origin
from analytics.market.windows import DAY, HOUR
from analytics.statistics.downside import downside_effectiveness
from analytics.studies.stresses import (
    Shape,
    StressStudy,
    TooFewBadBarsError,
    fit_length,
    stress_study,
)
from tests.analytics.studies.pasts import coupled, written_past

BARS = 180 * 24
FIT = 30 * 24


def studied(returns: np.ndarray, *, quantile: float = 0.05, **past: object) -> StressStudy:
    history = written_past(returns, window=180 * DAY, **past)  # type: ignore[arg-type]
    return stress_study(history, quantile=quantile, level=0.95)


def panicking(bars: int, *, seed: int = 1) -> np.ndarray:
    """Own moves of the second market shrink when the first one falls."""
    random = np.random.default_rng(seed)
    first, own = random.standard_normal((2, bars))
    second = first + np.where(first < 0, 0.2, 1.2) * own
    return 0.01 * np.column_stack((first, second))


def test_normal_returns_are_called_normal() -> None:
    shapes = [studied(coupled(0.8, BARS + FIT, seed=k)).shape for k in range(10)]
    assert shapes.count(Shape.NORMAL) >= 8


def test_heavy_tails_alone_are_not_called_panic() -> None:
    """Heavy tails lift falls above the normal benchmark, and rises just as much."""
    studies = [studied(coupled(0.8, BARS + FIT, seed=k, heavy=True)) for k in range(10)]
    assert sum(study.shape is Shape.FALLS for study in studies) <= 1
    assert sum(study.shape is Shape.BOTH for study in studies) >= 5


def test_panic_is_found_and_its_mirror_image_is_not_called_panic() -> None:
    assert studied(panicking(BARS + FIT)).shape is Shape.FALLS
    assert studied(-panicking(BARS + FIT)).shape is Shape.RISES


def test_each_day_is_hedged_with_what_the_days_before_it_taught() -> None:
    returns = coupled(0.8, BARS + FIT)
    study = studied(returns)
    assert study.walk is not None
    assert study.walk.n_days == 180
    worst = study.worst[0]
    start = FIT + 24 * worst.day
    past, today = returns[start - FIT : start], returns[start : start + 24]
    ratio = np.polyfit(past[:, 1], past[:, 0], 1)[0]
    held, hedge = np.expm1(today.sum(axis=0))
    assert worst.unhedged == pytest.approx(held, abs=1e-9)
    assert worst.hedged == pytest.approx(held - ratio * hedge, abs=1e-9)
    days = [np.expm1(returns[FIT + 24 * k : FIT + 24 * (k + 1), 0].sum()) for k in range(180)]
    assert worst.unhedged == pytest.approx(min(days), abs=1e-9)
    assert study.falls == downside_effectiveness(study.walk.unhedged, study.walk.hedged)
    assert study.walk.value == pytest.approx(0.64, abs=0.05)


def test_a_tail_too_thin_is_widened_and_both_shares_are_kept() -> None:
    study = studied(coupled(0.3, BARS + FIT), quantile=0.01)
    assert study.asked_quantile == 0.01
    assert study.tail_quantile > 0.01
    assert study.stress.tail is not None
    assert study.stress.tail.quantile == study.tail_quantile
    assert study.stress.tail.n_joint >= 25
    held, hedge = study.corner
    both = (study.held_returns <= held) & (study.hedge_returns <= hedge)
    assert both.sum() == pytest.approx(study.stress.tail.n_joint, abs=1)


def test_too_few_common_falls_are_refused() -> None:
    opposed = coupled(-0.995, BARS + FIT)
    with pytest.raises(TooFewBadBarsError, match="too few bad hours to judge"):
        stress_study(written_past(opposed[-60:]), quantile=0.05, level=0.95)
    with pytest.raises(TooFewBadBarsError, match="too few bad days"):
        stress_study(
            written_past(opposed[-60:], bar=DAY, window=60 * DAY), quantile=0.05, level=0.95
        )


def test_one_line_is_refused_for_what_it_is() -> None:
    line = np.repeat(coupled(0.5, BARS)[:, :1], 2, axis=1)
    with pytest.raises(RequestError, match="one line"):
        studied(line)


def test_too_short_a_past_leaves_the_hedge_out() -> None:
    study = stress_study(written_past(coupled(0.8, 720)), quantile=0.05, level=0.95)
    assert study.walk is None
    assert (study.worst, study.falls) == ((), None)
    assert study.stress.downside is not None


def test_a_ratio_rests_on_enough_bars() -> None:
    assert fit_length(HOUR, 90 * DAY) == 30 * DAY
    assert fit_length(DAY, 365 * DAY) == 60 * DAY
    assert fit_length(HOUR, 14 * DAY) == 14 * DAY


CRASH_END = datetime(2024, 8, 20, tzinfo=UTC)


def test_a_crash_is_told_between_its_midnights() -> None:
    returns = coupled(0.8, BARS + FIT)
    study = studied(returns, end=CRASH_END)
    (day,) = study.crashes
    assert day.crash.name == "yen carry"
    stop = len(returns) - 14 * 24
    today, past = returns[stop - 24 : stop], returns[stop - 24 - FIT : stop - 24]
    ratio = np.polyfit(past[:, 1], past[:, 0], 1)[0]
    held, hedge = np.expm1(today.sum(axis=0))
    assert (day.held, day.hedge) == pytest.approx((held, hedge), abs=1e-9)
    assert day.hedged == pytest.approx(held - ratio * hedge, abs=1e-9)


def test_invented_prices_know_no_crash() -> None:
    returns = coupled(0.8, BARS + FIT)
    assert studied(returns, end=CRASH_END, origin=Origin("x", invented=True)).crashes == ()


def test_a_crash_with_a_missing_midnight_is_left_out() -> None:
    returns = coupled(0.8, BARS + FIT)
    assert studied(returns, end=CRASH_END.replace(minute=30)).crashes == ()


def test_crashes_are_in_order_and_whole_days() -> None:
    assert list(CRASHES) == sorted(CRASHES, key=lambda crash: crash.first_day)
    for crash in CRASHES:
        assert crash.start < crash.end
        assert crashes_between(crash.start, crash.end) == (crash,)
        assert crashes_between(crash.start + HOUR, crash.end) == ()


def test_the_table_agrees_with_real_candles(market_data) -> None:  # noqa: ANN001
    """Of the days that both know, each is among the five worst of its year."""
    folder = market_data / "e1_2024_spot_1h"
    close = pd.read_parquet(folder / "binance_spot_BTC-USDT_1h.parquet").set_index("timestamp")
    days = close["close"].resample("1D").last().pct_change().dropna()
    worst = days.nsmallest(5).index
    known = [crash for crash in CRASHES if days.index[0] <= crash.start < days.index[-1]]
    assert known
    for crash in known:
        assert pd.Timestamp(crash.start) in worst
