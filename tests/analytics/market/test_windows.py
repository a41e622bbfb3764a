"""Lengths of time, their bars and their spelling."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.market.windows import (
    DAY,
    HOUR,
    LONGEST,
    MIN_BARS,
    MINUTE,
    YEAR,
    ShortHistoryError,
    Window,
    bars_per_year,
    default_bar,
    spelled,
)

UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "y": YEAR}


@pytest.mark.parametrize(
    ("length", "bar"),
    [
        (HOUR, 5 * MINUTE),
        (3 * DAY - MINUTE, 5 * MINUTE),
        (3 * DAY, HOUR),
        (90 * DAY, HOUR),
        (90 * DAY + MINUTE, 4 * HOUR),
        (YEAR, 4 * HOUR),
        (YEAR + MINUTE, DAY),
        (LONGEST, DAY),
    ],
)
def test_the_usual_bar_follows_from_the_length(length: timedelta, bar: timedelta) -> None:
    assert default_bar(length) == Window(length).chosen_bar == bar


@given(hours=st.integers(3, 3 * 365 * 24))
def test_the_usual_bar_gives_enough_bars_and_not_too_many(hours: int) -> None:
    n = Window(hours * HOUR).n_bars
    assert MIN_BARS <= n <= YEAR // (4 * HOUR)


def test_an_asked_bar_is_obeyed() -> None:
    window = Window(30 * DAY, bar=4 * HOUR)
    assert (window.chosen_bar, window.n_bars) == (4 * HOUR, 180)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (5 * MINUTE, "5m"),
        (90 * MINUTE, "90m"),
        (HOUR, "1h"),
        (36 * HOUR, "36h"),
        (7 * DAY, "7d"),
        (365 * DAY, "1y"),
        (730 * DAY, "2y"),
        (timedelta(seconds=30), "0.5m"),
    ],
)
def test_a_length_is_spelled_as_people_type_it(length: timedelta, words: str) -> None:
    assert spelled(length) == words


@given(minutes=st.integers(1, 3 * 365 * 24 * 60))
def test_a_spelling_reads_back(minutes: int) -> None:
    words = spelled(minutes * MINUTE)
    assert float(words[:-1]) * UNITS[words[-1]] == minutes * MINUTE


@pytest.mark.parametrize(("bar", "n"), [(DAY, 365), (HOUR, 8760), (5 * MINUTE, 105_120)])
def test_a_year_has_365_days(bar: timedelta, n: int) -> None:
    assert bars_per_year(bar) == n


def test_a_short_history_says_how_short() -> None:
    error = ShortHistoryError(12)
    assert error.n == 12
    assert error.sentence == "There are only 12 bars in that window, I need 30."
