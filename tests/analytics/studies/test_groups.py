"""Lockstep and decoupling of groups whose truth is written down."""

import numpy as np
import pytest

from analytics.errors import RequestError
from analytics.market.candles import FloatArray
from analytics.market.span import moment
from analytics.market.windows import DAY, HOUR
from analytics.statistics.lockstep import mean_correlation
from analytics.studies.changes import Coupling
from analytics.studies.groups import GroupStudy, group_study
from tests.analytics.studies.pasts import END, written_past

BARS, ROLL = 1080, 180


def group(before: float, now: float, *, markets: int = 4, seed: int = 1) -> FloatArray:
    random = np.random.default_rng(seed)
    rho = np.where(np.arange(BARS) < BARS - ROLL, before, now)[:, None]
    shared, own = random.standard_normal((BARS, 1)), random.standard_normal((BARS, markets))
    return 0.01 * (np.sqrt(rho) * shared + np.sqrt(1 - rho) * own)


def studied(returns: FloatArray) -> GroupStudy:
    history = written_past(returns, window=180 * DAY, bar=4 * HOUR)
    return group_study(history, level=0.95, roll=ROLL * 4 * HOUR)


@pytest.mark.parametrize(
    ("before", "now", "coupling"),
    [(0.4, 0.8, Coupling.LOCKSTEP), (0.7, 0.2, Coupling.DECOUPLED), (0.5, 0.5, Coupling.STEADY)],
)
def test_lockstep_and_decoupling_are_told_apart(
    before: float, now: float, coupling: Coupling
) -> None:
    study = studied(group(before, now))
    assert study.coupling is coupling
    assert before in study.before.interval
    assert study.now.value == pytest.approx(now, abs=0.1)
    assert (study.since is None) == (coupling is Coupling.STEADY)
    if study.since is not None:
        assert END - 30 * DAY <= moment(study.since) <= END


def test_the_newest_stretch_and_what_lies_before_it_do_not_overlap() -> None:
    returns = group(0.4, 0.8)
    study = studied(returns)
    now, before = mean_correlation(returns[-ROLL:]), mean_correlation(returns[:-ROLL])
    assert study.now.value == pytest.approx(now.value, abs=1e-9)
    assert study.now.n_observations == ROLL
    assert study.before.value == pytest.approx(before.value, abs=1e-9)
    assert study.before.n_observations == BARS - ROLL
    assert study.rolling[-1] == pytest.approx(study.now.value, abs=1e-9)
    assert study.shares[-1] == pytest.approx(study.share_now.value, abs=1e-9)
    assert study.shares_time[-1] == study.rolling_time[-1]


def test_the_pair_that_moved_most_is_named() -> None:
    returns = group(0.5, 0.5)
    returns[-ROLL:, 2] = returns[-ROLL:, 1] + 0.001 * np.sin(np.arange(ROLL))
    moved = studied(returns).moved
    assert (moved.first, moved.second) == (1, 2)
    assert moved.now > 0.95


def test_a_steady_group_is_left_alone() -> None:
    false = sum(studied(group(0.5, 0.5, seed=k)).coupling is not Coupling.STEADY for k in range(60))
    assert false <= 3


def test_too_short_a_past_is_refused() -> None:
    with pytest.raises(RequestError, match="only 20 bars"):
        group_study(
            written_past(group(0.5, 0.5)[:200], window=180 * DAY, bar=4 * HOUR),
            level=0.95,
            roll=ROLL * 4 * HOUR,
        )
