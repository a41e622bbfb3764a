"""Every kind of number, down to the sign."""

import math
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.language import speaking
from analytics.statistics.estimate import Estimate, Interval
from handlers import _format as text

SIZES = st.floats(min_value=-1e15, max_value=1e15, allow_nan=False)
SHARES = st.floats(min_value=-5, max_value=5, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.84, "0.84"),
        (-0.31, "−0.31"),
        (0.0, "0.00"),
        (-0.001, "0.00"),
        (-0.0, "0.00"),
        (0.9949, "0.99"),
        (0.9995, "0.9995"),
        (0.99999, "0.99999"),
        (-0.99999, "−0.99999"),
        (1.0, "1.00"),
        (-1.0, "−1.00"),
        (1.24, "1.24"),
        (12.345, "12.35"),
    ],
)
def test_ratios(value: float, shown: str) -> None:
    assert text.ratio(value) == shown


@pytest.mark.parametrize(
    ("value", "low", "high", "shown"),
    [
        (0.84, 0.79, 0.88, "0.84 (0.79–0.88)"),
        (0.9994, 0.9992, 0.9995, "0.9994 (0.9992–0.9995)"),
        (0.999, 0.997, 1.001, "0.999 (0.997–1.001)"),
        (0.99999, 0.99998, 0.999995, "0.999990 (0.999980–0.999995)"),
        (-0.04, -0.06, -0.01, "−0.04 (−0.06 to −0.01)"),
        (0.001, -0.2, 0.2, "0.00 (−0.20 to 0.20)"),
        (-0.9, -0.95, 0.1, "−0.90 (−0.95 to 0.10)"),
    ],
)
def test_ratios_with_an_interval(value: float, low: float, high: float, shown: str) -> None:
    assert text.ratio_estimate(Estimate(value, Interval(low, high))) == shown


def test_an_interval_that_is_too_wide_for_the_line_stands_below() -> None:
    wide = Estimate(-0.04, Interval(-0.06, -0.01))
    assert text.estimate_lines(wide) == ("−0.04", "(−0.06 to −0.01)")
    assert text.estimate_lines(Estimate(0.5, Interval(0.4, 0.6))) == ("0.50 (0.40–0.60)",)


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [
        (0.73, 0.89, "0.73–0.89"),
        (-0.1, 0.4, "−0.10 to 0.40"),
        (0.9988, 0.9997, "0.9988–0.9997"),
        (0.7, 0.7, "0.70"),
    ],
)
def test_spans_have_the_same_digits_at_both_ends(low: float, high: float, shown: str) -> None:
    assert text.ratio_span(low, high) == shown


@pytest.mark.parametrize(
    ("fraction", "signed", "shown"),
    [
        (0.66, False, "66 %"),
        (0.031, True, "+3.1 %"),
        (-0.031, True, "−3.1 %"),
        (0.0004, False, "0.04 %"),
        (0.0, True, "0 %"),
        (-1e-9, True, "0.00 %"),
        (0.997, False, "99.7 %"),
        (0.9999999, False, "99.99 %"),
        (1.0, False, "100 %"),
        (-0.66, False, "−66 %"),
        (3.2, True, "+320 %"),
    ],
)
def test_shares(fraction: float, signed: bool, shown: str) -> None:
    assert text.percent(fraction, signed=signed) == shown


@pytest.mark.parametrize(
    ("value", "low", "high", "shown"),
    [
        (0.66, 0.58, 0.73, "66 % (58–73 %)"),
        (0.002, -0.017, 0.021, "0.2 % (−1.7 to 2.1 %)"),
        (0.9985, 0.9979, 0.9989, "99.85 % (99.79–99.89 %)"),
        (0.18, 0.021, 0.314, "18 % (2–31 %)"),
        (0.9, 0.6, 0.99, "90 % (60–99 %)"),
        (1.0, 1.0, 1.0, "100.00 % (100.00–100.00 %)"),
        (-0.5, -0.9, -0.2, "−50 % (−90 to −20 %)"),
    ],
)
def test_shares_with_an_interval(value: float, low: float, high: float, shown: str) -> None:
    assert text.percent_estimate(Estimate(value, Interval(low, high))) == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (148_812, "$148.8k"),
        (-31_000, "−$31.0k"),
        (1_250_000, "$1.25M"),
        (2.5e9, "$2.50B"),
        (3.2e12, "$3.20T"),
        (4e15, "$4,000.0T"),
        (999.6, "$1.00k"),
        (999_960, "$1.00M"),
        (25, "$25"),
        (9.999, "$10"),
        (4.2, "$4.20"),
        (0.004, "$0"),
        (-0.004, "$0"),
        (-1.5e-12, "$0"),
        (0, "$0"),
    ],
)
def test_money(amount: float, shown: str) -> None:
    assert text.usd(amount) == shown


def test_signed_money_has_no_sign_at_zero() -> None:
    assert [text.usd(amount, signed=True) for amount in (5, -5, 1e-9, 0)] == [
        "+$5.00",
        "−$5.00",
        "$0",
        "$0",
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (74_700, "$74,700"),
        (999.4, "$999.40"),
        (1.5, "$1.50"),
        (0.1234, "$0.1234"),
        (0.00001234567, "$0.00001235"),
    ],
)
def test_prices(value: float, shown: str) -> None:
    assert text.price(value) == shown


