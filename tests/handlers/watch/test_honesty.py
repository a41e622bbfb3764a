"""What is said about false alarms when an alert is set."""

import pytest

from handlers._watch.grammar import rule_of
from handlers._watch.honesty import expected_false_alarms


def expected(rule: str) -> float | None:
    return expected_false_alarms(rule_of(rule).measure)


def test_the_usual_alert_is_wrong_once_in_four_years() -> None:
    assert expected("ETH BTC-PERP break") == pytest.approx(0.27, abs=0.06)


def test_a_week_is_wrong_more_often_than_a_month() -> None:
    week, month = expected("ETH BTC-PERP break 7d"), expected("ETH BTC-PERP break 30d")
    assert week is not None
    assert month is not None
    assert 1.5 * month < week < 3 * month


def test_lockstep_has_no_test_behind_it_but_one_side_only() -> None:
    lockstep, parted = expected("BTC ETH SOL lockstep"), expected("ETH BTC-PERP break")
    assert lockstep is not None
    assert parted is not None
    assert lockstep == pytest.approx(2 * parted)


@pytest.mark.parametrize(
    "rule", ["ETH BTC-PERP corr<0.6", "BTC-PERP funding<0%", "ETH BTC-PERP break 3y"]
)
def test_of_other_alerts_nothing_is_foretold(rule: str) -> None:
    assert expected(rule) is None
