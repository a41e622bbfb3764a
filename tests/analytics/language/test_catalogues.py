"""Every text that people read is in every catalogue, whole."""

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from analytics.language import ENGLISH, languages
from tests.catalogues import catalogue, texts

TRANSLATED = [language for language in languages() if language != ENGLISH]
CODE = re.compile(r"`([^`{}]+)`")


def translations(language: str) -> Iterator[tuple[str, str]]:
    return ((str(m.id), str(m.string)) for m in catalogue(language) if m.id)


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_missing(language: str) -> None:
    known = {text for text, translated in translations(language) if translated}
    assert sorted(texts().keys() - known) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_of_a_text_that_is_gone(language: str) -> None:
    assert sorted({text for text, _ in translations(language)} - texts().keys()) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_has_the_values_of_its_text(language: str) -> None:
    wrong = [t for t, other in translations(language) if other and blanks(t) != blanks(other)]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_typed_stays_as_it_is(language: str) -> None:
    changed = [t for t, other in translations(language) if CODE.findall(t) != CODE.findall(other)]
    assert changed == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_to_a_guess(language: str) -> None:
    assert [m.id for m in catalogue(language) if m.fuzzy and m.id] == []
