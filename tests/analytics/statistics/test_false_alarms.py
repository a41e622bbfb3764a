"""The expected rate of false alarms against rates that are counted."""

import numpy as np
import pytest

from analytics.statistics.false_alarms import false_alarms_a_year
from tests.benchmarks.alert_rules import Bars, Rule, confirmed, fired, looks, p_values
from tests.benchmarks.break_size import clustered, independent


@pytest.mark.parametrize("k", [2.6, 3.0])
def test_independent_returns_leave_the_band_at_the_rate_of_pickands(k: float) -> None:
    """Without the factor for heavy tails; the parts are long, so that both are nearly normal."""
    bars, years = Bars(720, 4320, 4320, cool_down=12, day=24, every=240), 40
    first = bars.window + bars.baseline
    x, y = independent(np.full(first + 8760, 0.85), years, 3)
    seen = looks(x, y, bars, first=first, scales=("robust",))
    counted = fired(seen.sigmas["robust"], Rule("", k, 2), cool_down=12).sum() / years
    expected = false_alarms_a_year(window=720, baseline=4320, bars_a_year=8760, k=k) / 1.2
    assert counted == pytest.approx(expected, abs=3.5 * np.sqrt(expected / years) + 0.1)


def test_clustered_daily_returns_leave_it_as_often_as_is_said() -> None:
    bars = Bars(30, 180, 180, cool_down=1, day=1)
    x, y = clustered(np.full(210 + 365, 0.85), 600, 4)
    seen = looks(x, y, bars, first=210, scales=("robust",))
    alarms = fired(seen.sigmas["robust"], Rule("", 2.6, 2), cool_down=1)
    expected = false_alarms_a_year(window=30, baseline=180, bars_a_year=365)
    assert alarms.sum() / 600 == pytest.approx(expected, rel=0.15)
    # They come like rare events.
    assert alarms.any(axis=1).mean() == pytest.approx(1 - np.exp(-expected), abs=0.08)


def test_shorter_windows_narrower_bands_and_two_sides_cry_more() -> None:
    def rate(window: int = 720, k: float = 2.6, *, one_sided: bool = False) -> float:
        return false_alarms_a_year(
            window=window, baseline=4320, bars_a_year=8760, k=k, one_sided=one_sided
        )

    assert rate(168) > 1.5 * rate()
    assert rate(k=2.0) > 2 * rate()
    assert rate(one_sided=True) == pytest.approx(rate() / 2)
    assert [rate(w) > rate(w + 1) for w in (29, 30, 167, 168, 719, 720)] == [True] * 6


def test_the_test_stops_three_of_four_false_alarms() -> None:
    bars = Bars(30, 180, 180, cool_down=1, day=1)
    x, y = clustered(np.full(210 + 365, 0.85), 300, 9)
    seen = looks(x, y, bars, first=210, scales=("robust",))
    p = p_values(x, y, seen, bars, tested_every=1)
    tested = confirmed(seen.sigmas["robust"], p)
    alarms = fired(tested, Rule("", 2.6, 2), cool_down=1).sum() / 300
    said = false_alarms_a_year(window=30, baseline=180, bars_a_year=365, tested=True)
    assert alarms == pytest.approx(said, rel=0.4)


@pytest.mark.parametrize(("window", "baseline", "k"), [(0, 10, 2.6), (10, 0, 2.6), (10, 10, 0.0)])
def test_a_band_without_bars_or_width_is_a_mistake(window: int, baseline: int, k: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        false_alarms_a_year(window=window, baseline=baseline, bars_a_year=365, k=k)
