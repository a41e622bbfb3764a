"""Ratios of several legs, against statsmodels, a plain reading of the papers, and written truths."""

import numpy as np
import pytest
import statsmodels.api as sm

from analytics.market.windows import ShortHistoryError
from analytics.statistics.effectiveness import (
    measured_effectiveness,
    measured_shortfall_reduction,
)
from analytics.statistics.hedge_ratio import hedge_ratio
from analytics.statistics.hedge_ratios import hedge_ratios, least_variance, twins
from analytics.statistics.holding_times import holding_sums
from analytics.statistics.long_run_variance import ewc_matrix, ewc_variance
from analytics.statistics.out_of_sample import legs_out_of_sample, out_of_sample_effectiveness
from analytics.statistics.samples import FloatArray, UndefinedError

TRUE = np.array([0.6, 0.5])


def market(
    n: int, *, legs: int = 2, rho: float = 0.85, noise: float = 0.6, seed: int = 1
) -> tuple[np.ndarray, np.ndarray]:
    """Heavy-tailed legs of one volatility that clusters, and a holding of 0.6 and 0.5 of two."""
    random = np.random.default_rng(seed)
    shocks = random.standard_normal((n, legs + 1)) * np.sqrt(0.6 * 5 / random.chisquare(5, (n, 1)))
    lower = np.linalg.cholesky(np.full((legs, legs), rho) + (1 - rho) * np.eye(legs))
    f, own, variance, last = np.empty((n, legs)), np.empty(n), 1.0, 1.0
    for t in range(n):
        variance = 0.05 + 0.10 * last + 0.85 * variance
        f[t] = np.sqrt(variance) * (lower @ shocks[t, :legs])
        own[t] = np.sqrt(variance) * shocks[t, legs]
        last = float(np.mean(np.square(f[t])))
    return 0.01 * (f[:, :2] @ TRUE + noise * own), 0.01 * f


@pytest.mark.parametrize("legs", [1, 2, 4])
def test_without_shrinkage_the_ratios_are_those_of_statsmodels(legs: int) -> None:
    s, f = market(500, legs=max(legs, 2))
    f = f[:, :legs]
    found = hedge_ratios(s, f, shrinkage=0.0)
    theirs = sm.OLS(s, sm.add_constant(f)).fit()
    np.testing.assert_allclose(found.values, theirs.params[1:], rtol=1e-9)
    assert found.r_squared == pytest.approx(theirs.rsquared, abs=1e-12)


def test_the_covariance_is_the_sandwich_around_the_cosine_matrix() -> None:
    s, f = market(500)
    found = hedge_ratios(s, f, shrinkage=0.0)
    design = sm.add_constant(f)
    theirs = sm.OLS(s, design).fit()
    products = (f - f.mean(axis=0)) * theirs.resid[:, None]
    nu = round(0.4 * 500 ** (2 / 3))
    t = np.arange(1, 501) - 0.5
    cosines = [
        np.sqrt(2 / 500) * products.T @ np.cos(np.pi * j * t / 500) for j in range(1, nu + 1)
    ]
    omega = np.mean([np.outer(c, c) for c in cosines], axis=0)
    bread = theirs.normalized_cov_params[1:, 1:]
    np.testing.assert_allclose(found.covariance, bread @ (500 * omega) @ bread, rtol=1e-9)
    assert found.degrees_of_freedom == nu


@pytest.mark.parametrize("hold", [1, 24])
def test_one_leg_is_the_single_ratio(hold: int) -> None:
    s, f = market(720)
    several, one = hedge_ratios(s, f[:, :1], hold=hold), hedge_ratio(s, f[:, 0], hold=hold)
    assert several.shrinkage == 0
    assert several.values[0] == pytest.approx(one.value, rel=1e-12)
    assert several.intervals[0].low == pytest.approx(one.interval.low, rel=1e-9)
    assert several.intervals[0].high == pytest.approx(one.interval.high, rel=1e-9)
    assert several.r_squared == pytest.approx(one.r_squared, rel=1e-12)


