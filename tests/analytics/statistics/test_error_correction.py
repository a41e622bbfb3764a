"""The pull between two prices: truth, a second method, gaps in time."""

import numpy as np
import pytest

from analytics.market.windows import ShortHistoryError
from analytics.statistics.error_correction import error_correction
from analytics.statistics.samples import UndefinedError
from tests.analytics.statistics.pulled_prices import pulled_prices

SHORT_RUN = np.array(((0.1, 0.25), (-0.2, 0.15)))


def test_the_truth_is_recovered() -> None:
    fit = error_correction(pulled_prices(20_000, short_run=SHORT_RUN))
    assert fit.n_lags == 1
    np.testing.assert_allclose(fit.pull, (-0.1, 0.3), atol=0.02)
    np.testing.assert_allclose(fit.short_run[0], SHORT_RUN, atol=0.03)
    np.testing.assert_allclose(fit.shock_covariance, ((1, 0.2), (0.2, 1)), atol=0.03)


def test_without_echoes_no_lags_are_taken() -> None:
    assert error_correction(pulled_prices(3000)).n_lags == 0


def test_statsmodels_finds_the_same_pull_and_shocks() -> None:
    from statsmodels.tsa.vector_ar.vecm import VECM

    prices = pulled_prices(8000, short_run=SHORT_RUN)
    fit = error_correction(prices)
    other = VECM(1e4 * prices, k_ar_diff=fit.n_lags, coint_rank=1, deterministic="co").fit()
    # It estimates the cointegrating vector, which we know to be (1, -1).
    assert other.beta[1, 0] == pytest.approx(-1, abs=2e-3)
    np.testing.assert_allclose(fit.pull, other.alpha[:, 0], atol=5e-3)
    np.testing.assert_allclose(fit.short_run[0], other.gamma, atol=5e-3)
    np.testing.assert_allclose(fit.shock_covariance, other.sigma_u, rtol=5e-3)


def test_least_squares_of_statsmodels_agree_to_the_last_digit() -> None:
    import statsmodels.api as sm

    fit = error_correction(pulled_prices(2000, short_run=SHORT_RUN))
    explaining, steps = fit.rows[:, :-2], fit.rows[:, -2:]
    models = [sm.OLS(step, explaining).fit() for step in steps.T]
    np.testing.assert_allclose(fit.pull, [model.params[1] for model in models], rtol=1e-9)
    errors = [model.get_robustcov_results("HC0").bse[1] for model in models]
    np.testing.assert_allclose(np.sqrt(np.diag(fit.pull_covariance)), errors, rtol=0.25)


def test_the_number_of_lags_is_that_of_statsmodels() -> None:
    from statsmodels.tsa.vector_ar.vecm import select_order

    for seed, weights in ((1, SHORT_RUN), (2, None)):
        prices = pulled_prices(2000, short_run=weights, seed=seed)
        order = select_order(1e4 * prices, maxlags=10, deterministic="co")
        assert error_correction(prices).n_lags == order.bic


def test_a_level_between_the_prices_changes_nothing() -> None:
    one, other = (error_correction(pulled_prices(1000, level=level)) for level in (0.0, 0.01))
    np.testing.assert_allclose(one.pull, other.pull, rtol=1e-6)
    np.testing.assert_allclose(one.shock_covariance, other.shock_covariance, rtol=1e-6)


def test_no_row_reaches_over_a_missing_bar() -> None:
    prices = pulled_prices(4000, short_run=SHORT_RUN)
    kept = np.ones(4000, bool)
    kept[100:4000:100] = False
    # Behind each hole the prices jump to another level, which would be the largest step of all.
    prices = prices + np.cumsum(~kept)[:, None] * 0.05
    times = np.flatnonzero(kept)
    fit = error_correction(prices[kept], consecutive=np.diff(times) == 1)
    assert np.abs(fit.rows[:, -2:]).max() < 20
    assert np.abs(fit.rows[:, 2:-2]).max() < 20
    np.testing.assert_allclose(fit.pull, (-0.1, 0.3), atol=0.05)


def test_a_gap_is_half_closed_after_its_half_life() -> None:
    fit = error_correction(pulled_prices(50_000, pull=(0.0, 0.2), rho=0.0))
    # 0.8 ** 3 = 0.512 and 0.8 ** 4 = 0.41, with a straight line between.
    assert fit.half_life == pytest.approx(3 + 0.012 / 0.1024, abs=0.15)


def test_a_gap_that_widens_has_no_half_life() -> None:
    fit = error_correction(pulled_prices(400, pull=(0.01, -0.01)))
    assert fit.half_life is None


def test_too_few_bars_are_refused() -> None:
    with pytest.raises(ShortHistoryError, match="I need 120"):
        error_correction(pulled_prices(110))


def test_prices_that_are_not_finite_are_refused() -> None:
    prices = pulled_prices(300)
    prices[7, 1] = np.nan
    with pytest.raises(UndefinedError):
        error_correction(prices)
