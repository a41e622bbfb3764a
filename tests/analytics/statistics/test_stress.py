import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from analytics.market.windows import ShortHistoryError
from analytics.statistics.exceedance import asymmetry_p_value, downside, upside
from analytics.statistics.influence import FloatArray
from analytics.statistics.normal import normal_exceedance_correlation
from analytics.statistics.samples import UndefinedError
from analytics.statistics.stress import Verdict, stress, tail_dependence
from tests.benchmarks.break_size import Design, clustered, independent


def normal_pair(rho: float, t: int, seed: int = 5) -> tuple[FloatArray, FloatArray]:
    x, y = independent(np.full(t, rho), 1, seed)
    return x[0], y[0]


def crash_pair(t: int, seed: int = 6) -> tuple[FloatArray, FloatArray]:
    """Two markets that fall as one and rise apart."""
    rng = np.random.default_rng(seed)
    common, own_x, own_y = rng.standard_normal((3, t))
    loose = np.where(common < 0, 0.2, 1.2)
    return common + loose * own_x, common + loose * own_y


def test_the_numbers_agree_with_pandas_like_selection() -> None:
    x, y = normal_pair(0.8, 2000)
    down = (x < x.mean() - 0.5 * x.std()) & (y < y.mean() - 0.5 * y.std())
    up = (x > x.mean() + 0.5 * x.std()) & (y > y.mean() + 0.5 * y.std())
    found = stress(x, y, threshold=0.5)
    assert found.n_joint_down == down.sum()
    assert found.n_joint_up == up.sum()
    assert found.downside is not None
    assert found.upside is not None
    assert found.downside.value == pytest.approx(stats.pearsonr(x[down], y[down])[0])
    assert found.upside.value == pytest.approx(stats.pearsonr(x[up], y[up])[0])
    assert found.correlation == pytest.approx(stats.pearsonr(x, y)[0])
    assert found.downside.value in found.downside.interval


@pytest.mark.parametrize("c", [0.0, 0.5, 1.0])
def test_normal_returns_show_the_normal_benchmark(c: float) -> None:
    found = stress(*normal_pair(0.84, 400_000), threshold=c)
    assert found.downside is not None
    assert found.downside.value == pytest.approx(found.normal, abs=0.01)
    assert found.normal == pytest.approx(
        normal_exceedance_correlation(0.84, threshold=c), abs=0.005
    )
    assert found.tail is not None
    assert found.tail.value.value == pytest.approx(found.tail.normal, abs=0.02)


def test_normal_returns_fall_together_as_normal() -> None:
    verdicts = [stress(*normal_pair(0.84, 1000, seed)).verdict for seed in range(60)]
    assert verdicts.count(Verdict.NORMAL) >= 52


def test_markets_that_fall_as_one_are_found_out() -> None:
    found = stress(*crash_pair(1500))
    assert found.verdict is Verdict.MORE
    assert found.asymmetry_p_value is not None
    assert found.asymmetry_p_value < 1e-3
    assert found.downside is not None
    assert found.upside is not None
    assert found.downside.value > found.upside.value


def test_markets_that_fall_apart_are_found_out() -> None:
    x, y = crash_pair(3000)
    found = stress(-x, -y)
    assert found.verdict is Verdict.LESS


def test_the_upside_is_the_downside_of_the_mirror() -> None:
    x, y = crash_pair(800)
    up, mirrored = upside(x, y, threshold=0.3), downside(-x, -y, threshold=0.3)
    assert up is not None
    assert mirrored is not None
    assert up.correlation == mirrored.correlation
    assert up.n == mirrored.n


def test_the_influence_is_what_leaving_a_bar_out_does() -> None:
    x, y = normal_pair(0.7, 300)
    found = downside(x, y)
    assert found is not None
    inside = np.flatnonzero((x < x.mean()) & (y < y.mean()))
    z = [
        math.atanh(np.corrcoef(np.delete(x[inside], i), np.delete(y[inside], i))[0, 1])
        for i in range(len(inside))
    ]
    scale = (1 - found.correlation**2) * (len(inside) - 1) * len(x) / len(inside)
    expected = scale * (np.mean(z) - np.array(z))
    assert found.influence[inside] == pytest.approx(expected, rel=1e-6, abs=1e-9)
    assert np.count_nonzero(found.influence) <= len(inside)


