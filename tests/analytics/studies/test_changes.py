"""Breaks of pairs whose truth is written down."""

import numpy as np
import pytest
from scipy import stats

from analytics.errors import RequestError
from analytics.market.span import moment
from analytics.market.windows import DAY, HOUR
from analytics.statistics.breaks import volatility_adjusted_correlation
from analytics.statistics.correlation import correlation
from analytics.studies.changes import ChangeStudy, Coupling, change_study
from tests.analytics.studies.pasts import END, coupled, written_past

BARS = 720
AT = 480


def studied(before: float, after: float, *, seed: int = 1, level: float = 0.95) -> ChangeStudy:
    rho = np.where(np.arange(BARS) < AT, before, after)
    history = written_past(coupled(rho, BARS, seed=seed, heavy=True))
    return change_study(history, level=level, roll=7 * DAY)


@pytest.mark.parametrize(
    ("before", "after", "coupling"),
    [
        (0.9, 0.4, Coupling.DECOUPLED),
        (0.4, 0.9, Coupling.LOCKSTEP),
        (-0.9, -0.3, Coupling.DECOUPLED),
        (0.2, -0.8, Coupling.OPPOSED),
        (0.7, 0.7, Coupling.STEADY),
    ],
)
def test_which_way_two_markets_went_is_told(
    before: float, after: float, coupling: Coupling
) -> None:
    study = studied(before, after)
    assert study.coupling is coupling
    if coupling is Coupling.STEADY:
        assert study.break_time is None
        return
    assert study.break_time is not None
    truth = END - (BARS - AT) * HOUR
    assert abs(moment(study.break_time) - truth) <= 2 * DAY
    assert study.before is not None
    assert study.after is not None
    assert before == pytest.approx(study.before.value, abs=0.07)
    assert after == pytest.approx(study.after.value, abs=0.12)


def test_the_sides_are_those_of_the_returns_on_either_side() -> None:
    study = studied(0.9, 0.4)
    x, y = study.history.in_window.log_returns.T
    k = study.tested.index
    assert study.before == correlation(x[:k], y[:k])
    assert study.after is not None
    assert study.after.value == pytest.approx(stats.pearsonr(x[k:], y[k:])[0], abs=1e-12)
    assert study.driver_change == pytest.approx(y[k:].std() / y[:k].std(), abs=1e-12)
    assert study.tested.after_adjusted == pytest.approx(
        volatility_adjusted_correlation(
            study.after.value, variance_change=study.driver_change**2 - 1
        ),
        abs=1e-12,
    )


def test_the_path_peaks_at_the_statistic_and_the_line_is_that_of_the_level() -> None:
    study = studied(0.9, 0.4)
    assert np.nanmax(study.path) == pytest.approx(study.tested.statistic)
    assert np.isnan(study.path[:71]).all()
    assert np.isfinite(study.path[71:]).all()
    assert study.critical == pytest.approx(1.3581, abs=1e-4)
    assert studied(0.9, 0.4, level=0.99).critical == pytest.approx(1.6276, abs=1e-4)
    assert stats.kstwobign.sf(study.critical) == pytest.approx(0.05, abs=1e-9)


def test_volatility_that_trebles_is_no_break() -> None:
    """The plain correlation may look the same or not; the test must not speak of a change."""
    found = 0
    for seed in range(40):
        returns = coupled(0.7, BARS, seed=seed)
        returns[AT:] *= 3
        study = change_study(written_past(returns), level=0.95, roll=7 * DAY)
        found += study.coupling is not Coupling.STEADY
    assert found <= 6


def test_a_change_of_no_consequence_is_tiny() -> None:
    random = np.random.default_rng(1)
    first = random.standard_normal(BARS)
    noise = np.where(np.arange(BARS) < AT, 0.01, 0.03) * random.standard_normal(BARS)
    study = change_study(
        written_past(0.01 * np.column_stack((first, first + noise))), level=0.95, roll=7 * DAY
    )
    assert study.is_tiny
    assert study.coupling is Coupling.STEADY


def test_one_line_and_a_short_past_are_refused() -> None:
    line = np.repeat(coupled(0.5, BARS)[:, :1], 2, axis=1)
    with pytest.raises(RequestError, match="one line"):
        change_study(written_past(line), level=0.95, roll=DAY)
    with pytest.raises(RequestError, match="only 20 bars"):
        change_study(written_past(coupled(0.5, 20)), level=0.95, roll=DAY)


def test_only_the_window_is_tested() -> None:
    rho = np.where(np.arange(2 * BARS) < BARS, -0.5, 0.8)
    study = change_study(written_past(coupled(rho, 2 * BARS)), level=0.95, roll=7 * DAY)
    assert study.tested.n_observations == BARS
    assert study.coupling is Coupling.STEADY


def test_the_rolling_stretch_takes_at_most_half_of_a_short_window() -> None:
    history = written_past(coupled(np.full(30, 0.8), 30, seed=3, heavy=False))
    study = change_study(history, level=0.95, roll=30 * HOUR)
    assert study.roll == 15 * HOUR
    assert len(study.rolling) == len(study.rolling_time) == 16


def test_a_change_whose_later_side_cannot_be_told_is_not_called_small() -> None:
    returns = coupled(np.full(40, 0.97), 40, seed=3)
    returns[-1] = (0.09, -0.09)
    study = change_study(written_past(returns), level=0.95, roll=15 * HOUR)
    assert study.tested.after is None
    assert study.break_time is not None
    assert not study.is_tiny
    assert study.coupling is Coupling.STEADY, "nobody knows which way"