@pytest.mark.parametrize(
    ("amount", "step", "shown"),
    [
        (2.48, 0.001, "2.480"),
        (1385, 1.0, "1,385"),
        (12_300, 100.0, "12,300"),
        (0.03, 0.1 * 0.1, "0.03"),
        (40, 0.0, "40"),
        (240.6123, 0.0, "240.6"),
        (-3, 0.0, "−3"),
        (1e-7, 0.0, "0.0000001"),
        (1.23456e9, 0.0, "1,234,560,000"),
        (0.0, 0.0, "0"),
    ],
)
def test_coins(amount: float, step: float, shown: str) -> None:
    assert text.coins(amount, step=step) == shown


@pytest.mark.parametrize(
    ("low", "high", "step", "shown"),
    [
        (1.0772, 1.199, 0.001, "1.08–1.20"),
        (0.001, 0.007, 0.001, "0.001–0.007"),
        (6.51, 11.6, 0.001, "6.5–11.6"),
        (890, 94_900, 0.0, "890–94,900"),
        (0.0018, 0.0022, 0.001, "0.002"),
    ],
)
def test_spans_of_coins(low: float, high: float, step: float, shown: str) -> None:
    assert text.coin_span(low, high, step=step) == shown


@pytest.mark.parametrize(
    ("low", "high", "step", "shown"),
    [
        (2.3812, 2.6419, 0.001, "2.38–2.64"),
        (-0.8312, -0.7098, 0.001, "−0.83 to −0.71"),
        (-0.8312, 0.0002, 0.001, "−0.83 to 0.00"),
        (-1510.4, -1379.8, 1.0, "−1,510 to −1,380"),
        (0.00123, 0.00131, 0.001, "0.001"),
        (2.0, 2.0, 0.1, "2.0"),
    ],
)
def test_an_interval_of_amounts_is_signed(low: float, high: float, step: float, shown: str) -> None:
    assert text.coin_range(Interval(low, high), step=step) == shown


@pytest.mark.parametrize(
    ("p", "shown"),
    [
        (0.31, "p 0.31"),
        (0.004, "p 0.004"),
        (0.0009, "p < 0.001"),
        (0.0, "p < 0.001"),
        (1.0, "p 1.00"),
    ],
)
def test_probabilities(p: float, shown: str) -> None:
    assert text.p_value(p) == shown


def test_times() -> None:
    now = datetime(2026, 3, 14, 15, tzinfo=UTC)
    assert text.as_of(now, now) == "15:00 UTC"
    assert text.as_of(now - timedelta(days=1), now) == "13 Mar 15:00 UTC"
    with speaking("de"):
        assert text.as_of(now - timedelta(days=1), now) == "13. März 15:00 UTC"
    assert text.day(now) == "14 Mar"
    assert text.day(now, seen_from=now) == "14 Mar"
    assert text.day(now - timedelta(days=100), seen_from=now) == "4 Dec 25"
    assert text.bars(720, timedelta(hours=1)) == "720 hourly bars"
    assert text.bars(1095, timedelta(hours=4)) == "1,095 4h bars"
    assert text.level(Interval(0, 1, 0.99)) == "99 %"


def test_bars_are_worth_no_more_than_as_many_independent_ones() -> None:
    assert text.independent_bars(393.4, of=720) == "393"
    assert text.independent_bars(409.0, of=168) == "168"
    assert text.independent_bars(1e6, of=8760) == "8,760"


@given(SIZES)
def test_no_number_has_a_hyphen_an_exponent_or_a_negative_zero(value: float) -> None:
    shown = [text.usd(value), text.coins(value), text.coins(value, step=0.01), text.percent(value)]
    shown += [text.usd(value, signed=True), text.ratio(value), text.percent(value, signed=True)]
    shown += [text.price(abs(value) or 1.0)]
    for word in shown:
        assert "-" not in word
        assert "e" not in word
        assert "n" not in word
        assert not (word[0] in "−+" and not any(digit in word for digit in "123456789")), word


@given(SHARES, SHARES, SHARES)
def test_a_value_lies_within_its_interval_as_shown(a: float, b: float, c: float) -> None:
    low, value, high = sorted((a, b, c))
    interval = Interval(low, high)
    for shown in (
        text.ratio_estimate(Estimate(value, interval)),
        text.percent_estimate(Estimate(value, interval)),
    ):
        found = re.findall(r"-?[0-9.]+", shown.replace("−", "-"))
        first, start, end = map(float, found)
        assert start <= first <= end


@given(st.floats(min_value=-1, max_value=1, exclude_min=True, exclude_max=True))
def test_what_is_not_perfect_is_not_shown_so(value: float) -> None:
    shown = text.ratio(value)
    if 1 - abs(value) > 1e-6:
        assert shown.lstrip("−") not in {"1.00", "1.0000", "1.000000"}
    assert math.isclose(float(shown.replace("−", "-")), value, abs_tol=0.005 + 1e-9)
