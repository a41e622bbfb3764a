import numpy as np
import pytest

from analytics.statistics.influence import (
    ConstantSeriesError,
    FloatArray,
    correlation_influence,
    standardised,
)


def test_the_influence_is_the_derivative_of_the_correlation_in_the_weight_of_each_bar() -> None:
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, 50))
    y = y + x

    def correlation(weight: FloatArray) -> float:
        weight = weight / weight.sum()
        a, b = x - weight @ x, y - weight @ y
        return (weight @ (a * b)) / np.sqrt((weight @ a**2) * (weight @ b**2))

    step, slopes = 1e-6, []
    for i in range(50):
        up, down = np.ones(50), np.ones(50)
        up[i] += step
        down[i] -= step
        slopes.append(50 * (correlation(up) - correlation(down)) / (2 * step))
    assert correlation_influence(x, y) == pytest.approx(np.array(slopes), abs=1e-6)


def test_the_influence_averages_to_zero_and_does_not_see_scale_or_order() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((2, 80))
    psi = correlation_influence(x, y)
    assert psi.mean() == pytest.approx(0, abs=1e-12)
    assert correlation_influence(1e9 * y + 5, 1e-9 * x) == pytest.approx(psi, abs=1e-6)


def test_a_standardised_series_has_mean_zero_and_mean_square_one() -> None:
    z = standardised(np.array([1e-40, 3e-40, 7e-40]))
    assert z.mean() == pytest.approx(0, abs=1e-15)
    assert z @ z / 3 == pytest.approx(1)


@pytest.mark.parametrize("level", [0.0, 0.1, -1e12])
def test_a_constant_series_is_refused(level: float) -> None:
    with pytest.raises(ConstantSeriesError):
        standardised(np.full(40, level))
