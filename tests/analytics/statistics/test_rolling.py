"""Rolling correlation against pandas and numpy; the stability band against simulation."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from analytics.market.windows import ShortHistoryError
from analytics.statistics.correlation import correlation, ewma_correlation
from analytics.statistics.rolling import rolling_correlation, stability_band
from analytics.statistics.samples import FloatArray, UndefinedError, moving
from tests.analytics.statistics.pairs import Pair, answered, clustered_pair, normal_pair, ugly_pairs
from tests.benchmarks.coverage import garch_t_pairs


def one_by_one(x: FloatArray, y: FloatArray, width: int) -> FloatArray:
    return np.array(
        [np.corrcoef(x[i : i + width], y[i : i + width])[0, 1] for i in range(len(x) - width + 1)]
    )


@pytest.mark.parametrize("width", [3, 30, 720, 2000])
def test_it_agrees_with_pandas(width: int) -> None:
    x, y = clustered_pair(2000)
    expected = pd.Series(x).rolling(width).corr(pd.Series(y)).to_numpy()[width - 1 :]
    np.testing.assert_allclose(rolling_correlation(x, y, width), expected, atol=1e-9)


def test_a_level_far_above_the_movement_costs_no_digits() -> None:
    x, y = clustered_pair(500)
    np.testing.assert_allclose(
        rolling_correlation(x + 1e3, y - 1e3, 50), rolling_correlation(x, y, 50), atol=1e-9
    )


@pytest.mark.parametrize("spike", [1e2, 1e6, 1e12])
def test_a_spike_does_not_spoil_the_windows_after_it(spike: float) -> None:
    x, y = clustered_pair(400)
    x[50] = spike
    np.testing.assert_allclose(
        rolling_correlation(x, y, 40)[60:], one_by_one(x, y, 40)[60:], atol=1e-9
    )


def test_the_last_value_is_the_correlation_of_the_last_bars() -> None:
    x, y = clustered_pair(800)
    assert rolling_correlation(x, y, 720)[-1] == pytest.approx(
        correlation(x[-720:], y[-720:]).value, abs=1e-12
    )


def test_windows_in_which_nothing_moves_are_gaps_and_no_others() -> None:
    x, y = clustered_pair(200)
    x[60:100] = 0.001
    found = rolling_correlation(x, y, 30)
    still = np.zeros(len(found), dtype=bool)
    still[60:71] = True
    np.testing.assert_array_equal(np.isnan(found), still)
    moving = np.flatnonzero(~still)
    expected = [np.corrcoef(x[i : i + 30], y[i : i + 30])[0, 1] for i in moving]
    np.testing.assert_allclose(found[moving], expected, atol=1e-9)


def test_two_series_that_are_one_stay_at_one() -> None:
    x, _ = clustered_pair(100)
    np.testing.assert_allclose(rolling_correlation(x, -2 * x, 30), -1, atol=1e-12)


def test_a_window_longer_than_the_history_is_refused() -> None:
    with pytest.raises(ShortHistoryError, match="only 50 bars in that window, I need 60"):
        rolling_correlation(*normal_pair(0.5, 50), 60)


def test_a_hole_is_refused() -> None:
    x, y = normal_pair(0.5, 50)
    y[3] = np.nan
    with pytest.raises(UndefinedError):
        rolling_correlation(x, y, 30)


def test_a_width_below_three_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="at least 3"):
        rolling_correlation(*normal_pair(0.5, 50), 2)


def test_the_band_is_the_formula() -> None:
    baseline = correlation(*clustered_pair(4320))
    band = stability_band(baseline, width=720, k=2)
    reach = 2 * baseline.sigma_z * np.sqrt(1 / 720 + 1 / 4320)
    assert np.arctanh(band.high) - np.arctanh(band.low) == pytest.approx(2 * reach, rel=1e-12)
    assert band.centre == baseline.value
    assert band.centre in band
    assert band.high + 1e-9 not in band


def test_a_wider_window_or_baseline_narrows_the_band() -> None:
    x, y = normal_pair(0.8, 4000)
    bands = [
        stability_band(correlation(x[:n], y[:n]), width=width)
        for n, width in ((1000, 100), (1000, 500), (4000, 500))
    ]
    widths = [band.high - band.low for band in bands]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.slow
def test_the_next_window_leaves_the_band_seldom_while_nothing_changes() -> None:
    inside = []
    for x, y in garch_t_pairs(400, 2160 + 720, seed=8):
        band = stability_band(correlation(x[:2160], y[:2160]), width=720)
        inside.append(np.corrcoef(x[2160:], y[2160:])[0, 1] in band)
    assert np.mean(inside) > 0.94


def test_a_pair_that_decouples_leaves_the_band() -> None:
    baseline = correlation(*normal_pair(0.85, 4320))
    later = np.corrcoef(*normal_pair(0.5, 720, seed=2))[0, 1]
    assert later < stability_band(baseline, width=720).low


def test_an_exponentially_weighted_baseline_counts_as_what_it_is_worth() -> None:
    x, y = normal_pair(0.8, 4000)
    weighted = stability_band(ewma_correlation(x, y, half_life=100), width=720)
    plain = stability_band(correlation(x[-288:], y[-288:]), width=720)
    assert weighted.high - weighted.low == pytest.approx(plain.high - plain.low, rel=0.3)


@settings(deadline=None, max_examples=150)
@given(pair=ugly_pairs())
def test_ugly_series_give_correlations_gaps_or_a_sentence(pair: Pair) -> None:
    found = answered(partial(rolling_correlation, width=10), pair)
    if found is not None:
        assert len(found) == len(pair[0]) - 9
        windows = [[series[i : i + 10] for series in pair] for i in range(len(found))]
        still = [not all(moving(w) for w in window) for window in windows]
        np.testing.assert_array_equal(np.isnan(found), still)
        assert np.nanmax(np.abs(found), initial=0) <= 1
