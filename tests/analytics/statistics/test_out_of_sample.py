"""The walk forward against a plain loop, known truth, and refusals."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from analytics.market.windows import ShortHistoryError
from analytics.statistics.effectiveness import measured_effectiveness
from analytics.statistics.out_of_sample import out_of_sample_effectiveness
from analytics.statistics.samples import FloatArray, UndefinedError
from tests.analytics.statistics.pairs import Pair, answered, clustered_pair, normal_pair, ugly_pairs

HOURLY: dict[str, Any] = {"fit_bars": 240, "bars_per_day": 24}


def by_a_plain_loop(
    s: FloatArray,
    f: FloatArray,
    *,
    fit_bars: int,
    bars_per_day: int,
    n_days: int,
    rounded: Callable[[float], float] = lambda h: h,
) -> tuple[FloatArray, FloatArray]:
    import statsmodels.api as sm

    first = len(s) - n_days * bars_per_day
    ratios: list[float] = []
    hedged: list[float] = []
    for start in range(first, len(s), bars_per_day):
        past = slice(start - fit_bars, start)
        ratios.append(rounded(sm.OLS(s[past], sm.add_constant(f[past])).fit().params[1]))
        day = slice(start, start + bars_per_day)
        hedged.extend(s[day] - ratios[-1] * f[day])
    return np.array(ratios), np.array(hedged)


def test_it_agrees_with_a_loop_of_regressions() -> None:
    s, f = clustered_pair(240 + 40 * 24 + 5)
    found = out_of_sample_effectiveness(s, f, **HOURLY)
    ratios, hedged = by_a_plain_loop(s, f, **HOURLY, n_days=40)
    np.testing.assert_allclose(found.ratios, ratios, rtol=1e-11)
    np.testing.assert_allclose(found.hedged, hedged, atol=1e-14)
    np.testing.assert_array_equal(found.unhedged, s[245:])
    assert found.value == pytest.approx(1 - hedged.var() / s[245:].var(), abs=1e-12)
    assert found.interval == measured_effectiveness(found.unhedged, found.hedged).interval
    assert (found.n_days, found.first_bar) == (40, 245)


def test_the_days_are_the_sums_of_their_bars() -> None:
    s, f = clustered_pair(2000)
    found = out_of_sample_effectiveness(s, f, **HOURLY)
    for day in (0, 17, 59):
        bars = slice(24 * day, 24 * day + 24)
        assert found.unhedged_days[day] == pytest.approx(found.unhedged[bars].sum(), abs=1e-15)
        assert found.hedged_days[day] == pytest.approx(found.hedged[bars].sum(), abs=1e-15)
    assert found.unhedged_days.shape == found.hedged_days.shape == found.ratios.shape == (60,)


def test_in_sample_is_the_fit_of_the_last_bars() -> None:
    s, f = clustered_pair(2000)
    found = out_of_sample_effectiveness(s, f, **HOURLY)
    assert found.in_sample == pytest.approx(np.corrcoef(s[-240:], f[-240:])[0, 1] ** 2, abs=1e-12)


def test_only_the_past_decides_what_is_held() -> None:
    s, f = clustered_pair(2000)
    before = out_of_sample_effectiveness(s, f, **HOURLY).ratios
    s = s.copy()
    s[-24:] = 5 * f[-24:]
    after = out_of_sample_effectiveness(s, f, **HOURLY).ratios
    np.testing.assert_array_equal(before, after)


def test_what_is_held_is_what_whole_contracts_allow() -> None:
    s, f = clustered_pair(2000)
    asked = []

    def in_quarters(ratio: float, first_bar: int) -> float:
        asked.append(first_bar)
        return round(4 * ratio) / 4

    found = out_of_sample_effectiveness(s, f, **HOURLY, ratio_in_lots=in_quarters)
    ratios, hedged = by_a_plain_loop(s, f, **HOURLY, n_days=60, rounded=lambda h: round(4 * h) / 4)
    assert asked == list(range(560, 2000, 24))
    np.testing.assert_array_equal(found.ratios, ratios)
    np.testing.assert_allclose(found.hedged, hedged, atol=1e-15)


def test_a_fixed_ratio_is_held_every_day_and_needs_no_past() -> None:
    s, f = clustered_pair(30 * 24)
    found = out_of_sample_effectiveness(s, f, fit_bars=720, bars_per_day=24, fixed_ratio=1)
    assert (found.n_days, found.first_bar) == (30, 0)
    np.testing.assert_array_equal(found.hedged, s - f)
    assert found.in_sample == pytest.approx(found.value, abs=1e-12)


def test_a_fixed_ratio_too_is_rounded_to_lots() -> None:
    s, f = clustered_pair(30 * 24)
    found = out_of_sample_effectiveness(
        s, f, **HOURLY, fixed_ratio=1, ratio_in_lots=lambda h, _: 0.9 * h
    )
    np.testing.assert_array_equal(found.ratios, 0.9)


def test_daily_bars_are_days_of_one_bar() -> None:
    s, f = clustered_pair(200)
    found = out_of_sample_effectiveness(s, f, fit_bars=90, bars_per_day=1)
    np.testing.assert_array_equal(found.hedged, found.hedged_days)
    assert found.n_days == 60


def test_the_effectiveness_that_the_market_has_is_found() -> None:
    s, f = normal_pair(0.9, 720 + 365 * 24)
    found = out_of_sample_effectiveness(s, f, fit_bars=720, bars_per_day=24, test_days=365)
    assert found.value == pytest.approx(0.81, abs=0.01)
    assert 0.81 in found.interval


def test_a_market_that_changed_is_hedged_worse_than_its_own_fit_says() -> None:
    random = np.random.default_rng(4)
    f = random.standard_normal(3000)
    ratio = np.where(np.arange(3000) // 300 % 2, 2.0, -1.0)
    found = out_of_sample_effectiveness(ratio * f, f, fit_bars=300, bars_per_day=24, test_days=100)
    assert found.value < 0.3
    assert found.in_sample > 0.99


def test_too_little_history_is_refused_with_what_is_needed() -> None:
    out_of_sample_effectiveness(*clustered_pair(960), **HOURLY)
    with pytest.raises(ShortHistoryError, match="only 959 bars in that window, I need 960"):
        out_of_sample_effectiveness(*clustered_pair(959), **HOURLY)


def test_a_hedge_that_stood_still_before_one_of_the_days_is_refused() -> None:
    s, f = clustered_pair(2000)
    f = f.copy()
    f[400:700] = 0
    with pytest.raises(UndefinedError, match="never moves"):
        out_of_sample_effectiveness(s, f, **HOURLY)


def test_lots_that_are_no_number_are_refused() -> None:
    with pytest.raises(UndefinedError, match="not finite"):
        out_of_sample_effectiveness(
            *clustered_pair(2000), **HOURLY, ratio_in_lots=lambda _, __: float("nan")
        )


@settings(deadline=None, max_examples=150)
@given(pair=ugly_pairs())
def test_ugly_series_give_a_number_with_its_interval_or_a_sentence(pair: Pair) -> None:
    walk = partial(
        out_of_sample_effectiveness, fit_bars=30, bars_per_day=3, test_days=15, minimum_days=10
    )
    found = answered(walk, pair)
    if found is not None:
        assert found.interval.low <= found.value <= found.interval.high <= 1
        assert np.isfinite(found.in_sample)
