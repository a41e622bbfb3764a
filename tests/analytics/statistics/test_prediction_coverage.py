"""The shipped ranges on a market that they were not fitted on, case by case as the bot asks."""

import numpy as np
import pytest

from analytics.statistics.prediction import predicted_correlation, predicted_effectiveness
from tests.benchmarks.prediction import apart, judged, scored
from tests.benchmarks.prediction_markets import Returns, fitted, simulated, walking

MONTH = 720


@pytest.fixture(scope="module")
def venue() -> Returns:
    return simulated(1)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rho", "removal"])
def test_over_five_years_of_the_venue_the_next_month_falls_inside_as_often_as_said(
    venue: Returns, kind: str
) -> None:
    case = judged(kind, "venue", venue, MONTH)
    score = case.score(kind, apart(kind, case))
    assert 0.93 <= score.coverage <= 0.97
    assert score.width < 0.5


@pytest.mark.slow
def test_what_the_benchmark_judges_is_what_the_bot_prints() -> None:
    walks = walking(3)
    for kind in ("rho", "removal"):
        case = judged(kind, "walk", walks, MONTH)
        for place in (0, len(case.cases) // 2, len(case.cases) - 1):
            at, pair = int(case.cases.at[place]), case.pairs[case.cases.pair[place]]
            x, y = walks.bars[:at, list(pair)].T
            if kind == "rho":
                printed = predicted_correlation(x, y, horizon_bars=MONTH)
                ends = np.tanh([case.low[place], case.high[place]])
            else:
                e = x - fitted(x[-MONTH:], y[-MONTH:]) * y
                printed = predicted_effectiveness(x, e, horizon_bars=MONTH)
                ends = 1 - np.exp([case.high[place], case.low[place]])
            np.testing.assert_allclose([printed.low, printed.high], ends, rtol=1e-9)


def test_coverage_and_score_of_ranges_are_counted_right() -> None:
    case = judged("rho", "walk", _short_walk(), 168)
    nothing = np.full(len(case.cases), -20.0)
    everything = scored("rho", case.cases, nothing, -nothing)
    assert everything.coverage == 1
    assert everything.width == pytest.approx(2)
    assert everything.score == pytest.approx(2)
    never = scored("rho", case.cases, nothing, nothing)
    assert never.coverage == 0
    assert never.score == pytest.approx(40 * np.mean(np.tanh(case.cases.outcome) + 1))


def _short_walk() -> Returns:
    rng = np.random.default_rng(4)
    bars = rng.standard_normal((3000, 2)) @ np.array([[1.0, 0.6], [0.0, 0.8]])
    return Returns(("a", "b"), bars, ((0, 1),), ((0, 1),))
