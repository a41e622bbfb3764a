"""Ranges for the coming window: calibrated, free of scale, silent where the past is too short."""

import numpy as np
import pandas as pd
import pytest

from analytics.market.windows import ShortHistoryError
from analytics.statistics.correlation import correlation
from analytics.statistics.prediction import (
    LEVELS,
    PredictionRange,
    predicted_correlation,
    predicted_effectiveness,
)
from analytics.statistics.prediction.traits import (
    _recent_variance,
    correlation_traits,
    removal_traits,
)
from analytics.statistics.samples import FloatArray, UndefinedError

MONTH = 720
QUARTER = MONTH // 4


def pair(
    bars: int = 3 * MONTH, *, rho: float = 0.8, seed: int = 1
) -> tuple[FloatArray, FloatArray]:
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((2, bars)) * np.sqrt(3 / rng.chisquare(5, bars))
    return 0.01 * z[0], 0.02 * (rho * z[0] + np.sqrt(1 - rho**2) * z[1])


def hedged(
    bars: int = 3 * MONTH, *, rho: float = 0.8, seed: int = 1
) -> tuple[FloatArray, FloatArray]:
    s, f = pair(bars, rho=rho, seed=seed)
    return s, s - rho * s.std() / f.std() * f


def ends(found: PredictionRange) -> list[float]:
    return [found.low, found.high]


def test_a_range_holds_what_comes_next_about_as_often_as_it_says() -> None:
    held = []
    for seed in range(300):
        x, y = pair(4 * MONTH, seed=seed)
        past, after = slice(0, 3 * MONTH), slice(3 * MONTH, None)
        found = predicted_correlation(x[past], y[past], horizon_bars=MONTH)
        held.append(np.corrcoef(x[after], y[after])[0, 1] in found)
    # Wider than a steady market needs: it allows for changes, which these pairs never show.
    assert np.mean(held) >= 0.95


def test_the_effectiveness_that_comes_next_is_held_as_often() -> None:
    held = []
    for seed in range(300):
        u, e = hedged(4 * MONTH, seed=seed)
        past, after = slice(0, 3 * MONTH), slice(3 * MONTH, None)
        found = predicted_effectiveness(u[past], e[past], horizon_bars=MONTH)
        held.append(1 - e[after].var() / u[after].var() in found)
    assert np.mean(held) >= 0.95


def test_a_prediction_is_wider_than_what_is_known_of_the_past() -> None:
    x, y = pair()
    found = predicted_correlation(x, y, horizon_bars=MONTH)
    measured = correlation(x[-MONTH:], y[-MONTH:]).interval
    assert found.low < measured.low < measured.high < found.high


def test_the_order_and_the_scale_of_the_two_do_not_matter() -> None:
    x, y = pair()
    one = predicted_correlation(x, y, horizon_bars=MONTH)
    other = predicted_correlation(1e-9 * y, 1e4 * x, horizon_bars=MONTH)
    np.testing.assert_allclose(ends(one), ends(other), rtol=1e-9)


@pytest.mark.parametrize("factor", [-1.0, 1e-8, 1e6])
def test_size_and_side_of_a_holding_do_not_matter(factor: float) -> None:
    u, e = hedged()
    one = predicted_effectiveness(u, e, horizon_bars=MONTH)
    other = predicted_effectiveness(factor * u, factor * e, horizon_bars=MONTH)
    np.testing.assert_allclose(ends(one), ends(other), rtol=1e-9)


def test_only_the_last_three_windows_count() -> None:
    x, y = pair()
    older, unlike = pair(500, rho=-0.9, seed=2)
    whole = predicted_correlation(np.r_[older, x], np.r_[unlike, y], horizon_bars=MONTH)
    assert whole == predicted_correlation(x, y, horizon_bars=MONTH)


def test_a_higher_level_is_a_wider_range() -> None:
    x, y = pair()
    low, mid, high = (
        predicted_correlation(x, y, horizon_bars=MONTH, level=level) for level in LEVELS
    )
    assert high.low < mid.low < low.low < low.high < mid.high < high.high


def test_a_level_that_was_never_calibrated_is_refused() -> None:
    with pytest.raises(ValueError, match="levels"):
        predicted_correlation(*pair(), horizon_bars=MONTH, level=0.8)


def test_a_pair_that_wanders_gets_a_wider_range_than_a_steady_one() -> None:
    steady = predicted_correlation(*pair(rho=0.7), horizon_bars=MONTH)
    pieces = [pair(QUARTER, rho=rho, seed=k) for k, rho in enumerate([0.4, 0.9] * 6)]
    wandering = predicted_correlation(
        *(np.concatenate([piece[side] for piece in pieces]) for side in (0, 1)), horizon_bars=MONTH
    )
    assert wandering.high - wandering.low > 1.3 * (steady.high - steady.low)


def test_a_hedge_that_leaves_nothing_is_foreseen_to_leave_next_to_nothing() -> None:
    u, _ = hedged()
    found = predicted_effectiveness(u, 1e-9 * u, horizon_bars=MONTH)
    assert found.low > 0.999
    assert found.high <= 1


@pytest.mark.parametrize(("bars", "horizon"), [(2 * MONTH, MONTH), (3 * 100, 100), (50, MONTH)])
def test_too_short_a_past_is_refused(bars: int, horizon: int) -> None:
    with pytest.raises(ShortHistoryError):
        predicted_correlation(*pair(bars), horizon_bars=horizon)


def test_a_price_that_stood_still_for_a_quarter_of_a_window_is_refused() -> None:
    x, y = pair()
    x[:QUARTER] = 0.0
    with pytest.raises(UndefinedError):
        predicted_correlation(x, y, horizon_bars=MONTH)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_values_that_are_not_numbers_are_refused(bad: float) -> None:
    x, y = pair()
    x[-5] = bad
    with pytest.raises(UndefinedError):
        predicted_correlation(x, y, horizon_bars=MONTH)


def test_the_recent_variance_is_pandas_exponential_mean_of_the_squares_before() -> None:
    x, _ = pair()
    squares = x**2 / np.mean(x**2)
    wanted = pd.Series(np.r_[1.0, squares]).ewm(alpha=0.03, adjust=False).mean().to_numpy()[:-1]
    np.testing.assert_allclose(_recent_variance(x), wanted, rtol=1e-9)


def test_traits_of_many_pairs_are_those_of_each() -> None:
    pairs = [pair(seed=seed) for seed in range(3)]
    together = correlation_traits(*(np.stack([p[side] for p in pairs]) for side in (0, 1)))
    for k, (x, y) in enumerate(pairs):
        alone = correlation_traits(x, y)
        np.testing.assert_allclose(together.centre[k], alone.centre, atol=1e-12)
        np.testing.assert_allclose(together.width[k], alone.width, atol=1e-12)


def test_what_plain_units_add_makes_the_plain_values_again() -> None:
    x, y = pair()
    newest = slice(-MONTH, None)
    centre = correlation_traits(x, y).centre
    plain = np.arctanh(np.corrcoef(x[newest], y[newest])[0, 1])
    assert centre[0] + centre[4] == pytest.approx(plain, abs=1e-9)
    u, e = hedged()
    centre = removal_traits(u, e).centre
    plain = np.log(e[newest].var() / u[newest].var())
    assert centre[0] + centre[4] == pytest.approx(plain, abs=1e-9)
