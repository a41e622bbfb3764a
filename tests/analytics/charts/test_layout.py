"""Words in every picture: large enough, apart, and on the page."""

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.charts import DARK, LIGHT, MarkedBreak, Picture, Theme, Words
from analytics.charts.renderer import scene_of
from analytics.charts.scene import HEIGHT, SMALLEST_TEXT, WIDTH, Box, Label
from analytics.charts.typesetting import Typesetter, placed
from tests.analytics.charts.examples import ALL_PICTURES, HOUR, START, hedge, matrix, pair

TYPESETTER = Typesetter()


def labels(picture: Picture, theme: Theme = LIGHT) -> list[Label]:
    scene = scene_of(picture, theme, TYPESETTER)
    return [mark for mark in scene.marks if isinstance(mark, Label)]


def box(label: Label) -> Box:
    return placed(label, TYPESETTER.typeset(label.text, size=label.size, bold=label.bold))


def meet(a: Box, b: Box) -> bool:
    return a.left < b.right and b.left < a.right and a.top < b.bottom and b.top < a.bottom


def faults(picture: Picture) -> Iterator[str]:
    """What is wrong with a picture's words, as sentences."""
    found = [(label, box(label)) for label in labels(picture)]
    for label, _ in found:
        if label.size < SMALLEST_TEXT:
            yield f"{label.text!r} is only {label.size} px"
    for label, place in found:
        if place.left < 0 or place.top < 0 or place.right > WIDTH or place.bottom > HEIGHT:
            yield f"{label.text!r} leaves the page: {place}"
    for (one, here), (other, there) in combinations(found, 2):
        if meet(here, there):
            yield f"{one.text!r} {here} meets {other.text!r} {there}"


@pytest.mark.parametrize("name", ALL_PICTURES)
def test_words_are_large_and_apart_and_on_the_page(name: str) -> None:
    assert list(faults(ALL_PICTURES[name])) == []


@pytest.mark.parametrize("name", ALL_PICTURES)
def test_a_theme_changes_colours_and_nothing_else(name: str) -> None:
    light, dark = labels(ALL_PICTURES[name]), labels(ALL_PICTURES[name], DARK)
    assert [(one.text, one.x, one.y) for one in light] == [(one.text, one.x, one.y) for one in dark]


NAMES = st.text(min_size=1, max_size=30)
TEXTS = st.text(max_size=160)
WORDS = st.builds(Words, title=TEXTS, subtitle=TEXTS, footnote=TEXTS, warning=TEXTS)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.tuples(NAMES, NAMES), st.integers(2, 800), st.integers(-5, 900), TEXTS)
def test_no_words_can_break_the_picture_of_a_pair(
    words: Words, names: tuple[str, str], n: int, broke: int, said: str
) -> None:
    tested = MarkedBreak(START + broke * HOUR, said)
    prices = pair(800).closes[:n]
    time = START + HOUR * np.arange(n)
    picture = pair(
        800,
        words=words,
        labels=names,
        close_time=time,
        closes=prices,
        rolling_time=time,
        rolling=np.linspace(-1, 1, n),
        tested_break=tested,
    )
    assert list(faults(picture)) == []


@settings(max_examples=30, deadline=None)
@given(WORDS, st.tuples(NAMES, NAMES), TEXTS, st.integers(1, 400), st.floats(1e-6, 1e9))
def test_no_words_can_break_the_picture_of_a_hedge(
    words: Words, names: tuple[str, str], said: str, days: int, scale: float
) -> None:
    target, name = names
    picture = hedge(
        60, words=words, target=target, hedge=name, ratio_words=said, days=days, scale=scale
    )
    assert list(faults(picture)) == []


@settings(max_examples=30, deadline=None)
@given(WORDS, st.lists(NAMES, min_size=2, max_size=40))
def test_no_words_can_break_the_picture_of_a_matrix(words: Words, names: list[str]) -> None:
    assert list(faults(matrix(len(names), names=tuple(names), words=words))) == []