def test_the_diagonal_of_the_cosine_matrix_is_the_long_run_variance() -> None:
    u = np.random.default_rng(2).standard_normal((300, 3))
    nu = ewc_variance(u[:, 0]).degrees_of_freedom
    matrix = ewc_matrix(u, degrees_of_freedom=nu)
    for k in range(3):
        assert matrix[k, k] == pytest.approx(ewc_variance(u[:, k]).variance, rel=1e-12)


@pytest.mark.parametrize("legs", [2, 3, 4])
def test_the_shrinkage_is_the_papers_intensity_times_what_is_left(legs: int) -> None:
    s, f = market(200, legs=legs)
    x = (f - f.mean(axis=0)) / f.std(axis=0)
    sample = x.T @ x / 200
    mean = np.trace(sample) / legs
    distance = np.sum((sample - mean * np.eye(legs)) ** 2) / legs
    errors = [np.sum((np.outer(row, row) - sample) ** 2) / legs for row in x]
    intensity = min(np.sum(errors) / 200**2, distance) / distance
    left = 1 - sm.OLS(s, sm.add_constant(f)).fit().rsquared
    fit = least_variance(s, f)
    assert fit.shrinkage == pytest.approx(intensity * left, rel=1e-9)
    kappa = fit.shrinkage / (1 - fit.shrinkage)
    ridge = np.linalg.solve(fit.gram + kappa * np.diag(f.var(axis=0)), fit.cross)
    np.testing.assert_allclose(fit.ratios, ridge, rtol=1e-12)


def test_shrinking_loses_less_than_it_gains_and_keeps_the_coverage() -> None:
    true_gram = np.array([[1, 0.85], [0.85, 1]])
    lost, covered = np.zeros(2), []
    for seed in range(200):
        s, f = market(180, seed=seed)
        for k, shrinkage in enumerate((None, 0.0)):
            found = hedge_ratios(s, f, shrinkage=shrinkage)
            miss = found.values - TRUE
            lost[k] += miss @ true_gram @ miss
            if shrinkage is None:
                covered += [h in i for h, i in zip(TRUE, found.intervals, strict=True)]
    assert lost[0] < lost[1]
    assert 0.88 <= np.mean(covered) <= 0.97


def test_a_perfect_hedge_is_not_biased() -> None:
    s, f = market(720, noise=1e-4)
    found = hedge_ratios(s, f)
    np.testing.assert_allclose(found.values, TRUE, atol=1e-4)
    assert found.r_squared > 0.9999


def test_scales_and_order_of_the_legs_do_not_matter() -> None:
    s, f = market(300, legs=3)
    usual = hedge_ratios(s, f)
    scaled = hedge_ratios(s, f * np.array([2.0, 0.1, 30.0]))
    np.testing.assert_allclose(scaled.values * np.array([2.0, 0.1, 30.0]), usual.values, rtol=1e-9)
    turned = hedge_ratios(s, f[:, ::-1])
    np.testing.assert_allclose(turned.values[::-1], usual.values, rtol=1e-9)


def test_a_leg_that_moves_as_one_before_it_is_a_twin_of_the_first() -> None:
    random = np.random.default_rng(3)
    f = random.standard_normal((500, 3))
    f[:, 2] = f[:, 0] + 0.02 * random.standard_normal(500)
    (twin,) = twins(f)
    assert (twin.leg, twin.like) == (2, 0)
    assert twin.correlation == pytest.approx(np.corrcoef(f[:, 0], f[:, 2])[0, 1])
    assert twins(f[:, :2]) == ()
    assert [t.leg for t in twins(f[:, [2, 1, 0]])] == [2]


def test_a_leg_that_is_a_mix_of_others_is_a_twin_of_none_of_them() -> None:
    random = np.random.default_rng(4)
    f = random.standard_normal((500, 3))
    f[:, 2] = f[:, 0] + f[:, 1] + 0.1 * random.standard_normal(500)
    (twin,) = twins(f)
    assert (twin.leg, twin.like) == (2, None)
    theirs = sm.OLS(f[:, 2], sm.add_constant(f[:, :2])).fit()
    assert twin.correlation == pytest.approx(np.sqrt(theirs.rsquared), rel=1e-9)


