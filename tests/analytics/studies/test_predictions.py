"""When a pair's or a hedge's next window is foretold, and when nothing is said."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analytics.market.windows import DAY, HOUR
from analytics.studies.hedges import Terms
from analytics.studies.pairs import Measure, pair_study
from analytics.studies.predictions import background, is_foreseen
from tests.analytics.studies.test_hedges import cross, studied

ROLL = 7 * DAY


@pytest.mark.parametrize(
    ("window", "bar", "foreseen"),
    [
        (30 * DAY, HOUR, True),
        (7 * DAY, HOUR, True),
        (90 * DAY, HOUR, True),
        (6 * DAY, HOUR, False),
        (91 * DAY, HOUR, False),
        (30 * DAY, 4 * HOUR, False),
        (7 * DAY, timedelta(minutes=5), False),
    ],
)
def test_only_what_was_calibrated_is_foreseen(
    window: timedelta, bar: timedelta, *, foreseen: bool
) -> None:
    assert is_foreseen(replace(cross(), window=window, bar=bar)) is foreseen


def test_two_windows_before_are_fetched_where_they_are_of_use() -> None:
    assert background(30 * DAY) == 60 * DAY
    assert background(365 * DAY) == timedelta(0)


def test_a_pair_is_foretold_around_its_own_correlation() -> None:
    study = pair_study(cross(), measure=Measure.PEARSON, level=0.95, roll=ROLL)
    assert study.likely is not None
    assert study.correlation.value in study.likely
    assert study.likely.horizon_bars == 720


def test_a_short_past_or_another_measure_is_met_with_silence() -> None:
    short = pair_study(cross(n=1800), measure=Measure.PEARSON, level=0.95, roll=ROLL)
    ranks = pair_study(cross(), measure=Measure.SPEARMAN, level=0.95, roll=ROLL)
    assert short.likely is ranks.likely is None


def test_a_hedge_is_foretold_in_whole_and_not_in_part() -> None:
    whole, half = studied(cross()), studied(cross(), terms=Terms(share=0.5))
    assert whole.likely is not None
    assert whole.in_sample in whole.likely
    assert half.likely is None


def test_a_short_holding_is_foretold_like_a_long_one() -> None:
    long, short = studied(cross()).likely, studied(cross(), coins=-40.0).likely
    assert long is not None
    assert short is not None
    np.testing.assert_allclose([long.low, long.high], [short.low, short.high], rtol=1e-9)


def test_a_hedge_with_a_short_past_is_met_with_silence() -> None:
    assert studied(cross(n=1500)).likely is None
