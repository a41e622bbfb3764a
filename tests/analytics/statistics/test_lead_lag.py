"""The delay at which one price repeats another."""

import numpy as np
import pytest

from analytics.statistics.lead_lag import lead_lag


def delayed(n: int, by: int) -> np.ndarray:
    """Returns of two markets, the second ``by`` bars late."""
    random = np.random.default_rng(4)
    news = random.standard_normal(n + 40)
    noise = 0.5 * random.standard_normal((n, 2))
    return np.column_stack((news[20 : n + 20], news[20 - by : n + 20 - by])) + noise


@pytest.mark.parametrize("by", [-7, -1, 0, 1, 4, 10])
def test_the_delay_is_found_on_both_sides(by: int) -> None:
    found = lead_lag(delayed(1000, by))
    assert found.lag == by
    assert found.strongest.value == pytest.approx(0.8, abs=0.05)
    assert found.strongest.value in found.strongest.interval
    if by:
        assert abs(found.correlations[found.lags == 0].item()) < 0.1


def test_each_delay_has_the_correlation_that_pandas_gives() -> None:
    import pandas as pd

    frame = pd.DataFrame(delayed(600, 2))
    found = lead_lag(frame.to_numpy())
    expected = [frame[0].corr(frame[1].shift(-int(lag))) for lag in found.lags]
    np.testing.assert_allclose(found.correlations, expected, rtol=1e-9)


def test_returns_over_missing_bars_take_no_part() -> None:
    steps = delayed(1000, 1)
    known = np.ones(1000, bool)
    known[::50] = False
    steps[~known] = 1e3
    assert lead_lag(steps, consecutive=known).strongest.value == pytest.approx(0.8, abs=0.05)
