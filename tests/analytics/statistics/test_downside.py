"""What a hedge removes of falls, against truth and a block bootstrap."""

import numpy as np
import pytest

from analytics.statistics.downside import downside_effectiveness
from analytics.statistics.effectiveness import measured_effectiveness
from tests.analytics.statistics.pairs import clustered_pair, normal_pair


def share(u: np.ndarray, e: np.ndarray) -> float:
    return 1 - float((e[u < 0] ** 2).sum() / (u[u < 0] ** 2).sum())


def test_it_is_the_share_of_squared_losses() -> None:
    f, s = normal_pair(0.8, 400)
    found = downside_effectiveness(s, s - 0.8 * f)
    assert found is not None
    assert found.value == pytest.approx(share(s, s - 0.8 * f), abs=1e-12)


def test_where_ups_and_downs_are_alike_it_is_the_effectiveness_of_all_bars() -> None:
    f, s = normal_pair(0.8, 50_000)
    found = downside_effectiveness(s, s - 0.8 * f)
    assert found is not None
    assert found.value == pytest.approx(measured_effectiveness(s, s - 0.8 * f).value, abs=0.01)
    assert 0.64 in found.interval


def test_a_hedge_that_fails_in_falls_is_found_out() -> None:
    unhedged, _ = normal_pair(0.0, 2000)
    hedged = np.where(unhedged < 0, 0.9, 0.1) * unhedged
    found = downside_effectiveness(unhedged, hedged)
    assert found is not None
    assert found.value == pytest.approx(1 - 0.9**2, abs=1e-12)
    assert measured_effectiveness(unhedged, hedged).value > 0.5


def test_the_interval_is_as_wide_as_that_of_a_bootstrap() -> None:
    f, s = clustered_pair(1500)
    found = downside_effectiveness(s, s - 0.7 * f)
    assert found is not None
    random, shares = np.random.default_rng(3), []
    for _ in range(400):
        starts = random.integers(0, len(s), 75)
        drawn = (starts[:, None] + np.arange(20)).ravel() % len(s)
        shares.append(share(s[drawn], (s - 0.7 * f)[drawn]))
    low, high = np.quantile(shares, (0.025, 0.975))
    width = found.interval.high - found.interval.low
    assert width == pytest.approx(float(high - low), rel=0.4)


def test_the_interval_holds_the_truth() -> None:
    held = []
    for seed in range(300):
        f, s = clustered_pair(360, seed)
        found = downside_effectiveness(s, s - 0.7 * f)
        assert found is not None
        held.append(0.49 in found.interval)
    assert 0.88 <= np.mean(held) <= 0.99


def test_too_few_falls_say_nothing_and_a_perfect_hedge_leaves_nothing() -> None:
    f, _ = normal_pair(0.5, 100)
    assert downside_effectiveness(np.abs(f) + 1, f) is None
    perfect = downside_effectiveness(f, np.zeros(100))
    assert perfect is not None
    assert (perfect.value, perfect.interval.low) == (1.0, 1.0)
    with pytest.raises(ValueError, match="one length"):
        downside_effectiveness(f, f[1:])
