import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special

from analytics.statistics.normal import (
    bivariate_normal_cdf,
    normal_exceedance_correlation,
    normal_tail_dependence,
)

CORRELATIONS = (-0.999, -0.7, -0.2, 0.0, 0.3, 0.84, 0.999)


@pytest.mark.parametrize("rho", CORRELATIONS)
def test_the_normal_probability_agrees_with_scipy(rho: float) -> None:
    from scipy.stats import multivariate_normal

    reference = multivariate_normal(cov=[[1, rho], [rho, 1]])
    limits = (-3.0, -1.6449, -0.5, 0.0, 0.7, 2.0)
    for h, k in itertools.product(limits, limits):
        found = bivariate_normal_cdf(h, k, correlation=rho)
        assert found == pytest.approx(float(reference.cdf([h, k])), abs=1e-9)


@pytest.mark.parametrize("rho", CORRELATIONS)
@pytest.mark.parametrize("h", [-2.0, -0.3, 0.0, 1.0])
def test_the_normal_probability_agrees_with_an_integral(rho: float, h: float) -> None:
    def inner(x: float) -> float:
        return math.exp(-x * x / 2) * special.ndtr((h - rho * x) / math.sqrt(1 - rho**2))

    slow = integrate.quad(inner, -12, h, epsabs=1e-13, limit=500)[0] / math.sqrt(2 * math.pi)
    assert bivariate_normal_cdf(h, h, correlation=rho) == pytest.approx(slow, abs=1e-10)


@given(h=st.floats(-5, 5), k=st.floats(-5, 5), rho=st.floats(-0.99, 0.99))
def test_the_normal_probability_is_symmetric_and_complementary(
    h: float, k: float, rho: float
) -> None:
    p = bivariate_normal_cdf(h, k, correlation=rho)
    assert p == pytest.approx(bivariate_normal_cdf(k, h, correlation=rho), abs=1e-13)
    mirrored = bivariate_normal_cdf(h, -k, correlation=-rho)
    assert p + mirrored == pytest.approx(float(special.ndtr(h)), abs=1e-12)


@pytest.mark.parametrize(("rho", "expected"), [(0.8, 0.596), (0.84, 0.660), (0.0, 0.0)])
def test_the_benchmark_at_the_mean_has_its_known_value(rho: float, expected: float) -> None:
    assert normal_exceedance_correlation(rho) == pytest.approx(expected, abs=5e-4)


@pytest.mark.parametrize("rho", [-0.6, 0.0, 0.5, 0.84, 0.97])
def test_the_benchmark_at_the_mean_agrees_with_its_closed_form(rho: float) -> None:
    share = 0.25 + math.asin(rho) / (2 * math.pi)
    root = math.sqrt(1 - rho**2)
    m1 = (1 + rho) / (2 * math.sqrt(2 * math.pi) * share)
    m2 = 1 + rho * root / (2 * math.pi * share)
    m11 = rho + root / (2 * math.pi * share)
    closed = (m11 - m1**2) / (m2 - m1**2)
    assert normal_exceedance_correlation(rho) == pytest.approx(closed, abs=1e-12)


@pytest.mark.parametrize("rho", [-0.3, 0.5, 0.9])
@pytest.mark.parametrize("c", [0.0, 0.5, 1.0])
def test_the_benchmark_agrees_with_numerical_integration(rho: float, c: float) -> None:
    nodes, weights = np.polynomial.legendre.leggauss(400)
    x = c + (nodes + 1) / 2 * 9
    density = np.exp(-(x[:, None] ** 2 - 2 * rho * np.outer(x, x) + x**2) / (2 * (1 - rho**2)))
    mass = density * np.outer(weights, weights)
    mass /= mass.sum()
    mean, square = (mass.sum(1) * x).sum(), (mass.sum(1) * x**2).sum()
    slow = (x @ mass @ x - mean**2) / (square - mean**2)
    assert normal_exceedance_correlation(rho, threshold=c) == pytest.approx(slow, abs=1e-9)


def test_the_benchmark_knows_its_ends() -> None:
    assert normal_exceedance_correlation(1.0, threshold=1.0) == 1.0
    assert normal_exceedance_correlation(-1.0) is None
    assert normal_exceedance_correlation(-0.999, threshold=2.0) is None
    assert normal_exceedance_correlation(1 - 1e-12) == pytest.approx(1, abs=1e-4)


def test_the_tail_of_independent_markets_is_the_quantile_itself() -> None:
    assert normal_tail_dependence(0.0, quantile=0.05) == pytest.approx(0.05, rel=1e-12)
    assert normal_tail_dependence(1.0, quantile=0.05) == 1.0
    assert normal_tail_dependence(-1.0, quantile=0.05) == 0.0
