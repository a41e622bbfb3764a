"""Round numbers and round moments."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.charts.dates import moments
from analytics.charts.scales import (
    Scale,
    log_ticks,
    number,
    spanned,
    spelled_dollars,
    spelled_ticks,
    ticks,
)

START = datetime(2024, 2, 27, 13, 7, tzinfo=UTC)


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, ("0.00", "0.25", "0.50", "0.75", "1.00")),
        (0.66, 0.93, ("0.7", "0.8", "0.9")),
        (-1, 1, ("−1.0", "−0.5", "0.0", "0.5", "1.0")),
        (94.2, 116.1, ("95", "100", "105", "110", "115")),
        (0.9985, 1.0, ("0.9985", "0.9990", "0.9995", "1.0000")),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: tuple[str, ...]) -> None:
    assert spelled_ticks(ticks(low, high)) == expected


@given(st.floats(-1e6, 1e6), st.floats(1e-2, 1e9), st.integers(3, 9))
def test_ticks_lie_inside_and_are_few_and_even(low: float, span: float, most: int) -> None:
    high = low + span
    found = ticks(low, high, most=most)
    assert 1 <= len(found) <= most
    slack = 1e-6 * span + 1e-9 * abs(low)
    assert all(low - slack <= value <= high + slack for value in found)
    if len(found) > 2:
        np.testing.assert_allclose(np.diff(found), found[1] - found[0], rtol=1e-3)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(20, 1900, (30, 100, 300, 1000)), (90, 500, (100, 150, 200, 300, 500)), (0.1, 1e5, None)],
)
def test_logarithmic_ticks_are_round(
    low: float, high: float, expected: tuple[float, ...] | None
) -> None:
    found = log_ticks(low, high)
    assert 2 <= len(found) <= 5
    assert all(low <= value <= high for value in found)
    if expected:
        assert found == pytest.approx(expected)


def test_a_scale_maps_its_ends_to_its_ends() -> None:
    for scale in (Scale(2, 50, 700, 100), Scale(2, 50, 700, 100, logarithmic=True)):
        assert scale.pixel(2) == pytest.approx(700)
        assert scale.pixel(50) == pytest.approx(100)
        assert scale.clamped(1e9) == pytest.approx(100)
    assert Scale(2, 50, 700, 100, logarithmic=True).pixel(10) == pytest.approx(400)


def test_a_constant_still_has_a_span() -> None:
    low, high = spanned(np.array([7.0, 7.0, np.nan]), least=1.0)
    assert (low + high) / 2 == pytest.approx(7)
    assert high - low >= 1


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [(-0.001, 2, "0.00"), (-1234.5, 1, "−1,234.5"), (1e6, 0, "1,000,000")],
)
def test_numbers_have_true_minus_signs(value: float, decimals: int, expected: str) -> None:
    assert number(value, decimals) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ((-20_000, 0, 20_000), ("−$20k", "$0k", "$20k")),
        ((9_500, 9_750), ("$9,500", "$9,750")),
        ((1e6, 1.5e6), ("$1.0M", "$1.5M")),
        ((0.25, 0.5), ("$0.25", "$0.50")),
    ],
)
def test_amounts_share_one_unit(values: tuple[float, ...], expected: tuple[str, ...]) -> None:
    assert spelled_dollars(values) == expected


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (timedelta(hours=1), ["13:10", "13:20", "13:30", "13:40", "13:50", "14:00"]),
        (timedelta(days=1), ["18:00", "28 Feb", "06:00", "12:00"]),
        (timedelta(days=6), ["28 Feb", "29 Feb", "1 Mar", "2 Mar", "3 Mar", "4 Mar"]),
        (timedelta(days=30), ["4 Mar", "11 Mar", "18 Mar", "25 Mar"]),
        (timedelta(days=180), ["Mar", "Apr", "May", "Jun", "Jul", "Aug"]),
        (timedelta(days=365), ["Mar", "May", "Jul", "Sep", "Nov", "Jan 2025"]),
        (timedelta(days=1095), ["Jul", "Jan 2025", "Jul", "Jan 2026", "Jul", "Jan 2027"]),
        (timedelta(days=3650), ["2026", "2028", "2030", "2032", "2034"]),
    ],
)
def test_moments_are_round_and_said_in_utc(length: timedelta, expected: list[str]) -> None:
    found = moments(milliseconds(START), milliseconds(START + length), most=6)
    assert [moment.label for moment in found] == expected


@given(st.integers(0, 4 * 10**12), st.integers(3_600_000, 6 * 10**11), st.integers(3, 9))
def test_moments_lie_inside_and_are_few(first: int, span: int, most: int) -> None:
    found = moments(first, first + span, most=most)
    assert 1 <= len(found) <= most
    assert all(first <= moment.time <= first + span for moment in found)
    assert len({moment.time for moment in found}) == len(found)


def test_weeks_begin_on_mondays() -> None:
    found = moments(milliseconds(START), milliseconds(START + timedelta(days=30)), most=6)
    days = [datetime.fromtimestamp(moment.time / 1000, UTC).weekday() for moment in found]
    assert set(days) == {0}