@pytest.mark.parametrize("t", [250, 1000])
def test_the_downside_interval_of_normal_returns_holds_as_often_as_it_says(t: int) -> None:
    truth = normal_exceedance_correlation(0.84)
    assert truth is not None
    held = []
    for x, y in zip(*independent(np.full(t, 0.84), 600, 8), strict=True):
        found = downside(x, y)
        assert found is not None
        held.append(truth in found.estimate().interval)
    assert 0.92 <= np.mean(held) <= 0.975


@pytest.mark.parametrize("make", [independent, clustered])
def test_symmetric_markets_are_rarely_called_asymmetric(make: Design) -> None:
    pairs = zip(*make(np.full(500, 0.84), 500, 9), strict=True)
    p = np.array([asymmetry_p_value(x, y) for x, y in pairs])
    assert 0.02 < np.mean(p < 0.05) < 0.09


def test_several_thresholds_are_tested_at_once() -> None:
    pairs = zip(*independent(np.full(1500, 0.7), 200, 10), strict=True)
    p = np.array([asymmetry_p_value(x, y, thresholds=(0.0, 0.5, 9.0)) for x, y in pairs])
    assert 0.01 < np.mean(p < 0.05) < 0.11
    x, y = crash_pair(1500)
    found = asymmetry_p_value(x, y, thresholds=(0.0, 0.5))
    assert found is not None
    assert found < 1e-3


@pytest.mark.parametrize("q", [0.05, 0.1])
def test_the_tail_is_the_share_of_worst_bars_in_common(q: float) -> None:
    x, y = normal_pair(0.9, 1000)
    found = tail_dependence(x, y, quantile=q)
    assert found is not None
    worst = set(np.argsort(x)[: int(1000 * q)]) & set(np.argsort(y)[: int(1000 * q)])
    assert found.n_joint == len(worst)
    assert found.value.value == pytest.approx(len(worst) / (1000 * q))
    assert 0 <= found.value.interval.low < found.value.value < found.value.interval.high <= 1


def test_the_tail_of_fat_tailed_markets_is_thicker_than_normal() -> None:
    x, y = clustered(np.full(20_000, 0.7), 1, 3)
    found = tail_dependence(x[0], y[0], quantile=0.05)
    assert found is not None
    assert found.value.interval.low > found.normal


def test_too_few_joint_bars_are_too_few_to_judge() -> None:
    found = stress(*normal_pair(0.6, 200), threshold=1.5)
    assert found.n_joint_down < 25
    assert found.downside is None
    assert found.verdict is None
    assert found.normal_p_value is None
    assert found.asymmetry_p_value is None
    assert found.tail is None


def test_one_line_falls_together_without_a_verdict() -> None:
    x, _ = normal_pair(0.5, 300)
    found = stress(x, 2 * x)
    assert found.correlation == pytest.approx(1)
    assert found.downside is None
    assert found.verdict is None
    opposite = stress(x, -x)
    assert opposite.normal is None
    assert opposite.n_joint_down == 0


def test_a_downside_that_rests_on_one_bar_is_none() -> None:
    x = np.tile([1.0, -1.0], 60)
    y = x.copy()
    x[1] = y[1] = -50.0
    assert downside(x, y) is None


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_missing_return_is_refused(bad: float) -> None:
    x, y = normal_pair(0.5, 100)
    x[3] = bad
    with pytest.raises(UndefinedError):
        stress(x, y)


def test_short_and_constant_returns_are_refused() -> None:
    x, y = normal_pair(0.5, 100)
    with pytest.raises(ShortHistoryError):
        stress(x[:20], y[:20])
    with pytest.raises(UndefinedError):
        stress(x, np.zeros(100))


@given(
    x=arrays(np.float64, st.integers(60, 150), elements=st.floats(-1, 1, width=16)),
    seed=st.integers(0, 999),
    scale=st.floats(1e-5, 1e5),
)
@settings(max_examples=60, deadline=None)
def test_ugly_returns_give_numbers_in_range_that_do_not_see_scale(
    x: FloatArray, seed: int, scale: float
) -> None:
    y = x + 0.3 * np.random.default_rng(seed).standard_normal(len(x))
    try:
        found = stress(x, y, quantile=0.5)
    except UndefinedError:
        return
    swapped = stress(scale * y, x, quantile=0.5)
    assert swapped.correlation == pytest.approx(found.correlation, abs=1e-9)
    for estimate in (found.downside, found.upside, found.tail and found.tail.value):
        if estimate:
            assert -1 <= estimate.interval.low <= estimate.value <= estimate.interval.high <= 1
    for p in (found.normal_p_value, found.asymmetry_p_value):
        assert p is None or 0 <= p <= 1