def test_the_border_of_a_twin_is_the_condition_number() -> None:
    """Two legs: (1 + ρ) / (1 − ρ) = 30 at ρ = 29/31."""
    random = np.random.default_rng(5)
    a, b = np.linalg.qr(random.standard_normal((400, 2)) - 0.0)[0].T
    a, b = a - a.mean(), b - b.mean()
    b -= a * (a @ b) / (a @ a)
    a, b = a / a.std(), b / b.std()
    for rho, n_twins in ((29 / 31 - 0.001, 0), (29 / 31 + 0.001, 1)):
        legs = np.column_stack((a, rho * a + np.sqrt(1 - rho**2) * b))
        assert len(twins(legs)) == n_twins


def test_a_walk_with_one_leg_is_the_walk_of_the_single_ratio() -> None:
    s, f = market(2160)
    for hold in (1, 24):
        one = out_of_sample_effectiveness(s, f[:, 0], fit_bars=720, bars_per_day=24, hold=hold)
        several = legs_out_of_sample(
            s,
            f[:, :1],
            sizer=lambda past_s, past_f, _, h=hold: least_variance(past_s, past_f, hold=h).ratios,
            fit_bars=720,
            bars_per_day=24,
            hold=hold,
        )
        np.testing.assert_allclose(several.ratios[:, 0], one.ratios, rtol=1e-10)
        assert several.value == pytest.approx(one.value, abs=1e-12)
        assert several.in_sample == pytest.approx(one.in_sample, abs=1e-12)
        assert several.interval.low == pytest.approx(one.interval.low, abs=1e-12)


def test_a_walk_over_a_holding_time_is_the_plain_loop() -> None:
    s, f = market(2160)
    walk = out_of_sample_effectiveness(s, f[:, 0], fit_bars=720, bars_per_day=24, hold=24)
    for day, start in enumerate(range(720, 2160, 24)):
        x, y = (np.convolve(z[start - 720 : start], np.ones(24), "valid") for z in (f[:, 0], s))
        assert walk.ratios[day] == pytest.approx(np.cov(x, y)[0, 1] / np.var(x, ddof=1), rel=1e-9)
    u, e = (np.convolve(z, np.ones(24), "valid") for z in (walk.unhedged, walk.hedged))
    assert walk.value == pytest.approx(1 - np.var(e) / np.var(u), rel=1e-9)


def test_effectiveness_rises_with_the_holding_time_where_prices_lag() -> None:
    random = np.random.default_rng(6)
    f = random.standard_normal(2000)
    s = 0.5 * f + 0.5 * np.roll(f, 1) + 0.2 * random.standard_normal(2000)
    short = measured_effectiveness(s, s - f)
    long = measured_effectiveness(s, s - f, hold=12)
    assert long.value > short.value + 0.2
    assert long.value in long.interval


def test_too_few_holding_times_are_refused() -> None:
    s, f = market(200)
    with pytest.raises(ShortHistoryError):
        hedge_ratios(s, f, hold=24)
    with pytest.raises(ValueError, match="at least one bar"):
        holding_sums(s, 0)


def _reduction(u: FloatArray, e: FloatArray) -> float:
    """What the mean of the worst twentieth lost, without quantiles or parts of bars."""
    n = len(u) // 20
    return 1 - float(np.sort(e)[:n].mean() / np.sort(u)[:n].mean())


def test_the_shortfall_interval_covers_the_truth_and_agrees_with_a_bootstrap() -> None:
    random = np.random.default_rng(7)
    inside, truth = 0, 1 - 0.5  # normal: the shortfall is in proportion to the deviation
    for _ in range(200):
        f, own = random.standard_normal((2, 1440))
        u = f
        e = 0.4 * f + 0.3 * own
        found = measured_shortfall_reduction(u, e)
        assert found.value == pytest.approx(_reduction(u, e), abs=1e-12)
        inside += truth in found.interval
    assert 0.90 <= inside / 200 <= 0.99
    draws = random.integers(0, 1440, (400, 1440))
    boot = [_reduction(u[at], e[at]) for at in draws]
    low, high = np.quantile(boot, [0.025, 0.975])
    assert found.interval.high - found.interval.low == pytest.approx(high - low, rel=0.25)


def test_a_hedge_without_losses_has_no_shortfall_to_compare() -> None:
    with pytest.raises(UndefinedError):
        measured_shortfall_reduction(np.linspace(-1, 1, 100), np.ones(100))
