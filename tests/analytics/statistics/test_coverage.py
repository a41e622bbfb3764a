"""A reduced run of the coverage measurement; docs/coverage.md holds the full one."""

import pytest

from tests.benchmarks import coverage

pytestmark = pytest.mark.slow

SAMPLES = 2000


@pytest.mark.parametrize("bars", [120, 360, 720])
@pytest.mark.parametrize(
    "holds",
    [coverage.correlation_holds, coverage.hedge_ratio_holds, coverage.effectiveness_holds],
)
def test_a_nominal_95_percent_interval_holds_the_truth_in_91_to_97(
    holds: coverage.Measurement, bars: int
) -> None:
    assert 0.91 <= coverage.share(holds, SAMPLES, bars) <= 0.97


@pytest.mark.parametrize(
    "holds", [coverage.hedge_ratio_of_a_day_holds, coverage.hedge_ratio_of_three_days_holds]
)
def test_so_does_the_interval_over_a_longer_hold(holds: coverage.Measurement) -> None:
    assert 0.91 <= coverage.share(holds, SAMPLES, 720) <= 0.97


def test_so_does_the_walk_forward() -> None:
    assert 0.91 <= coverage.share(coverage.walk_forward_holds, 1000, 2160) <= 0.97


def test_fishers_formula_does_not() -> None:
    assert coverage.share(coverage.fisher_holds, SAMPLES, 720) < 0.85


def test_the_simulated_market_is_the_one_described() -> None:
    import numpy as np

    pairs = np.concatenate(list(coverage.garch_t_pairs(500, 400, seed=2)), axis=1)
    assert pairs.shape == (2, 200_000)
    assert pairs.var(axis=1) == pytest.approx(1, abs=0.1)
    assert np.corrcoef(pairs)[0, 1] == pytest.approx(coverage.RHO, abs=0.02)
