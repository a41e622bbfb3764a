"""The order of a matrix, and its eigenvalues beside those of noise."""

from itertools import pairwise

import numpy as np
import pytest

from analytics.statistics.clustering import clustered_order, spectrum


def grouped(groups: list[int], inside: float, across: float) -> np.ndarray:
    matrix = np.where(np.equal.outer(groups, groups), inside, across)
    np.fill_diagonal(matrix, 1.0)
    return matrix


def test_groups_stand_together_however_they_were_named() -> None:
    groups = [0, 1, 2, 0, 1, 2, 0, 1, 2]
    order = clustered_order(grouped(groups, 0.9, 0.2))
    assert sorted(order) == list(range(9))
    seen = [groups[k] for k in order]
    assert sum(a != b for a, b in pairwise(seen)) == 2


@pytest.mark.parametrize("n", [1, 2])
def test_one_or_two_have_no_order(n: int) -> None:
    assert clustered_order(np.eye(n)) == tuple(range(n))


def test_equal_markets_are_no_failure() -> None:
    assert sorted(clustered_order(np.ones((4, 4)))) == [0, 1, 2, 3]


def test_below_five_markets_there_is_no_noise_to_speak_of() -> None:
    assert spectrum(np.eye(4), n_bars=500) is None


def test_forces_that_are_there_are_counted() -> None:
    random = np.random.default_rng(2)
    factors = random.standard_normal((1000, 2))
    loads = np.zeros((2, 12))
    loads[0, :6], loads[1, 6:] = 1.0, 1.0
    sample = factors @ loads + random.standard_normal((1000, 12))
    found = spectrum(np.corrcoef(sample.T), n_bars=1000)
    assert found.n_above == 2
    values = (
        np.linalg.svd((sample - sample.mean(axis=0)) / sample.std(axis=0), compute_uv=False) ** 2
    )
    assert found.absorption == pytest.approx(values[0] / values.sum())


def test_pure_noise_stays_below_the_edge_most_of_the_time() -> None:
    random = np.random.default_rng(4)
    above = [
        spectrum(np.corrcoef(random.standard_normal((20, 720))), n_bars=720).n_above
        for _ in range(100)
    ]
    assert np.mean(np.array(above) > 0) < 0.35
    assert max(above) <= 1
