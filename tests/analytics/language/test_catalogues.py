"""Every text that people read is in every catalogue, whole."""

from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from analytics.language import ENGLISH, languages
from tests.analytics.language.reading import unreachable
from tests.catalogues import PROJECT, catalogue, missing, parts, sources

TRANSLATED = [language for language in languages() if language != ENGLISH]
FILES = [
    file
    for package in ("analytics", "handlers")
    for file in sorted((PROJECT / package).rglob("*.py"))
]


def translations(language: str) -> Iterator[tuple[str, str]]:
    """Each text with what it is in the language; a counted one with each of its forms."""
    for message in catalogue(language):
        if message.id:
            one, *more = parts(message.id)
            said = parts(message.string)
            yield one, said[0]
            yield from (((*more, one)[0], form) for form in said[1:])


def typed(text: str) -> list[str]:
    """What stands in code marks, but for what is put in later."""
    return [code for code in text.split("`")[1::2] if "{" not in code]


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_text_is_missing(language: str) -> None:
    assert missing(language) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_of_a_text_that_is_gone(language: str) -> None:
    assert [m.id for m in catalogue(language) if m.id and m.id not in sources()] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_translation_has_the_values_of_its_text(language: str) -> None:
    wrong = [t for t, other in translations(language) if other and blanks(t) != blanks(other)]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_typed_stays_as_it_is(language: str) -> None:
    changed = [t for t, other in translations(language) if typed(t) != typed(other)]
    assert changed == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_nothing_is_left_to_a_guess(language: str) -> None:
    assert [m.id for m in catalogue(language) if m.fuzzy and m.id] == []


def test_no_text_is_shown_that_translators_cannot_reach() -> None:
    assert [found for file in FILES for found in unreachable(file)] == []


def test_a_text_that_translators_cannot_reach_is_found(tmp_path: Path) -> None:
    file = tmp_path / "answer.py"
    file.write_text(
        'Fact("Removes", tr("{n} days", n=f"about {n}"))\n'
        'raise UsageError(f"I know {names}." if names else tr("I know none."))\n'
        'Button("Chart", f"/corr {names} 30d")\n'
        'raise ValueError("one row or more")\n'
        'Fact(tr("Worth"), f"≈ {value} bp/yr · {kinds[spot]}", ("h=1", "/book"))\n'
    )
    assert [found.partition(": ")[2] for found in unreachable(file)] == [
        "Removes",
        "about {}",
        "I know {}.",
        "Chart",
    ]
