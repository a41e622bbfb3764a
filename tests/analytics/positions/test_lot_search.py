"""Rounding several legs at once, against trying everything."""

from itertools import product

import numpy as np
import pytest

from analytics.positions.lot_search import least_variance_lots


def tried(s: np.ndarray, f: np.ndarray, exact: np.ndarray, step: np.ndarray) -> np.ndarray:
    """The best of all ways to round each leg down or up, by the variance of what is left."""
    ways = product(*((np.floor(x), np.ceil(x)) for x in exact))
    return min((np.array(way) for way in ways), key=lambda way: np.var(s - f @ (way * step)))


@pytest.mark.parametrize("seed", range(30))
def test_the_lots_are_the_best_of_all_ways_to_round(seed: int) -> None:
    random = np.random.default_rng(seed)
    k = 1 + seed % 4
    common = random.standard_normal((200, 1))
    f = common + 0.5 * random.standard_normal((200, k))
    s = f @ random.uniform(-1, 2, k) + random.standard_normal(200)
    gram = np.cov(f, rowvar=False, bias=True).reshape(k, k)
    cross = (f - f.mean(axis=0)).T @ (s - s.mean()) / 200
    step = random.uniform(0.1, 0.6, k)
    exact = np.linalg.solve(gram, cross) / step
    found = least_variance_lots(exact, step=step, smallest=np.zeros(k), gram=gram, cross=cross)
    best = tried(s, f, exact, step)
    assert np.var(s - f @ (found * step)) == pytest.approx(np.var(s - f @ (best * step)), rel=1e-12)
    rounded = np.round(exact)
    assert np.var(s - f @ (found * step)) <= np.var(s - f @ (rounded * step)) + 1e-12


def test_rounding_one_leg_up_may_call_for_another_down() -> None:
    gram = np.array([[1.0, 0.95], [0.95, 1.0]])
    exact, step = np.array([1.45, 1.45]), np.ones(2)
    found = least_variance_lots(
        exact, step=step, smallest=np.ones(2), gram=gram, cross=gram @ exact
    )
    assert sorted(found) == [1.0, 2.0]
    assert (np.round(exact) == 1).all()


@pytest.mark.parametrize(
    ("exact", "smallest", "lots"),
    [(0.3, 1, 0), (0.7, 1, 1), (-0.7, 1, -1), (3.0, 5, 5), (2.0, 5, 0)],
)
def test_an_order_is_at_least_the_smallest_or_none(
    exact: float, smallest: float, lots: float
) -> None:
    found = least_variance_lots(
        np.array([exact]),
        step=np.ones(1),
        smallest=np.array([float(smallest)]),
        gram=np.ones((1, 1)),
        cross=np.array([exact]),
    )
    assert found[0] == lots
