"""How far numbers of overlapping windows may differ by chance."""

import numpy as np
import pytest

from analytics.statistics.correlation import correlation
from analytics.statistics.out_of_sample import out_of_sample_effectiveness
from analytics.statistics.overlap import correlation_shift, effectiveness_shift, overlap_error
from tests.analytics.statistics.pairs import normal_pair

WIDTH, MOVED = 480, 24


def shift(rho: float, seed: int) -> float:
    x, y = normal_pair(rho, WIDTH + MOVED, seed)
    before, now = correlation(x[:WIDTH], y[:WIDTH]), correlation(x[MOVED:], y[MOVED:])
    return correlation_shift(before, now, moved=MOVED).errors


@pytest.mark.parametrize("rho", [0.0, 0.8])
def test_the_error_is_the_deviation_that_many_samples_show(rho: float) -> None:
    z = []
    for seed in range(600):
        x, y = normal_pair(rho, WIDTH + MOVED, seed)
        ends = (np.corrcoef(x[part], y[part])[0, 1] for part in (slice(WIDTH), slice(MOVED, None)))
        z.append(np.diff(np.arctanh(list(ends)))[0])
    # Independent normal returns have a deviation of 1 a bar on Fisher's scale.
    assert np.std(z) == pytest.approx(overlap_error(WIDTH, moved=MOVED), rel=0.1)


def test_shifts_are_in_units_of_their_own_error() -> None:
    errors = [shift(0.7, seed) for seed in range(400)]
    assert np.std(errors) == pytest.approx(1.0, abs=0.12)
    assert np.mean(np.abs(errors) > 1.96) < 0.09


def test_windows_that_share_nothing_differ_as_independent_ones_do() -> None:
    assert overlap_error(100, moved=100) == pytest.approx(np.sqrt(2 / 100))
    assert overlap_error(100, moved=500) == overlap_error(100, moved=100)


def test_a_fall_is_negative_and_both_values_are_kept() -> None:
    x, y = normal_pair(0.9, WIDTH)
    other = np.random.default_rng(2).standard_normal(240)
    y_now = np.concatenate((y[:-240], other))
    found = correlation_shift(correlation(x, y), correlation(x, y_now), moved=240)
    assert found.errors < -10
    assert found.now.value < found.before.value
    assert found.now.value in found.now.interval


def test_a_hedge_that_worked_worse_on_the_new_day_is_told_in_its_own_error() -> None:
    x, y = normal_pair(0.9, 24 * 90)
    bad = x.copy()
    bad[-24:] += 3 * np.random.default_rng(3).standard_normal(24)
    before, same, worse = (
        out_of_sample_effectiveness(held, hedge, fit_bars=720, bars_per_day=24, test_days=50)
        for held, hedge in ((x[:-24], y[:-24]), (x, y), (bad, y))
    )
    quiet, loud = (effectiveness_shift(before, now, moved=24) for now in (same, worse))
    assert quiet is not None
    assert loud is not None
    assert abs(quiet.errors) < 2
    assert loud.errors < -5


def test_a_hedge_that_leaves_nothing_has_no_shift() -> None:
    x, _ = normal_pair(0.5, 24 * 60)
    found = out_of_sample_effectiveness(x, x, fit_bars=240, bars_per_day=24)
    assert effectiveness_shift(found, found, moved=24) is None
