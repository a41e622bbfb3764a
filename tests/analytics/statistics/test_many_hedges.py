"""Many walks forward at once give what each gives alone."""

import numpy as np
import pytest

from analytics.market.windows import ShortHistoryError
from analytics.statistics.effectiveness import measured_effectiveness
from analytics.statistics.many_hedges import many_hedges
from analytics.statistics.out_of_sample import out_of_sample_effectiveness
from analytics.statistics.samples import UndefinedError


def market(n: int = 6, t: int = 2200, *, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    factor = random.standard_t(5, t)
    held = 0.01 * (factor + 0.5 * random.standard_t(5, t))
    own = random.standard_t(5, (t, n)) * np.linspace(0.1, 4, n)
    return held, 0.008 * (factor[:, None] + own)


def test_each_is_what_it_is_alone() -> None:
    held, hedges = market()
    found = many_hedges(held, hedges, fit_bars=720, bars_per_day=24, level=0.9)
    for k in range(hedges.shape[1]):
        alone = out_of_sample_effectiveness(
            held, hedges[:, k], fit_bars=720, bars_per_day=24, level=0.9
        )
        assert found.value[k] == pytest.approx(alone.value, abs=1e-12)
        assert found.low[k] == pytest.approx(alone.interval.low, abs=1e-12)
        assert found.high[k] == pytest.approx(alone.interval.high, abs=1e-12)
    assert found.n_days == alone.n_days == 60


def test_missing_bars_cost_little_and_shorten_nobody_else() -> None:
    held, hedges = market()
    holed = hedges.copy()
    holed[np.random.default_rng(1).random(len(held)) < 0.02, 2] = np.nan
    whole = many_hedges(held, hedges, fit_bars=720, bars_per_day=24)
    found = many_hedges(held, holed, fit_bars=720, bars_per_day=24)
    others = [0, 1, 3, 4, 5]
    assert found.value[others] == pytest.approx(whole.value[others], abs=1e-14)
    assert found.value[2] == pytest.approx(whole.value[2], abs=0.02)
    width = whole.high[2] - whole.low[2]
    assert found.high[2] - found.low[2] == pytest.approx(width, rel=0.15)


def test_the_distance_of_two_hedges_is_tested_as_one_hedge_of_the_other() -> None:
    held, hedges = market()
    found = many_hedges(held, hedges, fit_bars=720, bars_per_day=24)
    alone = [
        out_of_sample_effectiveness(held, hedges[:, k], fit_bars=720, bars_per_day=24).hedged
        for k in (4, 5)
    ]
    sure = 1 - found.p_same(4, 5)
    assert 0 < sure < 0.999
    for level in (sure - 1e-4, sure + 1e-4):
        interval = measured_effectiveness(alone[1], alone[0], level=level).interval
        assert (interval.low <= 0 <= interval.high) is (level > sure)
    assert found.p_same(3, 3) == 1.0
    assert found.p_same(0, 5) < 1e-4


def test_noise_removes_nothing_beyond_chance() -> None:
    random = np.random.default_rng(5)
    held, noise = 0.01 * random.standard_normal(2200), 0.01 * random.standard_normal((2200, 200))
    found = many_hedges(held, noise, fit_bars=720, bars_per_day=24)
    assert np.mean(found.p_nothing < 0.05) < 0.05  # its ratio is noise, so it adds a little


def test_too_short_too_still_and_too_patchy_are_refused() -> None:
    held, hedges = market(t=1000)
    with pytest.raises(ShortHistoryError):
        many_hedges(held, hedges, fit_bars=720, bars_per_day=24)
    held, hedges = market()
    still = hedges.copy()
    still[:, 1] = 0.0
    with pytest.raises(UndefinedError):
        many_hedges(held, still, fit_bars=720, bars_per_day=24)
    patchy = hedges.copy()
    patchy[::3, 1] = np.nan
    with pytest.raises(UndefinedError):
        many_hedges(held, patchy, fit_bars=720, bars_per_day=24)
