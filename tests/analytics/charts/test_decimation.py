"""Fewer points, the same extremes."""

import numpy as np
import pytest

from analytics.charts.decimation import decimated, with_gaps


def walk(n: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=n).cumsum()


@pytest.mark.parametrize("n", [1, 2, 30, 1200])
def test_a_short_line_stays_as_it_is(n: int) -> None:
    x, y = np.arange(n, dtype=float), walk(n)
    np.testing.assert_array_equal(decimated(x, y), np.column_stack((x, y)))


@pytest.mark.parametrize("n", [1201, 2200, 9_999, 100_000])
def test_a_long_line_keeps_its_extremes_its_ends_and_its_order(n: int) -> None:
    x, y = np.arange(n, dtype=float), walk(n)
    kept = decimated(x, y)
    assert len(kept) <= 1202
    assert (np.diff(kept[:, 0]) > 0).all()
    assert set(kept[:, 1]) <= set(y)
    assert {y.min(), y.max()} <= set(kept[:, 1])
    np.testing.assert_array_equal(kept[[0, -1], 0], [0, n - 1])


def test_every_neighbourhood_keeps_its_own_extremes() -> None:
    y = walk(12_000)
    kept = decimated(np.arange(12_000.0), y)
    for k in range(600):
        here = kept[(kept[:, 0] >= 20 * k) & (kept[:, 0] < 20 * (k + 1)), 1]
        part = y[20 * k : 20 * (k + 1)]
        assert (here.min(), here.max()) == (part.min(), part.max())


def test_one_spike_survives_whatever_its_place() -> None:
    for at in (0, 1, 777, 2198, 2199):
        y = np.zeros(2200)
        y[at] = 5
        assert decimated(np.arange(2200.0), y)[:, 1].max() == 5


def test_gaps_stay_gaps() -> None:
    y = walk(3000)
    y[1000:1400] = np.nan
    y[2000] = np.nan
    kept = decimated(np.arange(3000.0), y)
    missing = kept[np.isnan(kept[:, 1]), 0]
    assert ((missing >= 1000) & (missing < 1400)).sum() > 50
    assert 2000 in missing
    between = kept[(kept[:, 0] > 1003) & (kept[:, 0] < 1396), 1]
    assert np.isnan(between).all()


def test_a_line_of_nothing_stays_nothing() -> None:
    assert np.isnan(decimated(np.arange(5000.0), np.full(5000, np.nan))[:, 1]).all()


def test_a_long_step_lifts_the_pen() -> None:
    time = np.array([0.0, 1, 2, 3, 10, 11, 12])
    times, values = with_gaps(time, np.arange(7.0))
    assert np.flatnonzero(np.isnan(values)).tolist() == [4]
    assert (np.diff(times) >= 0).all()
    np.testing.assert_array_equal(values[np.isfinite(values)], np.arange(7.0))


def test_a_weekend_between_daily_bars_is_no_gap() -> None:
    time = np.array([0.0, 1, 2, 3, 4, 7, 8, 9, 10, 11])
    assert np.isfinite(with_gaps(time, time)[1]).all()
