"""Times of day as people write them."""

from datetime import time

import pytest

from handlers._grammar.clocks import clock_of
from handlers._grammar.spoken_times import in_figures
from handlers._grammar.until import Until, until_of


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


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        ("BTC ETH half past seven", "BTC ETH 07:30"),
        ("um halb acht", "um 07:30"),
        ("a las siete y media", "a las 07:30"),
        ("at quarter to 8", "at 07:45"),
        ("viertel nach acht", "08:15"),
        ("at 8 o'clock", "at 08:00"),
        ("8 in the evening", "20:00"),
        ("8 Uhr abends", "20:00"),
        ("8.30 de la tarde", "20:30"),
        ("abends um 8", "um 20:00"),
        ("esta noche a las 9", "a las 21:00"),
        ("from 10 at night to 7 in the morning", "from 22:00 to 07:00"),
        ("12 at night", "00:00"),
        ("2 at night", "02:00"),
        ("7 uhr früh", "07:00"),
        ("30d at 8 40 ETH", "30d at 8 40 ETH"),
        ("40 ETH at night", "40 ETH at night"),
        ("2.5 BTC abends", "2.5 BTC abends"),
    ],
)
def test_a_time_in_words_is_written_in_figures(said: str, figures: str) -> None:
    assert in_figures(said) == figures


def test_an_amount_in_words_is_no_time_where_none_is_expected() -> None:
    assert in_figures("um zwei BTC abzusichern", is_expected=False) == "um zwei BTC abzusichern"
    assert in_figures("schick das um zwei", is_expected=False) == "schick das um 02:00"


@pytest.mark.parametrize(
    "until",
    [
        Until(time(8)),
        Until(time(9, 30), weekday=2),
        Until(time(8), is_tomorrow=True),
        Until(time(18), day=(2, 29)),
        Until(time(8), day=(12, 31), year=2027),
    ],
)
def test_a_moment_in_one_word_reads_back(until: Until) -> None:
    assert until_of(str(until)) == until
    assert " " not in str(until)


@pytest.mark.parametrize(
    "said", ["31.2.", "easter", "weihnachten", "sunday night", "33.13.", "soon", ""]
)
def test_what_is_no_moment_is_none(said: str) -> None:
    assert until_of(said) is None
