"""Times of day as people write them."""

from datetime import time

import pytest

from handlers._grammar.clocks import clock_of


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("08:00", time(8)),
        ("8:30", time(8, 30)),
        ("8", time(8)),
        ("8.30", time(8, 30)),
        ("8pm", time(20)),
        ("8 p.m.", time(20)),
        ("12am", time(0)),
        ("20h30", time(20, 30)),
        ("8 Uhr 30", time(8, 30)),
        ("noon", time(12)),
        ("Mitternacht", time(0)),
    ],
)
def test_a_time_of_day_is_read(text: str, read: time) -> None:
    assert clock_of(text) == read


@pytest.mark.parametrize("text", ["", "24:00", "8:60", "13pm", "0am", "8:3", "soon", "8:00:00"])
def test_what_is_no_time_of_day_is_none(text: str) -> None:
    assert clock_of(text) is None
