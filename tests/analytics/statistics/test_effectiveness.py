"""Effectiveness against its identities, a second method, and ugly input."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.statistics.correlation import correlation
from analytics.statistics.effectiveness import (
    effectiveness,
    expected_shortfall,
    measured_effectiveness,
    measured_shortfall_reduction,
    off_target_loss,
    worst_days,
)
from analytics.statistics.hedge_ratio import hedge_ratio
from analytics.statistics.samples import UndefinedError
from tests.analytics.statistics.pairs import Pair, answered, clustered_pair, normal_pair, ugly_pairs
from tests.analytics.statistics.second_methods import (
    effectiveness_interval,
    stationary_bootstrap,
)


@pytest.mark.parametrize("seed", range(5))
def test_the_best_ratio_removes_the_squared_correlation(seed: int) -> None:
    s, f = clustered_pair(500, seed)
    best = hedge_ratio(s, f).value
    assert effectiveness(s, f, best) == pytest.approx(correlation(s, f).value ** 2, abs=1e-12)
    assert off_target_loss(s, f, best) == pytest.approx(0, abs=1e-20)


@settings(deadline=None, max_examples=50)
@given(ratio=st.floats(-3, 3), seed=st.integers(0, 1000))
def test_the_loss_off_target_is_exact(ratio: float, seed: int) -> None:
    s, f = normal_pair(0.8, 60, seed)
    best = hedge_ratio(s, f).value
    expected = effectiveness(s, f, best) - effectiveness(s, f, ratio)
    assert off_target_loss(s, f, ratio) == pytest.approx(expected, abs=1e-12)


def test_no_hedge_removes_nothing_and_the_wrong_side_adds() -> None:
    s, f = clustered_pair(500)
    assert effectiveness(s, f, 0) == 0
    assert effectiveness(s, f, -1) < 0


def test_the_share_that_made_the_data_is_recovered() -> None:
    s, f = normal_pair(0.8, 100_000)
    found = measured_effectiveness(s, s - 0.5 * f)
    assert found.value == pytest.approx(2 * 0.5 * 0.8 - 0.25, abs=0.01)
    assert 2 * 0.5 * 0.8 - 0.25 in found.interval


@pytest.mark.parametrize("bars", [30, 120, 1440])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_value_and_interval_agree_with_direct_summation(bars: int, level: float) -> None:
    s, f = clustered_pair(bars)
    found = measured_effectiveness(s, s - 0.6 * f, level=level)
    expected = effectiveness_interval(s, s - 0.6 * f, level)
    assert found.value == pytest.approx(effectiveness(s, f, 0.6), abs=1e-12)
    assert (found.interval.low, found.interval.high) == pytest.approx(expected, abs=1e-10)


@pytest.mark.slow
def test_the_interval_is_as_wide_as_a_block_bootstrap_finds() -> None:
    ratios = []
    for seed in range(12):
        u, f = clustered_pair(1440, seed)
        e = u - 0.6 * f
        values = stationary_bootstrap(
            lambda a, b: np.log(b.var() / a.var()), u, e, block=30, repeats=400, seed=seed
        )
        found = measured_effectiveness(u, e, level=0.68268949)
        logs = np.log([1 - found.interval.low, 1 - found.interval.high])
        ratios.append((logs[0] - logs[1]) / 2 / values.std())
    assert np.median(ratios) == pytest.approx(1, abs=0.2)


def test_scale_does_not_matter() -> None:
    s, f = clustered_pair(300)
    one = measured_effectiveness(s, s - 0.6 * f)
    other = measured_effectiveness(-50 * s, -50 * (s - 0.6 * f) + 7)
    assert other.value == pytest.approx(one.value, abs=1e-12)
    assert other.interval.low == pytest.approx(one.interval.low, abs=1e-11)


def test_a_hedge_that_leaves_nothing_removes_exactly_all() -> None:
    s, _ = normal_pair(0, 100)
    found = measured_effectiveness(s, np.full(100, 0.001))
    assert (found.value, found.interval.low, found.interval.high) == (1, 1, 1)


def test_a_position_that_never_moves_has_nothing_to_remove() -> None:
    with pytest.raises(UndefinedError, match="never moves"):
        measured_effectiveness(np.zeros(100), normal_pair(0, 100)[0])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_ratio_that_is_no_number_is_refused(bad: float) -> None:
    with pytest.raises(UndefinedError):
        effectiveness(*normal_pair(0.5, 100), bad)


@settings(deadline=None, max_examples=150)
@given(pair=ugly_pairs())
def test_ugly_series_give_a_number_with_its_interval_or_a_sentence(pair: Pair) -> None:
    found = answered(measured_effectiveness, pair)
    if found is not None:
        assert found.interval.low <= found.value <= found.interval.high <= 1


def test_expected_shortfall_is_the_mean_of_the_worst() -> None:
    returns = np.array([0.01, -0.05, 0.02, -0.03, 0.0, 0.01, 0.03, -0.01, 0.02, 0.01])
    assert expected_shortfall(returns, tail=0.2) == pytest.approx(0.04)
    assert expected_shortfall(returns, tail=0.15) == pytest.approx((0.05 + 0.03 / 2) / 1.5)


def test_expected_shortfall_of_a_normal_is_the_known_one() -> None:
    normal = np.random.default_rng(1).standard_normal(1_000_000)
    assert expected_shortfall(normal) == pytest.approx(2.0627, abs=0.01)


def test_a_tail_of_less_than_one_bar_is_refused() -> None:
    with pytest.raises(UndefinedError, match="too few bars"):
        expected_shortfall(np.arange(19.0))


def test_half_a_position_has_half_the_shortfall() -> None:
    s, _ = clustered_pair(500)
    assert measured_shortfall_reduction(s, 0.5 * s).value == pytest.approx(0.5, abs=1e-14)


def test_the_worst_days_come_worst_first_with_what_the_hedge_made_of_them() -> None:
    unhedged = np.array([0.01, -0.08, 0.02, -0.2, -0.01])
    hedged = np.array([0.0, -0.01, 0.0, 0.03, 0.0])
    found = worst_days(unhedged, hedged, count=2)
    assert [(d.day, d.unhedged, d.hedged) for d in found] == [(3, -0.2, 0.03), (1, -0.08, -0.01)]
